import { BatchBuilder, sampleCount, type SampleBatch, type ValueKind } from '@millwright/model/sample-batch.ts'
import type { WriteOutcome } from '@millwright/model/write-outcome.ts'
import type { DeadLetter, PauseReason, Resolution, SampleSink, SignalHints } from '../connectors/sink.ts'
import type { AppendOutcome, Journal } from '../journal/journal.ts'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/error.ts'
import type { Log } from '../kernel/log.ts'
import type { Admission } from './admission.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { IngestCounters } from './ingest-counters.ts'
import type { LiveValues } from './live-values.ts'
import { splitBatch } from './split-batch.ts'

type KnownSignal = NonNullable<ReturnType<SampleSink['find']>>

/** Who turns names into series. */
export interface SignalResolver {
  resolve(assetPath: string, signal: string, kind: ValueKind, hints?: SignalHints, source?: string): Resolution
  find(assetPath: string, signal: string): KnownSignal | undefined
  readonly generation: number
  /** Makes signals that were created by `resolve` durable; they must be before samples of theirs are. */
  flush(): Promise<void>
}

export interface IngestParts {
  readonly journal: Journal
  readonly signals: SignalResolver
  readonly admission: Admission
  readonly live: LiveValues
  readonly deadLetters: DeadLetters
  readonly counters: IngestCounters
  readonly clock: Clock
  readonly log: Log
  /** Told of each durable batch, in order, with the journal position behind it, before its senders are answered. */
  readonly onDurable?: (batch: SampleBatch, next: number) => void
}

/** Groups that may be on their way to the disk at once: while one is synced the next one is encoded. */
const MAX_IN_FLIGHT = 2
/** Samples that may wait in the open group before senders are paused. */
const MAX_OPEN_SAMPLES = 1_000_000
/** Size of one journal record at most: a good part of a segment, and less than half of the journal's queue. */
const MAX_RECORD_BYTES = 4 * 1024 * 1024
const RETRY_MS = 250
const STORED: WriteOutcome = { status: 'stored' }
const STOPPING: WriteOutcome = { status: 'later', retryInMs: 1000, reason: 'Millwright is stopping' }

interface Group {
  readonly builder: BatchBuilder
  readonly settled: Promise<WriteOutcome>
  readonly settle: (outcome: WriteOutcome) => void
}

/**
 * The way in. All that arrives while a group of samples is written and synced is the next group: one journal record, one sync,
 * one settlement for all its senders. When the disk is full or fails, groups wait and are tried again; nothing is settled meanwhile.
 */
export class Ingest implements SampleSink {
  readonly #parts: IngestParts
  readonly #listeners = new Set<(paused: PauseReason | undefined) => void>()
  readonly #spares: BatchBuilder[] = []
  #group = newGroup(new BatchBuilder())
  /** The answer to the newest group under way, and with it to all before. */
  #tail: Promise<WriteOutcome> = Promise.resolve(STORED)
  #isScheduled = false
  #inFlight = 0
  #paused: PauseReason | undefined
  #isClosed = false
  #idle: (() => void) | undefined

