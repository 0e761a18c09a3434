import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../algebra/random.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { calibrationOf } from './calibration.ts'
import { quantileAt, referenceOfQuantiles, referenceOfValues } from './drift-reference.ts'
import { PresentSpread } from './present-spread.ts'

function normal(seed: number, count: number, mean = 0, spread = 1): Float64Array {
  const random = seededRandom(seed)
  return Float64Array.from({ length: count }, () => mean + spread * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()))
}

function spreadOf(reference: Float64Array, values: Float64Array, missing = 0): PresentSpread {
  const made = referenceOfValues(reference)
  assert.ok(made !== undefined)
  const present = new PresentSpread(made, { memory: 100_000, least: 100 })
  for (const value of values) present.add(value)
  for (let count = 0; count < missing; count++) present.add(Number.NaN)
  return present
}

test('the same distribution is steady, for a thousand rows and a hundred thousand, whatever the shape', () => {
  const shapes = [normal(1, 20_000), normal(2, 20_000).map(Math.exp), normal(3, 20_000).map(Math.round), normal(4, 20_000).map((value) => (value > 1.5 ? 1 : 0))]
  const fresh = [normal(5, 20_000), normal(6, 20_000).map(Math.exp), normal(7, 20_000).map(Math.round), normal(8, 20_000).map((value) => (value > 1.5 ? 1 : 0))]
  for (const [at, shape] of shapes.entries()) {
    for (const count of [1_000, 20_000]) {
      const { state, psi, ks } = spreadOf(shape, (fresh[at] ?? shape).subarray(0, count)).measure()
      assert.equal(state, 'steady', `shape ${at}, ${count} rows: ${psi} ${ks}`)
      assert.ok((psi ?? 9) < 0.05 && (ks ?? 9) < 0.06, `shape ${at}: ${psi} ${ks}`)
    }
  }
})

test('a shift, a wider spread and a value that was never there are told by how much they are', () => {
  const before = normal(1, 20_000)
  const half = spreadOf(before, normal(2, 5_000, 0.5)).measure()
  const whole = spreadOf(before, normal(2, 5_000, 1)).measure()
  // PSI of two normal distributions with equal spread is the squared shift (twice the mean KL divergence); KS is 2Φ(shift/2) − 1.
  assert.ok(Math.abs((half.psi ?? 0) - 0.25) < 0.06 && Math.abs((half.ks ?? 0) - 0.197) < 0.03, JSON.stringify(half))
  assert.ok(Math.abs((whole.psi ?? 0) - 1) < 0.25 && Math.abs((whole.ks ?? 0) - 0.383) < 0.03, JSON.stringify(whole))
  assert.deepEqual([whole.state, spreadOf(before, normal(3, 5_000, 0, 2)).measure().state], ['drifted', 'drifted'])
  assert.equal(spreadOf(before.map(() => 7), new Float64Array(500).fill(8)).measure().state, 'drifted', 'a constant that is another one')
  assert.equal(spreadOf(before.map(() => 7), new Float64Array(500).fill(7)).measure().state, 'steady')
})

test('missing values are counted; before enough rows were seen nothing is said', () => {
  const before = normal(1, 5_000)
  assert.equal(spreadOf(before, normal(2, 50)).measure().state, 'collecting')
  const { state, missing } = spreadOf(before, normal(2, 600), 400).measure()
  assert.deepEqual([state, missing], ['drifted', 0.4])
})

test('the present forgets: a drift that is over fades', () => {
  const made = referenceOfValues(normal(1, 20_000))
  assert.ok(made !== undefined)
  const present = new PresentSpread(made, { memory: 1_000, least: 100 })
  for (const value of normal(2, 3_000, 2)) present.add(value)
  assert.equal(present.measure().state, 'drifted')
  for (const value of normal(3, 12_000)) present.add(value)
  assert.equal(present.measure().state, 'steady')
})

test('a saved present goes on as if it had never stopped', () => {
  const one = spreadOf(normal(1, 1_000), normal(2, 500, 1))
  const into = new StateWriter('present', 1)
  one.save(into)
  const other = new PresentSpread(one.reference, { memory: 100_000, least: 100 })
  other.restore(new StateReader(into.finish(), 'present', 1))
  for (const value of normal(3, 300)) [one, other].forEach((present) => present.add(value))
  assert.deepEqual([other.measure(), other.spread()], [one.measure(), one.spread()])
})

test('quantiles of numpy make the reference that the values would make, and give themselves back', () => {
  const values = normal(9, 4_001, 50, 10)
  const sorted = values.toSorted()
  const quantiles = Array.from({ length: 21 }, (_, step) => sorted[step * 200] ?? 0)
  assert.deepEqual(referenceOfQuantiles(quantiles, { count: 1 }).edges, referenceOfValues(values)?.edges)
  for (const [step, value] of quantiles.entries()) if (step > 0) assert.ok(Math.abs(quantileAt(referenceOfQuantiles(quantiles, { count: 1 }), step / 20) - value) < 1e-9)
  const { low, middle, high } = spreadOf(values, values).spread() ?? { low: 0, middle: 0, high: 0 }
  assert.ok(Math.abs(low - 33.6) < 1 && Math.abs(middle - 50) < 1 && Math.abs(high - 66.4) < 1, `${low} ${middle} ${high}`)
})

test('calibration: false alarms per week from verdicts, with an interval, beside what was promised', () => {
  const week = 7 * 86_400_000
  assert.equal(calibrationOf({ verdicts: [false], serviceMs: week / 2, promisedPerWeek: 1 }).state, 'collecting')
  assert.equal(calibrationOf({ verdicts: [undefined], serviceMs: 5 * week, promisedPerWeek: 1 }).state, 'collecting')
  const silent = calibrationOf({ verdicts: [], serviceMs: 4 * week, promisedPerWeek: 1 })
  assert.deepEqual([silent.perWeek, silent.low, silent.state], [0, 0, 'steady'])
  assert.ok(Math.abs((silent.high ?? 0) - 3.69 / 4) < 0.01, 'the exact bound of zero events is 3.69')
  const noisy = calibrationOf({ verdicts: [...Array.from({ length: 20 }, () => false), ...Array.from({ length: 20 }, () => undefined), true], serviceMs: 4 * week, promisedPerWeek: 1 })
  assert.ok(noisy.state === 'drifted' && Math.abs((noisy.perWeek ?? 0) - (20 / 21) * 41 / 4) < 1e-9, JSON.stringify(noisy))
})
