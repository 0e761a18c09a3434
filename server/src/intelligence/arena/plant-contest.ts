import { Worker } from 'node:worker_threads'
import { US_PER_MS } from '@millwright/model/time.ts'
import { LABEL_KINDS } from '@millwright/model/wire/label.ts'
import type { WireArenaContest } from '@millwright/model/wire/arena.ts'
import type { Historian } from '../../historian/historian.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import { backTest, type KnownEvent } from '../models/back-test.ts'
import type { DataSets, StoredDataSet } from '../models/data-sets.ts'
import type { ToldAnomaly } from '../models/rehearsal.ts'
import { readWindow, type TrainSeries, WINDOW_US } from '../models/trainer.ts'
import { backTestOnnx } from '../onnx/back-test-onnx.ts'
import { planCalls, rowSettings } from '../onnx/call-plan.ts'
import { refused } from '../onnx/try-model.ts'
import type { ArenaRow, ArenaTable } from './arena-table.ts'
import type { EnteredModel } from './entered-model.ts'
import { PLANT_DETECTORS, type PlantVerdict } from './plant-judges.ts'
import type { PlantJudgesAnswer, PlantJudgesOrder, PlantJudgesTask } from './plant-judges-thread.ts'

const PREFIX = 'data-set/'
/** Data sets that are offered, the newest. */
const MAX_OFFERED = 100
/** The part of the time that is only learned from. */
const LEARNED = 1 / 4
const MINUTE_S = 60

export interface PlantContestParts {
  readonly dataSets: Pick<DataSets, 'list' | 'get'>
  readonly history: Pick<Historian, 'readSamples'>
  readonly plant: Pick<AssetModel, 'signalBySeries' | 'assetById'>
  readonly alarmsPerWeek: number
  readonly trainMegabytes: number
  readonly onnxMegabytes: number
  readonly onnxProviders: readonly string[]
}

/** How a run is followed and ended. */
export interface RunControl {
  readonly signal: AbortSignal
  onProgress(part: number): void
}

/** Named data sets of the plant as collections: the labels of its people are the truth. */
export class PlantContests {
  readonly #parts: PlantContestParts

  constructor(parts: PlantContestParts) {
    this.#parts = parts
  }

  list(): WireArenaContest[] {
    return this.#parts.dataSets.list().filter(({ state }) => state === 'ready').slice(0, MAX_OFFERED).map((set) => this.#contest(set))
  }

  /** One by its name; undefined where it is none of ours, or not read yet. */
  find(name: string): WireArenaContest | undefined {
    const set = name.startsWith(PREFIX) ? this.#parts.dataSets.get(name.slice(PREFIX.length)) : undefined
    return set?.state === 'ready' ? this.#contest(set) : undefined
  }

