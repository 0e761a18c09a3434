/** Tells the next values of an evenly sampled signal from its past. */
export interface Forecaster {
  /** Values of the past that it needs. */
  readonly needs: number
  /** The `steps` values after `past`; a value of NaN in the past counts as the one before it. */
  forecast(past: Float64Array, steps: number): Float64Array
}

/** The past without gaps: a missing value is the one before it, at the beginning the first there is; all 0 where there is none. */
export function withoutGaps(past: Float64Array): Float64Array {
  let last = past.find(Number.isFinite) ?? 0
  return past.map((value) => (last = Number.isFinite(value) ? value : last))
}
