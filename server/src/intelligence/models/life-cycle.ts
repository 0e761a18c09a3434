import { randomUUID } from 'node:crypto'
import { US_PER_DAY, US_PER_MS } from '@millwright/model/time.ts'
import { ANOMALIES, type WireDataSet } from '@millwright/model/wire/ai-model.ts'
import type { Historian } from '../../historian/historian.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import type { EventLog } from '../../plant/event-log.ts'
import { CODE_VERSION, standingVerdicts, type AnomalyStore } from '../anomalies/anomaly-store.ts'
import { taughtBy, type LabelStore, type StoredLabel } from '../feedback/label-store.ts'
import { SELF_LEARNED } from '../runtime/asset-slot.ts'
import { MAX_SIGNALS } from '../runtime/asset-watch.ts'
import type { IsComputed } from '../runtime/plant-catalogue.ts'
import type { WatchClient } from '../runtime/watch-client.ts'
import { backTest } from './back-test.ts'
import { atStage, mayBecome, type ModelRecord } from './model-record.ts'
import type { ModelRegistry } from './model-registry.ts'
import { train, type Trained, type TrainingOrder, type TrainSeries } from './trainer.ts'

const DEFAULT_DAYS = 30
/** Trainings that may wait for their turn. */
const MAX_QUEUED = 50
/** Judged anomalies that a finished model is tried on, the newest. */
const MAX_REPLAYS = 20
const PURPOSE = 'Tells when the signals of this machine do not go together as they normally do, in each of its operating states. It says nothing about states that it never saw, and knows no limits of safety.'

export interface LifeCycleParts {
  readonly models: ModelRegistry
  readonly labels: LabelStore
  readonly anomalies: AnomalyStore
  readonly plant: AssetModel
  /** Signals that Millwright itself computes are not learned from. */
  readonly isComputed: IsComputed
  readonly history: Pick<Historian, 'readSamples'>
  readonly stream: Pick<WatchClient, 'order'>
  readonly events: Pick<EventLog, 'record'>
  readonly clock: Clock
  readonly log: Log
  readonly alarmsPerWeek: number
  readonly trainMegabytes: number
}

/** From data to a model in service and back: train, shadow, promote, roll back, retire. Nobody approves their own model. */
export class LifeCycle {
  readonly #parts: LifeCycleParts
  #queue: Promise<void> = Promise.resolve()
  #queued = 0
  readonly #running = new Map<string, AbortController>()

  constructor(parts: LifeCycleParts) {
    this.#parts = parts
  }

  /** What was being trained when the program ended will not be finished. */
  async recover(): Promise<void> {
    const { models, clock } = this.#parts
    for (const model of models.list()) {
      if (model.stage === 'training') await models.put({ ...atStage(model, { stage: 'failed', by: 'Millwright', nowUs: clock.nowUs() }), failure: 'Millwright was stopped during the training' })
    }
  }

