import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName } from '@millwright/model/path.ts'
import type { WireAnomaly } from '@millwright/model/wire/anomaly.ts'
import { anomaliesOfQuery, intelligenceQuery, watchedOfQuery } from '../../api/anomaly-queries.ts'
import { healthOfQuery } from '../../api/health-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { QueryView } from '../../parts/view-state.tsx'
import { AnomalyState } from '../attention/anomaly-state.tsx'
import { HealthIndex } from '../health/health-index.tsx'

/** What was found on an asset and below it: what goes on first, then the past, with the way to its models. Nothing where intelligence is switched off. */
export function AssetJudging({ path }: { readonly path: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: head } = useQuery({ ...intelligenceQuery, staleTime: Number.POSITIVE_INFINITY, refetchInterval: false })
  const query = useQuery({ ...anomaliesOfQuery(path), enabled: head !== undefined })
  const { data: watched } = useQuery({ ...watchedOfQuery(path), enabled: head !== undefined })
  const { data: health } = useQuery({ ...healthOfQuery(path), enabled: watched !== undefined && watched !== null })
  if (head === undefined) return null
  return (
    <section className="mw-panel" aria-label={t('attention.asset.title')}>
      <h2>{t('attention.asset.title')}</h2>
      <QueryView query={query} isEmpty={({ items }) => items.length === 0} empty={<p className="mw-faint">{t('attention.asset.none')}</p>}>
        {({ items, total }) => (
          <>
            <ol className="mw-said">
              {items.map((anomaly) => (
                <Found key={anomaly.id} anomaly={anomaly} under={path} />
              ))}
            </ol>
            {total !== null && total > items.length && <Link to={links.attention('all')}>{t('attention.asset.all', { shown: format.count(total) })}</Link>}
          </>
        )}
      </QueryView>
      {health !== undefined && health !== null && (
        <div className="mw-judging-health">
          <Link to={links.healthOf(path)}>{t('health.index')}</Link> <HealthIndex health={health} />
        </div>
      )}
      {watched !== undefined && watched !== null && (
        <p className="mw-machine-edit">
          <span className={watched.isOff ? 'mw-state-outside' : 'mw-soft'}>{watched.isOff ? t('attention.watched.off') : t(`attention.watched.${watched.phase}`)}</span> · <Link to={links.watched(path)}>{t('attention.watched.why')}</Link> · <Link to={links.modelsOf(path)}>{t('attention.areas.models')}</Link> · <Link to={links.examine({ asset: path })}>{t('examine.title')}</Link>
        </p>
      )}
    </section>
  )
}

function Found({ anomaly, under }: { readonly anomaly: WireAnomaly; readonly under: string }) {
  const { language } = useFormat()
  return (
    <li>
      <Link to={links.anomaly(anomaly.id)}>
        {anomaly.asset !== under && `${lastName(anomaly.asset)}: `}
        {anomaly.summary[language]}
      </Link>
      <AnomalyState anomaly={anomaly} />
    </li>
  )
}
