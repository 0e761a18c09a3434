import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { chooseMerge, FAN_IN, type Run } from './merge-policy.ts'

const run = (low: number, high: number, rows: number): Run => ({ files: [], low, high, rows })
const OPEN = { closed: false, eager: false }

describe('which runs to merge', () => {
  it('keeps an open day at few runs, rewrites each row few times, and joins only neighbours', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4_000_000 }), { minLength: 1, maxLength: 200 }), (sizes) => {
        let runs: Run[] = []
        let rewritten = 0
        for (const [index, rows] of sizes.entries()) {
          runs.push(run(index, index, rows))
          for (let chosen = chooseMerge(runs, OPEN); chosen.length > 0; chosen = chooseMerge(runs, OPEN)) {
            const first = runs.findIndex((each) => each === chosen[0])
            assert.deepEqual(runs.slice(first, first + chosen.length), chosen)
            const rowsOfMerge = chosen.reduce((sum, each) => sum + each.rows, 0)
            rewritten += rowsOfMerge
            runs = [...runs.slice(0, first), run(chosen[0]?.low ?? 0, chosen.at(-1)?.high ?? 0, rowsOfMerge), ...runs.slice(first + chosen.length)]
          }
          assert.ok(runs.length <= 4 * FAN_IN, `${runs.length} runs`)
        }
        assert.ok(rewritten <= 8 * sizes.reduce((sum, rows) => sum + rows, 0))
      }),
    )
  })

  it('makes one run of a closed day when late samples are many, and waits while they are few', () => {
    const closed = { closed: true, eager: false }
    assert.equal(chooseMerge([run(1, 9, 1000), run(10, 10, 200)], closed).length, 2)
    assert.equal(chooseMerge([run(1, 9, 1000), run(10, 10, 20)], closed).length, 0)
    assert.equal(chooseMerge([run(1, 9, 1000), ...[10, 11, 12, 13].map((each) => run(each, each, 5))], closed).length, 5)
    assert.equal(chooseMerge([run(1, 9, 1000), run(10, 10, 20)], { closed: true, eager: true }).length, 2)
  })
})
