import type { MillwrightProcess } from '../server/test/support/millwright-process.ts'

/**
 * Waits until history has caught up with the journal, then counts the samples of the signals whose path is LIKE `pattern`, by SQL.
 * `lagSeconds` is how long that took. Throws when it does not catch up in time.
 */
export async function readBack(millwright: MillwrightProcess, pattern: string, timeoutSeconds: number): Promise<{ stored: number; lagSeconds: number }> {
  const started = performance.now()
  const until = started + Math.max(30, timeoutSeconds) * 1000
  while ((await millwright.metric('millwright_history_lag_bytes')) > 0) {
    if (performance.now() > until) throw new Error('history did not catch up with the journal')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const lagSeconds = (performance.now() - started) / 1000
  const stored = await millwright.sqlNumber(`SELECT count(*) FROM samples WHERE signal LIKE '${pattern}'`)
  return { stored, lagSeconds }
}
