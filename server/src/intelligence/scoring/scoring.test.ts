import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../algebra/random.ts'
import { AlarmGate } from './alarm-gate.ts'
import { ConformalScore } from './conformal.ts'
import { StateReader, StateWriter } from './state-codec.ts'
import { learnTail, TAIL_FIELDS, tailLimit } from './tail-limit.ts'

test('p-values of normal rows are spread evenly, whatever the scores look like', () => {
  const random = seededRandom(1)
  for (const shape of [(u: number) => u, (u: number) => -Math.log(1 - u), (u: number) => 1e6 * u ** 8]) {
    const conformal = new ConformalScore()
    for (let row = 0; row < 5000; row++) conformal.learn(shape(random()))
    const small = Array.from({ length: 5000 }, () => conformal.pValue(shape(random()))).filter((p) => p <= 0.05).length / 5000
    assert.ok(small > 0.035 && small < 0.065, `${small} of the rows have a p-value up to 0.05`)
    assert.ok(conformal.pValue(1e12) < 1 / 4000)
    assert.equal(conformal.pValue(Number.NaN), 1)
  }
})

test('a conformal score forgets what is old, in constant memory', () => {
  const conformal = new ConformalScore(1000)
  for (let row = 0; row < 1000; row++) conformal.learn(100)
  for (let row = 0; row < 20_000; row++) conformal.learn(1)
  assert.ok(conformal.rows < 2000)
  assert.ok(conformal.pValue(50) < 0.01)
})

test('a limit is exceeded about as often as allowed', () => {
  const random = seededRandom(2)
  for (const shape of [(u: number) => -Math.log(1 - u), (u: number) => 1 / Math.sqrt(1 - u)]) {
    const state = new Float64Array(TAIL_FIELDS)
    for (let row = 0; row < 50_000; row++) learnTail(state, 0, shape(random()))
    const limit = tailLimit(state, 0, 1e-4)
    let above = 0
    for (let row = 0; row < 200_000; row++) if (shape(random()) > limit) above++
    assert.ok(above <= 100, `${above} in 200,000 where 20 are allowed`)
    let far = 0
    for (let row = 0; row < 200_000; row++) if (shape(random()) > limit / 3) far++
    assert.ok(far > 20, 'the limit is not far above what is needed')
  }
})

test('an anomaly ends by hysteresis, by a deep fall from its peak, or by lasting too long; after it comes rest', () => {
  const gate = new AlarmGate({ offAt: 0.5, offAtPeak: 0.1, refractory: 2, longest: 5 })
  assert.deepEqual([0.9, 1.1, 0.8, 0.4].map((ratio) => gate.step(ratio)), ['quiet', 'begins', 'lasts', 'ends'])
  assert.deepEqual([2, 2, 20, 1.5].map((ratio) => gate.step(ratio)), ['quiet', 'begins', 'lasts', 'ends'])
  gate.step(0)
  assert.deepEqual([2, 2, 2, Number.NaN, 2, 2, 2].map((ratio) => gate.step(ratio)), ['begins', 'lasts', 'lasts', 'lasts', 'lasts', 'lasts', 'accepted'])
  assert.equal(gate.active, false)
})

test('a state reads back exactly, and damaged bytes are refused', () => {
  const gate = new AlarmGate()
  gate.step(7)
  const writer = new StateWriter('gate', 2)
  gate.save(writer)
  writer.numbers(Float64Array.of(Number.NaN, -0, 1 / 3, Number.POSITIVE_INFINITY))
  writer.text('泵')
  const bytes = writer.finish()
  const reader = new StateReader(bytes, 'gate', 2)
  const twin = new AlarmGate()
  twin.restore(reader)
  assert.ok(twin.active)
  assert.deepEqual([...reader.numbers(4)], [Number.NaN, -0, 1 / 3, Number.POSITIVE_INFINITY])
  assert.equal(reader.text(), '泵')
  for (const [bad, kind, newest] of [[bytes, 'other', 2], [bytes, 'gate', 1], [bytes.subarray(0, 5), 'gate', 2], [new Uint8Array(20), 'gate', 2]] as const) {
    assert.throws(() => new StateReader(bad, kind, newest), { code: 'CORRUPT_FILE' })
  }
  assert.throws(() => new StateReader(bytes, 'gate', 2).numbers(99), { code: 'CORRUPT_FILE' })
})
