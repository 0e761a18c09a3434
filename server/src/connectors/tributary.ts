import { BatchBuilder, type SampleBatch, type SeriesId, type ValueKind } from '@millwright/model/sample-batch.ts'
import type { WriteOutcome } from '@millwright/model/write-outcome.ts'
import type { DeadLetter, PauseReason, Resolution, SampleSink, SignalHints } from './sink.ts'

/**
 * A sink for the intake of one source: names and refusals go to the real sink, samples into columns of its own, which the source hands on
 * as a delivery with its receipt.
 */
export class Tributary implements SampleSink {
  readonly #sink: SampleSink
  open = new BatchBuilder()

  constructor(sink: SampleSink) {
    this.#sink = sink
  }

  /** The samples so far as a batch; new ones go into other columns, so it stays valid. */
  take(receivedUs: number): SampleBatch {
    const batch = this.open.view(receivedUs)
    this.open = new BatchBuilder()
    return batch
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

  write(batch: SampleBatch): Promise<WriteOutcome> {
    return this.#sink.write(batch)
  }

  commit(): Promise<WriteOutcome> {
    throw new Error('BUG: samples of a tributary travel in deliveries')
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
