import { Worker } from 'node:worker_threads'
import type { SampleBatch } from '@millwright/model/sample-batch.ts'
import { US_PER_DAY } from '@millwright/model/time.ts'
import type { Historian } from '../../historian/historian.ts'
import { backoffMs, type BackoffPolicy } from '../../kernel/backoff.ts'
import { endWorker } from '../../kernel/end-worker.ts'
import { ERROR_CODES, MillwrightError, type ErrorCode } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { SharedJournal } from '../../journal/segments/shared-head.ts'
import type { HistoryMessage, HistoryMethod, HistoryOrder, HistoryRequest } from './history-messages.ts'
import type { HistoryThreadData } from './history-thread.ts'
import { UnstoredSpans } from './unstored-spans.ts'

/** The consumer's name in the journal. */
export const HISTORY_CONSUMER = 'history'

/** The historian as the rest of the plant sees it: everything but storing, which the history thread does from the journal. */
export type History = Pick<Historian, HistoryMethod>

export interface HistoryClientParts {
  readonly workerData: HistoryThreadData
  /** Behind the last durable record: an answer includes what was durable when it was asked. */
  journalHead(): number
  onProgress(position: number, coldPosition: number): void
  onGap(position: number, skippedBytes: number): void
  readonly log: Log
  readonly random: () => number
}

interface Pending {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: MillwrightError) => void
}

const RESTART: BackoffPolicy = { firstMs: 100, maxMs: 2_000, factor: 2 }
/** Calls that may wait for an answer at once; more are refused. */
const MAX_PENDING = 10_000
const CLOSE_MS = 4_000
/** A value from before the first bucket may hold into it for as long as this (the most that `historian.hold-minutes` allows). */
const MAX_HOLD_US = US_PER_DAY

interface Stretch {
  readonly fromUs: number
  readonly toUs: number
}

/** Runs the history thread, starts it again when it dies, and calls it. */
export class HistoryClient {
  readonly #parts: HistoryClientParts
  readonly #pending = new Map<number, Pending>()
  readonly history: History
  #worker: Worker | undefined
  #nextId = 1
  #failures = 0
  #isClosing = false
  #journal: SharedJournal | undefined
  #position = 0
  readonly #unstored = new UnstoredSpans()
  /** How often the thread died. */
  restarts = 0
  /** The last failure to store, cleared by progress. */
  trouble: string | undefined

  constructor(parts: HistoryClientParts) {
    this.#parts = parts
    const call =
      <M extends HistoryMethod>(method: M, about?: (...args: Parameters<Historian[M]>) => Stretch) =>
      (...args: Parameters<Historian[M]>): ReturnType<Historian[M]> => {
        const stretch = about?.(...args)
        const after = stretch === undefined ? parts.journalHead() : this.#unstored.behind(stretch.fromUs, stretch.toUs)
        // The two threads run the same code; `Historian` types both ends.
        const signal = args.at(-1)
        const sent = signal instanceof AbortSignal ? args.slice(0, -1) : args
        return this.#call({ method, args: sent, after } as Omit<HistoryRequest, 'id'>, signal instanceof AbortSignal ? signal : undefined) as ReturnType<Historian[M]>
      }
    this.history = {
      readSamples: call('readSamples', (range) => range),
      readMany: call('readMany', (_series, range) => range),
      readWaveforms: call('readWaveforms', (range) => range),
      readPlot: call('readPlot', (range) => range),
      readAggregates: call('readAggregates', (_signal, edgesUs) => ({ fromUs: (edgesUs[0] ?? 0) - MAX_HOLD_US, toUs: edgesUs.at(-1) ?? Number.POSITIVE_INFINITY })),
      readLast: call('readLast'),
      setCatalogue: call('setCatalogue'),
      sql: call('sql'),
      exportParquet: call('exportParquet'),
      compact: call('compact'),
      applyRetention: call('applyRetention'),
      verify: call('verify'),
      backup: call('backup'),
      status: call('status'),
    }
  }

