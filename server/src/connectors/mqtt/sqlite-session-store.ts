import { deserialize, serialize } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { backoffMs, type BackoffPolicy } from '../../kernel/backoff.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { KeptState, SessionStore, StoreChange } from './session-store.ts'
import type { StoreAnswer } from './sqlite-session-worker.ts'

/** Changes that nobody waits for are written after this long. */
const IDLE_MS = 50
const RETRY: BackoffPolicy = { firstMs: 100, maxMs: 5_000, factor: 2 }
const CHANGE_BYTES = 96
/** Topics of spoilt messages that the log names. */
const MAX_NAMED = 20

interface Group {
  readonly changes: Uint8Array
  readonly bytes: number
  readonly settle: (synced: boolean) => void
  readonly settled: Promise<boolean>
  attempts: number
}

interface Gathering {
  readonly settle: (synced: boolean) => void
  readonly settled: Promise<boolean>
}

export interface SqliteSessionStoreOptions {
  /** The database file; it is made when it is not there. */
  readonly file: string
  readonly log: Log
  readonly random: () => number
}

/** Keeps sessions and retained messages in one SQLite file, written by a thread of its own so that no sync holds up the sockets. */
export function createSqliteSessionStore(options: SqliteSessionStoreOptions): SessionStore {
  return new SqliteSessionStore(options)
}

/** One transaction is under way at a time; all changes that come meanwhile ride in the next one. */
class SqliteSessionStore implements SessionStore {
  readonly #options: SqliteSessionStoreOptions
  #worker: Worker
  #changes: StoreChange[] = []
  /** The last change of each retained topic: a topic that changes often is written once a transaction. */
  #retained = new Map<string, StoreChange>()
  #changeBytes = 0
  #gathering: Gathering | undefined
  #group: Group | undefined
  #scheduled = false
  #idle: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined
  #listeners: (() => void)[] = []
  #loading: { resolve(state: KeptState): void; reject(cause: Error): void } | undefined
  #failure: string | undefined
  #closed = false

  constructor(options: SqliteSessionStoreOptions) {
    this.#options = options
    this.#worker = this.#start()
  }

  get pendingBytes(): number {
    return this.#changeBytes + (this.#group?.bytes ?? 0)
  }

  get failure(): string | undefined {
    return this.#failure
  }

  onProgress(listener: () => void): void {
    this.#listeners.push(listener)
  }

