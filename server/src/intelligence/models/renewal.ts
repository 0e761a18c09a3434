import { US_PER_DAY, US_PER_MS } from '@millwright/model/time.ts'
import type { ModelStage, WireDataSet } from '@millwright/model/wire/ai-model.ts'
import type { Historian } from '../../historian/historian.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import type { EventLog } from '../../plant/event-log.ts'
import { CODE_VERSION } from '../anomalies/anomaly-store.ts'
import type { LabelStore } from '../feedback/label-store.ts'
import type { IsComputed } from '../runtime/plant-catalogue.ts'
import type { WatchClient } from '../runtime/watch-client.ts'
import { wireLabel, type LifeCycle } from './life-cycle.ts'
import { atStage, type ModelRecord } from './model-record.ts'
import type { ModelRegistry } from './model-registry.ts'
import { train } from './trainer.ts'
import { learnedSeries, trainingOrder } from './training-order.ts'

/** Under which this work stands in the queue: it belongs to no single model. */
const [RENEWAL, LEARN_AGAIN] = ['renewal', 'learn again']
/** Assets whose own watches wait to learn again from the history. */
const MAX_LEARNED_AGAIN = 500
/** Why they do, and from how many days: a week has its own season, and what is known of a month is not given up for a week. */
const LEARN_AGAIN_DAYS = { forgotten: 7, missed: 30 } as const
/** What came just now is waited for until it is in the history. */
const HISTORY_MS = 60_000
const ALMOST = 0.99
/** In whose name Millwright does what nobody asked for. */
const MILLWRIGHT = 'Millwright'
/** Which are learned anew first: what serves, what is tried, what may be tried, what may be gone back to. */
const URGENCY: Readonly<Record<ModelStage, number | undefined>> = { champion: 0, shadow: 1, candidate: 2, retired: 3, training: undefined, failed: undefined }

export interface RenewalParts {
  readonly models: ModelRegistry
  readonly lifeCycle: Pick<LifeCycle, 'begin' | 'putInPlace' | 'queue'>
  readonly labels: Pick<LabelStore, 'of'>
  readonly plant: AssetModel
  readonly isComputed: IsComputed
  readonly history: Pick<Historian, 'readSamples'>
  /** Settles with true when all that the journal holds now is in the history. */
  historyCaughtUp(timeoutMs: number): Promise<boolean>
  readonly stream: Pick<WatchClient, 'order'>
  readonly events: Pick<EventLog, 'record'>
  readonly clock: Pick<Clock, 'nowUs'>
  readonly log: Log
  readonly alarmsPerWeek: number
  readonly trainMegabytes: number
}

/**
 * What an upgrade makes unreadable is learned anew. A model that people approved is trained again on the very data that it refers to, which gives the same model
 * in the present form; where those data are gone it is retired, and a candidate is trained for people to approve. An asset's own watch learns again from the last week; and from a month
 * when a past came that it could not learn from.
 */
export class Renewal {
  readonly #parts: RenewalParts
  /** Assets whose turn to learn again has not come. */
  readonly #waiting = new Map<number, keyof typeof LEARN_AGAIN_DAYS>()

  constructor(parts: RenewalParts) {
    this.#parts = parts
  }

  /** Before anything else is trained; answers how many models it is about. What is not done when the program ends is done after the next start. */
  async begin(): Promise<number> {
    const { models, lifeCycle } = this.#parts
    const stale = await unreadable(models)
    if (stale.length === 0) return 0
    lifeCycle.queue.add(RENEWAL, async (signal) => {
      for (const { id } of stale) if (!signal.aborted) await this.#renew(id, signal)
    })
    for (const model of stale) models.show({ ...model, progress: 0 })
    return stale.length
  }

