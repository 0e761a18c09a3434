import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ANOMALIES, type WireModel } from '@millwright/model/wire/ai-model.ts'
import type { WireWatchedAsset } from '@millwright/model/wire/intelligence.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { useBackTestText } from './back-test-text.tsx'
import { betterOf, isSameTest, type Side } from './better-of.ts'
import { ModelActions } from './model-actions.tsx'
import { ModelStage } from './model-stage.tsx'
import { useEffectText } from './effects.tsx'

interface ComparisonProps {
  readonly output: string
  /** All of this output, newest first. */
  readonly models: readonly WireModel[]
  readonly watched: WireWatchedAsset | undefined
}

/** The model in charge beside a challenger, figure by figure, with the next step of each. */
export function Comparison({ output, models, watched }: ComparisonProps) {
  const { t } = useTranslation()
  const [chosenId, setChosenId] = useState<string>()
  const champion = models.find(({ stage }) => stage === 'champion')
  const challengers = models.filter(({ stage }) => stage === 'shadow' || stage === 'candidate')
  const challenger = challengers.find(({ id }) => id === chosenId) ?? challengers.find(({ stage }) => stage === 'shadow') ?? challengers[0]
  const isWatching = output === ANOMALIES
  return (
    <section className="mw-panel" aria-label={t('models.table.title')}>
      <div className="mw-models-bar">
        <h2>
          {t('models.table.title')} {!isWatching && <code>{output}</code>}
        </h2>
        {challengers.length > 1 && (
          <label className="mw-models-choose">
            <span className="mw-faint">{t('models.table.choose')}</span>
            <select value={challenger?.id} onChange={(event) => setChosenId(event.target.value)}>
              {challengers.map(({ id, version, stage }) => (
                <option key={id} value={id}>
                  {t('models.version', { version })} · {t(`models.stage.${stage}`)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {champion === undefined && challenger === undefined ? (
        <p>
          {isWatching && (
            <>
              {t('models.inCharge')}: <b>{t('models.selfLearned')}</b>.{' '}
            </>
          )}
          <span className="mw-faint">{t('models.table.noChallenger')}</span>
        </p>
      ) : (
        <div className="mw-table-box" tabIndex={0} role="region" aria-label={t('models.table.title')}>
          <table className="mw-table mw-compare">
            <thead>
              <tr>
                <th />
                <th scope="col">
                  {t('models.inCharge')}
                  {champion === undefined ? <strong>{isWatching ? t('models.selfLearned') : '–'}</strong> : <Named model={champion} />}
                </th>
                <th scope="col">
                  {t('models.table.challenger')}
                  {challenger === undefined ? <strong>–</strong> : <Named model={challenger} />}
                </th>
              </tr>
            </thead>
            <tbody>
              <Figures champion={champion} challenger={challenger} />
              <tr>
                <th scope="row" />
                <td>{champion !== undefined && <ModelActions model={champion} />}</td>
                <td>{challenger === undefined ? <span className="mw-faint">{t('models.table.noChallenger')}</span> : <ModelActions model={challenger} />}</td>
              </tr>
            </tbody>
          </table>
        </div>
      )}
      {champion === undefined && isWatching && <p className="mw-soft mw-models-help">{t('models.selfLearnedText')}</p>}
      {champion !== undefined && challenger !== undefined && <p className="mw-faint mw-models-help">{t(isSameTest(champion, challenger) ? 'models.table.better' : 'models.table.apart')}</p>}
      {challenger !== undefined && watched?.shadow === challenger.id && <Tally watched={watched} />}
    </section>
  )
}

function Named({ model }: { readonly model: WireModel }) {
  const { t } = useTranslation()
  return (
    <span className="mw-compare-name">
      <Link to={links.aiModel(model.id)}>{t('models.version', { version: model.version })}</Link> <ModelStage model={model} />
    </span>
  )
}

function Figures({ champion, challenger }: { readonly champion: WireModel | undefined; readonly challenger: WireModel | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  const text = useBackTestText()
  const effect = useEffectText()
  const pair = [champion, challenger] as const
  const better = betterOf(champion, challenger)
  const row = (name: string, cell: (model: WireModel) => ReactNode, winner?: Side) => (
    <tr key={name}>
      <th scope="row">{name}</th>
      {pair.map((model, index) => {
        const content = model === undefined ? '–' : cell(model)
        return <td key={index}>{winner === (index === 0 ? 'champion' : 'challenger') ? <b>{content}</b> : content}</td>
      })}
    </tr>
  )
  const metrics = [...new Set(pair.flatMap((model) => model?.metrics.map(({ name }) => name) ?? []))]
  const isWatching = pair.some((model) => model !== undefined && model.kind === 'watch')
  return (
    <>
      {(isWatching || pair.some((model) => model !== undefined && model.backTest !== null)) && (
        <>
          {row(t('models.table.found'), (model) => text.found(model.backTest), better.recall)}
          {row(t('models.table.falseAlarms'), (model) => text.falseAlarms(model.backTest), better.falseAlarms)}
          {row(t('models.table.delay'), (model) => text.delay(model.backTest), better.delay)}
          {row(t('models.table.lead'), (model) => text.lead(model.backTest), better.lead)}
          {row(t('models.table.judged'), (model) => text.judged(model.backTest))}
          {row(t('models.table.effects'), (model) => effect(model.verdictEffect))}
        </>
      )}
      {metrics.map((name) =>
        row(name.toUpperCase(), (model) => {
          const found = model.metrics.find((metric) => metric.name === name)
          return found === undefined ? '–' : `${format.value(Number(found.value.toPrecision(4)))}${found.baseline === null ? '' : ` (${t('models.table.baseline')} ${format.value(Number(found.baseline.toPrecision(4)))})`}`
        }),
      )}
      {row(t('models.table.data'), (model) => (model.dataSet === null ? '–' : `${format.date(model.dataSet.from)} – ${format.date(model.dataSet.to)}`))}
      {row(t('models.table.labels'), (model) => (model.dataSet === null ? '–' : format.count(model.dataSet.labels.length)))}
      {row(t('models.table.author'), (model) => model.author)}
    </>
  )
}

/** What both told of the same samples, since the shadow stands there. */
function Tally({ watched: { shadowTally } }: { readonly watched: WireWatchedAsset }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (shadowTally === null) return null
  const { anomalies, ofChampion, shared, frames } = shadowTally
  const either = anomalies + ofChampion - shared
  return (
    <p className="mw-models-help">
      {t('models.told', { anomalies: format.count(anomalies), champion: format.count(ofChampion), shared: format.count(shared), span: format.span(frames * 60_000) })}{' '}
      <span title={t('models.agreementHelp')}>
        {t('models.agreement')}: <b>{either <= 0 ? t('models.agreementNone') : format.percent(shared / either)}</b>
      </span>
    </p>
  )
}
