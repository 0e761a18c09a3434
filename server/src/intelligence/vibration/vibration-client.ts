import { Worker } from 'node:worker_threads'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { SharedJournal } from '../../journal/segments/shared-head.ts'
import { backoffMs, type BackoffPolicy } from '../../kernel/backoff.ts'
import { endWorker } from '../../kernel/end-worker.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { Analysis, AnalysisOrder, PointOrder, RecordingResult, VibrationMessage, VibrationOrder } from './vibration-messages.ts'
import type { VibrationThreadData } from './vibration-thread.ts'

export interface VibrationClientParts {
  readonly workerData: VibrationThreadData
  readonly journal: SharedJournal
  /** What is known of these series; undefined for one that is gone. */
  pointOf(series: SeriesId): PointOrder | undefined
  /** Keeps results; settles when they are durable. */
  onResults(results: readonly RecordingResult[]): Promise<void>
  /** The journal behind this position is still needed. */
  onSaved(position: number): void
  onSkipped(bytes: number): void
  readonly log: Log
  readonly random: () => number
}

const RESTART: BackoffPolicy = { firstMs: 200, maxMs: 10_000, factor: 2 }
const [CLOSE_MS, ANSWER_MS] = [2_500, 10_000]
/** Questions that may wait at once. */
const MAX_WAITING = 8

/** Runs the thread in which recordings become features, and starts it again when it dies: it goes on from its saved place. */
export class VibrationClient {
  readonly #parts: VibrationClientParts
  readonly #waiting = new Map<number, { resolve(analysis: Analysis): void; reject(error: Error): void; timer: NodeJS.Timeout }>()
  #worker: Worker | undefined
  #nextId = 1
  #failures = 0
  #isClosing = false
  /** How often the thread died. */
  restarts = 0
  /** The last failure, cleared by the next results. */
  trouble: string | undefined

  constructor(parts: VibrationClientParts) {
    this.#parts = parts
  }

  get isRunning(): boolean {
    return this.#worker !== undefined
  }

  start(): void {
    if (this.#worker !== undefined || this.#isClosing) return
    const { workerData, log, random } = this.#parts
    const worker = new Worker(new URL('./vibration-thread.ts', import.meta.url), { workerData, name: 'vibration' })
    this.#worker = worker
    let failure: Error | undefined
    worker.on('message', (message: VibrationMessage) => this.#receive(worker, message))
    worker.on('error', (error: Error) => {
      failure = error
    })
    worker.on('exit', (code) => {
      this.#worker = undefined
      for (const id of [...this.#waiting.keys()]) this.#settle(id, undefined, 'the vibration thread ended during the question; try again')
      if (this.#isClosing) return
      this.restarts++
      log.error({ err: failure, code }, 'the vibration thread ended and is started again')
      setTimeout(() => this.start(), backoffMs(RESTART, this.#failures++, random))
    })
  }

  /** Tells what is known of these series now. */
  refresh(all: readonly SeriesId[], isAnswer = false): void {
    const found = all.map((series) => ({ series, point: this.#parts.pointOf(series) }))
    this.#order({ type: 'points', points: found.flatMap(({ point }) => point ?? []), gone: found.flatMap(({ series, point }) => (point === undefined ? series : [])), isAnswer })
  }

  /** Looks at a recording from all sides. Rejects with BAD_REQUEST (nothing can be computed of it) and OVERLOADED. */
  analyse(order: AnalysisOrder): Promise<Analysis> {
    this.start()
    if (this.#waiting.size >= MAX_WAITING) return Promise.reject(new MillwrightError('OVERLOADED', `${MAX_WAITING} recordings already wait to be looked at`))
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(id, undefined, 'the recording was not looked at in time; try again'), ANSWER_MS)
      this.#waiting.set(id, { resolve, reject, timer })
      this.#order({ type: 'analyse', id, order })
    })
  }

  /** Saves and ends the thread. */
  async close(): Promise<void> {
    this.#isClosing = true
    const worker = this.#worker
    if (worker === undefined) return
    await endWorker(worker, () => this.#order({ type: 'stop' }), CLOSE_MS)
  }

  /** Ends the thread as a crash would. For tests of what is kept. */
  async crash(): Promise<void> {
    await this.#worker?.terminate()
  }

  #order(order: VibrationOrder): void {
    this.#worker?.postMessage(order)
  }

  #receive(worker: Worker, message: VibrationMessage): void {
    const { log, journal } = this.#parts
    switch (message.type) {
      case 'ready':
        this.refresh(message.series)
        return this.#order({ type: 'follow', journal })
      case 'needPoints':
        return this.refresh(message.series, true)
      case 'results':
        return void this.#keep(worker, message.results)
      case 'saved':
        return this.#parts.onSaved(message.position)
      case 'skipped':
        return this.#parts.onSkipped(message.bytes)
      case 'analysed':
        return this.#settle(message.id, message.analysis, message.refusal ?? '', message.refusal !== undefined)
      case 'trouble':
        if (this.trouble === undefined) log.warn(`vibration: ${message.message}`)
        this.trouble = message.message
    }
  }

  async #keep(worker: Worker, results: readonly RecordingResult[]): Promise<void> {
    let isKept = false
    try {
      await this.#parts.onResults(results)
      isKept = true
      this.trouble = undefined
      this.#failures = 0
    } catch (thrown) {
      if (this.trouble === undefined && !this.#isClosing) this.#parts.log.error({ err: thrown }, 'what was computed of recordings could not be kept; it is tried again')
    }
    if (worker === this.#worker) this.#order({ type: 'kept', isKept })
  }

  #settle(id: number, analysis: Analysis | undefined, reason: string, isRefused = false): void {
    const waiter = this.#waiting.get(id)
    if (waiter === undefined) return
    this.#waiting.delete(id)
    clearTimeout(waiter.timer)
    if (analysis !== undefined) waiter.resolve(analysis)
    else waiter.reject(new MillwrightError(isRefused ? 'BAD_REQUEST' : 'OVERLOADED', isRefused ? `this recording cannot be looked at: ${reason}` : reason))
  }
}
