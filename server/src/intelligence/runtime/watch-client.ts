import { Worker } from 'node:worker_threads'
import type { AssetId } from '@millwright/model/asset.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { SharedJournal } from '../../journal/segments/shared-head.ts'
import { backoffMs, type BackoffPolicy } from '../../kernel/backoff.ts'
import { endWorker } from '../../kernel/end-worker.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { AnomalyNews, AssetScores, ChampionState, StreamStatus, WatchedAsset, WatchMessage, WatchOrder } from './stream-messages.ts'
import type { WatchThreadData } from './watch-thread.ts'

export interface WatchClientParts {
  readonly workerData: WatchThreadData
  readonly journal: SharedJournal
  /** All assets with their signals. */
  catalogue(): readonly WatchedAsset[]
  /** Those that own these series. */
  assetsOf(series: readonly SeriesId[]): readonly WatchedAsset[]
  /** Keeps news; settles when they are durable, in their order. */
  onNews(news: AnomalyNews): Promise<void>
  onReplaced(asset: AssetId, model: string, state: Uint8Array): void
  /** What the own watches of these assets had learned cannot be read; they began anew. */
  onForgotten(assets: readonly AssetId[]): void
  /** The history knows a past that this asset's own watch could not learn from. */
  onMissedPast(asset: AssetId): void
  /** The journal behind this position is still needed. */
  onSaved(position: number): void
  onSkipped(position: number, bytes: number): void
  /** After each start of the thread, the first one included: what it does not keep itself is told again. */
  onStarted(): Promise<void>
  readonly log: Log
  readonly random: () => number
}

const RESTART: BackoffPolicy = { firstMs: 200, maxMs: 10_000, factor: 2 }
const CLOSE_MS = 3_000
const ANSWER_MS = 5_000
/** Questions that may wait for an answer at once. */
const MAX_WAITING = 100

type Answer = Extract<WatchMessage, { readonly type: 'status' | 'champion' | 'scores' }>

/** Runs the watch thread, starts it again when it dies (it goes on from its saved state), and talks to it. */
export class WatchClient {
  readonly #parts: WatchClientParts
  readonly #waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void; timer: NodeJS.Timeout }>()
  readonly #killWaiters: (() => void)[] = []
  #worker: Worker | undefined
  #nextId = 1
  #failures = 0
  #kept = 0
  #isClosing = false
  /** How often the thread died. */
  restarts = 0
  /** The last failure, cleared by the next save. */
  trouble: string | undefined
  saved = { position: 0, assets: 0, bytes: 0 }

  constructor(parts: WatchClientParts) {
    this.#parts = parts
  }

  start(): void {
    const { workerData, log, random } = this.#parts
    const worker = new Worker(new URL('./watch-thread.ts', import.meta.url), { workerData, name: 'intelligence' })
    this.#worker = worker
    this.#kept = 0
    let failure: Error | undefined
    worker.on('message', (message: WatchMessage) => this.#receive(message))
    worker.on('error', (error: Error) => {
      failure = error
    })
    worker.on('exit', (code) => {
      this.#worker = undefined
      this.#rejectAll()
      if (this.#isClosing) return
      this.restarts++
      log.error({ err: failure, code }, 'the intelligence thread ended and is started again')
      setTimeout(() => !this.#isClosing && this.start(), backoffMs(RESTART, this.#failures++, random))
    })
  }

  /** Gives an order; one that comes while the thread is down is told again by `onStarted`. */
  order(order: WatchOrder): void {
    this.#worker?.postMessage(order)
  }

  /** Stops or starts judging; settles when the thread has done it. */
  async kill(all: boolean, assets: readonly AssetId[]): Promise<void> {
    if (this.#worker === undefined) return
    const done = new Promise<void>((resolve) => this.#killWaiters.push(resolve))
    this.order({ type: 'kill', all, assets })
    await done
  }

  async status(): Promise<StreamStatus> {
    const answer = await this.#ask((id) => ({ type: 'status', id }))
    if (answer.type !== 'status') throw new Error('BUG: the intelligence thread answered something else')
    return answer.status
  }

  /** What the champion of an asset knows now; undefined where nothing watches it. */
  async champion(asset: AssetId): Promise<ChampionState | undefined> {
    const answer = await this.#ask((id) => ({ type: 'champion', id, asset }))
    if (answer.type !== 'champion') throw new Error('BUG: the intelligence thread answered something else')
    return answer.champion
  }

  /** How the champions score in their places: of one asset, or of all. */
  async scores(asset?: AssetId): Promise<readonly AssetScores[]> {
    const answer = await this.#ask((id) => ({ type: 'scores', id, asset }))
    if (answer.type !== 'scores') throw new Error('BUG: the intelligence thread answered something else')
    return answer.scores
  }

  #ask(question: (id: number) => WatchOrder): Promise<Answer> {
    if (this.#worker === undefined) return Promise.reject(new MillwrightError('OVERLOADED', 'intelligence is being started again; try in a moment'))
    if (this.#waiting.size >= MAX_WAITING) return Promise.reject(new MillwrightError('OVERLOADED', `${MAX_WAITING} questions already wait for intelligence`))
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id)
        reject(new MillwrightError('OVERLOADED', 'intelligence did not answer in time; try again'))
      }, ANSWER_MS)
      this.#waiting.set(id, { resolve, reject, timer })
      this.order(question(id))
    })
  }

  /** Saves and ends the thread. */
  async close(): Promise<void> {
    this.#isClosing = true
    const worker = this.#worker
    if (worker === undefined) return
    await endWorker(worker, () => this.order({ type: 'stop' }), CLOSE_MS)
  }

  /** Ends the thread as a crash would. For tests of what is kept. */
  async crash(): Promise<void> {
    await this.#worker?.terminate()
  }

  #receive(message: WatchMessage): void {
    const { log, journal, catalogue, assetsOf } = this.#parts
    switch (message.type) {
      case 'ready':
        this.#failures = 0
        this.order({ type: 'catalogue', isWhole: true, assets: catalogue() })
        return void this.#parts.onStarted().then(() => this.order({ type: 'follow', journal }))
      case 'forgotten':
        return this.#parts.onForgotten(message.assets)
      case 'missedPast':
        return this.#parts.onMissedPast(message.asset)
      case 'needCatalogue':
        return this.order({ type: 'catalogue', isWhole: false, assets: assetsOf(message.series) })
      case 'news':
        return void this.#keep(message.news)
      case 'saved':
        this.trouble = undefined
        this.saved = message
        return this.#parts.onSaved(message.position)
      case 'skipped':
        return this.#parts.onSkipped(message.position, message.bytes)
      case 'replaced':
        return this.#parts.onReplaced(message.asset, message.model, message.state)
      case 'killed':
        return this.#killWaiters.shift()?.()
      case 'status':
      case 'scores':
      case 'champion': {
        const waiter = this.#waiting.get(message.id)
        this.#waiting.delete(message.id)
        clearTimeout(waiter?.timer)
        return waiter?.resolve(message)
      }
      case 'trouble':
        if (this.trouble === undefined) log.warn(`intelligence: ${message.message}`)
        this.trouble = message.message
    }
  }

  async #keep(news: AnomalyNews): Promise<void> {
    const worker = this.#worker
    await this.#parts.onNews(news)
    if (worker !== this.#worker) return
    this.order({ type: 'kept', count: ++this.#kept })
  }

  #rejectAll(): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer)
      reject(new MillwrightError('OVERLOADED', 'the intelligence thread ended during the question; try again'))
    }
    this.#waiting.clear()
    for (const done of this.#killWaiters.splice(0)) done()
  }
}
