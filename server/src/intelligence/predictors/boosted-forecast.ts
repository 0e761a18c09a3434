import { seededRandom } from '../algebra/random.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { type Forecaster, withoutGaps } from './forecaster.ts'
import { BOOSTING_DEFAULTS, type BoostedModel, trainBoosting, type TrainingControl } from './gradient-boosting.ts'

export interface BoostedForecastSettings {
  readonly horizon: number
  /** Length of the season in steps; 1 is none. */
  readonly season: number
  readonly seed: number
}

/** Distances back and lengths of means, in steps, by which the past is described. */
const LAGS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32] as const
const MEANS = [4, 16, 48] as const
const SHORTEST_PAST = 48
/** Examples that are learned from at most: pairs of a time and a step ahead. */
const MOST_EXAMPLES = 10_000
const BOOSTING = { ...BOOSTING_DEFAULTS, trees: 80, learningRate: 0.1, leaves: 15, rowPart: 0.7, featurePart: 0.7 }

/**
 * Gradient boosting for all steps of the horizon with one model: the step ahead is a feature, and what is told is the difference from the last value
 * (the direct strategy; Ben Taieb et al. 2012, "A review and comparison of strategies for multi-step ahead forecasting").
 * @throws MillwrightError BAD_REQUEST when the series is too short.
 */
export function trainBoostedForecast(series: Float64Array, settings: BoostedForecastSettings, control: TrainingControl = {}): Forecaster {
  const { horizon, season } = settings
  const needs = Math.max(SHORTEST_PAST, 2 * season)
  const values = withoutGaps(series)
  const origins = values.length - needs - horizon + 1
  if (origins < 1) throw new MillwrightError('BAD_REQUEST', `boosting needs ${needs + horizon} values, there are ${values.length}`)
  const random = seededRandom(settings.seed)
  const count = Math.min(MOST_EXAMPLES, origins * horizon)
  const columns = Array.from({ length: featureCount(season) }, () => new Float64Array(count))
  const targets = new Float64Array(count)
  const row = new Float64Array(columns.length)
  for (let example = 0; example < count; example++) {
    const known = needs + Math.floor(random() * origins)
    const step = 1 + Math.floor(random() * horizon)
    describe(values, known, step, season, row)
    for (let feature = 0; feature < row.length; feature++) (columns[feature] as Float64Array)[example] = row[feature] as number
    targets[example] = (values[known + step - 1] as number) - (values[known - 1] as number)
  }
  const model = trainBoosting(columns, targets, { ...BOOSTING, seed: settings.seed }, control)
  return { needs, forecast: (past, steps) => told(model, withoutGaps(past), steps, season) }
}

function told(model: BoostedModel, past: Float64Array, steps: number, season: number): Float64Array {
  const row = new Float64Array(model.width)
  const last = past.at(-1) ?? 0
  return Float64Array.from({ length: steps }, (_, at) => {
    describe(past, past.length, at + 1, season, row)
    return last + model.predict(row)
  })
}

function featureCount(season: number): number {
  return LAGS.length + MEANS.length + 2 + (season > 1 ? 3 : 0)
}

/** Features of the value `step` steps after the first `known` values, all relative to the last known one; NaN where the past is too short. */
function describe(values: Float64Array, known: number, step: number, season: number, into: Float64Array): void {
  const last = values[known - 1] ?? Number.NaN
  let at = 0
  for (const lag of LAGS) into[at++] = (values[known - 1 - lag] ?? Number.NaN) - last
  for (const length of MEANS) {
    let sum = 0
    for (let back = 1; back <= length; back++) sum += values[known - back] ?? Number.NaN
    into[at++] = sum / length - last
  }
  let swing = 0
  for (let back = 1; back < 24; back++) swing += Math.abs((values[known - back] ?? Number.NaN) - (values[known - back - 1] ?? Number.NaN))
  into[at++] = swing
  into[at++] = step
  if (season <= 1) return
  // The same place of the last seasons that are known.
  const place = known + step - 1 - season * Math.ceil(step / season)
  into[at++] = (values[place] ?? Number.NaN) - last
  into[at++] = (values[place - season] ?? Number.NaN) - last
  into[at++] = (values[known - 1 - season] ?? Number.NaN) - last
}
