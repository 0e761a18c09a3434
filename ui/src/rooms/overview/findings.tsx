import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName } from '@millwright/model/path.ts'
import { anomaliesQuery } from '../../api/anomaly-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { usePreferences } from '../../theme/preferences.ts'

const MAX_SHOWN = 3

/** What was found that goes on now, below an asset: machines that behave unlike themselves, though each value may lie within its limits. Nothing where there is nothing. */
export function Findings({ under, nowMs }: { readonly under: string; readonly nowMs: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { language } = usePreferences()
  const { data } = useInfiniteQuery(anomaliesQuery('attention'))
  const isBelow = (asset: string) => under === '' || asset === under || asset.startsWith(`${under}/`)
  const open = data?.pages.flatMap(({ items }) => items).filter(({ state, isQuieted, asset }) => state === 'open' && !isQuieted && isBelow(asset)) ?? []
  // The most urgent of each machine: here one looks for machines, not for all that was found on one.
  const found = open.filter(({ asset }, index) => open.findIndex((one) => one.asset === asset) === index)
  if (found.length === 0) return null
  return (
    <section className="mw-panel mw-findings" aria-label={t('overview.findings')}>
      <h2>
        {t('overview.findings')} <Link to={links.attention()}>{t('overview.findingsAll')}</Link>
      </h2>
      <ul>
        {found.slice(0, MAX_SHOWN).map(({ id, asset, summary, began }) => (
          <li key={id}>
            <Link to={links.anomaly(id)}>{lastName(asset)}</Link>
            <span>{summary[language]}</span>
            <span className="mw-faint mw-number">{t('overview.since', { age: format.age(nowMs - began) })}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
