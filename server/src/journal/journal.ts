import type { SampleBatch } from '@millwright/model/sample-batch.ts'

/**
 * A place in the journal. Positions only compare; what they count is the adapter's business (bytes in segment
 * files, sequence numbers in JetStream). The position of a record is the place just before it.
 */
export type JournalPosition = number

/** What a journal entry carries. Plant events are JSON texts whose shape `plant/` owns. */
export type JournalEntry =
  | { readonly kind: 'samples'; readonly batch: SampleBatch }
  | { readonly kind: 'event'; readonly json: string }

/** An entry with the places before and after it. A consumer that saves `next` will not see the entry again. */
export interface JournalRecord {
  readonly position: JournalPosition
  readonly next: JournalPosition
  readonly entry: JournalEntry
}

/** The queue before the disk is full, the disk (or the journal's share of it) is full, or the disk failed. */
export type BlockReason = 'queue' | 'disk' | 'failed'

/** What became of an append. */
export type AppendOutcome =
  /** On disk; `next` is the place behind it. */
  | { readonly status: 'durable'; readonly next: JournalPosition }
  /** The queue before the disk, or the disk, is full: nothing was kept. */
  | { readonly status: 'full'; readonly reason: 'queue' | 'disk' }
  /** The disk failed, the journal is closed, or the entry is larger than it ever takes: nothing was acknowledged, and nothing of it will be. */
  | { readonly status: 'failed'; readonly message: string }

/** What an operator wants to know of the journal. */
export interface JournalStatus {
  /** Behind the last durable record. */
  readonly head: JournalPosition
  /** Before the oldest record that is still kept. */
  readonly tail: JournalPosition
  readonly sizeBytes: number
  readonly segments: number
  readonly syncs: number
  readonly lastSyncMs: number
  readonly consumers: readonly { readonly name: string; readonly position: JournalPosition; readonly lagBytes: number }[]
  /** Segments that were found damaged and set aside, with why. */
  readonly quarantined: readonly { readonly file: string; readonly reason: string }[]
  /** Set while the journal takes nothing, with the reason. */
  readonly blocked: BlockReason | undefined
}

/**
 * The promise: a durable log of what came in. An append settles once it is on disk; many share one sync.
 * Appends that are taken settle in the order of their calls; a refusal may settle at once.
 */
export interface Journal {
  /** Encodes at once (the caller may reuse the batch's memory when this returns) and settles when durable. Never rejects. */
  append(entry: JournalEntry): Promise<AppendOutcome>
  /** Set while appends would not be taken, with the reason; sources pause then. It clears by itself when the reason is gone. */
  readonly blocked: BlockReason | undefined
  /** Calls back each time `blocked` changes. Returns what ends that. */
  onBlocked(listener: (blocked: BlockReason | undefined) => void): () => void
  /** Behind the last durable record. */
  readonly head: JournalPosition
  /**
   * Says that `consumer` no longer needs what lies before `position`. Segments before the slowest known consumer
   * (and beyond the configured reserve) are removed. A name is known from its first call on, over restarts.
   */
  release(consumer: string, position: JournalPosition): void
  /** Forgets a consumer that no longer exists, so that it holds nothing back. */
  forget(consumer: string): void
  status(): JournalStatus
  /** Syncs what is pending and closes. Later appends answer `failed`. */
  close(): Promise<void>
}

/** Reads durable records in order, from this or another thread. */
export interface JournalReader {
  /**
   * The records from `from` on: at most about `maxBytes` of them, at least one where there is one. An empty answer
   * means that the reader has caught up. Where `from` lies before the tail or in a set-aside segment, reading goes on at the
   * next readable record and `skipped` tells how many bytes are missing.
   */
  read(from: JournalPosition, maxBytes: number): Promise<{ readonly records: readonly JournalRecord[]; readonly next: JournalPosition; readonly skipped: number }>
  /** Settles when a record behind `position` is durable, or `signal` aborts. */
  waitBeyond(position: JournalPosition, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}
