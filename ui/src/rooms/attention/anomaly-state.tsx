import { useTranslation } from 'react-i18next'
import type { WireAnomaly } from '@millwright/model/wire/anomaly.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { useNow } from '../../live/use-live.ts'
import { StateMark } from '../../parts/state-mark.tsx'
import { lengthOf, rarityMs } from './anomaly-time.ts'

/** Whether it goes on, for how long, and what people said: the facts that stand beside a name. */
export function AnomalyState({ anomaly }: { readonly anomaly: WireAnomaly }) {
  const { t } = useTranslation()
  const format = useFormat()
  const span = format.span(lengthOf(anomaly, useNow()))
  const isOpen = anomaly.state === 'open'
  const isNow = isOpen && anomaly.judgedUntil === null
  return (
    <span className="mw-anomaly-state">
      <span className={isNow ? 'mw-state-outside' : 'mw-soft'}>
        {isNow && <StateMark state="outside" quiet />} {anomaly.judgedUntil === null ? t(`attention.state.${anomaly.state}`) : t('attention.state.openUntil', { time: format.time(anomaly.judgedUntil) })}
      </span>
      <span className="mw-soft">{t(isOpen ? 'attention.state.lasts' : 'attention.state.lasted', { span })}</span>
      <time className="mw-faint mw-number" dateTime={new Date(anomaly.began).toISOString()}>
        {t('attention.state.began', { time: format.time(anomaly.began) })}
      </time>
      {anomaly.verdict !== null && <span className="mw-chip">{t(`attention.verdict.${anomaly.verdict}`)}</span>}
      {anomaly.isDisputed && <span className="mw-chip">{t('attention.state.disputed')}</span>}
      {anomaly.isQuieted && <span className="mw-chip">{t('attention.state.quieted')}</span>}
      {anomaly.isPast && <span className="mw-chip">{t('attention.state.past')}</span>}
      {anomaly.isAccepted && <span className="mw-chip">{t('attention.state.accepted')}</span>}
    </span>
  )
}

/** How rarely normal running looks like this, in words. */
export function Rarity({ pValue }: { readonly pValue: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const ms = rarityMs(pValue)
  return <span className="mw-faint">{ms === undefined ? t('attention.rarityTen') : t('attention.rarity', { span: format.span(ms) })}</span>
}
