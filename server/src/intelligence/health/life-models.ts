import { randomUUID } from 'node:crypto'
import type { Asset } from '@millwright/model/asset.ts'
import { msToUs, US_PER_DAY, US_PER_HOUR, usToMs } from '@millwright/model/time.ts'
import type { WireLifeModelFields } from '@millwright/model/wire/health.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { ModuleParts } from '../../plant/module.ts'
import { DocumentMap } from '../anomalies/document-map.ts'
import type { LabelStore } from '../feedback/label-store.ts'
import { LIFE_CAP, LifeModel } from '../predictors/life-model.ts'
import { ModelFiles } from '../predictors/model-files.ts'
import { PredictorThreads } from '../predictors/predictor-threads.ts'
import { sameName } from '../predictors/same-name.ts'
import { type Failure, type FailureRun, givenFailures, runsBetween, usableRuns } from './failure-runs.ts'
import { lifeModelRecord, type LifeModelRecord } from './life-model-record.ts'
import type { LifeResult, LifeTask } from './life-task.ts'
import { type RawRun, readRun, type RunSignals } from './run-table.ts'

const MAX_MODELS = 200
/** Assets that one definition applies to, and failures that events tell, at most. */
const [MAX_ASSETS, MAX_EVENTS] = [500, 10_000]
/** Numbers that the runs of one training may hold together: 64 MB. */
const MAX_NUMBERS = 8_000_000
const DEFAULT_SINCE_US = 730 * US_PER_DAY
const THREADS = { atOnce: 1, maxWaiting: 8, timeoutMs: 60 * 60_000, maxMegabytes: 512 }
/** Time and rows of the question for events. */
const EVENTS = { rows: MAX_EVENTS, timeMs: 10_000 }

export type LifeParts = Pick<ModuleParts, 'plant' | 'clock' | 'log'> & { readonly labels: LabelStore }

/** Life models from run-to-failure histories to service. */
export class LifeModels {
  readonly #parts: LifeParts
  readonly #map: DocumentMap<LifeModelRecord>
  readonly #files: ModelFiles
  readonly #threads = new PredictorThreads<LifeTask, LifeResult>({ ...THREADS, script: new URL('./life-thread.ts', import.meta.url) })
  readonly #trainings = new Map<string, { readonly abort: AbortController; readonly ended: Promise<void> }>()
  readonly #loaded = new Map<string, Promise<LifeModel>>()

  private constructor(parts: LifeParts, map: DocumentMap<LifeModelRecord>, files: ModelFiles) {
    this.#parts = parts
    this.#map = map
    this.#files = files
  }

  static async start(parts: LifeParts, folder: string): Promise<LifeModels> {
    const map = await DocumentMap.open<LifeModelRecord>({ documents: parts.plant.registry, kind: 'life-model', schema: lifeModelRecord, max: MAX_MODELS, log: parts.log })
    for (const record of map.all.values()) if (record.stage === 'training') await map.put(record.id, { ...record, stage: 'failed', failure: 'Millwright was stopped during the training' })
    return new LifeModels(parts, map, await ModelFiles.open(folder))
  }

