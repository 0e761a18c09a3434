import { Worker } from 'node:worker_threads'
import { SharedHead, type SharedJournal } from '../../journal/segments/shared-head.ts'
import { backoffMs, type BackoffPolicy } from '../../kernel/backoff.ts'
import { endWorker } from '../../kernel/end-worker.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { Followed, RunnerMessage, RunnerOrder, RunnerStatus } from './runner-messages.ts'
import type { RunnerThreadData } from './runner-thread.ts'

export interface RunnerClientParts {
  readonly workerData: Omit<RunnerThreadData, 'resumes' | 'begin'>
  readonly journal: SharedJournal
  /** Keeps results; settles when they are durable, in their order. */
  onResults(results: Extract<RunnerMessage, { type: 'results' }>): Promise<void>
  onRests(message: Extract<RunnerMessage, { type: 'rests' }>): void
  onDrift(message: Extract<RunnerMessage, { type: 'drift' }>): void
  onSaved(position: number): void
  onSkipped(bytes: number): void
  readonly log: Log
  readonly random: () => number
}

const RESTART: BackoffPolicy = { firstMs: 200, maxMs: 10_000, factor: 2 }
const [CLOSE_MS, ANSWER_MS] = [2_500, 5_000]
const NOTHING: RunnerStatus = { position: 0, restarts: 0, memoryBytes: null, unavailable: null, runtime: null, models: [] }

/** Runs the thread in which models follow the stream; there is none while nothing is followed. */
export class RunnerClient {
  readonly #parts: RunnerClientParts
  readonly #asked = new Map<number, { resolve(status: RunnerStatus): void; timer: NodeJS.Timeout }>()
  readonly #following = new Map<number, () => void>()
  #worker: Worker | undefined
  #models: readonly Followed[] = []
  #nextId = 1
  #failures = 0
  #kept = 0
  #isClosing = false
  /** At the program's start it goes on where it stopped. Begun later, after a time in which nothing was in service, it does not answer for that time. */
  #resumes = true
  #begin = 0
  /** The last failure of the thread, cleared by the next save. */
  trouble: string | undefined

  constructor(parts: RunnerClientParts) {
    this.#parts = parts
  }

  /** Whether a thread follows the journal. */
  get isRunning(): boolean {
    return this.#worker !== undefined
  }

  /** Follows these models and no others; settles when the thread does, at the latest at the end of a turn. */
  async follow(models: readonly Followed[]): Promise<void> {
    // Models do not answer for the time before they were put in service.
    if (this.#models.length === 0) this.#begin = new SharedHead(this.#parts.journal.head).head
    this.#models = models
    if (this.#worker === undefined) {
      if (models.length > 0 && !this.#isClosing) this.#start()
      else this.#resumes = false
      return
    }
    const id = this.#nextId++
    const done = new Promise<void>((resolve) => this.#following.set(id, resolve))
    this.#order({ type: 'follow', id, models })
    await done
    if (this.#models.length > 0) return
    this.#resumes = false
    await this.#end()
  }

  async status(): Promise<RunnerStatus> {
    if (this.#worker === undefined) return NOTHING
    const id = this.#nextId++
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#asked.delete(id)
        reject(new MillwrightError('OVERLOADED', 'the models did not answer in time; try again'))
      }, ANSWER_MS)
      this.#asked.set(id, { resolve, timer })
      this.#order({ type: 'status', id })
    })
  }

  async close(): Promise<void> {
    this.#isClosing = true
    await this.#end()
  }

  async #end(): Promise<void> {
    const worker = this.#worker
    if (worker === undefined) return
    this.#worker = undefined
    await endWorker(worker, () => worker.postMessage({ type: 'stop' } satisfies RunnerOrder), CLOSE_MS)
  }

  /** Ends the thread as a crash would. For tests of what is kept. */
  async crash(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(): void {
    const { workerData, log, random } = this.#parts
    const worker = new Worker(new URL('./runner-thread.ts', import.meta.url), { workerData: { ...workerData, resumes: this.#resumes, begin: this.#begin } satisfies RunnerThreadData, name: 'models' })
    this.#resumes = true
    this.#worker = worker
    this.#kept = 0
    let failure: Error | undefined
    worker.on('message', (message: RunnerMessage) => this.#receive(worker, message))
    worker.on('error', (error: Error) => {
      failure = error
    })
    worker.on('exit', (code) => {
      for (const { timer, resolve } of this.#asked.values()) {
        clearTimeout(timer)
        resolve(NOTHING)
      }
      this.#asked.clear()
      for (const done of this.#following.values()) done()
      this.#following.clear()
      if (this.#worker !== worker) return
      this.#worker = undefined
      log.error({ err: failure, code }, 'the thread of the models ended and is started again')
      setTimeout(() => !this.#isClosing && this.#worker === undefined && this.#models.length > 0 && this.#start(), backoffMs(RESTART, this.#failures++, random))
    })
  }

  #order(order: RunnerOrder): void {
    this.#worker?.postMessage(order)
  }

  #receive(worker: Worker, message: RunnerMessage): void {
    const { log, journal } = this.#parts
    switch (message.type) {
      case 'ready':
        this.#failures = 0
        worker.postMessage({ type: 'follow', id: this.#nextId++, models: this.#models } satisfies RunnerOrder)
        return worker.postMessage({ type: 'journal', journal } satisfies RunnerOrder)
      case 'following':
        this.#following.get(message.id)?.()
        return void this.#following.delete(message.id)
      case 'results':
        return void this.#keep(worker, message)
      case 'rests':
        return this.#parts.onRests(message)
      case 'drift':
        return this.#parts.onDrift(message)
      case 'saved':
        this.trouble = undefined
        return this.#parts.onSaved(message.position)
      case 'skipped':
        return this.#parts.onSkipped(message.bytes)
      case 'status': {
        const asked = this.#asked.get(message.id)
        this.#asked.delete(message.id)
        clearTimeout(asked?.timer)
        return asked?.resolve(message.status)
      }
      case 'trouble':
        if (this.trouble === undefined) log.warn(`models: ${message.message}`)
        this.trouble = message.message
    }
  }

  async #keep(worker: Worker, results: Extract<RunnerMessage, { type: 'results' }>): Promise<void> {
    try {
      await this.#parts.onResults(results)
    } catch (thrown) {
      // Not said to be kept: no state is saved after it, and a restart gives it again.
      return this.#parts.log.error({ err: thrown }, 'what models said could not be kept')
    }
    if (worker === this.#worker) this.#order({ type: 'kept', count: ++this.#kept })
  }
}
