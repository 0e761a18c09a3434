import type { ColdFile } from './cold-file.ts'

/** Files of one day that were written together. */
export interface Run {
  readonly files: readonly ColdFile[]
  readonly low: number
  readonly high: number
  readonly rows: number
}

/** This many neighbouring runs of similar size become one. */
export const FAN_IN = 8
/** A closed day's small runs are merged into the big one when they hold this share of it, or when there are more than {@link CLOSED_RUNS}. */
const CLOSED_SHARE = 0.1
const CLOSED_RUNS = 4

/** The runs of one table and day, in the order of writing. */
export function runsOf(files: readonly ColdFile[]): Run[] {
  const groups = Map.groupBy(files, (file) => `${file.low} ${file.high}`)
  return [...groups.values()]
    .flatMap((slices): Run[] => {
      const first = slices[0]
      return first === undefined ? [] : [{ files: slices, low: first.low, high: first.high, rows: slices.reduce((sum, file) => sum + file.rows, 0) }]
    })
    .sort((a, b) => a.high - b.high)
}

/**
 * Which neighbouring runs to merge next, none when all is well. Only neighbours, so that "later write wins" stays a matter of
 * generations. Open days follow size tiers (each row is rewritten about log8 times); `closed` days, to which little is
 * added, become one run, so that rollups can stand for them. `eager` does so for any second run.
 */
export function chooseMerge(runs: readonly Run[], day: { readonly closed: boolean; readonly eager: boolean }): readonly Run[] {
  if (runs.length < 2) return []
  const largest = Math.max(...runs.map((run) => run.rows))
  const rest = runs.reduce((sum, run) => sum + run.rows, 0) - largest
  if (day.closed && (day.eager || runs.length > CLOSED_RUNS || rest >= largest * CLOSED_SHARE)) return runs
  for (let end = runs.length; end >= FAN_IN; end--) {
    const group = runs.slice(end - FAN_IN, end)
    const sizes = group.map((run) => run.rows)
    if (Math.max(...sizes) <= FAN_IN * Math.min(...sizes)) return group
  }
  // A day of very uneven runs still must not grow without end.
  return runs.length > 4 * FAN_IN ? runs.slice(-2 * FAN_IN) : []
}
