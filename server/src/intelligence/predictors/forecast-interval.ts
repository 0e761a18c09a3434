/** A forecast with, for each step, the range that holds the truth as often as was asked. */
export interface IntervalForecast {
  readonly expected: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
}

/** Trials of the past: of each the signed errors (truth less forecast) of all its steps, NaN where the truth is not known. */
export type TrialErrors = readonly Float64Array[]

/** Share of the horizon on either side of a step from which errors are taken together: neighbouring steps err alike, and more errors make a steadier quantile. */
const NEIGHBOURS = 1 / 16

/** What forecasts of the past missed, sorted, step by step: the distribution of what this one will miss. */
export interface ErrorDistribution {
  /** The error that is not exceeded in `level` of the cases, `step` counted from 0. NaN without any trial. */
  quantile(level: number, step: number): number
}

/**
 * The distribution of the errors to come from those of trials on values that were not trained on: split conformal prediction (Lei et al. 2018; for several steps
 * Stankeviciute et al. 2021) with signed errors, which needs no assumption on their shape. The ends are taken one rank further out, so that few trials make wide intervals.
 */
export function errorDistribution(trials: TrialErrors, steps: number): ErrorDistribution {
  const reach = Math.floor(steps * NEIGHBOURS)
  const sorted = Array.from({ length: steps }, (_, step) => {
    const near: number[] = []
    for (const errors of trials) for (let at = Math.max(0, step - reach); at <= Math.min(steps - 1, step + reach); at++) if (Number.isFinite(errors[at])) near.push(errors[at] as number)
    return Float64Array.from(near).sort()
  })
  return {
    quantile: (level, step) => {
      const errors = sorted[step] ?? new Float64Array()
      const last = errors.length - 1
      const rank = level < 0.5 ? Math.floor((errors.length + 1) * level) - 1 : Math.ceil((errors.length + 1) * level) - 1
      return errors[Math.max(0, Math.min(last, rank))] ?? Number.NaN
    },
  }
}

/** The interval around a forecast that holds `coverage` of the cases, as much left out below as above. */
export function intervalAround(expected: Float64Array, errors: ErrorDistribution, coverage: number): IntervalForecast {
  const [below, above] = [(1 - coverage) / 2, (1 + coverage) / 2]
  return {
    expected,
    low: expected.map((value, step) => Math.min(value, value + errors.quantile(below, step))),
    high: expected.map((value, step) => Math.max(value, value + errors.quantile(above, step))),
  }
}

/** Steps until a forecast reaches a limit, counted from 1; undefined where that is beyond the forecast. */
export interface StepsToLimit {
  readonly expected: number | undefined
  /** The first step at which the interval reaches it. */
  readonly earliest: number | undefined
  /** The first step at which all of the interval is beyond it. */
  readonly latest: number | undefined
}

/** When a forecast reaches a limit from below (`high`) or from above (`low`). */
export function stepsToLimit({ expected, low, high }: IntervalForecast, limit: number, side: 'high' | 'low'): StepsToLimit {
  const first = (values: Float64Array) => {
    const at = values.findIndex((value) => (side === 'high' ? value >= limit : value <= limit))
    return at < 0 ? undefined : at + 1
  }
  return { expected: first(expected), earliest: first(side === 'high' ? high : low), latest: first(side === 'high' ? low : high) }
}
