import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../algebra/random.ts'
import { correctedInterval, intervalCorrection, type LifeTrial } from '../predictors/life-interval.ts'
import { lastEnd, runsBetween, usableRuns } from './failure-runs.ts'
import { healthOfUnease } from './health-rule.ts'
import { conditionRanges, lifeTable, readRun } from './run-table.ts'

test('lives lie between failures; overlapping ones are one, what is too short or unknown is left out with a reason', () => {
  const failures = [{ fromUs: 500, toUs: 600 }, { fromUs: 100, toUs: 150 }, { fromUs: 550, toUs: 580 }]
  assert.deepEqual(runsBetween('a', failures, 0), [{ asset: 'a', fromUs: 0, toUs: 100 }, { asset: 'a', fromUs: 150, toUs: 500 }])
  assert.deepEqual(runsBetween('a', failures, 120), [{ asset: 'a', fromUs: 150, toUs: 500 }])
  assert.deepEqual(runsBetween('a', [], 0), [])
  assert.deepEqual([lastEnd(failures), lastEnd([])], [600, undefined])
  const { usable, leftOut } = usableRuns(
    [{ asset: 'a', fromUs: 0, toUs: 200 }, { asset: 'a', fromUs: 0, toUs: 199 }, { asset: 'b', fromUs: 0, toUs: 300 }, { asset: 'a', fromUs: 900, toUs: 1_200 }],
    { stepUs: 10, nowUs: 1_000, isKnown: (asset) => asset === 'a' },
  )
  assert.deepEqual(usable, [{ asset: 'a', fromUs: 0, toUs: 200 }])
  assert.deepEqual(leftOut.map(({ en, zh }) => [/shorter than 20|not one of|future/.exec(en)?.[0], zh.length > 0]), [['shorter than 20', true], ['not one of', true], ['future', true]])
})

test('a run is made of steps of work: standstills are left out, gaps of single signals filled, conditions cut into five levels', async () => {
  const columns = [[10, 10, Number.NaN, 50, 50, 90], [1, Number.NaN, Number.NaN, 3, 4, 5], [7, 8, Number.NaN, 9, Number.NaN, 9]].map((values) => Float64Array.from(values))
  let asked = 0
  const history = { readAggregates: async () => ({ startsUs: new Float64Array(6), columns: { twa: columns[asked++] ?? new Float64Array() } }) }
  const source = { series: 1, kind: 'number' } as const
  const run = await readRun(history, { conditions: [source], signals: [source, source] }, { fromUs: 0, toUs: 60, stepUs: 10 })
  assert.deepEqual([run.rows, run.columns.map((column) => [...column])], [5, [[10, 10, 50, 50, 90], [1, 1, 3, 4, 5], [7, 8, 9, 9, 9]]])
  const ranges = conditionRanges([run], 1)
  assert.deepEqual(ranges, { lows: [10], highs: [90] })
  assert.deepEqual([...(lifeTable(run, ranges).columns[0] ?? [])], [0, 0, 2, 2, 4])
  assert.deepEqual([...(lifeTable(run, { lows: [20], highs: [20] }).columns[0] ?? [])], [0, 0, 4, 4, 4], 'a condition that never changed in learning')
  assert.deepEqual((await readRun(history, { conditions: [], signals: [source] }, { fromUs: 0, toUs: 5, stepUs: 10 })).rows, 0)
})

test('an interval that is too narrow is widened until it holds four of five, for each band of lives by itself', () => {
  const random = seededRandom(7)
  const trial = (): LifeTrial => {
    const median = random() * 125
    const spread = 2 + median / 5
    return { median, low: median - 1, high: median + 1, truth: Math.max(0, Math.min(125, median + spread * (random() + random() - 1) * 2)) }
  }
  const correction = intervalCorrection(Array.from({ length: 2_000 }, trial), 125)
  assert.ok((correction[4] ?? 0) > 2 * (correction[0] ?? 99), [...correction].join())
  const fresh = Array.from({ length: 2_000 }, trial)
  const inside = fresh.filter((one) => {
    const { low, high, median } = correctedInterval(one, correction, 125)
    assert.ok(low >= 0 && high <= 125 && low <= median && median <= high)
    return one.truth >= low && one.truth <= high
  }).length / fresh.length
  assert.ok(inside > 0.76 && inside < 0.84, `${inside} of 0.8`)
  assert.ok(intervalCorrection([], 125).every((wider) => wider === 125), 'nothing known: the whole range')
})

test('the rule of health: as usual is 100, where an anomaly is told 50, at the worst 0', () => {
  assert.deepEqual([healthOfUnease(0.1), healthOfUnease(0.2), healthOfUnease(1), healthOfUnease(1.8), healthOfUnease(2)], [100, 100, 50, 0, 0])
})
