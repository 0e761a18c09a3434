import { BatchBuilder, type SampleBatch, type SeriesId, type ValueKind } from '@millwright/model/sample-batch.ts'
import type { WriteOutcome } from '@millwright/model/write-outcome.ts'
import type { Clock } from '../kernel/clock.ts'
import type { DeadLetter, PauseReason, Resolution, SampleSink, SignalHints } from './sink.ts'

/** Who tells others of samples, once they are durable. */
export interface Announcer {
  /** Whether anybody listens; asked for each batch, so it must be cheap. */
  readonly isListening: boolean
  /** The batch is the announcer's own. */
  announce(batch: SampleBatch): void
}

/** A sink whose samples are also announced, for ways in that are not themselves the unified namespace. */
export class AnnouncingSink implements SampleSink {
  readonly #sink: SampleSink
  readonly #announcer: Announcer
  readonly #clock: Clock
  #open = new BatchBuilder()

  constructor(sink: SampleSink, announcer: Announcer, clock: Clock) {
    this.#sink = sink
    this.#announcer = announcer
    this.#clock = clock
  }

  get open(): BatchBuilder {
    return this.#open
  }

  commit(): Promise<WriteOutcome> {
    if (this.#open.length === 0) return this.#sink.commit()
    const batch = this.#open.view(this.#clock.nowUs())
    if (this.#announcer.isListening) {
      this.#open = new BatchBuilder()
      return this.write(batch)
    }
    const written = this.#sink.write(batch)
    this.#open.clear()
    return written
  }

  async write(batch: SampleBatch): Promise<WriteOutcome> {
    const outcome = await this.#sink.write(batch)
    if (outcome.status === 'stored' && this.#announcer.isListening) this.#announcer.announce(batch)
    return outcome
  }

  resolve(assetPath: string, signal: string, kind: ValueKind, hints?: SignalHints, source?: string): Resolution {
    return this.#sink.resolve(assetPath, signal, kind, hints, source)
  }

  find(assetPath: string, signal: string): { readonly series: SeriesId; readonly kind: ValueKind } | undefined {
    return this.#sink.find(assetPath, signal)
  }

  get generation(): number {
    return this.#sink.generation
  }

  get paused(): PauseReason | undefined {
    return this.#sink.paused
  }

  onPaused(listener: (paused: PauseReason | undefined) => void): () => void {
    return this.#sink.onPaused(listener)
  }

  refuse(letter: DeadLetter): void {
    this.#sink.refuse(letter)
  }
}
