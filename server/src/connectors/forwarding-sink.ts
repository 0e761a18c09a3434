import type { BatchBuilder, SampleBatch, SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import type { WriteOutcome } from '@millwright/model/write-outcome.ts'
import type { DeadLetter, PauseReason, Resolution, SampleSink, SignalHints } from './sink.ts'

/** A sink before another one: names, refusals and pauses go through, samples go as the sink that extends it says. */
export abstract class ForwardingSink implements SampleSink {
  protected readonly sink: SampleSink

  constructor(sink: SampleSink) {
    this.sink = sink
  }

  abstract get open(): BatchBuilder
  abstract commit(): Promise<WriteOutcome>

  write(batch: SampleBatch): Promise<WriteOutcome> {
    return this.sink.write(batch)
  }

  resolve(assetPath: string, signal: string, kind: ValueKind, hints?: SignalHints, source?: string): Resolution {
    return this.sink.resolve(assetPath, signal, kind, hints, source)
  }

  find(assetPath: string, signal: string): { readonly series: SeriesId; readonly kind: ValueKind } | undefined {
    return this.sink.find(assetPath, signal)
  }

  get generation(): number {
    return this.sink.generation
  }

  get paused(): PauseReason | undefined {
    return this.sink.paused
  }

  onPaused(listener: (paused: PauseReason | undefined) => void): () => void {
    return this.sink.onPaused(listener)
  }

  refuse(letter: DeadLetter): void {
    this.sink.refuse(letter)
  }
}