  /** The own watches of these assets learn again from the history: the journal alone may hold hours. */
  learnAgain(assets: readonly number[], why: keyof typeof LEARN_AGAIN_DAYS): void {
    const { log, lifeCycle } = this.#parts
    let refused = 0
    for (const asset of assets) {
      if (this.#waiting.size < MAX_LEARNED_AGAIN || this.#waiting.has(asset)) this.#waiting.set(asset, why)
      else refused++
    }
    if (refused > 0) log.warn({ assets: refused }, `${MAX_LEARNED_AGAIN} assets wait to learn again from the history; the others learn from what comes`)
    if (this.#waiting.size === 0 || lifeCycle.queue.has(LEARN_AGAIN)) return
    try {
      lifeCycle.queue.add(LEARN_AGAIN, (signal) => this.#learnWaiting(signal))
    } catch (thrown) {
      // They are learned with the next ones.
      log.warn({ err: thrown }, 'assets cannot learn again from the history now')
    }
  }

  async #learnWaiting(signal: AbortSignal): Promise<void> {
    for (const [asset, why] of this.#waiting) {
      this.#waiting.delete(asset)
      if (!signal.aborted) await this.#learnAgain(asset, LEARN_AGAIN_DAYS[why], signal)
    }
  }

  async #renew(id: string, signal: AbortSignal): Promise<void> {
    const { models, lifeCycle, history, plant, trainMegabytes, clock, log } = this.#parts
    const model = models.get(id)
    if (model === undefined || !mayServe(model)) return
    const show = (progress: number) => models.show({ ...(models.get(id) ?? model), progress })
    try {
      const { dataSet } = model
      if (dataSet === null) throw new MillwrightError('CONFLICT', 'it has no data set')
      const run = { replays: [], signal, onProgress: (part: number) => show(Math.min(ALMOST, part)) }
      const { state, samples, hash } = await train(trainingOrder(dataSet, { plant, maxMegabytes: trainMegabytes }, run), history)
      if (hash !== dataSet.hash) throw new MillwrightError('CONFLICT', `the history holds ${samples} samples where it was learned from ${dataSet.samples}, or other ones`)
      await models.putState(id, state)
      const renewed = renewedRecord(models.get(id) ?? model, clock.nowUs())
      await models.put(renewed)
      await lifeCycle.putInPlace(renewed)
      this.#tell('model.renewed', renewed, { codeVersion: renewed.codeVersion })
    } catch (thrown) {
      // The program ends, and the next start goes on with it.
      if (signal.aborted) return show(1)
      if (!(thrown instanceof MillwrightError)) log.error({ err: thrown, model: id }, 'a model could not be learned anew')
      await this.#lose(models.get(id) ?? model, messageOf(thrown))
    }
  }

  async #lose(model: ModelRecord, reason: string): Promise<void> {
    const { models, lifeCycle, clock, log } = this.#parts
    try {
      await models.put(lostRecord(model, reason, clock.nowUs()))
      this.#tell('model.lost', model, { stage: model.stage, reason })
      // What takes its place is for people to approve.
      if (model.stage === 'champion') await lifeCycle.begin(model.asset, { experiment: model.experiment ?? undefined }, model.author)
    } catch (thrown) {
      log.warn({ err: thrown, model: model.id }, 'what became of a model that could not be learned anew was not kept, or no candidate could be trained in its place')
    }
  }

  async #learnAgain(asset: number, days: number, signal: AbortSignal): Promise<void> {
    const { history, historyCaughtUp, clock, labels, plant, isComputed, stream, log, alarmsPerWeek, trainMegabytes } = this.#parts
    try {
      // Also when it is late: what is missing then are the last minutes.
      await historyCaughtUp(HISTORY_MS)
      const toUs = clock.nowUs()
      const fromUs = toUs - days * US_PER_DAY
      const { signals, states } = learnedSeries(plant, isComputed, asset)
      const used = labels.of(asset).filter((label) => label.toUs > fromUs)
      const dataSet: WireDataSet = { signals: [...signals], states: [...states], from: fromUs / US_PER_MS, to: toUs / US_PER_MS, alarmsPerWeek, samples: 0, hash: '', labels: used.map(wireLabel) }
      const { state, samples } = await train(trainingOrder(dataSet, { plant, maxMegabytes: trainMegabytes }, { replays: [], signal, onProgress: () => undefined }), history)
      if (samples > 0) stream.order({ type: 'learned', asset, state })
    } catch (thrown) {
      if (!signal.aborted) log.warn({ err: thrown, asset }, 'its history could not be learned from: an asset learns from what comes')
    }
  }

  #tell(kind: string, { id, version, asset }: ModelRecord, data: Readonly<Record<string, string>>): void {
    const { events, plant } = this.#parts
    void events.record({ kind, path: plant.assetById(asset)?.path ?? null, data: { id, version, by: MILLWRIGHT, ...data } })
  }
}

/**
 * Models that serve or may serve whose learned state this version of Millwright cannot read, because an upgrade changed its form or the file is gone. The most urgent first.
 */
export async function unreadable(models: Pick<ModelRegistry, 'list' | 'isReadable'>): Promise<ModelRecord[]> {
  const found: ModelRecord[] = []
  for (const model of models.list()) if (mayServe(model) && !(await models.isReadable(model.id))) found.push(model)
  return found.sort((a, b) => (URGENCY[a.stage] ?? 0) - (URGENCY[b.stage] ?? 0))
}

/** Whether a model that was trained here has a state that somebody may want. A retired one that nobody ever approved is not gone back to. */
export function mayServe({ kind, hasState, stage, approver }: ModelRecord): boolean {
  return kind === 'watch' && hasState && URGENCY[stage] !== undefined && (stage !== 'retired' || approver !== null)
}

/** The record of a model that was learned anew from exactly the data that it was approved on. */
export function renewedRecord(model: ModelRecord, nowUs: number): ModelRecord {
  const note = `an upgrade could not read what it had learned: learned anew from the same data (same fingerprint), by ${CODE_VERSION} instead of ${model.codeVersion}`
  return atStage({ ...model, progress: 1, failure: null, codeVersion: CODE_VERSION }, { stage: model.stage, by: MILLWRIGHT, note, nowUs })
}

/** The record of a model that could not: one in service or on trial is taken out, since another model than the one that was approved never takes its place by itself. */
export function lostRecord(model: ModelRecord, reason: string, nowUs: number): ModelRecord {
  const failure = `an upgrade could not read what it had learned, and it could not be learned anew: ${reason}`
  const lost = { ...model, progress: 1, hasState: false, failure }
  return model.stage === 'champion' || model.stage === 'shadow' ? atStage(lost, { stage: 'retired', by: MILLWRIGHT, note: failure, nowUs }) : lost
}