  #start(): Worker {
    const worker = new Worker(new URL('./sqlite-session-worker.ts', import.meta.url), { workerData: { file: this.#options.file } })
    worker.on('message', (answer: StoreAnswer) => this.#onAnswer(answer))
    worker.on('error', (cause) => this.#onDeath(worker, cause))
    // A thread can also end without an error.
    worker.on('exit', (code) => this.#onDeath(worker, new Error(`the thread of the session store ended with code ${code}`)))
    worker.unref()
    return worker
  }

  load(): Promise<KeptState> {
    this.#worker.ref()
    return new Promise((resolve, reject) => {
      this.#loading = { resolve, reject }
      this.#worker.postMessage({ op: 'load' })
    })
  }

  apply(change: StoreChange): void {
    if (this.#closed) return
    if (change.op === 'putRetained' || change.op === 'dropRetained') {
      const topic = change.op === 'putRetained' ? change.message.topic : change.topic
      const earlier = this.#retained.get(topic)
      if (earlier !== undefined) this.#changeBytes -= sizeOfChange(earlier)
      this.#retained.set(topic, change)
    } else {
      this.#changes.push(change)
    }
    this.#changeBytes += sizeOfChange(change)
    this.#idle ??= setTimeout(() => this.#schedule(), IDLE_MS)
  }

  sync(): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false)
    if (this.#changeBytes === 0) return this.#group?.settled ?? Promise.resolve(true)
    if (this.#gathering === undefined) {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      this.#gathering = { settled: promise, settle: resolve }
      this.#schedule()
    }
    return this.#gathering.settled
  }

  #schedule(): void {
    if (this.#scheduled || this.#group !== undefined) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#send()
    })
  }

  #send(): void {
    if (this.#group !== undefined || this.#changeBytes === 0) return
    clearTimeout(this.#idle)
    this.#idle = undefined
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const { settled, settle } = this.#gathering ?? { settled: promise, settle: resolve }
    const changes = serialize([...this.#changes, ...this.#retained.values()])
    this.#group = { changes, bytes: this.#changeBytes, settled, settle, attempts: 0 }
    this.#changes = []
    this.#retained = new Map()
    this.#changeBytes = 0
    this.#gathering = undefined
    this.#worker.ref()
    this.#worker.postMessage({ op: 'apply', changes })
  }

  #onAnswer(answer: StoreAnswer): void {
    switch (answer.op) {
      case 'loaded':
        if (answer.setAside !== undefined) {
          this.#options.log.error({ file: answer.setAside }, 'the session store was damaged and is set aside; sessions and retained messages begin anew')
        }
        if (answer.spoilt.length > 0) {
          const topics = answer.spoilt.slice(0, MAX_NAMED)
          this.#options.log.error({ messages: answer.spoilt.length, topics }, 'messages had changed on the disk and were dropped; retained ones come back when they are published again')
        }
        this.#loading?.resolve(deserialize(answer.state) as KeptState)
        this.#loading = undefined
        this.#worker.unref()
        return
      case 'applied':
        this.#onSynced()
        return
      case 'failed':
        this.#onFailure(answer.message)
    }
  }

  #onSynced(): void {
    const group = this.#group
    if (this.#failure !== undefined) this.#options.log.warn('the session store can be written again')
    this.#failure = undefined
    this.#group = undefined
    this.#worker.unref()
    group?.settle(true)
    if (this.#changeBytes > 0 && this.#gathering !== undefined) this.#send()
    else if (this.#changeBytes > 0) this.#idle ??= setTimeout(() => this.#schedule(), IDLE_MS)
    for (const listener of this.#listeners) listener()
  }

  #onFailure(message: string): void {
    if (this.#loading !== undefined) {
      this.#loading.reject(new MillwrightError('CORRUPT_FILE', `cannot open the session store ${this.#options.file}: ${message}`))
      this.#loading = undefined
      return
    }
    if (this.#failure === undefined) {
      this.#options.log.error({ reason: message }, 'the session store cannot be written; senders whose messages it must keep wait')
    }
    this.#failure = message
    const group = this.#group
    if (group === undefined || this.#closed) return
    this.#retry = setTimeout(() => this.#worker.postMessage({ op: 'apply', changes: group.changes }), backoffMs(RETRY, group.attempts++, this.#options.random))
  }

  #onDeath(worker: Worker, cause: unknown): void {
    if (worker !== this.#worker || this.#closed) return
    this.#worker = this.#start()
    this.#onFailure(messageOf(cause))
  }

  async close(): Promise<void> {
    if (this.#closed) return
    const synced = this.sync()
    if (this.#failure === undefined) await synced
    this.#closed = true
    clearTimeout(this.#idle)
    clearTimeout(this.#retry)
    this.#group?.settle(false)
    this.#gathering?.settle(false)
    this.#worker.ref()
    const ended = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()))
    this.#worker.postMessage({ op: 'close' })
    await ended
  }
}

function sizeOfChange(change: StoreChange): number {
  switch (change.op) {
    case 'putDelivery':
      return CHANGE_BYTES * 3 + change.delivery.message.payload.length + change.delivery.message.topic.length + change.delivery.message.properties.length
    case 'putRetained':
      return CHANGE_BYTES * 2 + change.message.payload.length + change.message.topic.length + change.message.properties.length
    case 'putSession':
      return CHANGE_BYTES + (change.session.will?.message.payload.length ?? 0)
    default:
      return CHANGE_BYTES
  }
}
