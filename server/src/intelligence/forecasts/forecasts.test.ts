import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../algebra/random.ts'
import { trainBoostedForecast } from '../predictors/boosted-forecast.ts'
import { errorDistribution } from '../predictors/forecast-interval.ts'
import { findSeason } from '../predictors/season.ts'
import { chooseForecaster, neededSteps } from './forecast-contest.ts'
import { forecast } from './forecast-task.ts'
import { forecastWords } from './forecast-words.ts'
import { limitForecast } from './limit-forecast.ts'
import { originsOf, rollingOrigin } from './rolling-origin.ts'
import { stepsOf } from './step-width.ts'

const settings = { steps: 12, coverage: 0.9, seed: 1 }

function day(length: number, seed: number, noise: number): Float64Array {
  const random = seededRandom(seed)
  return Float64Array.from({ length }, (_, at) => 20 + 5 * Math.sin((2 * Math.PI * at) / 24) + noise * (random() + random() + random() - 1.5))
}

test('the season of a series is found in noise and under a trend, and none where there is none', () => {
  assert.equal(findSeason(day(24 * 20, 1, 2).map((value, at) => value + 0.05 * at)), 24)
  const random = seededRandom(4)
  assert.equal(findSeason(Float64Array.from({ length: 500 }, () => random())), 1)
  assert.equal(findSeason(new Float64Array(500).fill(7)), 1)
  assert.equal(findSeason(Float64Array.of(1, 2, 3)), 1)
})

test('a method takes the place of the seasonal naive forecast only where it beats it, and the interval holds what comes', () => {
  const series = day(24 * 60, 2, 1.5)
  const chosen = chooseForecaster(series.subarray(0, 24 * 30), settings)
  assert.equal(chosen.season, 24)
  assert.notEqual(chosen.champion.method, 'seasonal_naive')
  assert.equal(chosen.methods[0]?.method, chosen.champion.method)
  assert.ok((chosen.methods[0]?.gain ?? 0) > 0.1 && chosen.trials > 20)
  let [inside, count] = [0, 0]
  for (const origin of originsOf(series.length, 24 * 30, 12)) {
    const { low, high } = chosen.champion.interval.around(chosen.champion.forecaster.forecast(series.subarray(0, origin), 12))
    for (let step = 0; step < 12; step++, count++) if ((series[origin + step] ?? 0) >= (low[step] ?? 0) && (series[origin + step] ?? 0) <= (high[step] ?? 0)) inside++
  }
  assert.ok(inside / count > 0.84 && inside / count < 0.97, `${inside / count} of 0.9`)

  const random = seededRandom(5)
  let level = 0
  const walk = chooseForecaster(Float64Array.from({ length: 400 }, () => (level += random() - 0.5)), settings)
  assert.equal(walk.champion.method, 'seasonal_naive', 'nobody tells a random walk better than its last value')
})

test('too little history, one sample, gaps and constants are told or borne', () => {
  assert.throws(() => chooseForecaster(Float64Array.of(3), settings), (error: Error) => /needs 80 steps of the past.* there are 1/.test(error.message))
  assert.throws(() => chooseForecaster(new Float64Array(500).fill(Number.NaN), settings), { code: 'BAD_REQUEST' })
  const constant = forecast({ ...settings, values: new Float64Array(neededSteps(12)).fill(4) })
  assert.deepEqual([...constant.expected, ...constant.low, ...constant.high], new Array(36).fill(4))
  assert.match(forecastWords(constant, 0.9).en, /does not change/)
  const holes = day(400, 6, 1).map((value, at) => (at % 7 === 2 || (at > 200 && at < 240) ? Number.NaN : value))
  const told = forecast({ ...settings, values: holes })
  assert.ok([...told.expected, ...told.low, ...told.high].every(Number.isFinite))
  assert.ok(told.low.every((low, step) => low <= (told.expected[step] ?? 0) && (told.high[step] ?? 0) >= (told.expected[step] ?? 0)))
  assert.deepEqual(forecast({ ...settings, values: holes }), told, 'the same past gives the same forecast')
})

