import type { SampleBatch } from '@millwright/model/sample-batch.ts'
import type { Historian, StoredEvent } from '../../historian/historian.ts'
import type { JournalReader, JournalRecord } from '../../journal/journal.ts'
import { backoffMs, type BackoffPolicy } from '../../kernel/backoff.ts'
import { messageOf } from '../../kernel/error.ts'
import { parseEventJson } from '../event-json.ts'

export interface ConsumerParts {
  readonly reader: JournalReader
  readonly historian: Historian
  /** How long samples may gather before they are stored, so that a quiet plant costs few transactions. A query stores at once. */
  readonly gatherMs: number
  readonly random: () => number
  onProgress(position: number, coldPosition: number): void
  onGap(position: number, skippedBytes: number): void
  onTrouble(message: string): void
}

/** Bytes of the journal taken into one transaction of the historian, at most: some 100,000 samples, which hold up queries for a hundredth of a second or two. */
const PASS_BYTES = 2 * 1024 * 1024
const RETRY: BackoffPolicy = { firstMs: 200, maxMs: 5_000, factor: 2 }

interface Waiter {
  readonly position: number
  readonly resolve: () => void
}

/** Carries the journal into the historian, record by record and in order, for as long as it runs. */
export class JournalConsumer {
  readonly #parts: ConsumerParts
  readonly #stop = new AbortController()
  #waiters: Waiter[] = []
  #wake: (() => void) | undefined
  #failures = 0

  constructor(parts: ConsumerParts) {
    this.#parts = parts
  }

  /** Runs until {@link stop}. */
  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#pass()
        this.#failures = 0
      } catch (thrown) {
        this.#parts.onTrouble(messageOf(thrown))
        await this.#sleep(backoffMs(RETRY, this.#failures++, this.#parts.random))
      }
    }
  }

  /** Settles when everything before `position` is stored, or after `timeoutMs`. */
  async caughtUp(position: number, timeoutMs: number): Promise<void> {
    if (this.#parts.historian.position() >= position) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiter: Waiter = { position, resolve }
    this.#waiters.push(waiter)
    this.#wake?.()
    const timer = setTimeout(resolve, timeoutMs)
    await promise
    clearTimeout(timer)
    this.#waiters = this.#waiters.filter((other) => other !== waiter)
  }

  stop(): void {
    this.#stop.abort()
    this.#wake?.()
  }

  async #pass(): Promise<void> {
    const { reader, historian } = this.#parts
    const from = historian.position()
    const { records, next, skipped } = await reader.read(from, PASS_BYTES)
    // The historian was opened again meanwhile, and what it stands at has changed.
    if (historian.position() !== from) return
    if (skipped > 0) this.#parts.onGap(from, skipped)
    if (next > from) {
      await historian.append({ ...sortOut(records), next })
      this.#parts.onProgress(next, historian.coldPosition())
      this.#release(next)
    }
    if (records.length > 0) return this.#gather(from, next)
    await reader.waitBeyond(next, this.#stop.signal)
    if (this.#waiters.length === 0) await this.#sleep(this.#parts.gatherMs)
  }

  /** After a small pass, waits a little: whoever lags does not. */
  async #gather(from: number, next: number): Promise<void> {
    if (next - from < PASS_BYTES / 4 && this.#waiters.length === 0) await this.#sleep(this.#parts.gatherMs)
  }

  #release(position: number): void {
    for (const waiter of this.#waiters) if (waiter.position <= position) waiter.resolve()
  }

  #sleep(ms: number): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms)
      this.#wake = done
      function done(): void {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

function sortOut(records: readonly JournalRecord[]): { batches: SampleBatch[]; events: StoredEvent[] } {
  const batches: SampleBatch[] = []
  const events: StoredEvent[] = []
  for (const { entry } of records) {
    if (entry.kind === 'samples') batches.push(entry.batch)
    else {
      const event = parseEventJson(entry.json)
      if (event !== undefined) events.push(event)
    }
  }
  return { batches, events }
}
