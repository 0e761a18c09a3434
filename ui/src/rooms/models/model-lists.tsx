import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName, parentPath } from '@millwright/model/path.ts'
import type { ModelStage as Stage, WireModel } from '@millwright/model/wire/ai-model.ts'
import { modelsQuery } from '../../api/model-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { Empty, Failure, Loading } from '../../parts/view-state.tsx'
import { useBackTestText } from './back-test-text.tsx'
import { ModelActions } from './model-actions.tsx'
import { ModelStage } from './model-stage.tsx'

/** What is being trained, and what waits to be tried. */
export function Candidates() {
  const { t } = useTranslation()
  return (
    <StageLists stages={['training', 'candidate', 'shadow']}>
      <Empty title={t('models.noCandidates')}>
        <p>{t('models.noCandidatesText')}</p>
      </Empty>
    </StageLists>
  )
}

/** What is not in service any more, and what never got there. */
export function PastModels() {
  const { t } = useTranslation()
  return (
    <StageLists stages={['retired', 'failed']}>
      <p className="mw-faint">{t('models.noPast')}</p>
    </StageLists>
  )
}

function StageLists({ stages, children }: { readonly stages: readonly [Stage, Stage, Stage?]; readonly children: ReactNode }) {
  const [first, second, third] = [useInfiniteQuery(modelsQuery(stages[0])), useInfiniteQuery(modelsQuery(stages[1])), useInfiniteQuery(modelsQuery(stages[2] ?? stages[0]))]
  const lists = [first, second, ...(stages[2] === undefined ? [] : [third])]
  const failed = lists.find(({ data, error }) => data === undefined && error !== null)
  if (failed !== undefined) return <Failure error={failed.error} onRetry={() => void failed.refetch()} />
  if (lists.some(({ data }) => data === undefined)) return <Loading />
  if (lists.every(({ data }) => (data?.pages[0]?.items.length ?? 0) === 0)) return children
  return (
    <>
      {lists.map(({ data, hasNextPage, fetchNextPage, isFetchingNextPage }, index) => {
        const models = data?.pages.flatMap(({ items }) => items) ?? []
        const stage = stages[index]
        if (models.length === 0 || stage === undefined) return null
        return <StageList key={stage} stage={stage} models={models} total={data?.pages.at(-1)?.total ?? models.length} isMore={hasNextPage} isLoading={isFetchingNextPage} onMore={() => void fetchNextPage()} />
      })}
    </>
  )
}

interface StageListProps {
  readonly stage: Stage
  readonly models: readonly WireModel[]
  readonly total: number
  readonly isMore: boolean
  readonly isLoading: boolean
  readonly onMore: () => void
}

function StageList({ stage, models, total, isMore, isLoading, onMore }: StageListProps) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <section className="mw-panel" aria-label={t(`models.stage.${stage}`)}>
      <h2>
        {t(`models.stage.${stage}`)} <span className="mw-faint mw-number">{format.count(total)}</span>
      </h2>
      <p className="mw-soft mw-models-help">{t(`models.stageHelp.${stage}`)}</p>
      <ModelTable models={models} withMachine />
      {isMore && (
        <div className="mw-row">
          <Button loading={isLoading} onClick={onMore}>
            {t('attention.more')}
          </Button>
          <span className="mw-faint">{t('attention.shown', { shown: format.count(models.length), total: format.count(total) })}</span>
        </div>
      )}
    </section>
  )
}

/** Models as rows: whose, how they did on recorded events, and the next step. */
export function ModelTable({ models, withMachine = false }: { readonly models: readonly WireModel[]; readonly withMachine?: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const text = useBackTestText()
  return (
    <div className="mw-table-box" tabIndex={0} role="region" aria-label={t('models.others.title')}>
      <table className="mw-table mw-models-table">
        <thead>
          <tr>
            <th>{t(withMachine ? 'models.machine' : 'models.facts.stage')}</th>
            <th>{t('models.table.found')}</th>
            <th>{t('models.table.falseAlarms')}</th>
            <th>{t('models.facts.author')}</th>
            <th>{t('models.facts.created')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <tr key={model.id}>
              <td>
                <Link to={links.aiModel(model.id)}>
                  {withMachine ? lastName(model.asset) : ''} {t('models.version', { version: model.version })}
                </Link>
                {withMachine && <span className="mw-faint mw-models-place">{parentPath(model.asset)}</span>}
                {(!withMachine || model.stage === 'training' || model.isKilled) && <ModelStage model={model} />}
                {model.failure !== null && <span className="mw-soft mw-models-place">{model.failure}</span>}
              </td>
              <td>{text.found(model.backTest)}</td>
              <td className="mw-number">{text.falseAlarms(model.backTest)}</td>
              <td>{model.author}</td>
              <td className="mw-number">{format.time(model.created)}</td>
              <td className="mw-right">
                <ModelActions model={model} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
