import { Worker } from 'node:worker_threads'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import { registryError } from './database-error.ts'
import type { DatabaseOptions } from './open-database.ts'
import { RegistryService, type RegistryRequest } from './registry-service.ts'
import type { RegistryAnswer } from './registry-worker.ts'

/** Calls that wait for their turn at most; more are refused with OVERLOADED. */
export const MAX_WAITING = 10_000

/** Asks the thread. Rejects with what `RegistryDatabase` throws, or with DISK_FAILED when the thread ends meanwhile. */
export type Ask = (request: RegistryRequest) => Promise<unknown>

/**
 * The thread that holds SQLite, so that no sync holds up the sockets. When it dies, the call under way fails with DISK_FAILED (what was not
 * acknowledged is rolled back by SQLite), and the next call finds a new thread. A database in memory has no syncs, and stays on the caller's thread.
 */
export class RegistryThread {
  readonly #options: DatabaseOptions
  readonly #inMemory: RegistryService | undefined
  #worker: Worker | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #wasOpen = false

  constructor(options: DatabaseOptions) {
    this.#options = options
    this.#inMemory = options.file === ':memory:' ? new RegistryService(options) : undefined
  }

  /** Runs `work` when all calls before it have settled, so that what it asks is not mixed with what others ask. */
  inTurn<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
    if (this.#waiting >= MAX_WAITING) return Promise.reject(new MillwrightError('OVERLOADED', `registry ${this.#options.file}: ${MAX_WAITING} calls wait already`))
    this.#waiting++
    const result = this.#turn.then(() => work((request) => this.#ask(request)))
    this.#turn = result.then(
      () => this.#leave(),
      () => this.#leave(),
    )
    return result
  }

  #leave(): void {
    this.#waiting--
    if (this.#waiting === 0) this.#worker?.unref()
  }

  async #ask(request: RegistryRequest): Promise<unknown> {
    if (this.#inMemory !== undefined) return this.#askInMemory(this.#inMemory, request)
    if (this.#worker === undefined && this.#wasOpen && request.op !== 'close') await this.#post({ op: 'open' })
    const result = await this.#post(request)
    if (request.op === 'open') this.#wasOpen = true
    return result
  }

  async #askInMemory(service: RegistryService, request: RegistryRequest): Promise<unknown> {
    try {
      return await service.answer(request)
    } catch (thrown) {
      throw thrown instanceof Error && thrown.message.startsWith('BUG:') ? thrown : registryError(thrown, this.#options.file)
    }
  }

  #post(request: RegistryRequest): Promise<unknown> {
    const worker = (this.#worker ??= this.#start())
    worker.ref()
    return new Promise((resolve, reject) => {
      const settle = (tell: () => void): void => {
        worker.off('message', onAnswer).off('error', onDeath).off('exit', onDeath)
        tell()
      }
      const onAnswer = (answer: RegistryAnswer): void =>
        settle(() => (answer.status === 'done' ? resolve(answer.result) : reject(new MillwrightError(answer.code, answer.message, { detail: { ...answer.detail } }))))
      const onDeath = (cause: unknown): void => {
        this.#worker = undefined
        settle(() => reject(new MillwrightError('DISK_FAILED', `registry ${this.#options.file}: its thread ended (${messageOf(cause)})`, { cause })))
      }
      worker.on('message', onAnswer).on('error', onDeath).on('exit', onDeath)
      worker.postMessage(request)
    })
  }

  #start(): Worker {
    const worker = new Worker(new URL('./registry-worker.ts', import.meta.url), { workerData: this.#options })
    // Without a listener an error between two calls would end the process; the next call finds the thread gone.
    worker.on('error', () => undefined)
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined
    })
    return worker
  }
}
