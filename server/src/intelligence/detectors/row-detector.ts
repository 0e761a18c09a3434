/** A detector of one asset: it sees the asset's signals as rows, one row after the other, and never again. */
export interface RowDetector {
  /** Whether it has learned enough to judge. */
  readonly ready: boolean
  /** How many numbers a row has. */
  readonly width: number
  /**
   * Takes a row and says how strange it is: a score over the limit found in learning, so above 1 is abnormal; NaN while it learns. A value of NaN in the
   * row counts as unchanged. `mayLearn` is false during an anomaly, at start-up and in a planned stop.
   */
  step(row: Float64Array, mayLearn: boolean): number
  /** Each signal's part of the last score; the parts add up to 1 (or all are 0). */
  contributions(into: Float64Array): Float64Array
  /** What was usual becomes what is now: after a return to normal that left a trace, or when people accept a change. */
  rebase(): void
  save(): Uint8Array
}