  constructor(parts: IngestParts) {
    this.#parts = parts
    parts.journal.onBlocked(() => this.#updatePaused())
  }

  resolve(assetPath: string, signal: string, kind: ValueKind, hints?: SignalHints, source?: string): Resolution {
    return this.#parts.signals.resolve(assetPath, signal, kind, hints, source)
  }

  find(assetPath: string, signal: string): KnownSignal | undefined {
    return this.#parts.signals.find(assetPath, signal)
  }

  get generation(): number {
    return this.#parts.signals.generation
  }

  get open(): BatchBuilder {
    return this.#group.builder
  }

  write(batch: SampleBatch): Promise<WriteOutcome> {
    this.#group.builder.addAll(batch)
    return this.commit()
  }

  commit(): Promise<WriteOutcome> {
    if (this.#isClosed) return Promise.resolve(STOPPING)
    const group = this.#group
    // What the caller added may be under way already: that group's answer is the one.
    if (group.builder.length === 0) return this.#tail
    this.#schedule()
    this.#updatePaused()
    return group.settled
  }

  get paused(): PauseReason | undefined {
    return this.#paused
  }

  onPaused(listener: (paused: PauseReason | undefined) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  refuse(letter: DeadLetter): void {
    this.#parts.counters.addRefused(letter.refusal.code, letter.count)
    this.#parts.deadLetters.add(letter)
  }

  /** Writes what is open, waits for what is under way, and takes nothing more. Gives up after `deadlineMs`. */
  async close(deadlineMs: number): Promise<void> {
    if (this.#group.builder.length > 0) this.#schedule()
    const drained = new Promise<void>((resolve) => {
      this.#idle = resolve
      if (this.#isIdle()) resolve()
    })
    const timer = setTimeout(() => this.#idle?.(), deadlineMs)
    await drained
    clearTimeout(timer)
    this.#isClosed = true
    this.#group.settle(STOPPING)
  }

  /** Runs after the sockets of this turn of the event loop were read, so that all of them share the group. */
  #schedule(): void {
    if (this.#isScheduled || this.#inFlight >= MAX_IN_FLIGHT) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      if (this.#group.builder.length > 0 && this.#inFlight < MAX_IN_FLIGHT) void this.#flush()
    })
  }

  async #flush(): Promise<void> {
    const group = this.#group
    this.#group = newGroup(this.#spares.pop() ?? new BatchBuilder())
    this.#inFlight++
    const before = this.#tail
    this.#tail = group.settled
    const [earlier, own] = await Promise.all([before, this.#store(group.builder)])
    // A sender whose samples lie in two groups looks at the later one's answer.
    const outcome = earlier.status === 'stored' ? own : earlier
    this.#inFlight--
    group.settle(outcome)
    group.builder.clear()
    if (this.#spares.length < MAX_IN_FLIGHT) this.#spares.push(group.builder)
    this.#updatePaused()
    if (this.#group.builder.length > 0) this.#schedule()
    else if (this.#isIdle()) this.#idle?.()
  }

  async #store(builder: BatchBuilder): Promise<WriteOutcome> {
    const { admission, clock } = this.#parts
    const receivedUs = clock.nowUs()
    const whole = builder.view(receivedUs)
    const kept = admission.admit(whole, receivedUs)
    const batch = kept === whole.numbers.length ? whole : withNumbers(whole, kept)
    if (sampleCount(batch) === 0) return STORED
    const parts = await Promise.all(splitBatch(batch, MAX_RECORD_BYTES).map((part) => this.#storePart(part)))
    return parts.every((isStored) => isStored) ? STORED : STOPPING
  }

  /** Tries until the part is durable; false when that did not happen before the stop. */
  async #storePart(batch: SampleBatch): Promise<boolean> {
    const { journal, signals, live, counters } = this.#parts
    for (;;) {
      const outcome = await this.#attempt(() => signals.flush().then(() => journal.append({ kind: 'samples', batch })))
      if (outcome.status === 'durable') {
        counters.stored += sampleCount(batch)
        counters.groups++
        live.apply(batch)
        this.#parts.onDurable?.(batch, outcome.next)
        return true
      }
      if (this.#idle !== undefined) return false
      await this.#untilRelief()
    }
  }

  /** A failure to make new signals durable is treated as the failure of the disk that it is. */
  async #attempt(append: () => Promise<AppendOutcome>): Promise<AppendOutcome> {
    try {
      return await append()
    } catch (thrown) {
      this.#parts.log.error({ err: thrown }, 'could not write new signals to the registry')
      return { status: 'failed', message: messageOf(thrown) }
    }
  }

  #untilRelief(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, RETRY_MS)
      const stop = this.#parts.journal.onBlocked((blocked) => {
        if (blocked === undefined) done()
      })
      function done(): void {
        clearTimeout(timer)
        stop()
        resolve()
      }
    })
  }

  #updatePaused(): void {
    const tooMany = this.#group.builder.length >= MAX_OPEN_SAMPLES ? 'queue' : undefined
    const paused = this.#parts.journal.blocked ?? tooMany
    if (paused === this.#paused) return
    this.#paused = paused
    for (const listener of this.#listeners) listener(paused)
  }

  #isIdle(): boolean {
    return this.#inFlight === 0 && this.#group.builder.length === 0
  }
}

function newGroup(builder: BatchBuilder): Group {
  const { promise, resolve } = Promise.withResolvers<WriteOutcome>()
  return { builder, settled: promise, settle: resolve }
}

function withNumbers(batch: SampleBatch, length: number): SampleBatch {
  const { series, timesUs, values, status } = batch.numbers
  return { ...batch, numbers: { length, series, timesUs, values, status } }
}
