import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { InputRows, type RowSettings } from './input-rows.ts'

const S = 1_000_000
const T0 = 1_700_000_000 * S
const settings = (more: Partial<RowSettings> = {}): RowSettings => ({ inputs: [{ row: 'last', range: undefined }, { row: 'mean', range: [-100, 100] }], rows: 3, stepUs: 10 * S, fill: { rule: 'hold', forUs: 30 * S, value: 0 }, ...more })

/** Feeds [input, seconds, value] and answers the rows, as [end in seconds, …values]. */
function rowsOf(rows: InputRows, samples: readonly (readonly [number, number, number])[]): number[][] {
  const closed: number[][] = []
  for (const [input, second, value] of samples) rows.add(input, T0 + second * S, value, 0, T0 + second * S, (endUs) => closed.push([(endUs - T0) / S, ...rows.newest()]))
  return closed
}

test('samples stand side by side: the newest or the mean of each step, once the step is over and a little grace with it', () => {
  const rows = new InputRows(settings())
  assert.deepEqual(rowsOf(rows, [[0, 1, 5], [1, 2, 10], [1, 8, 20], [0, 7, 6], [0, 10.5, 7], [1, 9.9, 30], [0, 12, 8]]), [[10, 6, 20]])
  assert.deepEqual(rows.counts, { late: 0, bad: 0, ahead: 0, missedRows: 0 })
})

test('what is late, bad, out of range or too far ahead is counted and changes nothing', () => {
  const rows = new InputRows(settings())
  rowsOf(rows, [[0, 1, 5], [1, 1, 1], [0, 15, 6]])
  rowsOf(rows, [[0, 2, 99], [1, 16, 1_000], [1, 16, Number.NaN]])
  rows.add(0, T0 + 9_000 * S, 1, 0, T0, () => assert.fail('no row may close'))
  rows.add(0, T0 + 17 * S, 1, 0x8000_0000, T0 + 17 * S, () => undefined)
  assert.deepEqual(rows.counts, { late: 1, bad: 3, ahead: 1, missedRows: 0 })
})

test('a missing input is held for as long as the contract says, then the row has a gap', () => {
  const rows = new InputRows(settings())
  const closed = rowsOf(rows, [[0, 1, 5], [1, 9, 1], [0, 11, 6], [0, 21, 7], [0, 31, 8], [0, 41, 9], [0, 55, 9]])
  assert.deepEqual(closed, [[10, 5, 1], [20, 6, 1], [30, 7, 1], [40, 8, Number.NaN], [50, 9, Number.NaN]])
  assert.equal(rows.counts.missedRows, 2)
  const filled = new InputRows(settings({ fill: { rule: 'value', forUs: 0, value: -1 } }))
  assert.deepEqual(rowsOf(filled, [[0, 1, 5], [0, 15, 6]]), [[10, 5, -1]])
})

test('a window is the last rows, oldest first, and none while a value is missing in it or after a long gap', () => {
  const rows = new InputRows(settings())
  const window = new Float64Array(6)
  rowsOf(rows, [[0, 1, 1], [1, 1, 10], [0, 11, 2], [1, 11, 20], [0, 25, 3]])
  assert.equal(rows.window(window, 0), false, 'two rows of three')
  rowsOf(rows, [[0, 35, 4]])
  assert.ok(rows.window(window, 0))
  assert.deepEqual([...window], [1, 10, 2, 20, 3, 20])
  rowsOf(rows, [[0, 1_000_000, 4], [1, 1_000_000, 4], [0, 1_000_015, 4]])
  assert.equal(rows.window(window, 0), false)
})

test('a window of one row, and rows that only the clock closes', () => {
  const rows = new InputRows(settings({ rows: 1 }))
  const ends: number[] = []
  rowsOf(rows, [[0, 1, 1], [1, 1, 2]])
  rows.advance(T0 + 31 * S, (endUs) => ends.push((endUs - T0) / S))
  assert.deepEqual(ends, [10, 20])
  const window = new Float64Array(2)
  assert.ok(rows.window(window, 0))
  assert.deepEqual([...window], [1, 2])
})

test('rows go on from a saved state as if nothing had been, whatever the samples', () => {
  const sample = fc.tuple(fc.nat(1), fc.integer({ min: 0, max: 400 }), fc.integer({ min: -50, max: 50 }))
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 80 }), fc.nat(80), (samples, cut) => {
      const whole = new InputRows(settings())
      const first = new InputRows(settings())
      const expected = rowsOf(whole, samples)
      const before = rowsOf(first, samples.slice(0, cut))
      const into = new StateWriter('rows', 1)
      first.save(into)
      const second = new InputRows(settings())
      second.restore(new StateReader(into.finish(), 'rows', 1))
      assert.deepEqual([...before, ...rowsOf(second, samples.slice(cut))], expected)
      assert.deepEqual(second.counts, whole.counts)
      for (let at = 1; at < expected.length; at++) assert.ok((expected[at]?.[0] ?? 0) > (expected[at - 1]?.[0] ?? 0), 'rows follow each other')
    }),
    { seed: 5, numRuns: 500 },
  )
})
