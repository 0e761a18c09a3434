import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName } from '@millwright/model/path.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { StateMark } from '../../parts/state-mark.tsx'
import type { TimeWindow } from '../time/time-window.ts'
import type { AnomalyMark } from './use-anomaly-marks.ts'

/** Anomalies that are named beside a picture; of more the count. */
const MOST = 4

/** The anomalies that the picture marks, as links: for keys, fingers, and those who do not see the marks. Nothing where there are none. */
export function AnomaliesInSight({ marks, window: { fromMs, toMs } }: { readonly marks: readonly AnomalyMark[]; readonly window: TimeWindow }) {
  const { t } = useTranslation()
  const format = useFormat()
  const seen = marks.filter((mark) => mark.fromMs <= toMs && (mark.look === 'open' || (mark.toMs ?? mark.fromMs) >= fromMs))
  if (seen.length === 0) return null
  return (
    <nav className="mw-trend-found" aria-label={t('trend.expected.found')}>
      <span className="mw-faint">{t('trend.expected.found')}</span>
      {seen.slice(0, MOST).map(({ anomaly, look, text }) => (
        <Link key={anomaly.id} to={links.anomaly(anomaly.id)} title={text} className={look === 'dismissed' ? 'mw-soft' : undefined}>
          {look === 'open' && <StateMark state="outside" quiet />} {lastName(anomaly.asset)} <span className="mw-number">{format.time(anomaly.began)}</span>
          {anomaly.verdict !== null && <span className="mw-faint"> · {t(`attention.verdict.${anomaly.verdict}`)}</span>}
        </Link>
      ))}
      {seen.length > MOST && <Link to={links.attention('all')}>{t('attention.watched.and', { shown: format.count(seen.length - MOST) })}</Link>}
    </nav>
  )
}
