import type { ForecastMethod } from '@millwright/model/wire/forecast.ts'
import type { IntervalForecast } from '../predictors/forecast-interval.ts'
import { chooseForecaster, type ContestSettings, type MethodTrial } from './forecast-contest.ts'

/** What a thread needs to forecast. */
export interface ForecastTask extends ContestSettings {
  /** The past in even steps, NaN where there is a gap. */
  readonly values: Float64Array
}

/** What it makes of it. */
export interface ForecastResult extends IntervalForecast {
  readonly champion: ForecastMethod
  readonly season: number
  readonly trials: number
  readonly methods: readonly MethodTrial[]
}

/** Chooses the method that tells this past best and forecasts with it. Throws as {@link chooseForecaster}. */
export function forecast({ values, ...settings }: ForecastTask): ForecastResult {
  const { champion, season, trials, methods } = chooseForecaster(values, settings)
  return { champion: champion.method, season, trials, methods, ...champion.interval.around(champion.forecaster.forecast(values, settings.steps)) }
}
