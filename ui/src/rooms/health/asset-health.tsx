import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { lastName } from '@millwright/model/path.ts'
import type { WireAssetHealth } from '@millwright/model/wire/health.ts'
import type { WireSignal } from '@millwright/model/wire/signal.ts'
import { healthOfQuery, HORIZONS } from '../../api/health-queries.ts'
import { signalsQuery } from '../../api/queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { AssetCrumbs } from '../../parts/asset-crumbs.tsx'
import { Icon } from '../../parts/icon.tsx'
import { SampleLineage } from '../../parts/sample-lineage.tsx'
import { Failure, Loading, QueryView } from '../../parts/view-state.tsx'
import { ForecastPanel } from './forecast-panel.tsx'
import { HealthIndex, RemainingLife } from './health-index.tsx'

/** Signals of an asset that can be chosen. */
const MAX_SIGNALS = 200

/** How one machine is, how long it will last, and what its signals will do. The chosen signal and length stand in the address. */
export function AssetHealth({ path }: { readonly path: string }) {
  const { t } = useTranslation()
  const [asked, setAsked] = useSearchParams()
  const health = useQuery(healthOfQuery(path))
  const signals = useInfiniteQuery(signalsQuery({ under: path, direct: true, limit: MAX_SIGNALS }))
  const numeric = byUse(signals.data?.pages.flatMap(({ items }) => items) ?? [])
  const horizon = HORIZONS.find((one) => one === asked.get('horizon')) ?? '24h'
  const wanted = asked.get('signal') ?? ''
  const chosen = numeric.find((signal) => signal.path === wanted)?.path ?? numeric[0]?.path ?? ''
  return (
    <>
      <Link className="mw-back" to={links.health()}>
        <Icon name="back" size={16} /> {t('attention.areas.health')}
      </Link>
      <header className="mw-health-head">
        <AssetCrumbs path={path} to={links.plant} />
        <div className="mw-health-bar">
          <h2 className="mw-health-title">{lastName(path)}</h2>
          <Link className="mw-button" to={links.plant(path)}>
            {t('models.toMachine')}
          </Link>
        </div>
      </header>
      <QueryView query={health}>{(known) => (known === null ? <p className="mw-notice">{t('health.notKnown')}</p> : <Known health={known} />)}</QueryView>
      {signals.data === undefined ? (
        signals.isError ? (
          <Failure error={signals.error} onRetry={() => void signals.refetch()} />
        ) : (
          <Loading />
        )
      ) : numeric.length === 0 ? (
        <p className="mw-faint">{t('health.forecast.noSignals')}</p>
      ) : (
        <ForecastPanel signals={numeric} chosen={chosen} horizon={horizon} onChoose={(signal, length) => setAsked({ signal, horizon: length }, { replace: true })} />
      )}
    </>
  )
}

/** Health itself, as Millwright writes it: what it will do is told above. */
const OF_HEALTH = /^(health_index|remaining_life(_low|_high)?)$/

/** Numeric signals; those with limits first, because of them it can be said when they are reached, and those of health last. */
function byUse(signals: readonly WireSignal[]): readonly WireSignal[] {
  const limits = ({ low, high }: WireSignal) => Number(low !== undefined) + Number(high !== undefined)
  return signals.filter(({ kind }) => kind === 'number').toSorted((a, b) => Number(OF_HEALTH.test(a.name)) - Number(OF_HEALTH.test(b.name)) || limits(b) - limits(a))
}

function Known({ health }: { readonly health: WireAssetHealth }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { source, updated, life, why, needs, signals, lifeModel } = health
  return (
    <section className="mw-panel mw-health-known" aria-label={t('health.title')}>
      <div>
        <h2>{t('health.index')}</h2>
        <HealthIndex health={health} large />
        <p className="mw-soft">{t(`health.sourceHelp.${source}`)}</p>
        {signals.index !== null && <Link to={links.trend([signals.index])}>{t('health.course')}</Link>}
        {signals.index !== null && <SampleLineage signal={signals.index} />}
      </div>
      <div>
        <h2>{t('health.life')}</h2>
        <p className="mw-health-life">
          <RemainingLife life={life} />
        </p>
        {signals.life !== null && <Link to={links.trend([signals.life])}>{t('health.course')}</Link>} {lifeModel !== null && <Link to={links.lifeModels()}>{t('health.lifeModels')}</Link>}
        {signals.life !== null && <SampleLineage signal={signals.life} />}
      </div>
      <div>
        <h2>{t('health.why')}</h2>
        <p>{why[format.language]}</p>
        {updated !== null && <p className="mw-faint">{t('health.updated', { time: format.time(updated) })}</p>}
        {needs.length > 0 && (
          <>
            <h3>{t('health.needs')}</h3>
            <ul className="mw-needs">
              {needs.map((words) => (
                <li key={words.en}>{words[format.language]}</li>
              ))}
            </ul>
          </>
        )}
      </div>
    </section>
  )
}