  /** Newest first. */
  list(): LifeModelRecord[] {
    return [...this.#map.all.values()].sort((a, b) => b.created - a.created)
  }

  /** Throws NOT_FOUND. */
  get(id: string): LifeModelRecord {
    const record = this.#map.get(id)
    if (record === undefined) throw new MillwrightError('NOT_FOUND', `there is no life model "${id}"`)
    return record
  }

  /** The newest model in service for each asset. */
  inService(): Map<string, LifeModelRecord> {
    const found = new Map<string, LifeModelRecord>()
    for (const record of this.list()) if (record.stage === 'in_service') for (const { path } of this.assetsOf(record.definition)) if (!found.has(path)) found.set(path, record)
    return found
  }

  /** What a record has learned, read once. Rejects with CORRUPT_FILE or the file system's error. */
  model(id: string): Promise<LifeModel> {
    const known = this.#loaded.get(id) ?? this.#files.read(id).then((bytes) => LifeModel.load(bytes))
    this.#loaded.set(id, known)
    known.catch(() => this.#loaded.delete(id))
    return known
  }

  /** The assets of a definition that have all of its signals. */
  assetsOf({ assets, assetType, signals, conditions = [] }: WireLifeModelFields): Asset[] {
    const { model } = this.#parts.plant
    const named = assets?.flatMap((path) => model.asset(path) ?? []) ?? (assetType === undefined ? [] : assetsOfType(model, assetType))
    return named.filter(({ path }) => [...signals, ...conditions].every((name) => model.signal(`${path}/${name}`)?.kind === 'number')).slice(0, MAX_ASSETS)
  }

  /** The signals of an asset as a definition names them. Throws SIGNAL_UNKNOWN. */
  signalsOf(asset: string, { signals, conditions = [] }: WireLifeModelFields): RunSignals {
    const source = (name: string) => {
      const signal = this.#parts.plant.model.signal(`${asset}/${name}`)
      if (signal === undefined) throw new MillwrightError('SIGNAL_UNKNOWN', `there is no signal "${asset}/${name}"`)
      return { series: signal.series, kind: signal.kind }
    }
    return { conditions: conditions.map(source), signals: signals.map(source) }
  }

  /** When the assets of a definition were broken, by path. Rejects as the historian does. */
  async failures(definition: WireLifeModelFields): Promise<Map<string, Failure[]>> {
    const assets = this.assetsOf(definition)
    if (definition.failures === 'given') return new Map(assets.map(({ path }) => [path, givenFailures(definition, path)]))
    if (definition.failures === 'labels') {
      const { cause } = definition
      return new Map(assets.map(({ id, path }) => [path, this.#parts.labels.of(id).filter((label) => label.kind === 'fault' && (cause === undefined || label.cause === cause))]))
    }
    const { rows } = await this.#parts.plant.history.sql(`SELECT epoch_us(time)::DOUBLE, path FROM events WHERE kind = ${sqlText(definition.eventKind ?? '')} AND path IS NOT NULL ORDER BY time`, EVENTS)
    const found = new Map<string, Failure[]>(assets.map(({ path }) => [path, []]))
    for (const [timeUs, path] of rows) found.get(String(path))?.push({ fromUs: Number(timeUs), toUs: Number(timeUs) })
    return found
  }

  /** Begins a training; its progress shows in the record. Rejects with BAD_REQUEST, QUOTA_REACHED. */
  async train(definition: WireLifeModelFields): Promise<LifeModelRecord> {
    if ((definition.assets === undefined) === (definition.assetType === undefined)) throw new MillwrightError('BAD_REQUEST', 'give either "assets" or "assetType"')
    if (definition.failures === 'given' && (definition.runs ?? []).length === 0) throw new MillwrightError('BAD_REQUEST', 'with failures "given", "runs" says when each machine was sound and when it failed')
    if (definition.failures === 'events' && definition.eventKind === undefined) throw new MillwrightError('BAD_REQUEST', 'with failures "events", "eventKind" says which')
    if (this.assetsOf(definition).length === 0) throw new MillwrightError('BAD_REQUEST', 'no asset of the definition has all of its signals, as numbers')
    const record: LifeModelRecord = {
      id: randomUUID(), definition: { ...definition, author: definition.author.trim() }, stage: 'training', created: usToMs(this.#parts.clock.nowUs()), progress: 0, failure: null, approver: null,
      stepHours: definition.horizonHours / LIFE_CAP, runs: [], leftOut: [], backTest: null, hash: null, lows: [], highs: [],
    }
    await this.#map.put(record.id, record)
    const abort = new AbortController()
    this.#trainings.set(record.id, { abort, ended: this.#train(record, abort.signal).finally(() => this.#trainings.delete(record.id)) })
    return record
  }

  /** Ends a training. Throws CONFLICT where there is none. */
  cancel(id: string): void {
    const training = this.#trainings.get(this.get(id).id)
    if (training === undefined) throw new MillwrightError('CONFLICT', 'this life model is not being trained')
    training.abort.abort()
  }

  /** Settles when no training is under way. */
  async idle(): Promise<void> {
    await Promise.all([...this.#trainings.values()].map(({ ended }) => ended))
  }

  /** Puts a model in service. Rejects with CONFLICT: not trained, approved by its author, or no better than saying the usual life. */
  async approve(id: string, by: string): Promise<LifeModelRecord> {
    const record = this.get(id)
    if (record.stage !== 'candidate' && record.stage !== 'retired') throw new MillwrightError('CONFLICT', `a life model that is ${record.stage} cannot be put in service`)
    if (sameName(by, record.definition.author)) throw new MillwrightError('CONFLICT', 'nobody approves their own life model: somebody else than its author must put it in service')
    if (record.backTest === null || record.backTest.maeHours >= record.backTest.naiveMaeHours) throw new MillwrightError('CONFLICT', 'it is no better than always saying the usual life that is left: it would promise what it cannot tell')
    return await this.#move({ ...record, stage: 'in_service', approver: by.trim() }, by)
  }

  /** Takes a model out of service. Rejects with CONFLICT. */
  async retire(id: string, by: string): Promise<LifeModelRecord> {
    const record = this.get(id)
    if (record.stage !== 'in_service' && record.stage !== 'candidate') throw new MillwrightError('CONFLICT', `a life model that is ${record.stage} cannot be retired`)
    return await this.#move({ ...record, stage: 'retired' }, by)
  }

  /** Forgets a model. Rejects with CONFLICT while it is in service or being trained. */
  async remove(id: string, by: string): Promise<void> {
    const record = this.get(id)
    if (record.stage === 'in_service' || record.stage === 'training') throw new MillwrightError('CONFLICT', `a life model that is ${record.stage} cannot be deleted; retire it first`)
    await this.#map.remove(id)
    await this.#files.remove(id)
    this.#loaded.delete(id)
    this.#tell('life_model.deleted', record, by)
  }

  async stop(): Promise<void> {
    for (const { abort } of this.#trainings.values()) abort.abort()
    this.#threads.close()
    await this.idle()
  }

  async #train(record: LifeModelRecord, signal: AbortSignal): Promise<void> {
    const { id, definition } = record
    let known = record
    const show = (progress: number) => this.#map.show(id, { ...known, progress })
    try {
      const { usable, leftOut } = await this.#runs(record)
      known = { ...record, runs: usable.map(({ asset, fromUs, toUs }) => ({ asset, from: usToMs(fromUs), to: usToMs(toUs) })), leftOut }
      await this.#map.put(id, known)
      // Reading is the first third of the progress.
      const runs = await this.#read(usable, record, signal, (part) => show(part / 3))
      const { state, ranges, backTest, hash } = await this.#threads.run({ runs, conditions: definition.conditions?.length ?? 0 }, { signal, onProgress: (part) => show(1 / 3 + (2 / 3) * part) })
      await this.#files.put(id, state)
      const hours = (cycles: number) => cycles * record.stepHours
      const { rmse, mae, naiveMae, coverage, width, trials } = backTest
      await this.#map.put(id, {
        ...known, stage: 'candidate', progress: 1, hash, lows: [...ranges.lows], highs: [...ranges.highs],
        backTest: { runs: runs.length, trials, rmseHours: hours(rmse), maeHours: hours(mae), naiveMaeHours: hours(naiveMae), coverage, widthHours: hours(width) },
      })
      this.#tell('life_model.trained', record, definition.author)
    } catch (thrown) {
      await this.#map.put(id, { ...known, stage: 'failed', failure: messageOf(thrown) }).catch((failed: unknown) => this.#parts.log.error({ err: failed }, 'a failed training could not be kept'))
    }
  }

  async #runs({ definition, stepHours }: LifeModelRecord) {
    const nowUs = this.#parts.clock.nowUs()
    const known = new Set(this.assetsOf(definition).map(({ path }) => path))
    const sinceUs = definition.since === undefined ? nowUs - DEFAULT_SINCE_US : msToUs(definition.since)
    const all: FailureRun[] = definition.failures === 'given'
      ? (definition.runs ?? []).map(({ asset, from, to }) => ({ asset, fromUs: msToUs(from), toUs: msToUs(to) }))
      : [...(await this.failures(definition))].flatMap(([asset, failures]) => runsBetween(asset, failures, sinceUs))
    return usableRuns(all, { stepUs: stepHours * US_PER_HOUR, nowUs, isKnown: (asset) => known.has(asset) })
  }

  async #read(runs: readonly FailureRun[], { definition, stepHours }: LifeModelRecord, signal: AbortSignal, onProgress: (part: number) => void): Promise<RawRun[]> {
    const read: RawRun[] = []
    let numbers = 0
    for (const [at, { asset, fromUs, toUs }] of runs.entries()) {
      if (signal.aborted) throw new MillwrightError('STOPPING', 'the training was cancelled')
      const run = await readRun(this.#parts.plant.history, this.signalsOf(asset, definition), { fromUs, toUs, stepUs: Math.round(stepHours * US_PER_HOUR) })
      numbers += run.rows * run.columns.length
      if (numbers > MAX_NUMBERS) throw new MillwrightError('LIMIT_REACHED', `the runs hold more than ${MAX_NUMBERS} averages; take a longer horizon (its 125th part is a step), fewer signals or fewer runs`)
      if (run.rows > 0) read.push(run)
      onProgress((at + 1) / runs.length)
    }
    return read
  }

  async #move(record: LifeModelRecord, by: string): Promise<LifeModelRecord> {
    await this.#map.put(record.id, record)
    this.#tell(`life_model.${record.stage}`, record, by)
    return record
  }

  #tell(kind: string, { id, definition }: LifeModelRecord, by: string): void {
    void this.#parts.plant.events.record({ kind, path: null, data: { id, name: definition.name, by: by.trim() } })
  }
}

const PAGE = 10_000

function assetsOfType(model: LifeParts['plant']['model'], type: string): Asset[] {
  const found: Asset[] = []
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = model.listAssets({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
    for (const asset of page.items) if (asset.type === type) found.push(asset)
    cursor = page.next
  }
  return found
}

function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
