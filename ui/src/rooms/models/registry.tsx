import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { lastName, parentPath } from '@millwright/model/path.ts'
import { ANOMALIES, MODEL_KINDS, MODEL_SORTS, MODEL_STAGES, type WireModel } from '@millwright/model/wire/ai-model.ts'
import { experimentsQuery, registryQuery, type RegistryWish } from '../../api/model-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { Icon } from '../../parts/icon.tsx'
import { useComposedText } from '../../parts/use-composed-text.ts'
import { Failure, Loading, QueryView } from '../../parts/view-state.tsx'
import { useBackTestText } from './back-test-text.tsx'
import { ModelStage } from './model-stage.tsx'

/** What an address asks for; anything else in it is left out. */
function wishOf(asked: URLSearchParams): RegistryWish {
  const one = <T extends string>(all: readonly T[], name: string) => all.find((each) => each === asked.get(name))
  const [stage, kind, sort, experiment] = [one(MODEL_STAGES, 'stage'), one(MODEL_KINDS, 'kind'), one(MODEL_SORTS, 'sort'), asked.get('experiment')]
  return { ...(stage !== undefined && { stage }), ...(kind !== undefined && { kind }), ...(sort !== undefined && { sort }), ...(experiment !== null && { experiment }) }
}

/** All models of the plant, to be searched, filtered and sorted; the choice stands in the address. */
export function Registry() {
  const { t } = useTranslation()
  const format = useFormat()
  const [asked, setAsked] = useSearchParams()
  const { words, input } = useComposedText()
  const wish = wishOf(asked)
  const query = useInfiniteQuery(registryQuery({ ...wish, ...(words.trim() !== '' && { search: words.trim() }) }))
  const models = query.data?.pages.flatMap(({ items }) => items) ?? []
  const total = query.data?.pages.at(-1)?.total ?? models.length
  const choose = (name: keyof RegistryWish, value: string) =>
    setAsked((before) => {
      const next = new URLSearchParams(before)
      if (value === '') next.delete(name)
      else next.set(name, value)
      return next
    }, { replace: true })
  const isFiltered = words.trim() !== '' || Object.keys(wish).some((name) => name !== 'sort')
  return (
    <>
      <section className="mw-panel" aria-label={t('models.lists.all')}>
        <div className="mw-models-bar">
          <h2>
            {t('models.lists.all')} <span className="mw-faint mw-number">{query.data === undefined ? '' : format.count(total)}</span>
          </h2>
          <div className="mw-row mw-registry-bar">
            <label className="mw-field">
              <Icon name="search" size={16} />
              <input {...input} type="search" placeholder={t('models.registry.search')} aria-label={t('models.registry.search')} />
            </label>
            <Chooser label={t('models.facts.stage')} value={wish.stage ?? ''} onChoose={(value) => choose('stage', value)} options={[['', t('models.registry.anyStage')], ...MODEL_STAGES.map((stage) => [stage, t(`models.stage.${stage}`)] as const)]} />
            <Chooser label={t('models.registry.kind')} value={wish.kind ?? ''} onChoose={(value) => choose('kind', value)} options={[['', t('models.registry.anyKind')], ...MODEL_KINDS.map((kind) => [kind, t(`models.registry.kinds.${kind}`)] as const)]} />
            <Chooser label={t('models.registry.sort')} value={wish.sort ?? 'newest'} onChoose={(value) => choose('sort', value === 'newest' ? '' : value)} options={MODEL_SORTS.map((sort) => [sort, t(`models.registry.sorts.${sort}`)] as const)} />
          </div>
        </div>
        {wish.experiment !== undefined && (
          <p className="mw-row">
            <span>
              {t('models.facts.experiment')}: <b>{wish.experiment}</b>
            </span>
            <Button size="small" onClick={() => choose('experiment', '')}>
              {t('models.registry.anyExperiment')}
            </Button>
          </p>
        )}
        {query.data === undefined ? (
          query.isError ? (
            <Failure error={query.error} onRetry={() => void query.refetch()} />
          ) : (
            <Loading />
          )
        ) : models.length === 0 ? (
          <p className="mw-faint">{t(isFiltered ? 'models.registry.noneSuch' : 'models.registry.none')}</p>
        ) : (
          <ModelRows models={models} />
        )}
        {query.hasNextPage && (
          <div className="mw-row">
            <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t('attention.more')}
            </Button>
            <span className="mw-faint">{t('attention.shown', { shown: format.count(models.length), total: format.count(total) })}</span>
          </div>
        )}
      </section>
      <Experiments chosen={wish.experiment} onChoose={(experiment) => choose('experiment', experiment)} />
    </>
  )
}

interface ChooserProps {
  readonly label: string
  readonly value: string
  readonly options: readonly (readonly [string, string])[]
  readonly onChoose: (value: string) => void
}

function Chooser({ label, value, options, onChoose }: ChooserProps) {
  return (
    <select className="mw-registry-choice" aria-label={label} title={label} value={value} onChange={(event) => onChoose(event.target.value)}>
      {options.map(([key, words]) => (
        <option key={key} value={key}>
          {words}
        </option>
      ))}
    </select>
  )
}

function ModelRows({ models }: { readonly models: readonly WireModel[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const text = useBackTestText()
  return (
    <div className="mw-table-box" tabIndex={0} role="region" aria-label={t('models.lists.all')}>
      <table className="mw-table mw-models-table mw-registry-table">
        <thead>
          <tr>
            <th>{t('models.machine')}</th>
            <th>{t('models.facts.stage')}</th>
            <th>{t('models.table.found')}</th>
            <th>{t('models.table.falseAlarms')}</th>
            <th>{t('models.facts.author')}</th>
            <th>{t('models.facts.approver')}</th>
            <th>{t('models.facts.created')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <tr key={model.id}>
              <td>
                <Link to={links.aiModel(model.id)}>
                  {lastName(model.asset)} {t('models.version', { version: model.version })}
                </Link>
                <span className="mw-faint mw-models-place">
                  {parentPath(model.asset)} {model.output !== ANOMALIES && <code>{model.output}</code>}
                </span>
              </td>
              <td>
                <ModelStage model={model} />
              </td>
              <td>{text.found(model.backTest)}</td>
              <td className="mw-number">{text.falseAlarms(model.backTest)}</td>
              <td>{model.author}</td>
              <td>{model.approver ?? '–'}</td>
              <td className="mw-number">{format.time(model.created)}</td>
              <td className="mw-right">
                <Link to={links.modelsOf(model.asset)}>{t('models.compare')}</Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Models that somebody made under one name. */
function Experiments({ chosen, onChoose }: { readonly chosen: string | undefined; readonly onChoose: (experiment: string) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const query = useQuery(experimentsQuery)
  return (
    <section className="mw-panel" aria-label={t('models.registry.experiments')}>
      <h2>{t('models.registry.experiments')}</h2>
      <QueryView query={query} isEmpty={({ items }) => items.length === 0} empty={<p className="mw-faint">{t('models.registry.noExperiments')}</p>}>
        {({ items }) => (
          <ul className="mw-fleet">
            {items.map(({ experiment, models, assets, inCharge, authors, newest }) => (
              <li key={experiment}>
                <span>
                  <Button type="link" size="small" aria-pressed={experiment === chosen} onClick={() => onChoose(experiment)}>
                    {experiment}
                  </Button>
                </span>
                <span>{t('models.registry.counts', { models: format.count(models), machines: format.count(assets), inCharge: format.count(inCharge) })}</span>
                <span className="mw-soft">{authors.join(', ')}</span>
                <span className="mw-faint mw-number">{format.time(newest)}</span>
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </section>
  )
}
