import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Status } from '@millwright/model/quality.ts'
import fc from 'fast-check'
import { M4 } from './m4.ts'

function draw(values: readonly number[], points: number, status: readonly number[] = []) {
  const m4 = new M4({ fromUs: 0, toUs: values.length }, points)
  m4.add(Float64Array.from(values, (_, index) => index), Float64Array.from(values), Uint32Array.from(values, (_, index) => status[index] ?? 0))
  return m4.finish()
}

describe('M4', () => {
  it('keeps first, last, minimum and maximum of each column, in order and once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 12 }), (values, columns) => {
        const plot = draw(values, columns * 4)
        assert.ok(plot.timesUs.length <= Math.max(columns * 4, 4))
        plot.timesUs.forEach((timeUs, index) => {
          assert.equal(plot.values[index], values[timeUs])
          assert.ok(index === 0 || timeUs > (plot.timesUs[index - 1] ?? 0))
        })
        for (let column = 0; column < columns; column++) {
          const inColumn = (timeUs: number) => Math.min(columns - 1, Math.floor(timeUs / (values.length / columns))) === column
          const all = values.filter((_, timeUs) => inColumn(timeUs))
          const drawn = [...plot.values].filter((_, index) => inColumn(plot.timesUs[index] ?? 0)).map(Number)
          if (all.length === 0) continue
          assert.deepEqual([drawn[0], drawn.at(-1), Math.min(...drawn), Math.max(...drawn)], [all[0], all.at(-1), Math.min(...all), Math.max(...all)])
        }
      }),
    )
  })

  it('shows few samples as they are', () => {
    assert.deepEqual([...draw([3, 1, 2], 8).values], [3, 1, 2])
  })

  it('does not let bad samples stretch the scale, but shows where they begin and end', () => {
    for (const [bad, highest] of [[47, 6], [50, 9999]] as const) {
      // 47 lies within the first of two columns, 50 begins the second.
      const values = Array.from({ length: 100 }, (_, index) => (index === bad ? 9999 : index % 7))
      const plot = draw(values, 8, values.map((value) => (value === 9999 ? Status.bad : 0)))
      assert.equal(Math.max(...plot.values.map(Number)), highest)
    }
  })
})
