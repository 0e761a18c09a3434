import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scoreRows } from './confusion-score.ts'
import { limitAt, scoreDetection } from './detection-score.ts'
import { coverageOf, scoreForecast, scoreQuantiles } from './forecast-score.ts'
import { inHalf } from './halves.ts'
import { scoreLives } from './life-score.ts'

test('rows are counted over all cases together, from their first judged row', () => {
  const score = scoreRows([
    { alarmed: Uint8Array.of(1, 1, 0, 1), labels: Float64Array.of(0, 1, 1, 0), from: 0 },
    { alarmed: Uint8Array.of(1, 0), labels: Float64Array.of(0, 0), from: 1 },
  ])
  assert.deepEqual(score, { f1: 0.4, falseAlarmRate: 2 / 3, missedAlarmRate: 0.5 })
  assert.equal(scoreRows([{ alarmed: Uint8Array.of(0), labels: Float64Array.of(1), from: 0 }]).f1, 0)
})

test('a fault is seen from the first of three rows in succession', () => {
  const normal = Float64Array.from({ length: 100 }, (_, row) => row)
  const limit = limitAt(normal, 0.01)
  assert.equal(limit, 98)
  assert.deepEqual(scoreDetection(Float64Array.of(99, 99, 0, 99, 0, 99, 99, 99), 2, limit), { limit, rate: 4 / 6, delay: 3 })
  assert.equal(scoreDetection(Float64Array.of(1, 1), 0, limit).delay, undefined)
})

test('late answers cost more than early ones; the truth is capped only when asked', () => {
  const { rmse, score } = scoreLives([90, 110], [100, 100])
  assert.equal(rmse, 10)
  assert.ok(Math.abs(score - (Math.exp(10 / 13) - 1 + Math.E - 1)) < 1e-12)
  assert.equal(scoreLives([125], [140], 125).rmse, 0)
  assert.equal(scoreLives([125], [140]).rmse, 15)
})

test('forecast errors leave out what is no number; CRPS of a point mass is its absolute error', () => {
  assert.deepEqual(scoreForecast([1, Number.NaN, 4], [2, 3, 2]), { mse: 2.5, mae: 1.5 })
  const levels = [0.1, 0.3, 0.5, 0.7, 0.9]
  assert.ok(Math.abs(scoreQuantiles(levels.map(() => [3]), levels, [5]) - 2) < 1e-12)
  assert.equal(coverageOf([0, 0], [1, 1], [0.5, 2]), 0.5)
})

test('the halves are apart and together whole, whatever the order in which parts come', () => {
  const parts = ['c', 'a', 'd', 'b', 'e'].map((name) => ({ name }))
  assert.deepEqual(inHalf(parts, 'tune').map(({ name }) => name), ['a', 'c', 'e'])
  assert.deepEqual(inHalf(parts, 'report').map(({ name }) => name), ['b', 'd'])
})
