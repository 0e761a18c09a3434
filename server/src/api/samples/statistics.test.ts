import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { Status } from '@millwright/model/quality.ts'
import type { WireStatisticsAnswer } from '@millwright/model/wire/statistics.ts'
import { NOW_US, openTestApi, type TestApi } from '../test-api.ts'
import { partsOfRange } from './range-statistics.ts'

const NOW = NOW_US / 1_000
let api: TestApi
before(async () => {
  api = await openTestApi()
  // Every 7 seconds over 10 minutes, so that parts of the range have samples of their own.
  await api.write('line/press', 'force', Array.from({ length: 85 }, (_, i): [number, number] => [600 - 7 * i, 1e6 + (i % 9)]))
  await api.write('line/press', 'dead', [[50, 4], [40, 999, Status.bad], [30, 6]])
  await api.write('line/press', 'recipe', [[50, 'A7']])
})
after(() => api.close())

const ask = async (payload: object) => (await api.app.inject({ method: 'POST', url: '/api/v1/statistics', payload })).json<WireStatisticsAnswer>()

test('statistics of any range are those of its samples', async () => {
  const samples = Array.from({ length: 85 }, (_, i) => ({ timeMs: NOW - (600 - 7 * i) * 1_000, value: 1e6 + (i % 9) }))
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 599_000 }), fc.integer({ min: 1_000, max: 600_000 }), async (agoMs, spanMs) => {
      const from = NOW - agoMs
      const to = from + spanMs
      const [{ statistics } = { statistics: null }] = (await ask({ signals: ['line/press/force'], from, to })).results
      assert.ok(statistics)
      const inside = samples.filter(({ timeMs }) => timeMs >= from && timeMs < to).map(({ value }) => value)
      const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length
      assert.equal(statistics.count, inside.length)
      if (inside.length === 0) return assert.equal(statistics.min, null)
      assert.deepEqual([statistics.min, statistics.max, statistics.first, statistics.last], [Math.min(...inside), Math.max(...inside), inside[0], inside.at(-1)])
      assert.ok(Math.abs((statistics.avg ?? 0) - mean) < 1e-6)
      if (inside.length < 2) return assert.equal(statistics.stddev, null)
      const deviation = Math.sqrt(inside.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (inside.length - 1))
      assert.ok(Math.abs((statistics.stddev ?? 0) - deviation) < 1e-6, `${statistics.stddev} is not ${deviation}`)
    }),
    { numRuns: 40, seed: 7 },
  )
})

test('the integral counts a value as long as it held, and says for how long there was one', async () => {
  const { results } = await ask({ signals: ['line/press/dead', 'line/press/recipe'], from: NOW - 55_000, to: NOW - 20_000 })
  assert.deepEqual(results[0]?.statistics, { count: 2, min: 4, max: 6, avg: 5, stddev: Math.SQRT2, first: 4, last: 6, twa: 5, integral: 4 * 10 + 6 * 10, covered: 20 })
  assert.equal(results[1]?.statistics, null, 'texts have no statistics')
})

test('a value that held before the range counts in it', async () => {
  const { results } = await ask({ signals: ['line/press/dead'], from: NOW - 45_000, to: NOW - 35_000 })
  assert.deepEqual(results[0]?.statistics, { count: 0, min: null, max: null, avg: null, stddev: null, first: null, last: null, twa: 4, integral: 20, covered: 5 })
})

test('parts of a range cover it without overlap', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e15 }), fc.integer({ min: 1, max: 4e15 }), (fromUs, spanUs) => {
      const parts = partsOfRange({ fromUs, toUs: fromUs + spanUs })
      assert.equal(parts[0]?.fromUs, fromUs)
      assert.equal(parts.at(-1)?.toUs, fromUs + spanUs)
      for (const [i, part] of parts.entries()) {
        assert.ok(part.fromUs < part.toUs)
        if (i > 0) assert.equal(part.fromUs, parts[i - 1]?.toUs)
      }
    }),
  )
})

test('an unknown signal is refused with its place', async () => {
  const answer = await api.app.inject({ method: 'POST', url: '/api/v1/statistics', payload: { signals: ['line/press/force', 'line/press/farce'], from: '-1h' } })
  assert.equal(answer.json().code, 'SIGNAL_UNKNOWN')
  assert.equal(answer.json().errors[0].pointer, '/signals/1')
})
