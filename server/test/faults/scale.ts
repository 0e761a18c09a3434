/** Whether the long form runs (`npm run torture`) rather than the gate of CI. */
export const isTorture = process.env['TORTURE'] === '1'

/** How often, how many or how long: in CI, and in torture. */
export function scaled(ci: number, torture: number): number {
  return isTorture ? torture : ci
}

/** Why a test runs in torture only; `false` where it runs. For the option `skip`. */
export function tortureOnly(why: string): string | false {
  return isTorture ? false : `${why}: npm run torture`
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Waits until `holds` answers true, asking again and again; rejects with `what` when it takes longer than `timeoutMs`. Answers how long it took. */
export async function until(what: string, timeoutMs: number, holds: () => Promise<boolean> | boolean): Promise<number> {
  const started = performance.now()
  while (!(await holds())) {
    if (performance.now() - started > timeoutMs) throw new Error(`${what}: not within ${timeoutMs} ms`)
    await pause(50)
  }
  return performance.now() - started
}

/** The value below which `share` of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN
}

/** Mulberry32: the same numbers for the same seed, so that a failure can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
