import { createHash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import type { WireConfusion, WireMetric } from '@millwright/model/wire/ai-model.ts'
import type { DriftReference } from '../drift/drift-reference.ts'
import { RowSample } from '../drift/row-sample.ts'
import { hashStretches, inTimeOrder, type SeriesStretch, type ToldAnomaly } from '../models/rehearsal.ts'
import { ClassScore, type LabelledStretch } from './class-score.ts'
import { InputRows } from './input-rows.ts'
import { ModelRunner } from './model-runner.ts'
import type { Followed } from './runner-messages.ts'
import { TruthScore } from './truth-score.ts'

/** What the thread is started with. */
export interface BackTestThreadData {
  readonly followed: Followed
  readonly maxMegabytes: number
  readonly providers: readonly string[]
  /** What people marked in the time, for models that tell classes. */
  readonly labels?: readonly LabelledStretch[]
}

export type BackTestOrder = { readonly type: 'window'; readonly stretches: readonly SeriesStretch[] } | { readonly type: 'finish' }

export type BackTestMessage =
  | { readonly type: 'taken' }
  | { readonly type: 'failed'; readonly message: string }
  | {
      readonly type: 'finished'
      readonly hash: string
      readonly samples: number
      readonly calls: number
      readonly told: readonly ToldAnomaly[]
      readonly judgedFromUs: number | undefined
      readonly metrics: readonly WireMetric[]
      readonly confusion: WireConfusion | null
      readonly judge: Uint8Array | undefined
      readonly references: readonly (DriftReference | null)[]
      readonly score: DriftReference | null
    }

const port = parentPort
if (port === null) throw new Error('BUG: back-test-thread.ts runs in a worker thread only')
const say = (message: BackTestMessage) => port.postMessage(message)
// Our own main thread wrote it.
const { followed, maxMegabytes, providers, labels = [] } = workerData as BackTestThreadData
let trouble: string | undefined
const runner = new ModelRunner({ maxMegabytes, providers, driftHours: 24, slackMs: 10_000, nowMs: () => Date.now(), onRests: (_model, reason) => (trouble = reason) })
runner.follow([followed])
const hash = createHash('sha256')
const rows = new InputRows(followed.rows)
const [inputs, scores] = [new RowSample(followed.series.length), new RowSample(1)]
const truth = new TruthScore(followed.call?.contract, followed.rows.stepUs)
const contract = followed.call?.contract
const classes = contract?.output.means === 'class' ? new ClassScore(contract, labels) : undefined
const told: (ToldAnomaly & { id: string })[] = []
let [samples, judgedFromUs] = [0, undefined as number | undefined]

port.on('message', (order: BackTestOrder) => {
  obey(order).catch((thrown: unknown) => say({ type: 'failed', message: thrown instanceof Error ? thrown.message : String(thrown) }))
})

async function obey(order: BackTestOrder): Promise<void> {
  if (order.type === 'finish') return finish()
  samples += hashStretches(hash, order.stretches)
  const builder = new BatchBuilder()
  let newestUs = 0
  if (classes !== undefined) for (const stretch of order.stretches) if (stretch.series === followed.call?.target) takeTruth(stretch, classes)
  inTimeOrder(order.stretches.filter(({ values }) => values instanceof Float64Array), ({ series, values, status }, at, timeUs) => {
    const [value, code] = [Number(values[at]), status[at] as number]
    builder.addNumber(series, timeUs, value, code)
    if (series === followed.call?.target) truth.measured(timeUs, value)
    const index = followed.series.indexOf(series)
    if (index >= 0) rows.add(index, timeUs, value, code, timeUs, () => inputs.add(rows.newest()))
    newestUs = timeUs
  })
  runner.take(builder.view(newestUs))
  await runner.pump(Number.MAX_SAFE_INTEGER)
  if (trouble !== undefined) return say({ type: 'failed', message: trouble })
  for (const model of runner.models) {
    const { outputs, news } = model.drain()
    for (const [at, label] of (outputs?.labels ?? []).entries()) if (label !== null) classes?.said(outputs?.timesUs[at] ?? 0, label)
    classes?.settle()
    for (const [at, value] of (outputs?.values ?? []).entries()) {
      if (Number.isNaN(value)) continue
      scores.add(Float64Array.of(value))
      truth.said(outputs?.timesUs[at] ?? 0, value)
    }
    truth.settle()
    judgedFromUs ??= model.calibratedFromUs
    for (const { id, detectedUs, endedUs } of news) {
      const known = told.find((one) => one.id === id)
      if (known === undefined) told.push({ id, detectedUs, endedUs })
      else known.endedUs = endedUs
    }
  }
  say({ type: 'taken' })
}

/** Texts are names of classes; a whole number is the place of one. */
function takeTruth({ timesUs, values }: SeriesStretch, into: ClassScore): void {
  for (const [at, timeUs] of timesUs.entries()) {
    const value = values[at]
    if (value === null || value === undefined || Number.isNaN(value)) continue
    into.measured(timeUs, typeof value === 'string' ? value : (contract?.output.labels?.[value] ?? String(value)))
  }
}

function finish(): void {
  const [model] = [...runner.models]
  const judge = model === undefined || followed.call?.contract.output.means !== 'anomaly_score' ? undefined : model.judgeState()
  const [score = null] = scores.references()
  const alarms = classes?.alarms
  say({ type: 'finished', hash: hash.digest('hex'), samples, calls: model?.stats.calls ?? 0, told: alarms?.told ?? told.map(({ detectedUs, endedUs }) => ({ detectedUs, endedUs })), judgedFromUs: alarms?.judgedFromUs ?? judgedFromUs, metrics: classes?.metrics() ?? truth.metrics(), confusion: classes?.confusion() ?? null, judge, references: inputs.references(), score })
  runner.end()
}
