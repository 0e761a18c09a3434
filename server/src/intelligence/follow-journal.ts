import type { JournalReader } from '../journal/journal.ts'
import { openSegmentReader } from '../journal/segments/segment-reader.ts'
import { SharedHead, type SharedJournal } from '../journal/segments/shared-head.ts'
import { backoffMs, type BackoffPolicy } from '../kernel/backoff.ts'
import { messageOf } from '../kernel/error.ts'
import { pause } from '../kernel/pause.ts'

/** A wait for new samples ends after this, to see whether something is to be saved. */
const IDLE_MS = 1_000
const RETRY: BackoffPolicy = { firstMs: 200, maxMs: 5_000, factor: 2 }

/** A thread that works through the journal from a place of its own. */
export interface JournalFollower {
  readonly signal: AbortSignal
  /** How long samples gather before they are read, so that a quiet plant costs little. */
  readonly gatherMs: number
  /** Until the first save. */
  readonly saveMs: number
  position(): number
  /** Takes one stretch; true when there was nothing. What it throws is told, and it is tried again. */
  pass(reader: JournalReader, head: SharedHead): Promise<boolean>
  /** Whether something is to be saved before its time. */
  isSaveDue(): boolean
  /** Answers how long to wait until the next time, in milliseconds. */
  save(): Promise<number>
  onTrouble(message: string): void
  /** What could not be saved at the end, as the beginning of a sentence: "the watches could not be saved". */
  readonly unsaved: string
}

/** Follows the journal until the signal, then saves once more. */
export async function followJournal(journal: SharedJournal, follower: JournalFollower): Promise<void> {
  const { signal } = follower
  const reader = openSegmentReader(journal)
  const head = new SharedHead(journal.head)
  let nextSaveMs = performance.now() + follower.saveMs
  let failures = 0
  while (!signal.aborted) {
    try {
      const wasCaughtUp = await follower.pass(reader, head)
      failures = 0
      if (follower.isSaveDue() || performance.now() >= nextSaveMs) {
        const waitMs = await follower.save()
        nextSaveMs = performance.now() + waitMs
      }
      // Also a quiet plant is saved, and orders are heard meanwhile.
      if (wasCaughtUp) await reader.waitBeyond(follower.position(), AbortSignal.any([signal, AbortSignal.timeout(IDLE_MS)]))
      await pause(wasCaughtUp ? follower.gatherMs : 0, signal)
    } catch (thrown) {
      follower.onTrouble(messageOf(thrown))
      await pause(backoffMs(RETRY, failures++, Math.random), signal)
    }
  }
  await follower.save().catch((thrown: unknown) => follower.onTrouble(`${follower.unsaved}: ${messageOf(thrown)}`))
  await reader.close()
}

/** Bytes that a follower which lags more than it may leaves out, the oldest: half of what it may stays. 0 when it keeps up. */
export function bytesToSkip(head: SharedHead, position: number, maxLagBytes: number): number {
  const lag = head.head - position
  return lag > maxLagBytes ? lag - Math.floor(maxLagBytes / 2) : 0
}
