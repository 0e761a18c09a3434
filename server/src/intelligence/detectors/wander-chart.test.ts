import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../algebra/random.ts'
import { Mewma } from './mewma.ts'
import { WanderChart } from './wander-chart.ts'
import { fitWander } from './wander-fit.ts'

/** A flow with noise alone, a temperature that walks at random, and a switch that stands still. `fault` is added to the flow, `drift` to each step of the temperature. */
function rowsOf(count: number, seed: number, from: { fault?: number; temperature?: number; drift?: number } = {}): { readonly rows: Float64Array[]; readonly temperature: number } {
  const random = seededRandom(seed)
  const noise = () => random() + random() + random() - 1.5
  let temperature = from.temperature ?? 60
  const rows = Array.from({ length: count }, () => {
    temperature += 0.1 * noise() + (from.drift ?? 0)
    return Float64Array.of(32 + noise() + (from.fault ?? 0), temperature + 0.05 * noise(), 1)
  })
  return { rows, temperature }
}

/** A chart that has learned, and where its temperature is. */
function learned(): { readonly chart: WanderChart; readonly temperature: number } {
  const chart = new WanderChart(3)
  const { rows, temperature } = rowsOf(400, 1)
  for (const row of rows) assert.ok(Number.isNaN(chart.step(row, true)))
  return { chart, temperature }
}

test('noise and wandering are told apart', () => {
  const random = seededRandom(2)
  const noise = () => random() + random() + random() - 1.5
  const still = fitWander(Float64Array.from({ length: 400 }, noise), 0.15)
  assert.ok(still.wander * 400 < still.noise, `in all rows together, what noise alone looks like is less than the noise of one: ${still.wander}`)
  assert.ok(Math.abs(still.noise - 0.25) < 0.05, `variance of the noise ${still.noise}`)
  let level = 0
  const walk = fitWander(Float64Array.from({ length: 400 }, () => (level += 0.2 * noise()) + 0.1 * noise()), 0.15)
  // 0.04 × 0.25 a row, known from nine differences only.
  assert.ok(walk.wander > 0.002 && walk.wander < 0.05, `variance a row ${walk.wander}`)
  const constant = fitWander(new Float64Array(400).fill(0.1), 0.15)
  assert.deepEqual([constant.noise, constant.wander], [0, 0])
  // Noise that doubles for a while: its spread is taken from its largest smoothed deviation, not from the mean of quiet and loud.
  const bursts = Float64Array.from({ length: 400 }, (_, row) => noise() * (row > 300 && row < 330 ? 6 : 1))
  const [quiet, loud] = [fitWander(Float64Array.from({ length: 400 }, noise), 0.15), fitWander(bursts, 0.15)]
  assert.ok(loud.usual > 4 * quiet.usual, `${loud.usual} against ${quiet.usual}`)
})

test('a drop of the flow is abnormal while it lasts and no longer, and the flow is what is named', () => {
  const { chart, temperature } = learned()
  const normal = rowsOf(800, 3, { temperature })
  const usual = normal.rows.map((row) => chart.step(row, true))
  assert.ok(usual.filter((ratio) => ratio > 1).length < 8, `${usual.filter((ratio) => ratio > 1).length} of 800 normal rows`)
  const fault = rowsOf(300, 4, { temperature: normal.temperature, fault: -2 })
  const ratios = fault.rows.map((row) => chart.step(row, true))
  assert.ok(ratios.slice(30).every((ratio) => ratio > 1), 'it does not become usual by lasting')
  const parts = chart.contributions(new Float64Array(3))
  assert.ok((parts[0] ?? 0) > 0.8 && Math.abs(parts.reduce((sum, part) => sum + part, 0) - 1) < 1e-9, String(parts))
  const after = rowsOf(60, 5, { temperature: fault.temperature }).rows.map((row) => chart.step(row, true))
  assert.ok(after.slice(30).every((ratio) => ratio < 1))
})

test('a temperature that wanders as it did while it was learned does not ring, however far it gets', () => {
  const { chart, temperature } = learned()
  const far = rowsOf(5000, 6, { temperature, drift: 0.004 })
  const rung = far.rows.filter((row) => chart.step(row, true) > 1).length
  assert.ok(Math.abs(far.temperature - temperature) > 10, 'twenty noises away')
  assert.ok(rung < 50, `${rung} of 5000 rows`)
})

test('rebased, a change is usual', () => {
  const { chart, temperature } = learned()
  const changed = rowsOf(100, 7, { temperature, fault: 3 })
  for (const row of changed.rows) chart.step(row, true)
  chart.rebase()
  assert.ok(rowsOf(100, 8, { temperature: changed.temperature, fault: 3 }).rows.every((row) => chart.step(row, true) < 1))
})

test('missing values, infinities and absurd values never make a score that is no number', () => {
  const { chart } = learned()
  for (const odd of [[Number.NaN, Number.NaN, Number.NaN], [1e300, -1e300, 0], [Infinity, 1, 1], [32, 60, 1], [1e308, 1e308, 1e308]]) {
    assert.ok(Number.isFinite(chart.step(Float64Array.from(odd), true)), String(odd))
    assert.ok(chart.contributions(new Float64Array(3)).every(Number.isFinite))
  }
  const without = new WanderChart(2)
  for (let row = 0; row < 1000; row++) without.step(Float64Array.of(row % 7, Number.NaN), true)
  assert.equal(without.ready, false, 'a signal that never came is waited for')
  const few = new WanderChart(1, { learnRows: 1, smoothing: 0.15, limit: 4 })
  for (let row = 0; row < 40; row++) few.step(Float64Array.of(row % 3), true)
  assert.ok(few.ready && Number.isFinite(few.step(Float64Array.of(1), true)), 'asked to learn from one row, it takes a few more')
})

test('saved at any row and restored, a chart goes on as if it had never stopped', () => {
  const { rows } = rowsOf(900, 9)
  for (const stop of [0, 150, 399, 400, 700]) {
    const whole = new WanderChart(3)
    let broken = new WanderChart(3)
    for (const [at, row] of rows.entries()) {
      if (at === stop) broken = WanderChart.restore(broken.save())
      assert.equal(broken.step(row, true), whole.step(row, true), `row ${at}, saved at ${stop}`)
    }
  }
  assert.throws(() => WanderChart.restore(new Uint8Array(3)), { code: 'CORRUPT_FILE' })
  assert.throws(() => WanderChart.restore(new Mewma(3).save()), { code: 'CORRUPT_FILE' })
  for (const count of [0, 20, 500]) {
    const chart = new WanderChart(3)
    for (const row of rows.slice(0, count)) chart.step(row, true)
    const bytes = chart.save()
    assert.throws(() => WanderChart.restore(bytes.subarray(0, bytes.length - 1)), { code: 'CORRUPT_FILE' })
  }
})
