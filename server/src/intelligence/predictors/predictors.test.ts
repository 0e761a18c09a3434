import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../algebra/random.ts'
import { BoostedModel, BOOSTING_DEFAULTS, trainBoosting } from './gradient-boosting.ts'
import { exponentialSmoothing, learnSmoothing } from './exponential-smoothing.ts'
import { LifeModel, trainLifeModel } from './life-model.ts'
import { LinearForecast, trainLinear } from './linear-forecast.ts'
import { seasonalNaive } from './seasonal-naive.ts'
import { trainPls, trainRidge } from './soft-sensor.ts'

const few = { ...BOOSTING_DEFAULTS, trees: 60, learningRate: 0.1 }

function dayOf(length: number, seed: number, noise = 0.3): Float64Array {
  const random = seededRandom(seed)
  return Float64Array.from({ length }, (_, at) => 20 + 5 * Math.sin((2 * Math.PI * at) / 24) + 2 * Math.sin((2 * Math.PI * at) / 12) + noise * (random() + random() - 1))
}

const squared = (told: Float64Array, truth: Float64Array) => told.reduce((sum, value, at) => sum + (value - (truth[at] ?? 0)) ** 2, 0) / told.length

test('boosting learns what is not linear, and the same seed gives the same model', () => {
  const random = seededRandom(3)
  const features = [0, 1, 2].map(() => Float64Array.from({ length: 2000 }, () => random() * 4 - 2))
  const truth = (row: readonly number[]) => Math.sin(2 * (row[0] ?? 0)) * (row[1] ?? 0)
  const targets = Float64Array.from({ length: 2000 }, (_, row) => truth(features.map((column) => column[row] ?? 0)))
  const model = trainBoosting(features, targets, few)
  const error = Array.from({ length: 300 }, () => [random() * 3 - 1.5, random() * 3 - 1.5, random()]).reduce((sum, row) => sum + (model.predict(row) - truth(row)) ** 2, 0) / 300
  assert.ok(error < 0.06, `mean squared error ${error}`)
  const twin = BoostedModel.restore(trainBoosting(features, targets, few).save())
  assert.equal(twin.predict([1, Number.NaN, 0]), model.predict([1, Number.NaN, 0]))
})

test('boosted quantiles hold the part of the truth that they should', () => {
  const random = seededRandom(5)
  const feature = Float64Array.from({ length: 4000 }, () => random())
  const noisy = () => { const x = random(); return [x, x * 10 + (random() - 0.5) * (1 + 8 * x)] as const }
  const targets = feature.map((x) => x * 10 + (random() - 0.5) * (1 + 8 * x))
  const [low, high] = [0.1, 0.9].map((aim) => trainBoosting([feature], targets, { ...few, aim }))
  const rows = Array.from({ length: 2000 }, noisy)
  const inside = rows.filter(([x, y]) => y >= (low?.predict([x]) ?? 0) && y <= (high?.predict([x]) ?? 0)).length / rows.length
  assert.ok(inside > 0.75 && inside < 0.85, `${inside} inside of 80 %`)
})

test('training with one row, constants or missing values works or says what is wrong; it can be stopped', () => {
  assert.equal(trainBoosting([Float64Array.of(1)], Float64Array.of(7), few).predict([3]), 7)
  assert.equal(trainBoosting([new Float64Array(100).fill(4)], new Float64Array(100).fill(2), few).predict([4]), 2)
  assert.ok(Number.isFinite(trainBoosting([new Float64Array(100).fill(Number.NaN), Float64Array.from({ length: 100 }, (_, at) => at)], Float64Array.from({ length: 100 }, (_, at) => at), few).predict([Number.NaN, 50])))
  assert.throws(() => trainBoosting([], new Float64Array(), few), { code: 'BAD_REQUEST' })
  assert.throws(() => trainBoosting([Float64Array.of(1)], Float64Array.of(Number.NaN), few), { code: 'BAD_REQUEST' })
  const stop = new AbortController()
  assert.throws(() => trainBoosting([Float64Array.of(1, 2)], Float64Array.of(1, 2), few, { signal: stop.signal, onProgress: (done) => { if (done === 3) stop.abort() } }), { code: 'STOPPING' })
  const bytes = trainBoosting([Float64Array.from({ length: 200 }, (_, at) => at)], Float64Array.from({ length: 200 }, (_, at) => at), few).save()
  assert.throws(() => BoostedModel.restore(bytes.subarray(0, 100)), { code: 'CORRUPT_FILE' })
})

