import type { BatchBuilder, SampleBatch, SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import type { Refusal, WriteOutcome } from '@millwright/model/write-outcome.ts'

/** What a source knows of a signal when it names it first. */
export interface SignalHints {
  readonly unit?: string
  readonly low?: number
  readonly high?: number
  readonly description?: string
  /** The value at hand as text, shown in the inbox to whoever decides about the signal. */
  readonly example?: string
}

/** A signal that samples may be written to, or why not. */
export type Resolution = { readonly series: SeriesId; readonly kind: ValueKind } | { readonly refusal: Refusal }

export type PauseReason = 'queue' | 'disk' | 'failed'

/** Something that could not be taken, for the dead-letter log and the counters. */
export interface DeadLetter {
  /** The way in: `mqtt`, `http`, or a connection's name. */
  readonly source: string
  /** Topic, path or address. */
  readonly where: string
  readonly refusal: Refusal
  /** How many samples (or messages, where they could not be counted) were lost with it. */
  readonly count: number
  /** The beginning of what came, at most 512 bytes; kept for a sample of the letters. */
  readonly excerpt?: Uint8Array | string
}

/**
 * Where connectors put what machines say. Two ways in: {@link write} for one batch of one source, and, for servers with
 * very many senders, {@link open} with {@link commit}, in which all senders share the columns of the next group commit.
 */
export interface SampleSink {
  /**
   * The series of a signal, created as the provisioning policy says. Costs a map look-up for a known signal; callers keep the answer
   * while {@link generation} is unchanged. `kind` is what the value at hand is: a number or boolean for a
   * text signal (or the other way round) is refused as a type mismatch, and so is a number for a boolean signal, even 0 or 1.
   * A refusal is not to be kept: a quota refills, an inbox is emptied. `source` names who sends (a connection, a client), for the quotas.
   */
  resolve(assetPath: string, signal: string, kind: ValueKind, hints?: SignalHints, source?: string): Resolution
  /**
   * The series of a signal that exists; undefined when it does not. Never creates one: for a `null`, which does not
   * say what kind the signal would be.
   */
  find(assetPath: string, signal: string): { readonly series: SeriesId; readonly kind: ValueKind } | undefined
  /** Grows whenever an earlier {@link resolve} may no longer hold (a signal was deleted, moved, or changed its kind). */
  readonly generation: number
  /** Takes the samples; settles when they are durable. Never rejects. The batch's memory is free for reuse when this returns. */
  write(batch: SampleBatch): Promise<WriteOutcome>
  /** Columns shared by all senders. Add samples synchronously, then call {@link commit} before returning to the event loop. */
  readonly open: BatchBuilder
  /** Settles when all that was added to {@link open} before the call is durable. Callers of one group share one promise. Never rejects. */
  commit(): Promise<WriteOutcome>
  /**
   * Set while senders should be paused: the queue before the disk is full, the disk is full, or the disk failed.
   * Samples that were already added wait and are stored when it is over; what is not read from a socket cannot be lost.
   */
  readonly paused: PauseReason | undefined
  /** Calls back each time {@link paused} changes. Returns what ends that. */
  onPaused(listener: (paused: PauseReason | undefined) => void): () => void
  /** Counts and samples what could not be taken. */
  refuse(letter: DeadLetter): void
}
