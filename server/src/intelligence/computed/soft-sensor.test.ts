import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Status } from '@millwright/model/quality.ts'
import { seededRandom } from '../algebra/random.ts'
import { restoreSoftSensor } from '../predictors/soft-sensor.ts'
import { correlation } from './input-suggestions.ts'
import { HOLD_STEPS, tellStep } from './soft-sensor-step.ts'
import { FEWEST_ROWS, type SoftSensorTable, trainSoftSensor } from './soft-sensor-training.ts'
import { backTestOf } from './soft-sensor-words.ts'

/** Inputs that wander as a process does, and a target made of them. */
function process(rows: number, target: (row: readonly number[]) => number, seed = 3): SoftSensorTable {
  const random = seededRandom(seed)
  const levels = [0, 0, 0]
  const inputs = levels.map(() => new Float64Array(rows))
  for (let row = 0; row < rows; row++) for (const [at, column] of inputs.entries()) column[row] = levels[at] = (levels[at] ?? 0) * 0.7 + random() * 2 - 1
  return { spacing: 60, inputs, target: Float64Array.from({ length: rows }, (_, row) => target(inputs.map((column) => column[row] ?? 0)) + 0.05 * (random() - 0.5)) }
}

const rowAt = ({ inputs }: SoftSensorTable, row: number) => inputs.map((column) => column[row] ?? Number.NaN)

test('a straight relation is told by a simple method, a bent one by boosting; each survives being saved', () => {
  const straight = process(300, ([a = 0, b = 0]) => 3 * a - b + 10)
  const told = trainSoftSensor(straight, 1)
  assert.notEqual(told.method, 'boosting')
  assert.ok(told.isUseful && told.trials.length === 3 && (told.trials[0]?.r2 ?? 0) > 0.99)

  const bent = process(600, ([a = 0, b = 0]) => (a > 0.2 ? 4 : 0) + b * b)
  const trained = trainSoftSensor(bent, 1)
  assert.equal(trained.method, 'boosting')
  assert.ok(trained.isUseful && trained.band < 1)
  for (const [table, { method, state }] of [[straight, told], [bent, trained]] as const) {
    const sensor = restoreSoftSensor(state, method, 3)
    const again = restoreSoftSensor(sensor.save(), method, 3)
    for (const row of [0, 17, 200]) {
      assert.ok(Math.abs(sensor.predict(rowAt(table, row)) - (table.target[row] ?? 0)) < 1.5)
      assert.equal(again.predict(rowAt(table, row)), sensor.predict(rowAt(table, row)))
    }
    assert.throws(() => restoreSoftSensor(state.subarray(0, 20), method, 3), { code: 'CORRUPT_FILE' })
    assert.throws(() => restoreSoftSensor(state, method, 5), { code: 'CORRUPT_FILE' })
  }
  assert.deepEqual(trainSoftSensor(bent, 1).state, trained.state, 'the same table and seed give the same model')
})

test('the band holds nine of ten values that come later', () => {
  const all = process(2_000, ([a = 0, b = 0, c = 0]) => a + 2 * b + 0.5 * Math.sin(4 * c), 9)
  const learned = { spacing: 60, inputs: all.inputs.map((column) => column.subarray(0, 1_000)), target: all.target.subarray(0, 1_000) }
  const { method, state, band } = trainSoftSensor(learned, 1)
  const sensor = restoreSoftSensor(state, method, 3)
  let inside = 0
  for (let row = 1_000; row < 2_000; row++) if (Math.abs(sensor.predict(rowAt(all, row)) - (all.target[row] ?? 0)) <= band) inside++
  assert.ok(inside > 860 && inside < 945, `${inside} of 1000`)
})