  /** Scores detectors of ours, a model, or both. Rejects with NOT_FOUND, MODEL_REFUSED, LIMIT_REACHED (memory) or STOPPING. */
  async run(name: string, { detectors, model }: { readonly detectors: readonly string[]; readonly model: EnteredModel | undefined }, control: RunControl): Promise<ArenaTable> {
    const set = this.#parts.dataSets.get(name.slice(PREFIX.length))
    if (set === undefined) throw new MillwrightError('NOT_FOUND', `there is no data set "${name}"`)
    const share = model === undefined ? 1 : detectors.length === 0 ? 0 : 0.5
    const verdicts: (Omit<PlantVerdict, 'costUs'> & { readonly costUs?: number })[] = []
    if (model !== undefined) verdicts.push({ who: model.title, told: await this.#model(set, model, { ...control, onProgress: (part) => control.onProgress((1 - share) * part) }) })
    if (detectors.length > 0) verdicts.push(...(await this.#ours(set, detectors, { ...control, onProgress: (part) => control.onProgress(1 - share + share * part) })))
    return this.#table(set, verdicts)
  }

  #contest(set: StoredDataSet): WireArenaContest {
    const { plant } = this.#parts
    const labelled = set.data.labels.some(({ kind }) => kind === 'fault')
    return {
      name: PREFIX + set.id, source: 'plant', title: titleOf(set, plant), detectors: [...PLANT_DETECTORS], needs: null,
      signals: set.data.signals.flatMap((series) => plant.signalBySeries(series)?.name ?? []),
      missing: labelled ? null : 'no fault was labelled in its time: there is nothing to find',
    }
  }

  /** Ours, in a thread of their own that is given one window at a time: memory is bounded whatever the range. */
  async #ours({ data }: StoredDataSet, detectors: readonly string[], { signal, onProgress }: RunControl): Promise<readonly PlantVerdict[]> {
    const { history, alarmsPerWeek, trainMegabytes: maxMegabytes } = this.#parts
    const task: PlantJudgesTask = { shape: { signals: data.signals, states: data.states }, alarmsPerWeek, detectors }
    const worker = new Worker(new URL('./plant-judges-thread.ts', import.meta.url), { workerData: task, name: 'arena', resourceLimits: { maxOldGenerationSizeMb: maxMegabytes } })
    const failed = Promise.withResolvers<never>()
    failed.promise.catch(() => undefined)
    worker.on('error', (error: Error) => failed.reject(new MillwrightError('INTERNAL', `the run failed: ${error.message}`, { cause: error })))
    worker.on('exit', () => failed.reject(new MillwrightError('INTERNAL', 'the thread of the run ended')))
    const cancel = () => failed.reject(new MillwrightError('STOPPING', 'it was cancelled'))
    signal.addEventListener('abort', cancel, { once: true })
    const ask = (order: PlantJudgesOrder): Promise<PlantJudgesAnswer> => {
      const answered = new Promise<PlantJudgesAnswer>((resolve) => worker.once('message', resolve))
      worker.postMessage(order)
      return Promise.race([answered, failed.promise])
    }
    try {
      const [fromUs, toUs] = [data.from * US_PER_MS, data.to * US_PER_MS]
      const series = this.#series([...data.states, ...data.signals])
      for (let from = fromUs; from < toUs; from += WINDOW_US) {
        await ask({ type: 'window', stretches: await readWindow({ series, maxMegabytes, signal }, history, from, Math.min(toUs, from + WINDOW_US)) })
        onProgress(Math.min(1, (from + WINDOW_US - fromUs) / (toUs - fromUs)))
      }
      const answer = await ask({ type: 'finish' })
      if (answer.type !== 'finished') throw new Error('BUG: the arena thread answered something else')
      return answer.verdicts
    } finally {
      signal.removeEventListener('abort', cancel)
      await worker.terminate()
    }
  }

  /** A model as it would run in service: its own rows, its scores judged by how rare they are. */
  async #model({ asset, data }: StoredDataSet, { file, path, contract }: EnteredModel, { signal, onProgress }: RunControl): Promise<readonly ToldAnomaly[]> {
    const { history, plant, alarmsPerWeek, onnxMegabytes, onnxProviders, trainMegabytes } = this.#parts
    const planned = planCalls(contract, file)
    if ('refusals' in planned) throw refused([...planned.refusals])
    const series = contract.inputs.map(({ signal: name }) => {
      const found = data.signals.find((one) => plant.signalBySeries(one)?.name === name)
      if (found === undefined) throw new MillwrightError('SIGNAL_UNKNOWN', `the data set has no signal "${name}" any more`)
      return found
    })
    const followed = {
      id: 'arena', asset, role: 'champion' as const, output: contract.output.signal, series, rows: rowSettings(contract), references: series.map(() => undefined), scoreReference: undefined, taught: [], alarmsPerWeek,
      call: { file: file.file, path, contract, plan: planned.plan, target: undefined, judge: undefined },
    }
    const { told } = await backTestOnnx({ thread: { followed, maxMegabytes: onnxMegabytes, providers: onnxProviders }, series: this.#series(series), fromUs: data.from * US_PER_MS, toUs: data.to * US_PER_MS, maxMegabytes: trainMegabytes, signal, onProgress }, history)
    return told
  }

  #series(ids: readonly number[]): TrainSeries[] {
    return ids.flatMap((series) => {
      const signal = this.#parts.plant.signalBySeries(series)
      return signal === undefined ? [] : [{ series, kind: signal.kind }]
    })
  }

  #table(set: StoredDataSet, verdicts: readonly (Omit<PlantVerdict, 'costUs'> & { readonly costUs?: number })[]): ArenaTable {
    const { data } = set
    return {
      title: titleOf(set, this.#parts.plant),
      protocol:
        `Samples of this plant (SHA-256 ${data.hash.slice(0, 12)}), truth: ${data.labels.length} labels of its people, which no detector is shown. The first quarter of the time is only learned from. Each is causal and learns along. The watch and a model that was brought are judged as in service, at ${this.#parts.alarmsPerWeek} false alarms a machine and week; the charts at their settings for SKAB, a row a minute. Found: an anomaly overlaps the label. No point adjustment.`,
      halves: 'of the time after its first quarter: the first half tune, the second report',
      columns: [{ name: 'faults', digits: 0 }, { name: 'recall', digits: 3 }, { name: 'false a day', digits: 2 }, { name: 'delay min', digits: 0 }, { name: 'before end min', digits: 0 }],
      rows: plantRows(verdicts, data.labels.flatMap(({ kind, from, to }) => eventOf(kind, from, to)), { fromUs: data.from * US_PER_MS, toUs: data.to * US_PER_MS }),
    }
  }
}

/** Leaderboard rows of what was told of a machine against what its people know: each half of the judged time, and all of it. */
export function plantRows(verdicts: readonly (Omit<PlantVerdict, 'costUs'> & { readonly costUs?: number })[], known: readonly KnownEvent[], { fromUs, toUs }: { readonly fromUs: number; readonly toUs: number }): ArenaRow[] {
  const begin = fromUs + LEARNED * (toUs - fromUs)
  const middle = (begin + toUs) / 2
  const ranges = { tune: { fromUs: begin, toUs: middle }, report: { fromUs: middle, toUs }, all: { fromUs: begin, toUs } } as const
  return (['tune', 'report', 'all'] as const).flatMap((on) =>
    verdicts.map(({ who, told, costUs }): ArenaRow => {
      const range = ranges[on]
      const inRange = told.filter(({ detectedUs, endedUs = toUs }) => endedUs > range.fromUs && detectedUs < range.toUs)
      const { events, recall, falseAlarmsPerDay, delaySeconds, leadSeconds } = backTest(inRange, known, range)
      const minutes = (seconds: number | null) => (seconds === null ? undefined : seconds / MINUTE_S)
      return { who, on, values: [events, recall ?? undefined, falseAlarmsPerDay ?? undefined, minutes(delaySeconds), minutes(leadSeconds)], ...(costUs !== undefined && { costUs }) }
    }),
  )
}

function eventOf(kind: string, from: number, to: number): KnownEvent[] {
  const known = LABEL_KINDS.find((one) => one === kind)
  return known === undefined ? [] : [{ kind: known, fromUs: from * US_PER_MS, toUs: to * US_PER_MS }]
}

function titleOf({ name, asset }: StoredDataSet, plant: PlantContestParts['plant']): string {
  return `${name} (${plant.assetById(asset)?.path ?? `#${asset}`})`
}
