import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm, Progress } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { WireLifeModel } from '@millwright/model/wire/health.ts'
import { lifeModelsQuery, takeLifeModelStep, type LifeModelStep } from '../../api/health-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { requireAuthor, useAuthor } from '../../parts/author.ts'
import { Empty, Failure, QueryView } from '../../parts/view-state.tsx'
import { isSameName } from '../models/same-name.ts'

const HOUR_MS = 3_600_000

/** Models of remaining life: what they learned from, how well they told lives that they had not seen, and who put them in service. */
export function LifeModels() {
  const { t } = useTranslation()
  const query = useQuery(lifeModelsQuery)
  return (
    <QueryView
      query={query}
      isEmpty={(models) => models.length === 0}
      empty={
        <Empty title={t('health.models.none')}>
          <p>{t('health.models.noneText')}</p>
          <Link className="mw-button" to={links.newLifeModel()}>
            {t('health.new.title')}
          </Link>
        </Empty>
      }
    >
      {(models) => models.map((model) => <LifeModel key={model.id} model={model} />)}
    </QueryView>
  )
}

function LifeModel({ model }: { readonly model: WireLifeModel }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { definition, stage, progress, failure, approver, runs, leftOut, backTest, hash, assets, created } = model
  const span = (hours: number) => format.span(hours * HOUR_MS)
  return (
    <section className="mw-panel" aria-label={definition.name}>
      <div className="mw-health-bar">
        <h2>
          {definition.name} <span className={stage === 'failed' ? 'mw-chip mw-state-outside' : 'mw-chip'}>{t(`health.models.stage.${stage}`)}</span>
        </h2>
        <Steps model={model} />
      </div>
      {stage === 'training' && <Progress percent={Math.round(progress * 100)} aria-label={t('health.models.stage.training')} />}
      {failure !== null && <p className="mw-state-outside">{failure}</p>}
      <dl className="mw-fact-list">
        <Fact name={t('health.models.signals')} value={definition.signals.join(', ')} />
        <Fact name={t('health.models.assets')} value={format.count(assets)} />
        <Fact name={t('health.models.runs')} value={format.count(runs.length)} />
        <Fact name={t('models.facts.author')} value={`${definition.author}, ${format.time(created)}`} />
        {approver !== null && <Fact name={t('models.facts.approver')} value={approver} />}
        {hash !== null && <Fact name={t('health.models.hash')} value={hash} />}
      </dl>
      {backTest !== null && (
        <>
          <p>
            {t('health.models.test', { mae: span(backTest.maeHours), naive: span(backTest.naiveMaeHours), trials: format.count(backTest.trials), runs: format.count(backTest.runs) })}{' '}
            {t('health.models.score', { rmse: span(backTest.rmseHours) })}{' '}
            {t('health.models.held', { share: format.percent(backTest.coverage), width: span(backTest.widthHours) })}
          </p>
          {backTest.maeHours >= backTest.naiveMaeHours && <p className="mw-state-outside">{t('health.models.useless')}</p>}
        </>
      )}
      {leftOut.length > 0 && (
        <details>
          <summary>{t('health.models.leftOut', { shown: format.count(leftOut.length) })}</summary>
          <ul className="mw-needs">
            {leftOut.map((words, index) => (
              <li key={index}>{words[format.language]}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

const STEPS: Readonly<Record<WireLifeModel['stage'], readonly LifeModelStep[]>> = { training: ['cancel'], failed: [], candidate: ['approve', 'retire'], in_service: ['retire'], retired: [] }

function Steps({ model: { id, stage, definition } }: { readonly model: WireLifeModel }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { name } = useAuthor()
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ step, by }: { readonly step: LifeModelStep; readonly by: string }) => takeLifeModelStep(id, step, by),
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: ['life-models'] }), client.invalidateQueries({ queryKey: ['health'] })]),
  })
  return (
    <div className="mw-row">
      {STEPS[stage].map((step) => {
        const isOwn = step === 'approve' && isSameName(name, definition.author)
        return (
          <Popconfirm
            key={step}
            title={t(`health.models.ask.${step}`)}
            description={isOwn ? <span className="mw-state-outside">{t('models.action.ownWork', { author: definition.author })}</span> : undefined}
            okText={t('models.action.yes')}
            cancelText={t('models.action.no')}
            okButtonProps={{ disabled: isOwn }}
            onConfirm={() => {
              const by = requireAuthor()
              if (by !== undefined) mutate({ step, by })
            }}
          >
            <Button size="small" type={step === 'approve' ? 'primary' : 'default'} loading={isPending}>
              {t(`health.models.step.${step}`)}
            </Button>
          </Popconfirm>
        )
      })}
      {error !== null && <Failure error={error} compact />}
    </div>
  )
}
