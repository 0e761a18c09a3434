import { ROLLUPS } from './cold-file.ts'
import type { ColdStore } from './cold-store.ts'

/** A start has other things to do first. */
const START_MS = 2_000
/** The share of a core that checking takes, at most. */
const SHARE = 0.1
/** Checked ahead at most; what lies further back is checked when somebody reads it. */
const MAX_BYTES = 8 * 1024 ** 3

/**
 * Checks the newest files against their checksums soon after a start, at leisure, so that hardly a question has to wait for the check that the first use of a
 * file needs. A damaged file is set aside as on first use. Ends early when `stop` aborts; rejects when the disk does not answer.
 */
export async function checkAhead(cold: ColdStore, stop: AbortSignal): Promise<void> {
  await rest(START_MS, stop)
  const newest = cold.files.toSorted((a, b) => b.day - a.day || b.high - a.high)
  let left = MAX_BYTES
  for (const file of newest) {
    if (stop.aborted || (left -= file.bytes) < 0) return
    const started = performance.now()
    // Plots and aggregates of long ranges read these, and need no other.
    for (const rollup of file.rollups === undefined ? [] : ROLLUPS) await cold.soundRollups([file], rollup)
    await cold.sound([file])
    await rest((performance.now() - started) * (1 / SHARE - 1), stop)
  }
}

function rest(ms: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    timer.unref()
    stop.addEventListener('abort', done, { once: true })
    function done(): void {
      clearTimeout(timer)
      stop.removeEventListener('abort', done)
      resolve()
    }
  })
}