test('a shorter past leaves out the methods that need more', () => {
  const { methods } = chooseForecaster(day(neededSteps(12), 7, 1), settings)
  assert.ok(methods.some(({ method }) => method === 'seasonal_naive'))
  assert.ok(!methods.some(({ method }) => method === 'combination') || methods.length === 5)
})

test('boosting tells a shape that comes again, and says when the past is too short', () => {
  const series = Float64Array.from({ length: 800 }, (_, at) => (at % 20 < 5 ? 10 : 2) + (at % 40 < 20 ? 1 : 0))
  const told = trainBoostedForecast(series.subarray(0, 760), { horizon: 20, season: 40, seed: 2 }).forecast(series.subarray(0, 760), 20)
  const error = told.reduce((sum, value, step) => sum + Math.abs(value - (series[760 + step] ?? 0)), 0) / 20
  assert.ok(error < 0.6, `mean error ${error}`)
  assert.throws(() => trainBoostedForecast(series.subarray(0, 60), { horizon: 20, season: 40, seed: 2 }), { code: 'BAD_REQUEST' })
})

test('trials see only what was known, their gaps are no errors, and few trials make a wide interval', () => {
  const values = Float64Array.of(1, 2, 3, Number.NaN, 5, 6)
  const seen: number[] = []
  const errors = rollingOrigin({ needs: 1, forecast: (past, steps) => (seen.push(past.length), new Float64Array(steps)) }, values, originsOf(6, 2, 2), 2)
  assert.deepEqual(seen, [2, 3, 4])
  assert.deepEqual(errors.map((of) => [...of]), [[3, Number.NaN], [Number.NaN, 5], [5, 6]])
  assert.deepEqual(originsOf(5, 4, 2), [])
  const distribution = errorDistribution([Float64Array.of(-1), Float64Array.of(2), Float64Array.of(1)], 1)
  assert.deepEqual([distribution.quantile(0.05, 0), distribution.quantile(0.95, 0)], [-1, 2])
  assert.ok(Number.isNaN(errorDistribution([], 1).quantile(0.5, 0)))
})

test('a limit is reached at a time, between an earliest and a latest one, and is said in both languages', () => {
  const told = { expected: Float64Array.of(1, 2, 3, 4), low: Float64Array.of(0, 1, 2, 3), high: Float64Array.of(2, 3, 4, 5) }
  const grid = { fromUs: 0, everyUs: 3_600_000_000 }
  const high = limitForecast(told, grid, { limit: 3, side: 'high', last: 0 })
  assert.deepEqual([high.earliest, high.expected, high.latest], [7_200_000, 10_800_000, 14_400_000])
  assert.match(high.summary.en, /expected to be reached in 3 h \(between 2 h and 4 h\)/)
  assert.match(high.summary.zh, /预计 3 小时后到达上限/)
  assert.match(limitForecast(told, grid, { limit: 9, side: 'high', last: 0 }).summary.en, /not reached within 4 h/)
  assert.match(limitForecast(told, grid, { limit: 4.5, side: 'high', last: 0 }).summary.en, /may be reached in 4 h at the earliest/)
  assert.ok(limitForecast(told, grid, { limit: 2, side: 'low', last: 1 }).isBeyond)
  assert.equal(limitForecast(told, grid, { limit: -1, side: 'low', last: 1 }).earliest, null)
})

test('a horizon is cut into steps that people know', () => {
  const hour = 3_600_000_000
  assert.deepEqual(stepsOf(24 * hour), { everyUs: hour / 2, steps: 48 })
  assert.deepEqual(stepsOf(hour), { everyUs: hour / 60, steps: 60 })
  assert.deepEqual(stepsOf(60_000_000), { everyUs: 1_000_000, steps: 60 })
  assert.deepEqual(stepsOf(90 * 24 * hour), { everyUs: 48 * hour, steps: 45 })
})
