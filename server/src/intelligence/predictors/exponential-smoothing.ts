import { type Forecaster, withoutGaps } from './forecaster.ts'

export interface SmoothingWeights {
  readonly level: number
  readonly trend: number
  readonly season: number
}

/** Part of the trend that is left with each further step: a damped trend does not run away (Gardner and McKenzie 1985). */
const DAMPING = 0.98

/** Weights that are tried when they are learned. */
const TRIED = [0.02, 0.1, 0.3, 0.6] as const

/** Holt-Winters: level, damped trend and an additive season, each smoothed (Winters 1960; ETS(A,Ad,A) of Hyndman et al. 2008). A season of 1 is none. */
export function exponentialSmoothing(season: number, weights: SmoothingWeights): Forecaster {
  return { needs: 2 * season, forecast: (past, steps) => smoothed(withoutGaps(past), season, weights).told(steps) }
}

/** The weights with which the series would have been told best, one step ahead. */
export function learnSmoothing(series: Float64Array, season: number): SmoothingWeights {
  const whole = withoutGaps(series)
  let best: { readonly weights: SmoothingWeights; readonly error: number } | undefined
  for (const level of TRIED) for (const trend of [0, 0.02, 0.1]) for (const seasonal of season > 1 ? TRIED : [0]) {
    const weights = { level, trend, season: seasonal }
    const { error } = smoothed(whole, season, weights)
    if (best === undefined || error < best.error) best = { weights, error }
  }
  return best?.weights ?? { level: 0.1, trend: 0, season: 0.1 }
}

function smoothed(values: Float64Array, season: number, weights: SmoothingWeights): { readonly error: number; told(steps: number): Float64Array } {
  const first = values.subarray(0, Math.max(1, Math.min(season, values.length)))
  let level = first.reduce((sum, value) => sum + value, 0) / first.length || 0
  let [trend, error] = [0, 0]
  const seasons = Float64Array.from({ length: season }, (_, at) => (season > 1 && at < first.length ? (first[at] as number) - level : 0))
  for (let at = first.length; at < values.length; at++) {
    const place = at % season
    const expected = level + DAMPING * trend + (seasons[place] as number)
    const miss = (values[at] as number) - expected
    error += miss * miss
    const before = level
    level += DAMPING * trend + weights.level * miss
    trend = DAMPING * trend + weights.trend * (level - before - DAMPING * trend)
    seasons[place] = (seasons[place] as number) + weights.season * (1 - weights.level) * miss
  }
  return {
    error,
    told: (steps) => {
      let [drift, damping] = [0, 1]
      return Float64Array.from({ length: steps }, (_, step) => {
        damping *= DAMPING
        drift += damping * trend
        return level + drift + (season > 1 ? (seasons[(values.length + step) % season] as number) : 0)
      })
    },
  }
}
