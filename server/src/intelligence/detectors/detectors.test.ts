import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../algebra/random.ts'
import { Mewma } from './mewma.ts'
import { ShapeClusters } from './shape-clusters.ts'

/** Three signals that move together, with noise of their own; `fault` is added to the third. */
function rowsOf(count: number, seed: number, fault = 0): Float64Array[] {
  const random = seededRandom(seed)
  const noise = () => random() + random() + random() - 1.5
  return Array.from({ length: count }, (_, row) => {
    const load = Math.sin(row / 30) + 0.2 * noise()
    return Float64Array.of(10 + load, 50 + 5 * load + 0.3 * noise(), 300 - 20 * load + noise() + fault)
  })
}

test('a chart sees that signals no longer move together, and says which one left', () => {
  const chart = new Mewma(3)
  for (const row of rowsOf(400, 1)) assert.ok(Number.isNaN(chart.step(row, true)))
  const normal = rowsOf(600, 2).map((row) => chart.step(row, true))
  assert.ok(normal.every((ratio) => ratio < 1), `highest of normal rows ${Math.max(...normal)}`)
  // 8 is well inside of the third signal's range of ±20.
  const strange = rowsOf(60, 3, 8).map((row) => chart.step(row, true))
  assert.ok((strange.at(-1) ?? 0) > 1)
  const parts = chart.contributions(new Float64Array(3))
  assert.equal(parts.indexOf(Math.max(...parts)), 2)
  assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - 1) < 1e-9)
  chart.rebase()
  assert.ok(rowsOf(50, 4, 8).every((row) => chart.step(row, true) < 1), 'after the change was accepted it is usual')
})

test('missing values, infinities, constants and absurd values never make a score that is no number', () => {
  const chart = new Mewma(4)
  for (const [at, row] of rowsOf(420, 5).entries()) chart.step(Float64Array.of(...row, 7).map((value, column) => (column === at % 9 && at > 5 ? Number.NaN : value)), true)
  assert.ok(chart.ready)
  for (const odd of [[Number.NaN, Number.NaN, Number.NaN, Number.NaN], [1e300, -1e300, 0, 0], [Infinity, 1, 1, 1], [10, 50, 300, 7]]) {
    assert.ok(Number.isFinite(chart.step(Float64Array.from(odd), true)), String(odd))
  }
})

test('a chart that never sees one of its signals goes on learning, and one that may not learn does not', () => {
  const chart = new Mewma(2)
  for (let row = 0; row < 1000; row++) chart.step(Float64Array.of(row % 7, Number.NaN), true)
  assert.equal(chart.ready, false)
  const stopped = new Mewma(2)
  for (let row = 0; row < 1000; row++) stopped.step(Float64Array.of(row % 7, row % 5), false)
  assert.equal(stopped.ready, false)
})

test('saved at any row and restored, a chart goes on as if it had never stopped', () => {
  for (const stop of [0, 150, 399, 400, 700]) {
    const [whole, first] = [new Mewma(3), new Mewma(3)]
    const rows = rowsOf(900, 6)
    let broken = first
    for (const [at, row] of rows.entries()) {
      if (at === stop) broken = Mewma.restore(first.save())
      assert.equal(broken.step(row, true), whole.step(row, true), `row ${at}, saved at ${stop}`)
    }
  }
  assert.throws(() => Mewma.restore(new Uint8Array(3)), { code: 'CORRUPT_FILE' })
  assert.throws(() => Mewma.restore(new ShapeClusters().save()), { code: 'CORRUPT_FILE' })
  const bytes = new Mewma(3).save()
  assert.throws(() => Mewma.restore(bytes.subarray(0, bytes.length - 1)), { code: 'CORRUPT_FILE' })
})

test('an unusual shape within the usual range is seen, and a restored detector scores the same', () => {
  const settings = { window: 40, shapes: 8, learnWindows: 300, stride: 2, smoothing: 0.5 }
  let detector = new ShapeClusters(settings)
  const random = seededRandom(9)
  const wave = (at: number) => Math.sin(at / 5) + 0.05 * random()
  for (let at = 0; at < 700; at++) detector.step(wave(at), true)
  assert.ok(detector.ready)
  let highest = 0
  for (let at = 700; at < 1200; at++) highest = Math.max(highest, detector.step(wave(at), true))
  const twin = ShapeClusters.restore(detector.save())
  let strange = 0
  for (let at = 1200; at < 1260; at++) {
    const value = at % 17 === 0 ? Number.NaN : Math.sin(at / 2) * 0.9
    const score = detector.step(value, false)
    assert.equal(twin.step(value, false), score)
    strange = Math.max(strange, score)
  }
  assert.ok(strange > 2 * highest, `${strange} against ${highest}`)
  detector = new ShapeClusters(settings)
  detector.finishLearning()
  assert.ok(Number.isNaN(detector.step(1, true)), 'one sample is no window')
})