test('closed-form linear beats the seasonal naive on a noisy day, Holt-Winters follows season and level', () => {
  const past = dayOf(24 * 40, 1)
  const [seen, truth] = [past.subarray(0, 24 * 39), past.subarray(24 * 39)]
  const naive = squared(seasonalNaive(24).forecast(seen, 24), truth)
  const model = trainLinear([seen], { window: 72, horizon: 24, ridge: 1e-3 })
  assert.ok(squared(model.forecast(seen, 24), truth) < naive)
  assert.deepEqual(LinearForecast.restore(model.save()).forecast(seen, 30), model.forecast(seen, 30))
  const smooth = exponentialSmoothing(24, learnSmoothing(seen, 24)).forecast(seen, 24)
  assert.ok(squared(smooth, truth) < 1.2 * naive, `${squared(smooth, truth)} against ${naive}`)
  const holes = seen.map((value, at) => (at % 11 === 3 ? Number.NaN : value))
  for (const forecaster of [seasonalNaive(24), model, exponentialSmoothing(24, learnSmoothing(holes, 24))]) {
    assert.ok(forecaster.forecast(holes, 24).every(Number.isFinite))
    assert.ok(forecaster.forecast(Float64Array.of(5), 3).every(Number.isFinite), 'one sample')
    assert.ok(forecaster.forecast(new Float64Array(), 3).every(Number.isFinite), 'none')
  }
  assert.throws(() => trainLinear([Float64Array.of(1)], { window: 10, horizon: 2, ridge: 1 }), { code: 'BAD_REQUEST' })
  assert.throws(() => trainLinear([past], { window: 5000, horizon: 2, ridge: 1 }), { code: 'LIMIT_REACHED' })
})

test('soft sensors find the same plane; PLS with few components bears inputs that move together', () => {
  const random = seededRandom(6)
  const load = Float64Array.from({ length: 400 }, () => random() * 10)
  const inputs = [load, load.map((value) => 3 * value + 0.01 * random()), Float64Array.from({ length: 400 }, () => random()), new Float64Array(400).fill(5)]
  const target = load.map((value, row) => 2 * value - 4 * (inputs[2]?.[row] ?? 0) + 1)
  for (const sensor of [trainRidge(inputs, target, 1e-6), trainPls(inputs, target, 3)]) assert.ok(Math.abs(sensor.predict([5, 15.005, 0.5, 5]) - 9) < 0.05)
  assert.throws(() => trainRidge([Float64Array.of(1)], Float64Array.of(Number.NaN), 1), { code: 'BAD_REQUEST' })
})

test('remaining life falls as a machine wears, with an interval around it, under two regimes', () => {
  const random = seededRandom(11)
  const run = (life: number, cycles: number) => {
    const regime = Float64Array.from({ length: cycles }, () => Math.round(random()))
    return { rows: cycles, columns: [regime, regime.map((which, at) => 100 * which + 10 * Math.exp((at - life) / 25) + random())] }
  }
  const runs = Array.from({ length: 20 }, (_, at) => run(120 + 5 * at, 120 + 5 * at))
  const { model, backTest } = trainLifeModel(runs, 1, few)
  const [early, late] = [model.predict(run(200, 100)), model.predict(run(200, 190))]
  assert.ok(late.median < 30 && early.median > 60, `${early.median} then ${late.median}`)
  assert.ok(backTest.mae < 0.6 * backTest.naiveMae && backTest.coverage > 0.7 && backTest.coverage < 0.92, JSON.stringify(backTest))
  const again = LifeModel.load(model.save())
  assert.deepEqual([again.predict(run(200, 100)).median > 60, again.predict(runs[3] ?? run(9, 9))], [true, model.predict(runs[3] ?? run(9, 9))])
  assert.throws(() => LifeModel.load(model.save().subarray(0, 500)), { code: 'CORRUPT_FILE' })
  assert.throws(() => trainLifeModel(runs.slice(0, 2), 1, few), { code: 'BAD_REQUEST', message: /at least 4 runs/ })
  assert.ok(late.low <= late.median && late.median <= late.high && late.high - late.low < early.high - early.low + 60)
})
