import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName } from '@millwright/model/path.ts'
import { ANOMALIES, type WireModel } from '@millwright/model/wire/ai-model.ts'
import { modelQuery } from '../../api/model-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { AssetCrumbs } from '../../parts/asset-crumbs.tsx'
import { Fact } from '../../parts/fact.tsx'
import { Icon } from '../../parts/icon.tsx'
import { QueryView } from '../../parts/view-state.tsx'
import { useBackTestText } from './back-test-text.tsx'
import { ConfusionPanel } from './confusion-panel.tsx'
import { DataSetPanel } from './data-set-panel.tsx'
import { DriftPanel } from './drift-panel.tsx'
import { Effects } from './effects.tsx'
import { ModelActions } from './model-actions.tsx'
import { ModelCard } from './model-card.tsx'
import { isRenewed, ModelStage } from './model-stage.tsx'
import { OnnxPanel } from './onnx-panel.tsx'

/** One model: what it is for, how it did, what it stands on, how far the present has moved from that, and what people did with it. */
export function ModelPage({ id }: { readonly id: string }) {
  const query = useQuery(modelQuery(id))
  return <QueryView query={query}>{(model) => <Content model={model} />}</QueryView>
}

function Content({ model }: { readonly model: WireModel }) {
  const { t } = useTranslation()
  const { asset, version, stage, failure } = model
  const isLearnedAnew = stage !== 'training' && stage !== 'failed' && isRenewed(model)
  return (
    <>
      <Link className="mw-back" to={links.modelsOf(asset)}>
        <Icon name="back" size={16} /> {t('models.compare')}: {lastName(asset)}
      </Link>
      <header className="mw-models-head">
        <AssetCrumbs path={asset} to={links.plant} />
        <div className="mw-models-bar">
          <h2 className="mw-models-title">
            <Link to={links.modelsOf(asset)}>{lastName(asset)}</Link> · {model.onnx === null || model.onnx === undefined ? '' : `${model.onnx.contract.name} · `}
            {t('models.version', { version })} <ModelStage model={model} />
          </h2>
          <ModelActions model={model} />
        </div>
        <p className="mw-soft">{t(isLearnedAnew ? 'models.renewing' : stage === 'candidate' && model.backTest === null && model.metrics.length === 0 ? 'models.untested' : `models.stageHelp.${stage}`)}</p>
        {failure !== null && (
          <p className="mw-notice mw-notice-outside">
            {t('models.facts.failure')}: {failure}
          </p>
        )}
      </header>
      <div className="mw-models-columns">
        <div className="mw-models-main">
          <Figures model={model} />
          <ConfusionPanel model={model} />
          {model.output === ANOMALIES && <Effects model={model} />}
          <OnnxPanel model={model} />
          <DriftPanel model={model} />
          <ModelCard model={model} />
        </div>
        <div className="mw-models-main">
          <Facts model={model} />
          {(model.dataSet !== null || model.kind === 'watch') && <DataSetPanel model={model} />}
          <History model={model} />
        </div>
      </div>
    </>
  )
}

/** The back-test and the standard metrics, as figures. */
function Figures({ model: { backTest, metrics } }: { readonly model: WireModel }) {
  const { t } = useTranslation()
  const format = useFormat()
  const text = useBackTestText()
  if (backTest === null && metrics.length === 0) return null
  return (
    <section className="mw-panel" aria-label={t('models.table.figures')}>
      <h2>{t('models.table.figures')}</h2>
      <dl className="mw-test">
        {backTest !== null && (['found', 'falseAlarms', 'delay', 'lead', 'judged'] as const).map((name) => <Figure key={name} name={t(`models.table.${name}`)} {...(name === 'found' && backTest.events === 0 ? { value: '–', note: t('models.table.unmeasured') } : { value: text[name](backTest) })} />)}
        {metrics.map(({ name, value, baseline, unit }) => (
          <Figure key={name} name={name.toUpperCase()} value={`${format.value(Number(value.toPrecision(4)))} ${unit ?? ''}`} note={baseline === null ? undefined : `${t('models.table.baseline')} ${format.value(Number(baseline.toPrecision(4)))}`} />
        ))}
      </dl>
      <p className="mw-faint">{t('models.table.how')}</p>
    </section>
  )
}

function Figure({ name, value, note }: { readonly name: string; readonly value: string; readonly note?: string | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <b>{value}</b> {note !== undefined && <span className="mw-faint">{note}</span>}
      </dd>
    </div>
  )
}

function Facts({ model: { id, author, approver, created, codeVersion, experiment } }: { readonly model: WireModel }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <section className="mw-panel" aria-label={t('models.facts.title')}>
      <h2>{t('models.facts.title')}</h2>
      <dl className="mw-fact-list">
        <Fact name={t('models.facts.author')}>{author}</Fact>
        <Fact name={t('models.facts.approver')}>{approver ?? <span className="mw-faint">{t('models.facts.noApprover')}</span>}</Fact>
        <Fact name={t('models.facts.created')}>{format.dateTime(created)}</Fact>
        {experiment !== null && experiment !== undefined && <Fact name={t('models.facts.experiment')}>{experiment}</Fact>}
        <Fact name={t('models.facts.code')}>
          <code>{codeVersion}</code>
        </Fact>
        <Fact name={t('models.facts.id')}>
          <code>{id}</code>
        </Fact>
      </dl>
    </section>
  )
}

/** Every step of its life, the newest first, with who took it. */
function History({ model: { history } }: { readonly model: WireModel }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <section className="mw-panel" aria-label={t('models.history.title')}>
      <h2>{t('models.history.title')}</h2>
      <ol className="mw-said">
        {history.toReversed().map(({ time, stage, by, note }, index) => (
          <li key={`${time} ${index}`}>
            <b>{t(`models.stage.${stage}`)}</b>
            {note !== undefined && <span>{note}</span>}
            <span className="mw-faint">{t('models.history.by', { time: format.time(time), by })}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
