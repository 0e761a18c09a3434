import type { Forecaster } from '../predictors/forecaster.ts'
import type { TrialErrors } from '../predictors/forecast-interval.ts'

/** Forecasts of the past that are tried at most. */
const MOST_TRIALS = 60

/** The places from which the past is told: spread evenly from `from` to the last one whose truth is known whole. */
export function originsOf(length: number, from: number, steps: number, most = MOST_TRIALS): number[] {
  const places = length - steps - from + 1
  if (places <= 0) return []
  const count = Math.min(most, places)
  return Array.from({ length: count }, (_, at) => from + Math.floor((at * (places - 1)) / Math.max(1, count - 1)))
}

/**
 * The past told again and again, each time from what was known before (rolling origin; Tashman 2000, "Out-of-sample tests of forecasting accuracy").
 * `values` may have gaps: a truth that is missing is no error.
 */
export function rollingOrigin(forecaster: Forecaster, values: Float64Array, origins: readonly number[], steps: number): TrialErrors {
  return origins.map((origin) => {
    const told = forecaster.forecast(values.subarray(0, origin), steps)
    return told.map((value, step) => (values[origin + step] as number) - value)
  })
}
