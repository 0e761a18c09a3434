import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { WireModel } from '@millwright/model/wire/ai-model.ts'
import type { WireOnnxRun } from '@millwright/model/wire/onnx.ts'
import { afterModelChange, backTestModel } from '../../api/model-queries.ts'
import { onnxRunsQuery } from '../../api/onnx-queries.ts'
import { unitText } from '../../i18n/unit.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { requireAuthor } from '../../parts/author.ts'
import { Fact } from '../../parts/fact.tsx'
import { Failure } from '../../parts/view-state.tsx'

/** A model that somebody brought: its contract, how it was checked, how it runs now. */
export function OnnxPanel({ model }: { readonly model: WireModel }) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const test = useMutation({ mutationFn: (by: string) => backTestModel(model.id, by), onSettled: () => afterModelChange(client) })
  if (model.onnx === null || model.onnx === undefined) return null
  const { contract, check, file } = model.onnx
  const { inputs, output, rows, stepSeconds, fill } = contract
  return (
    <section className="mw-panel" aria-label={t('models.onnx.title')}>
      <div className="mw-models-bar">
        <h2>{t('models.onnx.title')}</h2>
        <Button
          size="small"
          loading={test.isPending}
          onClick={() => {
            const by = requireAuthor()
            if (by !== undefined) test.mutate(by)
          }}
        >
          {t('models.onnx.backTest')}
        </Button>
      </div>
      {test.error !== null && <Failure error={test.error} compact />}
      <Running id={model.id} />
      <dl className="mw-fact-list">
        <Fact name={t('models.onnx.takes')}>{inputs.map(({ signal, unit }) => `${signal}${unit === undefined ? '' : ` (${unitText(unit)})`}`).join(', ')}</Fact>
        <Fact name={t('models.onnx.window')}>
          {t('models.onnx.windowOf', { rows: format.count(rows), span: format.span(stepSeconds * 1_000) })} {t(`models.onnx.fill.${fill.rule}`, { span: format.span(fill.seconds * 1_000), value: fill.value ?? 0 })}
        </Fact>
        <Fact name={t('models.onnx.gives')}>
          {t(`models.onnx.means.${output.means}`)}: <Link to={links.trend([`${model.asset}/${output.signal}`])}>{output.signal}</Link> {unitText(output.unit)}
        </Fact>
        <Fact name={t('models.onnx.checked')}>
          {t('models.onnx.checkedBy', { pairs: format.count(check.pairs) })} {check.worst !== null && t('models.onnx.worst', { share: format.percent(check.worst) })} {t('models.onnx.call', { us: format.value(Number(check.callUs.toPrecision(2))) })}
        </Fact>
        <Fact name={t('models.onnx.file')}>
          <code>{file}</code>
        </Fact>
      </dl>
    </section>
  )
}

function Running({ id }: { readonly id: string }) {
  const { t } = useTranslation()
  const { data } = useQuery(onnxRunsQuery)
  if (data === undefined) return null
  if (!data.isAvailable) return <p className="mw-state-outside">{t('models.onnx.noRuntime', { reason: data.why ?? '–' })}</p>
  const run = data.models.find(({ model }) => model === id)
  if (run === undefined) return null
  const { runtime } = data
  return (
    <>
      <Run run={run} />
      {runtime !== null && (runtime.kind === 'wasm' || runtime.note !== null) && (
        <p className="mw-faint">{runtime.kind === 'wasm' ? t('models.onnx.onWasm', { reason: runtime.note ?? t('models.onnx.wasmAsked') }) : t('models.onnx.otherProvider', { provider: runtime.providers.join(', '), reason: runtime.note ?? '' })}</p>
      )}
    </>
  )
}

function Run({ run: { state, calls, failures, timeouts, skipped, missing, callUs, trouble, nextTry, last } }: { readonly run: WireOnnxRun }) {
  const { t } = useTranslation()
  const format = useFormat()
  const isWell = state === 'running' || state === 'filling' || state === 'off'
  return (
    <p>
      <b className={isWell ? undefined : 'mw-state-outside'}>{t(`models.onnx.state.${state}`)}</b>{' '}
      {t('models.onnx.calls', { calls: format.count(calls), failures: format.count(failures + timeouts), skipped: format.count(skipped), us: callUs === null ? '–' : format.value(Number(callUs.toPrecision(2))) })}{' '}
      {missing.length > 0 && t('models.onnx.missing', { signals: missing.join(', ') })} {trouble !== null && <span className="mw-state-outside">{trouble}</span>} {nextTry !== null && t('models.onnx.nextTry', { time: format.time(nextTry) })}{' '}
      {last !== null && <span className="mw-faint">{t('models.onnx.last', { value: format.value(last.value), time: format.time(last.time) })}</span>}
    </p>
  )
}
