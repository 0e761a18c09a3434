import { trainAll, type TrainedMethod } from '../forecasts/forecast-contest.ts'
import { originsOf } from '../forecasts/rolling-origin.ts'
import type { IntervalForecast } from '../predictors/forecast-interval.ts'
import type { ArenaRow, Contest } from './arena-table.ts'
import { CpuMeter } from './cpu-meter.ts'
import { coverageOf, scoreForecast, scoreQuantiles } from './forecast-score.ts'
import { HALVES_BY_NAME, inHalf } from './halves.ts'
import { type NabFile, readNab } from './recorded-data.ts'

/** Steps told, part of each file that is learned from, forecasts of the rest, and what the interval shall hold. */
const [STEPS, LEARNED, MOST_ORIGINS, COVERAGE] = [24, 0.7, 40, 0.9]
/** The most that is learned from, as in service. */
const LONGEST_PAST = 4_096
const LEVELS: readonly number[] = Array.from({ length: 19 }, (_, at) => (at + 1) / 20)

/** Each method and the champion of each file, told 24 steps ahead from 40 places of the last 30 % of the file, without learning from it. */
export const forecastContest: Contest = {
  name: 'forecast',
  declare: () => ({ halves: HALVES_BY_NAME, limits: Object.fromEntries(Object.values(NAMES).map((who) => [who, 'none: the interval shall hold 90 %, whatever comes; how fast it adapts was chosen on the tuning half'])) }),
  run: (folder) => {
    const files = readNab(folder)
    const scored = new Map(files.map((file) => [file.name, scoreFile(file)]))
    const rows: ArenaRow[] = []
    for (const on of ['tune', 'report', 'all'] as const) {
      const part = on === 'all' ? files : inHalf(files, on)
      for (const who of ['champion', 'seasonal_naive', 'linear', 'exponential_smoothing', 'boosting', 'combination']) {
        const scores = part.flatMap(({ name }) => scored.get(name)?.get(who) ?? [])
        const mean = (of: (score: MethodScore) => number) => scores.reduce((sum, score) => sum + of(score), 0) / Math.max(1, scores.length)
        rows.push({ who: NAMES[who] ?? who, on, values: [mean(({ mse }) => mse), mean(({ mae }) => mae), mean(({ crps }) => crps), mean(({ inside }) => inside), scores.length], costUs: mean(({ costUs }) => costUs) })
      }
    }
    return {
      title: `Forecasts of ${STEPS} steps on the ${files.length} NAB files given`,
      protocol: `Learned from the first ${LEARNED * 100} % of each file, scored from ${MOST_ORIGINS} places of the rest, anomalies and all. Errors in spreads (standard deviations) of the part learned from, means over files; cost of one told value. The champion is chosen per file on the part learned from alone; the seasonal naive takes the better of the last value and the last season there. Interval: 90 %, adapted by what had come true before each place; the methods themselves learn nothing from the scored part.`,
      columns: [{ name: 'MSE', digits: 3 }, { name: 'MAE', digits: 3 }, { name: 'CRPS', digits: 3 }, { name: 'in interval', digits: 2 }, { name: 'files', digits: 0 }],
      rows,
    }
  },
}

const NAMES: Readonly<Record<string, string>> = { champion: 'Millwright champion', seasonal_naive: 'seasonal naive', linear: 'linear, closed form', exponential_smoothing: 'exponential smoothing', boosting: 'boosting on lags', combination: 'mean of the three' }

interface MethodScore {
  readonly mse: number
  readonly mae: number
  readonly crps: number
  readonly inside: number
  readonly costUs: number
}

function scoreFile({ values }: NabFile): Map<string, MethodScore> {
  const cut = Math.floor(values.length * LEARNED)
  const learned = values.subarray(Math.max(0, cut - LONGEST_PAST), cut)
  const mean = learned.reduce((sum, value) => sum + value, 0) / learned.length
  const spread = Math.sqrt(learned.reduce((sum, value) => sum + (value - mean) ** 2, 0) / learned.length) || 1
  const [champion, ...methods] = trainAll(learned, { steps: STEPS, coverage: COVERAGE, seed: 1 })
  const origins = originsOf(values.length, cut, STEPS, MOST_ORIGINS)
  const scores = new Map(methods.map((method) => [method.method as string, scoreMethod(method, values, origins, spread)]))
  const best = champion === undefined ? undefined : scores.get(champion.method)
  if (best !== undefined) scores.set('champion', best)
  return scores
}

function scoreMethod({ forecaster, interval }: TrainedMethod, values: Float64Array, origins: readonly number[], spread: number): MethodScore {
  const size = origins.length * STEPS
  const [expectedOf, truth, low, high] = [new Float64Array(size), new Float64Array(size), new Float64Array(size), new Float64Array(size)]
  const quantiles = LEVELS.map(() => new Float64Array(size))
  const meter = new CpuMeter()
  const told: { readonly until: number; readonly forecast: IntervalForecast; readonly errors: Float64Array }[] = []
  for (const [at, origin] of origins.entries()) {
    // What has come true by now is known, as it is in service; the method itself learns no more.
    while (told[0] !== undefined && told[0].until <= origin) {
      const { forecast, errors } = told[0]
      interval.learn(forecast, errors)
      told.shift()
    }
    const forecast = meter.run(() => interval.around(forecaster.forecast(values.subarray(Math.max(0, origin - LONGEST_PAST), origin), STEPS)))
    told.push({ until: origin + STEPS, forecast, errors: forecast.expected.map((value, step) => (values[origin + step] as number) - value) })
    for (let step = 0; step < STEPS; step++) {
      const place = at * STEPS + step
      const expected = forecast.expected[step] as number
      expectedOf[place] = expected / spread
      low[place] = (forecast.low[step] as number) / spread
      high[place] = (forecast.high[step] as number) / spread
      truth[place] = (values[origin + step] as number) / spread
      for (const [index, level] of LEVELS.entries()) (quantiles[index] as Float64Array)[place] = (expected + interval.errors.quantile(level, step)) / spread
    }
  }
  return { ...scoreForecast(expectedOf, truth), crps: scoreQuantiles(quantiles, LEVELS, truth), inside: coverageOf(low, high, truth), costUs: meter.each(size) }
}
