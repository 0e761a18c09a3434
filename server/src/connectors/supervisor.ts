import { setTimeout as wait } from 'node:timers/promises'
import { sampleCount } from '@millwright/model/sample-batch.ts'
import { backoffMs, type BackoffPolicy } from '../kernel/backoff.ts'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/error.ts'
import type { Log } from '../kernel/log.ts'
import type { SampleSink } from './sink.ts'
import type { Delivery, Source } from './source.ts'

/** How a connection is. */
export type SourceStatus =
  | { readonly state: 'stopped' }
  /** An attempt is under way; `error` is why the last one failed. */
  | { readonly state: 'connecting'; readonly error: string | undefined }
  | { readonly state: 'open'; readonly sinceUs: number }
  /** The link is up and nothing has come for longer than the connection's limit. */
  | { readonly state: 'silent'; readonly sinceUs: number }
  | { readonly state: 'down'; readonly error: string; readonly sinceUs: number; readonly retryInMs: number }

/** What a connection has done since it was started. */
export interface SourceCounters {
  attempts: number
  opened: number
  deliveries: number
  samples: number
  /** Deliveries that were tried again because the sink could not take them. */
  retried: number
  /** When the last sample came, undefined before the first. */
  lastSampleUs: number | undefined
}

/** The link of a connection came, or it is gone and why. */
export type ConnectionChange = { readonly kind: 'connection.open' } | { readonly kind: 'connection.lost'; readonly error: string }

export interface SupervisorOptions {
  readonly name: string
  /** Makes the source of the next attempt, so that no attempt inherits anything from the one before. */
  readonly create: () => Source
  readonly sink: SampleSink
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  readonly backoff: BackoffPolicy
  /** An attempt to open is given up after this. */
  readonly openTimeoutMs: number
  /** An open link without a sample for so long is silent. */
  readonly silenceMs: number
  /** Hears when the link comes and goes, once each: for the event log. */
  readonly onChange?: (change: ConnectionChange) => void
}

/** A link that was open for so long has proved itself: the next failure starts with a short wait. */
const PROVEN_MS = 10_000
const CLOSE_TIMEOUT_MS = 5_000

/**
 * Keeps one connection: one attempt at a time, waits that grow with jitter, samples to the sink and receipts back, and one log line for each change
 * of state, however many attempts there are.
 */
export class SourceSupervisor {
  readonly #options: SupervisorOptions
  readonly counters: SourceCounters = { attempts: 0, opened: 0, deliveries: 0, samples: 0, retried: 0, lastSampleUs: undefined }
  #status: SourceStatus = { state: 'stopped' }
  #stop: AbortController | undefined
  #running: Promise<void> = Promise.resolve()
  #lastHeardMs = 0
  #isDown = false
  #watchdog: NodeJS.Timeout | undefined

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  get name(): string {
    return this.#options.name
  }

  get status(): SourceStatus {
    return this.#status
  }

  /** Begins to connect; does nothing when it has begun. */
  start(): void {
    if (this.#stop !== undefined) return
    const stop = new AbortController()
    this.#stop = stop
    this.#watchdog = setInterval(() => this.watch(), Math.max(100, this.#options.silenceMs / 4))
    this.#watchdog.unref()
    this.#running = this.#run(stop.signal)
  }

  /** Ends the connection and settles when it is closed. What is not stored yet is not acknowledged, so the source sends it again. */
  async stop(): Promise<void> {
    clearInterval(this.#watchdog)
    this.#stop?.abort()
    await this.#running
    this.#stop = undefined
    this.#status = { state: 'stopped' }
  }

  /** Looks whether the link has fallen silent. The supervisor's own timer calls it. */
  watch(): void {
    const { clock, silenceMs, log, name } = this.#options
    if (this.#status.state !== 'open' || clock.monotonicMs() - this.#lastHeardMs < silenceMs) return
    this.#status = { state: 'silent', sinceUs: clock.nowUs() }
    log.warn({ connection: name, silenceMs, lastSampleUs: this.counters.lastSampleUs }, 'source is connected but silent')
  }

  async #run(stop: AbortSignal): Promise<void> {
    const { backoff, random } = this.#options
    let failures = 0
    let lastError: string | undefined
    while (!stop.aborted) {
      this.#status = { state: 'connecting', error: lastError }
      this.counters.attempts++
      const before = this.#options.clock.monotonicMs()
      lastError = await this.#attempt(stop)
      if (stop.aborted) return
      failures = this.#options.clock.monotonicMs() - before >= PROVEN_MS ? 0 : failures
      const retryInMs = backoffMs(backoff, failures++, random)
      this.#down(lastError, retryInMs)
      await wait(retryInMs, undefined, { signal: stop }).catch(() => undefined)
    }
  }

  /** One attempt, from open to close. Answers why it ended. */
  async #attempt(stop: AbortSignal): Promise<string> {
    const ended = new AbortController()
    const signal = AbortSignal.any([stop, ended.signal])
    let source: Source | undefined
    try {
      source = this.#options.create()
      await source.open(AbortSignal.any([signal, AbortSignal.timeout(this.#options.openTimeoutMs)]))
      this.#up()
      for await (const delivery of source.read(signal)) await this.#take(delivery, signal)
      return 'the source ended'
    } catch (thrown) {
      return messageOf(thrown)
    } finally {
      ended.abort()
      if (source !== undefined) await this.#close(source)
    }
  }

  /** Writes until it is stored, as long as the connection lives; only then does the source hear of it. */
  async #take(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const { clock, sink } = this.#options
    const samples = sampleCount(delivery.batch)
    this.#heard()
    this.counters.deliveries++
    while (samples > 0) {
      const outcome = await sink.write(delivery.batch)
      if (outcome.status === 'stored') break
      this.counters.retried++
      await wait(outcome.retryInMs, undefined, { signal })
    }
    await delivery.settle()
    this.counters.samples += samples
    if (samples > 0) this.counters.lastSampleUs = clock.nowUs()
  }

  #up(): void {
    const { clock, log, name } = this.#options
    this.counters.opened++
    this.#lastHeardMs = clock.monotonicMs()
    this.#status = { state: 'open', sinceUs: clock.nowUs() }
    if (this.#isDown) log.info({ connection: name }, 'source is back')
    this.#options.onChange?.({ kind: 'connection.open' })
    this.#isDown = false
  }

  #heard(): void {
    const { clock, log, name } = this.#options
    this.#lastHeardMs = clock.monotonicMs()
    if (this.#status.state !== 'silent') return
    this.#status = { state: 'open', sinceUs: clock.nowUs() }
    log.info({ connection: name }, 'source speaks again')
  }

  #down(error: string, retryInMs: number): void {
    const { clock, log, name } = this.#options
    this.#status = { state: 'down', error, sinceUs: clock.nowUs(), retryInMs }
    if (!this.#isDown) {
      log.warn({ connection: name, error }, 'source is down')
      this.#options.onChange?.({ kind: 'connection.lost', error })
    }
    this.#isDown = true
  }

  async #close(source: Source): Promise<void> {
    const { log, name } = this.#options
    const timeout = new AbortController()
    const late = wait(CLOSE_TIMEOUT_MS, 'late' as const, { signal: timeout.signal, ref: false }).catch(() => undefined)
    try {
      if ((await Promise.race([source.close(), late])) === 'late') log.error({ connection: name }, 'source does not close')
    } catch (thrown) {
      log.error({ connection: name, err: thrown }, 'BUG: close of a source failed')
    } finally {
      timeout.abort()
    }
  }
}
