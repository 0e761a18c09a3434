import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../algebra/random.ts'
import { AdaptiveInterval } from './adaptive-interval.ts'
import { errorDistribution, intervalAround } from './forecast-interval.ts'

const STEPS = 12
const noiseOf = (seed: number) => {
  const random = seededRandom(seed)
  return (size: number) => Float64Array.from({ length: STEPS }, () => size * (random() + random() + random() - 1.5))
}
const partInside = (low: Float64Array, high: Float64Array, errors: Float64Array) => errors.reduce((count, error, step) => count + (error >= (low[step] ?? 0) && error <= (high[step] ?? 0) ? 1 : 0), 0) / STEPS

test('an interval whose signal became three times as unsteady holds what was wanted again, where a fixed one does not', () => {
  const noise = noiseOf(1)
  const past = Array.from({ length: 40 }, () => noise(1))
  const later = Array.from({ length: 60 }, () => noise(3))
  const adaptive = new AdaptiveInterval(past, { steps: STEPS, coverage: 0.9 })
  const zero = new Float64Array(STEPS)
  const fixed = intervalAround(zero, errorDistribution(past, STEPS), 0.9)
  let [held, heldFixed] = [0, 0]
  for (const errors of later) {
    const told = adaptive.around(zero)
    held += partInside(told.low, told.high, errors) / later.length
    heldFixed += partInside(fixed.low, fixed.high, errors) / later.length
    adaptive.learn(told, errors)
  }
  assert.ok(heldFixed < 0.65, `fixed: ${heldFixed}`)
  assert.ok(held > 0.85 && held < 0.95, `adaptive: ${held}`)
})

test('a signal that stays as it was has the interval that it would have had', () => {
  const noise = noiseOf(2)
  const trials = Array.from({ length: 60 }, () => noise(1))
  const adaptive = new AdaptiveInterval(trials, { steps: STEPS, coverage: 0.9 })
  assert.ok(Math.abs(adaptive.coverage - 0.9) < 0.04, String(adaptive.coverage))
  assert.ok(adaptive.held !== undefined && adaptive.held.steps === 30 * STEPS && Math.abs(adaptive.held.part - 0.9) < 0.04, JSON.stringify(adaptive.held))
  const fixed = intervalAround(new Float64Array(STEPS), errorDistribution(trials, STEPS), 0.9)
  const told = adaptive.around(new Float64Array(STEPS))
  assert.ok(Math.abs((told.high[5] ?? 0) / (fixed.high[5] ?? 1) - 1) < 0.25)
})

test('the level stays within bounds, truths that are not known change nothing, and no trial at all is borne', () => {
  const noise = noiseOf(3)
  const adaptive = new AdaptiveInterval(Array.from({ length: 20 }, () => noise(1)), { steps: STEPS, coverage: 0.9 })
  const before = adaptive.coverage
  adaptive.learn(adaptive.around(new Float64Array(STEPS)), new Float64Array(STEPS).fill(Number.NaN))
  assert.equal(adaptive.coverage, before)
  for (let trial = 0; trial < 300; trial++) adaptive.learn(adaptive.around(new Float64Array(STEPS)), noise(1.5 ** trial))
  assert.ok(adaptive.coverage < 1 && adaptive.coverage > 0.9)
  for (let trial = 0; trial < 300; trial++) adaptive.learn(adaptive.around(new Float64Array(STEPS)), new Float64Array(STEPS))
  assert.ok(adaptive.coverage >= 0.7 - 1e-9, 'never a line')
  const none = new AdaptiveInterval([], { steps: STEPS, coverage: 0.9 })
  assert.ok(Number.isNaN(none.around(Float64Array.of(1)).low[0]))
  assert.equal(none.held, undefined)
})
