import { randomUUID } from 'node:crypto'
import { US_PER_DAY, US_PER_MS } from '@millwright/model/time.ts'
import { ANOMALIES, type WireDataSet } from '@millwright/model/wire/ai-model.ts'
import type { LabelKind } from '@millwright/model/wire/label.ts'
import type { Historian } from '../../historian/historian.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import type { EventLog } from '../../plant/event-log.ts'
import { CODE_VERSION, standingVerdicts, type AnomalyStore } from '../anomalies/anomaly-store.ts'
import type { LabelStore, StoredLabel } from '../feedback/label-store.ts'
import { SELF_LEARNED } from '../runtime/asset-slot.ts'
import { MAX_SIGNALS } from '../runtime/asset-watch.ts'
import type { IsComputed } from '../runtime/plant-catalogue.ts'
import type { WatchClient } from '../runtime/watch-client.ts'
import { backTest, type KnownEvent } from './back-test.ts'
import { fingerprint } from './fingerprint.ts'
import { atStage, mayBecome, WATCH_PURPOSE, type ModelRecord } from './model-record.ts'
import type { ModelRegistry } from './model-registry.ts'
import type { DriftReferences } from '../drift/drift-references.ts'
import type { BackTested } from '../onnx/back-test-onnx.ts'
import type { Fitting } from '../onnx/onnx-models.ts'
import { train, type Trained } from './trainer.ts'
import { learnedSeries, trainingOrder, type LearnedSeries } from './training-order.ts'
import { WorkQueue } from './work-queue.ts'
import { verdictEffectOf } from './verdict-effect.ts'

const DEFAULT_DAYS = 30
/** Judged anomalies that a finished model is tried on, the newest. */
const MAX_REPLAYS = 20
/** Progress is whole only with the figures: who waits for it reads them then. */
const ALMOST = 0.99

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
  readonly references: DriftReferences
  /** Models that people brought: how they are tried on the history, and how the stream learns what is in service. */
  readonly brought: {
    backTest(model: ModelRecord, range: { readonly fromUs: number; readonly toUs: number }, signal: AbortSignal, onProgress: (part: number) => void): Promise<BackTested>
    claim(model: ModelRecord): Promise<void>
    refresh(): Promise<void>
  }
}

/** What a training is asked for, besides the asset. */
export interface TrainFields {
  readonly fromUs?: number | undefined
  readonly toUs?: number | undefined
  readonly experiment?: string | undefined
  readonly alarmsPerWeek?: number | undefined
  /** A named data set: its signals, time and labels. */
  readonly dataSet?: { readonly id: string; readonly data: WireDataSet } | undefined
}

/** From data to a model in service and back: train, shadow, promote, roll back, retire. Nobody approves their own model. */
export class LifeCycle {
  readonly #parts: LifeCycleParts
  /** Its trainings and trials. */
  readonly queue = new WorkQueue()

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

  /** A model that serves or is tried is told to the stream, with what it learned. */
  async putInPlace({ id, asset, stage }: ModelRecord): Promise<void> {
    const state = await this.#parts.models.watchState(id)
    if (state !== undefined && (stage === 'champion' || stage === 'shadow')) this.#parts.stream.order({ type: 'install', asset, role: stage, model: id, state })
  }

