import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../algebra/random.ts'
import { FrameModel } from './frame-model.ts'

const [OLD, LATE] = [6, 4]
const [BEFORE, AFTER] = [4_000, 1_000]

/** A machine whose load hardly moved until four more signals came, and moves ten times as much since. */
function learned(): FrameModel {
  const random = seededRandom(3)
  const model = new FrameModel(OLD + LATE)
  const values = new Float64Array(OLD + LATE)
  for (let frame = 0; frame < BEFORE + AFTER; frame++) {
    const load = frame < BEFORE ? 0.1 * Math.sin(frame / 500) : Math.sin(frame / 50)
    for (let at = 0; at < OLD + LATE; at++) values[at] = at >= OLD && frame < BEFORE ? Number.NaN : (1 + (at % OLD)) * load + 0.4 * (random() - 0.5)
    model.learn(values, () => false)
  }
  return model
}

test('signals that come later, when the others move more than they used to, are judged beside them and blind nothing', () => {
  const model = learned()
  assert.equal(model.isReady, true)
  assert.deepEqual(Array.from({ length: OLD + LATE }, (_, at) => model.uses(at)), Array.from({ length: OLD + LATE }, () => true))
  const z = new Float64Array(OLD + LATE)
  const surpriseOf = (values: readonly number[], signal: number) => {
    model.standardise(Float64Array.from(values), z)
    return Math.abs(model.surprise(z, signal))
  }
  const usual = Array.from({ length: OLD + LATE }, (_, at) => 0.5 * (1 + (at % OLD)))
  const broken = usual.map((value, at) => (at === OLD + 1 ? value + 3 : value))
  assert.ok(surpriseOf(broken, OLD + 1) > 4 * surpriseOf(usual, OLD + 1), 'one that goes its own way stands out')
})