  /** Begins a training; answers the record at once, its progress shows in it. Rejects with LIMIT_REACHED, OVERLOADED or PAYLOAD_INVALID. */
  async begin(asset: number, range: { readonly fromUs?: number | undefined; readonly toUs?: number | undefined }, author: string): Promise<ModelRecord> {
    const { models, clock } = this.#parts
    const toUs = Math.min(range.toUs ?? clock.nowUs(), clock.nowUs())
    const fromUs = range.fromUs ?? toUs - DEFAULT_DAYS * US_PER_DAY
    if (toUs - fromUs < US_PER_DAY / 24) throw new MillwrightError('PAYLOAD_INVALID', 'a model needs at least an hour of data, and a day to judge by')
    if (this.#queued >= MAX_QUEUED) throw new MillwrightError('OVERLOADED', `${MAX_QUEUED} trainings wait already`)
    const series = this.#seriesOf(asset)
    if (series.signals.length === 0) throw new MillwrightError('PAYLOAD_INVALID', 'this asset has no numeric signals to learn from')
    const version = 1 + Math.max(0, ...models.of(asset).map((model) => model.version))
    const nowUs = clock.nowUs()
    const blank: ModelRecord = {
      id: randomUUID(), asset, kind: 'watch', output: ANOMALIES, notes: '', metrics: [], verdictEffect: null, experiment: null, dataSetId: null, onnx: null, version, stage: 'training', isKilled: false, author: author.trim(), approver: null, created: Math.round(nowUs / US_PER_MS), codeVersion: CODE_VERSION,
      purpose: PURPOSE, progress: 0, failure: null, dataSet: null, backTest: null, effects: [], history: [], hasState: false,
    }
    const record = atStage(blank, { stage: 'training', by: blank.author, nowUs })
    await models.put(record)
    this.#queued++
    this.#running.set(record.id, new AbortController())
    this.#queue = this.#queue.then(() => this.#train(record, series, fromUs, toUs))
    return record
  }

  /** Cancels a training that runs or waits. */
  cancel(id: string): boolean {
    const controller = this.#running.get(id)
    controller?.abort()
    return controller !== undefined
  }

  /** Settles when no training runs or waits. */
  idle(): Promise<void> {
    return this.#queue
  }

  async stop(): Promise<void> {
    for (const controller of this.#running.values()) controller.abort()
    await this.#queue
  }

  /** Puts a candidate beside the champion. One shadow an asset: another one goes back to candidate. */
  async shadow(id: string, by: string, note?: string): Promise<ModelRecord> {
    const { models, stream } = this.#parts
    const model = this.#expect(id, 'shadow')
    const state = await models.state(id)
    if (state === undefined) throw new MillwrightError('CORRUPT_FILE', 'the learned state of this model is missing; train it again')
    for (const other of models.of(model.asset)) if (other.stage === 'shadow') await this.#move(other, 'candidate', by, 'another one is tried')
    stream.order({ type: 'install', asset: model.asset, role: 'shadow', model: id, state })
    return await this.#move(model, 'shadow', by, note)
  }

  /** The shadow becomes the champion, approved by somebody who did not make it; the one before is kept to go back to. */
  async promote(id: string, by: string, note?: string): Promise<ModelRecord> {
    const { stream, models } = this.#parts
    const model = this.#expect(id, 'champion')
    if (model.stage === 'retired') throw new MillwrightError('CONFLICT', 'a retired model comes back by rolling back to it')
    if (sameName(by, model.author)) throw new MillwrightError('CONFLICT', `${model.author} made this model; somebody else approves it`)
    for (const other of models.of(model.asset)) if (other.stage === 'champion') await this.#move(other, 'retired', by, `replaced by version ${model.version}`)
    stream.order({ type: 'promote', asset: model.asset, model: id })
    return await this.#move({ ...model, approver: by.trim() }, 'champion', by, note)
  }

  /** Goes back to the champion before this one, with what it had learned. */
  async rollBack(id: string, by: string, note?: string): Promise<ModelRecord> {
    const { models, stream } = this.#parts
    const model = this.#get(id)
    if (model.stage !== 'champion') throw new MillwrightError('CONFLICT', `only a champion is rolled back; this model is ${model.stage}`)
    const before = models.of(model.asset).find((other) => other.stage === 'retired' && other.approver !== null && other.hasState)
    const target = before?.id ?? selfLearnedId(model.asset)
    stream.order({ type: 'install', asset: model.asset, role: 'champion', model: before?.id ?? SELF_LEARNED, state: await models.state(target) })
    const retired = await this.#move(model, 'retired', by, note ?? 'rolled back')
    if (before !== undefined) await this.#move(before, 'champion', by, `back from version ${model.version}`)
    return retired
  }

  /** Takes a candidate or a shadow out for good. */
  async retire(id: string, by: string, note?: string): Promise<ModelRecord> {
    const model = this.#get(id)
    if (model.stage === 'champion') return await this.rollBack(id, by, note)
    this.#expect(id, 'retired')
    if (model.stage === 'shadow') this.#parts.stream.order({ type: 'drop', asset: model.asset })
    return await this.#move(model, 'retired', by, note)
  }

  /** Keeps the state of a champion that was replaced. */
  async keep(asset: number, model: string, state: Uint8Array): Promise<void> {
    await this.#parts.models.putState(model === SELF_LEARNED ? selfLearnedId(asset) : model, state)
  }

  /** Trains once more on the same reference and compares the fingerprint of the data. */
  async rebuild(id: string): Promise<{ hash: string; expected: string; isSame: boolean; samples: number }> {
    const { history } = this.#parts
    const { dataSet, asset } = this.#get(id)
    if (dataSet === null) throw new MillwrightError('CONFLICT', 'this model has no data set yet')
    const controller = new AbortController()
    const trained = await train(this.#order({ asset, signals: dataSet.signals, states: dataSet.states }, dataSet, [], controller.signal, () => undefined), history)
    return { hash: trained.hash, expected: dataSet.hash, isSame: trained.hash === dataSet.hash, samples: trained.samples }
  }

  async #train(record: ModelRecord, series: Series, fromUs: number, toUs: number): Promise<void> {
    const { models, labels, history, log, clock, events, plant } = this.#parts
    const controller = this.#running.get(record.id) ?? new AbortController()
    try {
      const used = labels.of(record.asset).filter((label) => label.toUs > fromUs && label.fromUs < toUs)
      const dataSet: WireDataSet = {
        signals: [...series.signals], states: [...series.states], from: fromUs / US_PER_MS, to: toUs / US_PER_MS, alarmsPerWeek: this.#parts.alarmsPerWeek, samples: 0, hash: '',
        labels: used.map(({ id, version, kind, fromUs: from, toUs: to, author }) => ({ id, version, kind, from: from / US_PER_MS, to: to / US_PER_MS, author })),
      }
      const judged = this.#judged(record.asset, fromUs, toUs)
      const onProgress = (progress: number) => void models.put({ ...(models.get(record.id) ?? record), progress })
      const trained = await train(this.#order(series, dataSet, judged, controller.signal, onProgress), history)
      await models.putState(record.id, trained.state)
      await models.put(atStage({ ...record, progress: 1, hasState: true, dataSet: { ...dataSet, samples: trained.samples, hash: trained.hash }, ...this.#results(trained, used, judged, toUs) }, { stage: 'candidate', by: record.author, nowUs: clock.nowUs() }))
      void events.record({ kind: 'model.trained', path: plant.assetById(record.asset)?.path ?? null, data: { id: record.id, version: record.version, author: record.author } })
    } catch (thrown) {
      if (!(thrown instanceof MillwrightError)) log.error({ err: thrown, model: record.id }, 'a training failed')
      await models.put({ ...atStage(record, { stage: 'failed', by: 'Millwright', nowUs: clock.nowUs() }), failure: messageOf(thrown) }).catch((err: unknown) => log.error({ err }, 'a failed training could not be recorded'))
    } finally {
      this.#queued--
      this.#running.delete(record.id)
    }
  }

  #results(trained: Trained, labels: readonly StoredLabel[], judged: readonly Judged[], toUs: number): Pick<ModelRecord, 'backTest' | 'effects'> {
    const measured = trained.judgedFromUs === undefined ? null : backTest(trained.told, labels, { fromUs: trained.judgedFromUs, toUs })
    return { backTest: measured, effects: judged.map(({ id, verdict }) => ({ anomaly: id, verdict, toldAgain: trained.toldAgain.get(id) ?? false })) }
  }

  #order(series: Series, dataSet: WireDataSet, replays: TrainingOrder['replays'], signal: AbortSignal, onProgress: (part: number) => void): TrainingOrder {
    const { plant, trainMegabytes } = this.#parts
    const kindOf = (id: number): TrainSeries[] => {
      const signalOf = plant.signalBySeries(id)
      return signalOf === undefined ? [] : [{ series: id, kind: signalOf.kind }]
    }
    const taught = taughtBy(dataSet.labels.map(({ from, to, kind }) => ({ kind, fromUs: from * US_PER_MS, toUs: to * US_PER_MS }) as StoredLabel))
    return {
      thread: { shape: { signals: series.signals, states: series.states }, alarmsPerWeek: dataSet.alarmsPerWeek, taught },
      series: [...series.states, ...series.signals].flatMap(kindOf),
      fromUs: dataSet.from * US_PER_MS, toUs: dataSet.to * US_PER_MS, replays, maxMegabytes: trainMegabytes, signal, onProgress,
    }
  }

  #judged(asset: number, fromUs: number, toUs: number): Judged[] {
    const found = [...this.#parts.anomalies.all.values()].filter((anomaly) => anomaly.asset === asset && anomaly.verdicts.length > 0 && anomaly.detectedUs >= fromUs && anomaly.detectedUs < toUs)
    return found.sort((a, b) => b.detectedUs - a.detectedUs).slice(0, MAX_REPLAYS).map((anomaly) => ({ id: anomaly.id, fromUs: anomaly.beganUs, toUs: anomaly.endedUs ?? toUs, verdict: standingVerdicts(anomaly)[0]?.verdict ?? 'known' }))
  }

  #seriesOf(asset: number): Series {
    const signals = this.#parts.plant.signalsOf(asset).filter(({ series }) => !this.#parts.isComputed(series)).sort((a, b) => a.series - b.series)
    const numbers = signals.filter(({ kind }) => kind === 'number').map(({ series }) => series)
    return { asset, signals: numbers.slice(0, MAX_SIGNALS), states: signals.filter(({ kind }) => kind === 'text' || kind === 'boolean').map(({ series }) => series) }
  }

  async #move(model: ModelRecord, stage: ModelRecord['stage'], by: string, note: string | undefined): Promise<ModelRecord> {
    const { models, clock, events, plant } = this.#parts
    const moved = atStage(model, { stage, by: by.trim(), note, nowUs: clock.nowUs() })
    await models.put(moved)
    void events.record({ kind: `model.${stage}`, path: plant.assetById(model.asset)?.path ?? null, data: { id: model.id, version: model.version, by: by.trim(), ...(note !== undefined && { note }) } })
    return moved
  }

  #get(id: string): ModelRecord {
    const model = this.#parts.models.get(id)
    if (model === undefined) throw new MillwrightError('NOT_FOUND', `there is no model "${id}"`)
    return model
  }

  #expect(id: string, stage: ModelRecord['stage']): ModelRecord {
    const model = this.#get(id)
    if (!mayBecome(model.stage, stage)) throw new MillwrightError('CONFLICT', `a model that is ${model.stage} cannot become ${stage}`)
    return model
  }
}

interface Series {
  readonly asset: number
  readonly signals: readonly number[]
  readonly states: readonly number[]
}

interface Judged {
  readonly id: string
  readonly fromUs: number
  readonly toUs: number
  readonly verdict: string
}

function selfLearnedId(asset: number): string {
  return `${SELF_LEARNED}-${asset}`
}

/** Names that people give themselves, compared as people would. */
function sameName(one: string, other: string): boolean {
  return one.trim().normalize('NFKC').toLowerCase() === other.trim().normalize('NFKC').toLowerCase()
}