test('inputs that tell nothing make a sensor that is of no use, which says so', () => {
  const random = seededRandom(8)
  const noise = { spacing: 60, inputs: [Float64Array.from({ length: 200 }, () => random())], target: Float64Array.from({ length: 200 }, () => random()) }
  const trained = trainSoftSensor(noise, 1)
  assert.equal(trained.isUseful, false)
  const { why } = backTestOf(trained)
  assert.match(why.en, /not of use/)
  assert.match(why.zh, /没有实用价值/)
})

test('what is measured all the time needs no soft sensor but as a stand-in, which only has to beat the mean', () => {
  const level = Float64Array.from({ length: 400 }, (_, row) => Math.sin(row / 60))
  const random = seededRandom(13)
  // The last value is closer than the noisy input can be.
  const table = { inputs: [level.map((value) => value + 0.3 * (random() - 0.5))], target: level }
  assert.equal(trainSoftSensor({ ...table, spacing: 480 }, 1).isUseful, false)
  const standIn = trainSoftSensor({ ...table, spacing: 1 }, 1)
  assert.ok(standIn.isUseful && /stand-in/.test(backTestOf(standIn).why.en) && /替代/.test(backTestOf(standIn).why.zh))
})

test('one row, a target that never changes, and constant inputs are told or borne', () => {
  assert.throws(() => trainSoftSensor({ spacing: 60, inputs: [Float64Array.of(1)], target: Float64Array.of(1) }, 1), (error: Error) => error.message.includes(`at least ${FEWEST_ROWS}`) && error.message.includes('there are 1'))
  assert.throws(() => trainSoftSensor({ spacing: 60, inputs: [new Float64Array(50)], target: new Float64Array(50).fill(7) }, 1), /always 7/)
  const table = process(100, ([a = 0]) => a)
  assert.ok(trainSoftSensor({ ...table, inputs: [...table.inputs, new Float64Array(100).fill(5)] }, 1).isUseful)
})

test('a missing input is held and makes the value uncertain, for long makes none; an input never seen like this makes it uncertain', () => {
  const table = process(300, ([a = 0, b = 0]) => a + b)
  const { method, state, lows, highs } = trainSoftSensor(table, 1)
  const model = { sensor: restoreSoftSensor(state, method, 3), lows, highs }
  const columns = [0, 1, 2].map(() => new Float64Array(40).fill(0.1))
  assert.equal(tellStep(model, columns, 20).status, Status.good)
  columns[1]?.fill(Number.NaN, 18, 40)
  const held = tellStep(model, columns, 20)
  assert.deepEqual([held.status, held.missing, Math.abs(held.value - 0.2) < 0.1], [Status.uncertainLastUsable, [1], true])
  const lost = tellStep(model, columns, 18 + HOLD_STEPS)
  assert.deepEqual([lost.status, lost.value], [Status.badNoData, Number.NaN])
  columns[1]?.fill(50)
  assert.deepEqual([tellStep(model, columns, 20).status, tellStep(model, columns, 20).outside], [Status.uncertain, [1]])
})

test('what was told of values that were not known is kept to be drawn, spread over the time', () => {
  const table = process(500, ([a = 0]) => 2 * a)
  const { told } = trainSoftSensor({ ...table, timesUs: Float64Array.from({ length: 500 }, (_, row) => row * 60e6) }, 1)
  assert.equal(told.timesUs.length, 400)
  assert.ok(told.timesUs.every((time, at) => at === 0 || time > (told.timesUs[at - 1] ?? 0)) && (told.timesUs.at(-1) ?? 0) > 490 * 60e6)
  assert.ok(told.told.every((value, at) => Math.abs(value - (told.measured[at] ?? 0)) < 0.5))
  assert.deepEqual(trainSoftSensor(table, 1).told.timesUs, [])
})

test('how two columns go together is a number from −1 to 1, and unknown where one stands still', () => {
  const rising = Float64Array.from([1, 2, 3, 4])
  assert.ok(Math.abs((correlation(rising, Float64Array.from([9, 7, 5, 3])) ?? 0) + 1) < 1e-12)
  assert.equal(correlation(rising, new Float64Array(4).fill(7)), null)
})
