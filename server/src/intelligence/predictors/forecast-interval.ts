import { MillwrightError } from '../../kernel/error.ts'
import type { Forecaster } from './forecaster.ts'

/** A forecast with, for each step, the range that holds the truth as often as was asked. */
export interface IntervalForecast {
  readonly expected: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
}

/** Forecasts of the past by which the interval is measured, at most. */
const MOST_TRIALS = 400

/**
 * Measures how far a forecaster was from what came, step by step, on a stretch it was not trained on, and gives intervals of that size: split conformal prediction
 * (Lei et al. 2018; for several steps Stankeviciute et al. 2021), which needs no assumption on the errors' shape.
 * @throws MillwrightError BAD_REQUEST when the stretch is too short for the coverage.
 */
export function conformalIntervals(forecaster: Forecaster, stretch: Float64Array, steps: number, coverage: number): (past: Float64Array) => IntervalForecast {
  const trials = stretch.length - forecaster.needs - steps + 1
  const needed = Math.ceil(1 / (1 - coverage))
  if (trials < needed) throw new MillwrightError('BAD_REQUEST', `an interval of ${coverage} for ${steps} steps needs ${forecaster.needs + steps + needed - 1} values that were not trained on; there are ${stretch.length}`)
  const stride = Math.max(1, Math.floor(trials / MOST_TRIALS))
  const errors: number[][] = Array.from({ length: steps }, () => [])
  for (let trial = 0; trial < trials; trial += stride) {
    const at = forecaster.needs + trial
    const told = forecaster.forecast(stretch.subarray(0, at), steps)
    for (let step = 0; step < steps; step++) {
      const error = Math.abs((told[step] as number) - (stretch[at + step] as number))
      if (Number.isFinite(error)) errors[step]?.push(error)
    }
  }
  const reach = Float64Array.from(errors, (of) => of.sort((a, b) => a - b)[Math.min(of.length - 1, Math.ceil((of.length + 1) * coverage) - 1)] ?? Number.POSITIVE_INFINITY)
  return (past) => {
    const expected = forecaster.forecast(past, steps)
    return { expected, low: expected.map((value, step) => value - (reach[step] as number)), high: expected.map((value, step) => value + (reach[step] as number)) }
  }
}

/** Steps until a forecast passes a limit from below: when it is expected, and the earliest within its interval; undefined where that is beyond the forecast. */
export function stepsToLimit({ expected, high }: IntervalForecast, limit: number): { readonly expected: number | undefined; readonly earliest: number | undefined } {
  const first = (values: Float64Array) => {
    const at = values.findIndex((value) => value >= limit)
    return at < 0 ? undefined : at + 1
  }
  return { expected: first(expected), earliest: first(high) }
}
