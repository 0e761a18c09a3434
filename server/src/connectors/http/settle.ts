import { MillwrightError } from '../../kernel/error.ts'
import type { PauseReason, SampleSink } from '../sink.ts'

/** When senders are asked to come back, in seconds. */
const RETRY_AFTER_S = 2

/** A write that cannot be stored now; `retryAfterS` belongs in the `Retry-After` header. */
export class WriteLater extends MillwrightError {
  readonly retryAfterS: number

  constructor(code: 'OVERLOADED' | 'DISK_FULL' | 'DISK_FAILED' | 'STOPPING', message: string, retryAfterS: number = RETRY_AFTER_S) {
    super(code, message, { detail: { retryAfterS } })
    this.retryAfterS = retryAfterS
  }
}

/** Refuses a write before anything of it is read, while the sink is paused. */
export function checkOpen(sink: SampleSink): void {
  if (sink.paused !== undefined) throw pausedError(sink.paused)
}

/**
 * Settles when what was added to the sink before is durable. Rejects with {@link WriteLater} when the sink cannot promise it now: the disk is full
 * or failed. The samples may still be stored then; to send them again does no harm, because a later write of the same time replaces the earlier.
 */
export async function settled(sink: SampleSink): Promise<void> {
  const blocked = Promise.withResolvers<PauseReason>()
  const stop = sink.onPaused((paused) => {
    if (paused === 'disk' || paused === 'failed') blocked.resolve(paused)
  })
  try {
    const outcome = await Promise.race([sink.commit(), blocked.promise])
    if (typeof outcome === 'string') throw pausedError(outcome)
    if (outcome.status === 'later') throw new WriteLater('OVERLOADED', outcome.reason, Math.max(1, Math.ceil(outcome.retryInMs / 1000)))
  } finally {
    stop()
  }
}

function pausedError(paused: PauseReason): WriteLater {
  switch (paused) {
    case 'queue':
      return new WriteLater('OVERLOADED', 'more arrives than the disk can take; nothing of this request was read')
    case 'disk':
      return new WriteLater('DISK_FULL', 'the disk is full; send again when there is room')
    case 'failed':
      return new WriteLater('DISK_FAILED', 'the disk does not take writes; send again when it is repaired')
  }
}