  /** Starts the thread; settles with the journal position that the historian has reached. Rejects when it cannot be opened at all. */
  start(): Promise<number> {
    return new Promise((resolve, reject) => this.#launch(resolve, reject))
  }

  /** Lets the thread carry the journal into the historian, also after it had to be started again. */
  follow(journal: SharedJournal): void {
    this.#journal = journal
    // What an earlier process left, or all since a damaged file was replaced.
    this.#unstored.noteUnknown(this.#parts.journalHead())
    this.#order({ type: 'follow', journal })
  }

  /** Tells that a batch is durable, with the journal position behind it: questions about its times wait until it is stored. */
  expect(batch: SampleBatch, next: number): void {
    this.#unstored.note(batch, next)
  }

  /** The journal position behind all that is stored. */
  get position(): number {
    return this.#position
  }

  /** Stores what is durable, closes the historian and ends the thread. */
  async close(): Promise<void> {
    this.#isClosing = true
    const worker = this.#worker
    if (worker === undefined) return
    await endWorker(worker, () => this.#order({ type: 'stop' }), CLOSE_MS)
  }

  #order(order: HistoryOrder): void {
    this.#worker?.postMessage(order)
  }

  #launch(opened: (position: number) => void, failed: (error: Error) => void): void {
    const worker = new Worker(new URL('./history-thread.ts', import.meta.url), { workerData: this.#parts.workerData, name: 'history' })
    this.#worker = worker
    let isOpen = false
    let failure: Error | undefined
    worker.on('message', (message: HistoryMessage) => {
      if (message.type === 'ready') {
        isOpen = true
        this.#failures = 0
        this.#position = message.position
        if (this.#journal !== undefined) this.follow(this.#journal)
        opened(message.position)
      } else this.#receive(message)
    })
    worker.on('error', (error: Error) => {
      failure = error
    })
    worker.on('exit', (code) => {
      this.#worker = undefined
      this.#rejectAll()
      if (this.#isClosing) return
      if (!isOpen && this.restarts === 0) return failed(failure ?? new Error(`the history thread ended with code ${code}`))
      this.restarts++
      this.#parts.log.error({ err: failure, code }, 'the history thread ended and is started again')
      setTimeout(() => this.#launch(ignore, ignore), backoffMs(RESTART, this.#failures++, this.#parts.random))
    })
  }

  #receive(message: HistoryMessage): void {
    switch (message.type) {
      case 'ready':
        return
      case 'progress':
        if (message.position < this.#position) this.#unstored.noteUnknown(this.#parts.journalHead())
        this.#position = message.position
        this.#unstored.release(message.position)
        this.trouble = undefined
        return this.#parts.onProgress(message.position, message.coldPosition)
      case 'gap':
        return this.#parts.onGap(message.position, message.skippedBytes)
      case 'trouble':
        if (this.trouble === undefined) this.#parts.log.error(`history cannot store: ${message.message}; it goes on trying`)
        this.trouble = message.message
        return
      case 'answer':
        return this.#take(message.id)?.resolve(message.result)
      case 'failure': {
        const { code, message: text, detail } = message
        return this.#take(message.id)?.reject(new MillwrightError(isErrorCode(code) ? code : 'OVERLOADED', text, { detail: { ...detail } }))
      }
    }
  }

  #call(request: Omit<HistoryRequest, 'id'>, signal: AbortSignal | undefined): Promise<unknown> {
    const worker = this.#worker
    if (worker === undefined) return Promise.reject(new MillwrightError('OVERLOADED', 'history is being started again; try in a moment'))
    if (this.#pending.size >= MAX_PENDING) return Promise.reject(new MillwrightError('OVERLOADED', `${MAX_PENDING} calls already wait for history`))
    if (signal?.aborted === true) return Promise.reject(new MillwrightError('QUERY_TOO_EXPENSIVE', 'the read was given up before it began'))
    const id = this.#nextId++
    const giveUp = (): void => this.#order({ type: 'giveUp', id })
    const answer = new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      worker.postMessage({ ...request, id })
    })
    if (signal === undefined) return answer
    signal.addEventListener('abort', giveUp, { once: true })
    return answer.finally(() => signal.removeEventListener('abort', giveUp))
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    return pending
  }

  #rejectAll(): void {
    for (const pending of this.#pending.values()) pending.reject(new MillwrightError('OVERLOADED', 'the history thread ended during the call; try again'))
    this.#pending.clear()
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code)
}

function ignore(): void {}
