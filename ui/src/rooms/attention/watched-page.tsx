import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName } from '@millwright/model/path.ts'
import type { WireWatchedAsset } from '@millwright/model/wire/intelligence.ts'
import { intelligenceQuery, toldQuery, watchedOfQuery } from '../../api/anomaly-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { AssetCrumbs } from '../../parts/asset-crumbs.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty, QueryView } from '../../parts/view-state.tsx'
import { Picks } from './picks.tsx'
import { allowedIn, tallyOf } from './told-tally.ts'
import { WatchedPhase } from './watched-asset.tsx'
import { WatchedSwitch } from './watched-switch.tsx'

const MINUTE_MS = 60_000
const DAY_MS = 1_440 * MINUTE_MS
/** Days over which is counted what was told. */
const COUNTED_DAYS = 28
const LISTS = ['operatingStates', 'states', 'statesDropped'] as const

/** What watches one machine, and why: each detector with its signals, what is left out, since when it learns, and how often it rang. */
export function WatchedPage({ path }: { readonly path: string }) {
  const { t } = useTranslation()
  const query = useQuery(watchedOfQuery(path))
  return (
    <>
      <Link className="mw-attention-back" to={links.attention('watched')}>
        <Icon name="back" size={16} /> {t('attention.views.watched')}
      </Link>
      <header className="mw-watched-title">
        <AssetCrumbs path={path} to={links.plant} />
        <h2 className="mw-anomaly-title">
          <Link to={links.plant(path)}>{lastName(path)}</Link>
        </h2>
      </header>
      <QueryView
        query={query}
        isEmpty={(watched) => watched === null}
        empty={
          <Empty title={t('attention.picks.unwatched')}>
            <p>{t('attention.noneWatched')}</p>
          </Empty>
        }
      >
        {(watched) => watched !== null && <Content watched={watched} />}
      </QueryView>
    </>
  )
}

function Content({ watched }: { readonly watched: WireWatchedAsset }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { asset, phase, picks, why, minutes, late, bad, ahead, extraBytes } = watched
  return (
    <div className="mw-watched-page">
      <div className="mw-watched-main">
        {picks.length > 0 ? (
          <Picks picks={picks} />
        ) : (
          <section className="mw-panel" aria-label={t('attention.watched.why')}>
            <h2>{t('attention.watched.why')}</h2>
            <ul className="mw-watched-why">
              {why.map((words) => (
                <li key={words.en}>{words[format.language]}</li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <div className="mw-watched-main">
        <section className="mw-panel" aria-label={t('attention.picks.now')}>
          <h2>{t('attention.picks.now')}</h2>
          <p className="mw-watched-phase">
            <WatchedPhase watched={watched} />
          </p>
          <p className="mw-soft">{t(`attention.picks.phase.${phase}`)}</p>
          <p className="mw-faint">{t('attention.picks.seen', { span: format.span(minutes * MINUTE_MS) })}</p>
          <WatchedSwitch watched={watched} />
        </section>
        <FalseAlarms asset={asset} minutes={minutes} />
        <section className="mw-panel" aria-label={t('attention.watched.model')}>
          <h2>{t('attention.watched.model')}</h2>
          <dl className="mw-attention-facts">
            <Model watched={watched} />
            {LISTS.filter((list) => watched[list].some((name) => name !== '')).map((list) => (
              <div key={list}>
                <dt>{t(`attention.watched.lists.${list}`)}</dt>
                <dd>{watched[list].filter((name) => name !== '').join(', ')}</dd>
              </div>
            ))}
          </dl>
          {extraBytes > 0 && <p className="mw-faint">{t('attention.picks.memory', { bytes: format.bytes(extraBytes) })}</p>}
          {late + bad + ahead > 0 && <p className="mw-faint">{t('attention.watched.lost', { late: format.count(late), bad: format.count(bad), ahead: format.count(ahead) })}</p>}
          <Link to={links.modelsOf(asset)}>{t('models.compare')}</Link>
        </section>
      </div>
    </div>
  )
}

function Model({ watched: { model, shadow, shadowTally } }: { readonly watched: WireWatchedAsset }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <>
      <div>
        <dt>{t('models.inCharge')}</dt>
        <dd>{model === 'self-learned' ? t('models.selfLearned') : <Link to={links.aiModel(model)}>{model}</Link>}</dd>
      </div>
      {shadow !== null && (
        <div>
          <dt>{t('attention.watched.shadow')}</dt>
          <dd>
            <Link to={links.aiModel(shadow)}>{shadow}</Link>{' '}
            {shadowTally !== null && t('attention.watched.shadowTold', { anomalies: format.count(shadowTally.anomalies), shared: format.count(shadowTally.shared), champion: format.count(shadowTally.ofChampion) })}
          </dd>
        </div>
      )}
    </>
  )
}

/** How many false alarms are allowed, how many there were, and what the setting means. */
function FalseAlarms({ asset, minutes }: { readonly asset: string; readonly minutes: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: head } = useQuery(intelligenceQuery)
  const query = useQuery(toldQuery(asset, COUNTED_DAYS))
  const spanMs = Math.min(COUNTED_DAYS * DAY_MS, minutes * MINUTE_MS)
  return (
    <section className="mw-panel" aria-label={t('attention.picks.alarms')}>
      <h2>{t('attention.picks.alarms')}</h2>
      <QueryView query={query}>
        {(items) => {
          const { told, real, notReal, unjudged } = tallyOf(items)
          return (
            <>
              <p className="mw-soft">{t('attention.picks.inTime', { span: format.span(spanMs) })}</p>
              <dl className="mw-attention-facts mw-tally">
                {([['told', told], ['real', real], ['notReal', notReal], ['unjudged', unjudged]] as const).map(([name, count]) => (
                  <div key={name}>
                    <dt>{t(`attention.picks.tally.${name}`)}</dt>
                    <dd className="mw-number">
                      <b>{format.count(count)}</b>
                    </dd>
                  </div>
                ))}
                {head !== undefined && (
                  <div>
                    <dt>{t('attention.picks.tally.allowed')}</dt>
                    <dd className="mw-number">
                      <b>{format.value(allowedIn(spanMs, head.alarmsPerWeek))}</b>
                    </dd>
                  </div>
                )}
              </dl>
              {head !== undefined && <p className="mw-faint">{t('attention.picks.setting', { rate: format.value(head.alarmsPerWeek) })}</p>}
            </>
          )
        }}
      </QueryView>
    </section>
  )
}
