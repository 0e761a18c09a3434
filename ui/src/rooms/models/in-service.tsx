import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName, parentPath } from '@millwright/model/path.ts'
import type { WireModel } from '@millwright/model/wire/ai-model.ts'
import type { WireWatchedAsset } from '@millwright/model/wire/intelligence.ts'
import { intelligenceQuery, watchedQuery } from '../../api/anomaly-queries.ts'
import { modelsQuery, registryQuery } from '../../api/model-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { Icon } from '../../parts/icon.tsx'
import { useComposedText } from '../../parts/use-composed-text.ts'
import { Empty, Failure, Loading, QueryView } from '../../parts/view-state.tsx'
import { JudgingSwitch } from '../attention/judging-switch.tsx'
import { ModelTable } from './model-lists.tsx'

/** Which model judges each machine, and which one stands beside it; and the switch that stops them all. */
export function InService() {
  const head = useQuery(intelligenceQuery)
  return (
    <>
      <QueryView query={head}>{(status) => <JudgingSwitch status={status} />}</QueryView>
      <Machines />
      <Brought />
    </>
  )
}

function Machines() {
  const { t } = useTranslation()
  const format = useFormat()
  const { words, input } = useComposedText()
  const query = useInfiniteQuery(watchedQuery(words))
  const known = useKnownModels()
  if (query.data === undefined) return query.isError ? <Failure error={query.error} onRetry={() => void query.refetch()} /> : <Loading />
  const assets = query.data.pages.flatMap((page) => page.assets)
  const total = query.data.pages.at(-1)?.total ?? assets.length
  if (assets.length === 0 && words === '') {
    return (
      <Empty title={t('models.none')}>
        <p>{t('models.noneText')}</p>
      </Empty>
    )
  }
  return (
    <section className="mw-panel" aria-label={t('attention.watched.machines')}>
      <div className="mw-models-bar">
        <h2>
          {t('attention.watched.machines')} <span className="mw-faint mw-number">{format.count(total)}</span>
        </h2>
        <label className="mw-field">
          <Icon name="search" size={16} />
          <input {...input} type="search" placeholder={t('attention.watched.filter')} aria-label={t('attention.watched.filter')} />
        </label>
      </div>
      {assets.length === 0 ? (
        <p className="mw-faint">{t('attention.watched.noneUnder')}</p>
      ) : (
        <ul className="mw-fleet">
          {assets.map((asset) => (
            <Machine key={asset.asset} watched={asset} known={known} />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <div className="mw-row">
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('attention.more')}
          </Button>
          <span className="mw-faint">{t('attention.shown', { shown: format.count(assets.length), total: format.count(total) })}</span>
        </div>
      )}
    </section>
  )
}

/** Champions and shadows by their ids: all that were loaded of them. */
function useKnownModels(): ReadonlyMap<string, WireModel> {
  const champions = useInfiniteQuery(modelsQuery('champion'))
  const shadows = useInfiniteQuery(modelsQuery('shadow'))
  const models = [champions, shadows].flatMap(({ data }) => data?.pages ?? []).flatMap(({ items }) => items)
  return new Map(models.map((model) => [model.id, model]))
}

function Machine({ watched: { asset, model, shadow, phase, isOff, shadowTally }, known }: { readonly watched: WireWatchedAsset; readonly known: ReadonlyMap<string, WireModel> }) {
  const { t } = useTranslation()
  const champion = known.get(model)
  return (
    <li>
      <span className="mw-fleet-name">
        <Link to={links.modelsOf(asset)}>{lastName(asset)}</Link> <span className="mw-faint">{parentPath(asset)}</span>
      </span>
      <span>
        <span className="mw-faint mw-fleet-label">{t('models.inCharge')}</span> <ModelName id={model} model={champion} />
        {champion !== undefined && champion.approver !== null && <span className="mw-faint"> {champion.approver}</span>}
      </span>
      <span>
        {shadow !== null && (
          <>
            <span className="mw-faint mw-fleet-label">{t('models.beside')}</span> <ModelName id={shadow} model={known.get(shadow)} />
            {shadowTally !== null && <span className="mw-faint mw-number"> {`${shadowTally.shared} / ${shadowTally.ofChampion}`}</span>}
          </>
        )}
      </span>
      <span className={isOff ? 'mw-state-outside' : 'mw-soft'}>{isOff ? t('attention.watched.off') : t(`attention.watched.${phase}`)}</span>
    </li>
  )
}

function ModelName({ id, model }: { readonly id: string; readonly model: WireModel | undefined }) {
  const { t } = useTranslation()
  if (id === 'self-learned') return <span>{t('models.selfLearned')}</span>
  return <Link to={links.aiModel(id)}>{model === undefined ? <code>{id.slice(0, 8)}</code> : t('models.version', { version: model.version })}</Link>
}

/** Models that people brought: they write a signal of the machine. */
function Brought() {
  const { t } = useTranslation()
  const { data } = useInfiniteQuery(registryQuery({ stage: 'champion', kind: 'onnx', sort: 'asset' }))
  const brought = data?.pages.flatMap(({ items }) => items) ?? []
  const total = data?.pages.at(-1)?.total ?? 0
  if (brought.length === 0) return null
  return (
    <section className="mw-panel" aria-label={t('models.brought')}>
      <h2>{t('models.brought')}</h2>
      <ModelTable models={brought} withMachine />
      {total > brought.length && <Link to={`${links.models('all')}?kind=onnx&stage=champion`}>{t('attention.asset.all', { shown: total })}</Link>}
    </section>
  )
}
