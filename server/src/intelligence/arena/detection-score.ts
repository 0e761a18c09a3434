/** How much of a fault is seen, and how soon, at a limit that lets a stated part of normal rows through. */
export interface DetectionScore {
  readonly limit: number
  /** Part of the rows of the fault above the limit. */
  readonly rate: number
  /** Rows from the fault's first row to the first of three rows above the limit in succession; undefined if that never comes. */
  readonly delay: number | undefined
}

/** Rows in succession that make a detection: one alone may be chance. */
const RUN = 3

/** The limit that `falseAlarmRate` of these scores of normal rows exceed. */
export function limitAt(normalScores: Float64Array, falseAlarmRate: number): number {
  const sorted = normalScores.toSorted()
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * (1 - falseAlarmRate)) - 1)] ?? Number.POSITIVE_INFINITY
}

/** Detection rate and delay of a fault that lasts from row `from` to the end. */
export function scoreDetection(scores: Float64Array, from: number, limit: number): DetectionScore {
  let [seen, run] = [0, 0]
  let delay: number | undefined
  for (let row = from; row < scores.length; row++) {
    const above = (scores[row] as number) > limit
    if (above) seen++
    run = above ? run + 1 : 0
    if (run === RUN && delay === undefined) delay = row - RUN + 1 - from
  }
  return { limit, rate: seen / Math.max(1, scores.length - from), delay }
}