  /** Begins a training; answers the record at once, its progress shows in it. Rejects with LIMIT_REACHED, OVERLOADED or PAYLOAD_INVALID. */
  async begin(asset: number, fields: TrainFields, author: string): Promise<ModelRecord> {
    const { models, clock, plant, isComputed } = this.#parts
    const { dataSet, experiment } = fields
    const range = dataSet === undefined ? fields : { fromUs: dataSet.data.from * US_PER_MS, toUs: dataSet.data.to * US_PER_MS }
    const toUs = Math.min(range.toUs ?? clock.nowUs(), clock.nowUs())
    const fromUs = range.fromUs ?? toUs - DEFAULT_DAYS * US_PER_DAY
    if (toUs - fromUs < US_PER_DAY / 24) throw new MillwrightError('PAYLOAD_INVALID', 'a model needs at least an hour of data, and a day to judge by')
    const series = dataSet === undefined ? learnedSeries(plant, isComputed, asset) : { asset, signals: dataSet.data.signals.slice(0, MAX_SIGNALS), states: dataSet.data.states }
    if (series.signals.length === 0) throw new MillwrightError('PAYLOAD_INVALID', 'this asset has no numeric signals to learn from')
    const nowUs = clock.nowUs()
    const blank: ModelRecord = {
      id: randomUUID(), asset, kind: 'watch', output: ANOMALIES, notes: '', metrics: [], verdictEffect: null, experiment: experiment ?? null, dataSetId: dataSet?.id ?? null, onnx: null, version: this.#nextVersion(asset, ANOMALIES), stage: 'training', isKilled: false, author: author.trim(), approver: null, created: Math.round(nowUs / US_PER_MS), codeVersion: CODE_VERSION,
      purpose: WATCH_PURPOSE.en, purposeZh: WATCH_PURPOSE.zh, confusion: null, progress: 0, failure: null, dataSet: null, backTest: null, effects: [], history: [], hasState: false,
    }
    const record = atStage(blank, { stage: 'training', by: blank.author, nowUs })
    this.queue.add(record.id, (signal) => this.#train(record, series, fromUs, toUs, fields, signal))
    await models.put(record)
    return record
  }

  /** A model that somebody brought becomes a candidate for each of its assets. */
  async adopt({ contract, check, bound }: Fitting, { file, author, experiment }: { readonly file: string; readonly author: string; readonly experiment: string | undefined }): Promise<ModelRecord[]> {
    const { models, clock, events, plant } = this.#parts
    const nowUs = clock.nowUs()
    const made: ModelRecord[] = []
    for (const { asset, series } of bound) {
      const blank: ModelRecord = {
        id: randomUUID(), asset, kind: 'onnx', output: contract.output.signal, notes: '', metrics: [], verdictEffect: null, experiment: experiment ?? null, dataSetId: contract.training?.dataSet ?? null,
        onnx: { file, contract, check, series: [...series] }, version: this.#nextVersion(asset, contract.output.signal), stage: 'training', isKilled: false, author: author.trim(), approver: null,
        created: Math.round(nowUs / US_PER_MS), codeVersion: `onnx/${file.slice(0, 12)}`, purpose: contract.purpose, purposeZh: contract.purposeZh ?? null, confusion: null, progress: 1, failure: null, dataSet: null, backTest: null, effects: [], history: [], hasState: false,
      }
      const record = atStage(blank, { stage: 'candidate', by: author.trim(), nowUs })
      await models.put(record)
      void events.record({ kind: 'model.brought', path: plant.assetById(asset)?.path ?? null, data: { id: record.id, version: record.version, output: record.output, file, author: record.author } })
      made.push(record)
    }
    return made
  }

  /** Runs a model that was brought over the history; answers the record at once, its progress shows in it. Rejects with CONFLICT, OVERLOADED or PAYLOAD_INVALID. */
  async backTest(id: string, range: { readonly fromUs: number; readonly toUs: number }): Promise<ModelRecord> {
    const { models } = this.#parts
    const model = this.#get(id)
    if (model.kind !== 'onnx') throw new MillwrightError('CONFLICT', 'a model that is trained here is back-tested by its training; train another one on the range')
    if (this.queue.has(id)) throw new MillwrightError('CONFLICT', 'this model is being tested already')
    if (range.toUs - range.fromUs < US_PER_DAY / 24) throw new MillwrightError('PAYLOAD_INVALID', 'a back-test needs at least an hour of data')
    this.queue.add(id, (signal) => this.#backTest(id, range, signal))
    models.show({ ...model, progress: 0, failure: null })
    return this.#get(id)
  }

  #nextVersion(asset: number, output: string): number {
    return 1 + Math.max(0, ...this.#parts.models.of(asset).filter((model) => model.output === output).map((model) => model.version))
  }

  /** Models of the same asset and output, newest first. */
  #line({ asset, output }: ModelRecord): ModelRecord[] {
    return this.#parts.models.of(asset).filter((model) => model.output === output)
  }

  /** Cancels a training that runs or waits. */
  cancel(id: string): boolean {
    return this.queue.cancel(id)
  }

  /** Settles when no training runs or waits. */
  idle(): Promise<void> {
    return this.queue.idle()
  }

  stop(): Promise<void> {
    return this.queue.stop()
  }

  /** Puts a candidate beside the champion. One shadow an asset: another one goes back to candidate. */
  async shadow(id: string, by: string, note?: string): Promise<ModelRecord> {
    const { models, stream } = this.#parts
    const model = this.#expect(id, 'shadow')
    if (this.queue.has(id)) throw new MillwrightError('CONFLICT', 'this model is being tested; wait for the end, or cancel it')
    const state = model.kind === 'watch' ? await models.watchState(id) : undefined
    if (model.kind === 'watch' && state === undefined) throw new MillwrightError('CORRUPT_FILE', 'the learned state of this model is missing; train it again')
    for (const other of this.#line(model)) if (other.stage === 'shadow') await this.#move(other, 'candidate', by, 'another one is tried')
    if (model.kind === 'watch') stream.order({ type: 'install', asset: model.asset, role: 'shadow', model: id, state })
    return await this.#move(model, 'shadow', by, note)
  }

  /** The shadow becomes the champion, approved by somebody who did not make it; the one before is kept to go back to. */
  async promote(id: string, by: string, note?: string): Promise<ModelRecord> {
    const { stream, brought } = this.#parts
    const model = this.#expect(id, 'champion')
    if (model.stage === 'retired') throw new MillwrightError('CONFLICT', 'a retired model comes back by rolling back to it')
    if (sameName(by, model.author)) throw new MillwrightError('CONFLICT', `${model.author} made this model; somebody else approves it`)
    if (model.kind === 'onnx') await brought.claim(model)
    for (const other of this.#line(model)) if (other.stage === 'champion') await this.#move(other, 'retired', by, `replaced by version ${model.version}`)
    if (model.kind === 'watch') stream.order({ type: 'promote', asset: model.asset, model: id })
    return await this.#move({ ...model, approver: by.trim() }, 'champion', by, note)
  }

  /** Goes back to the champion before this one, with what it had learned. */
  async rollBack(id: string, by: string, note?: string): Promise<ModelRecord> {
    const { models, stream } = this.#parts
    const model = this.#get(id)
    if (model.stage !== 'champion') throw new MillwrightError('CONFLICT', `only a champion is rolled back; this model is ${model.stage}`)
    const before = this.#line(model).find((other) => other.stage === 'retired' && other.approver !== null && (other.hasState || other.kind === 'onnx') && other.id !== id)
    const state = await models.watchState(before?.id ?? selfLearnedId(model.asset))
    if (model.kind === 'watch' && before !== undefined && state === undefined) throw new MillwrightError('CONFLICT', `version ${before.version} is being learned anew after an upgrade; try again when it is ready`)
    if (model.kind === 'watch') stream.order({ type: 'install', asset: model.asset, role: 'champion', model: before?.id ?? SELF_LEARNED, state })
    const retired = await this.#move(model, 'retired', by, note ?? 'rolled back')
    if (before !== undefined) await this.#move(before, 'champion', by, `back from version ${model.version}`)
    return retired
  }

  /** Takes a candidate or a shadow out for good. */
  async retire(id: string, by: string, note?: string): Promise<ModelRecord> {
    const model = this.#get(id)
    if (model.stage === 'champion') return await this.rollBack(id, by, note)
    this.#expect(id, 'retired')
    this.cancel(id)
    if (model.stage === 'shadow' && model.kind === 'watch') this.#parts.stream.order({ type: 'drop', asset: model.asset })
    return await this.#move(model, 'retired', by, note)
  }

  /** Keeps the state of a champion that was replaced. */
  async keep(asset: number, model: string, state: Uint8Array): Promise<void> {
    await this.#parts.models.putState(model === SELF_LEARNED ? selfLearnedId(asset) : model, state)
  }

  /** Reads the data set once more by its reference and compares the fingerprint. */
  async rebuild(id: string): Promise<{ hash: string; expected: string; isSame: boolean; samples: number }> {
    const { history, plant, trainMegabytes } = this.#parts
    const { dataSet } = this.#get(id)
    if (dataSet === null) throw new MillwrightError('CONFLICT', 'this model has no data set yet')
    const { hash, samples } = await fingerprint(dataSet, { history, plant, maxMegabytes: trainMegabytes })
    return { hash, expected: dataSet.hash, isSame: hash === dataSet.hash, samples }
  }

  async #train(record: ModelRecord, series: LearnedSeries, fromUs: number, toUs: number, fields: TrainFields, signal: AbortSignal): Promise<void> {
    const { models, labels, history, log, clock, events, plant, references } = this.#parts
    try {
      const used = labels.of(record.asset).filter((label) => label.toUs > fromUs && label.fromUs < toUs)
      const dataSet: WireDataSet = {
        signals: [...series.signals], states: [...series.states], from: fromUs / US_PER_MS, to: toUs / US_PER_MS, alarmsPerWeek: fields.alarmsPerWeek ?? this.#parts.alarmsPerWeek, samples: 0, hash: '',
        labels: fields.dataSet?.data.labels ?? used.map(wireLabel),
      }
      const judged = this.#judged(record.asset, fromUs, toUs)
      const onProgress = (progress: number) => models.show({ ...(models.get(record.id) ?? record), progress: Math.min(ALMOST, progress) })
      const trained = await train(trainingOrder(dataSet, { plant, maxMegabytes: this.#parts.trainMegabytes }, { replays: judged, signal, onProgress }), history)
      await models.putState(record.id, trained.state)
      await references.put(record.id, { inputs: [...trained.references], score: null })
      await models.put(atStage({ ...record, progress: 1, hasState: true, dataSet: { ...dataSet, samples: trained.samples, hash: trained.hash }, ...this.#results(trained, dataSet.labels.map(({ kind, from, to }) => ({ kind: kind as LabelKind, fromUs: from * US_PER_MS, toUs: to * US_PER_MS })), judged, toUs) }, { stage: 'candidate', by: record.author, nowUs: clock.nowUs() }))
      void events.record({ kind: 'model.trained', path: plant.assetById(record.asset)?.path ?? null, data: { id: record.id, version: record.version, author: record.author, verdictEffect: models.get(record.id)?.verdictEffect ?? null } })
    } catch (thrown) {
      if (!(thrown instanceof MillwrightError)) log.error({ err: thrown, model: record.id }, 'a training failed')
      await models.put({ ...atStage(record, { stage: 'failed', by: 'Millwright', nowUs: clock.nowUs() }), failure: messageOf(thrown) }).catch((err: unknown) => log.error({ err }, 'a failed training could not be recorded'))
    }
  }

  async #backTest(id: string, { fromUs, toUs }: { readonly fromUs: number; readonly toUs: number }, signal: AbortSignal): Promise<void> {
    const { models, labels, events, plant, brought, alarmsPerWeek, log } = this.#parts
    const path = () => plant.assetById(this.#get(id).asset)?.path ?? null
    try {
      const model = this.#get(id)
      const used = labels.of(model.asset).filter((label) => label.toUs > fromUs && label.fromUs < toUs)
      const judged = this.#judged(model.asset, fromUs, toUs)
      const onProgress = (progress: number) => models.show({ ...this.#get(id), progress: Math.min(ALMOST, progress) })
      const tested = await brought.backTest(model, { fromUs, toUs }, signal, onProgress)
      if (tested.judge !== undefined) await models.putState(id, tested.judge)
      const toldAgain = new Map(judged.map((anomaly) => [anomaly.id, tested.told.some(({ detectedUs, endedUs = toUs }) => detectedUs <= anomaly.toUs && endedUs >= anomaly.fromUs)]))
      // A score, or classes with a normal one: what it would have told is held against what people know.
      const tells = model.onnx?.contract.output.means === 'anomaly_score' || tested.judgedFromUs !== undefined
      const results = tells ? this.#results({ ...tested, toldAgain }, used, judged, toUs) : { backTest: null, effects: [], verdictEffect: null }
      const dataSet: WireDataSet = { signals: [...(model.onnx?.series ?? [])], states: [], from: fromUs / US_PER_MS, to: toUs / US_PER_MS, labels: used.map(wireLabel), alarmsPerWeek, samples: tested.samples, hash: tested.hash }
      await models.put({ ...this.#get(id), progress: 1, failure: null, hasState: tested.judge !== undefined, dataSet, metrics: [...tested.metrics], confusion: tested.confusion, ...results })
      void events.record({ kind: 'model.tested', path: path(), data: { id, calls: tested.calls, samples: tested.samples } })
    } catch (thrown) {
      if (!(thrown instanceof MillwrightError)) log.error({ err: thrown, model: id }, 'a back-test failed')
      await models.put({ ...this.#get(id), progress: 1, failure: `back-test: ${messageOf(thrown)}` }).catch((err: unknown) => log.error({ err }, 'a failed back-test could not be recorded'))
    }
  }

  #results(trained: Pick<Trained, 'told' | 'judgedFromUs' | 'toldAgain'>, labels: readonly KnownEvent[], judged: readonly Judged[], toUs: number): Pick<ModelRecord, 'backTest' | 'effects' | 'verdictEffect'> {
    const measured = trained.judgedFromUs === undefined ? null : backTest(trained.told, labels, { fromUs: trained.judgedFromUs, toUs })
    const effects = judged.map(({ id, verdict }) => ({ anomaly: id, verdict, toldAgain: trained.toldAgain.get(id) ?? false }))
    return { backTest: measured, effects, verdictEffect: verdictEffectOf(effects) }
  }

  #judged(asset: number, fromUs: number, toUs: number): Judged[] {
    const found = [...this.#parts.anomalies.all.values()].filter((anomaly) => anomaly.asset === asset && anomaly.verdicts.length > 0 && anomaly.detectedUs >= fromUs && anomaly.detectedUs < toUs)
    return found.sort((a, b) => b.detectedUs - a.detectedUs).slice(0, MAX_REPLAYS).map((anomaly) => ({ id: anomaly.id, fromUs: anomaly.beganUs, toUs: anomaly.endedUs ?? toUs, verdict: standingVerdicts(anomaly)[0]?.verdict ?? 'known' }))
  }

  async #move(model: ModelRecord, stage: ModelRecord['stage'], by: string, note: string | undefined): Promise<ModelRecord> {
    const { models, clock, events, plant } = this.#parts
    const moved = atStage(model, { stage, by: by.trim(), note, nowUs: clock.nowUs() })
    await models.put(moved)
    // What serves changes at once; the thread takes it in at the end of its turn.
    void this.#parts.brought.refresh()
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

interface Judged {
  readonly id: string
  readonly fromUs: number
  readonly toUs: number
  readonly verdict: string
}

/** A label as a data set refers to it. */
export function wireLabel({ id, version, kind, fromUs, toUs, author }: StoredLabel): WireDataSet['labels'][number] {
  return { id, version, kind, from: fromUs / US_PER_MS, to: toUs / US_PER_MS, author }
}

function selfLearnedId(asset: number): string {
  return `${SELF_LEARNED}-${asset}`
}

/** Names that people give themselves, compared as people would. */
function sameName(one: string, other: string): boolean {
  return one.trim().normalize('NFKC').toLowerCase() === other.trim().normalize('NFKC').toLowerCase()
}
