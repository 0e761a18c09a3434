import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { HistorySource } from './history-source.ts'
import { LiveTail, MAX_TAIL } from './live-tail.ts'
import { buildSeries, gapAfter, joined } from './series-build.ts'
import { historyOf, pointsAt } from './test-history.ts'
import { NO_POINTS, holdsAllSamples, pointsOf } from './tile.ts'
import { readingAt } from './value-at.ts'
import { statesOf } from '../paint/paint-lanes.ts'

const times = fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 40 }).map((each) => each.sort((a, b) => a - b))

describe('joining history and live samples', () => {
  test('each time is there once, in order, and nothing is lost', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 200 }), (all, historyEnd, overlap) => {
        const history = pointsAt(all.filter((t) => t < historyEnd).map((t) => [t, t]))
        const live = pointsAt(all.filter((t) => t >= historyEnd - overlap).map((t) => [t, t]))
        assert.deepEqual([...joined([history, live]).times], all)
      }),
    )
  })

  test('texts keep their meaning when pieces number them differently', () => {
    const piece = (pairs: [number, string][]) => pointsOf({ times: pairs.map(([t]) => t), values: pairs.map(([, v]) => v), qualities: pairs.map(() => 'good') }, true)
    const { texts, values } = joined([piece([[1, 'A'], [2, 'B']]), piece([[3, 'B'], [4, 'C']])])
    assert.deepEqual([...values].map((place) => texts?.[place]), ['A', 'B', 'B', 'C'])
  })

  test('a live tail takes a repeated time once, the later value of it, and never grows beyond its limit', () => {
    const tail = new LiveTail(false)
    const add = (timeMs: number, value: number) => tail.add({ timeMs, value, quality: 'good' })
    add(10, 1)
    add(20, 2)
    add(20, 3)
    add(15, 9)
    const { times: at, values } = tail.after(0, 100)
    assert.deepEqual([[...at], [...values]], [[10, 20], [1, 3]])
    assert.deepEqual([...tail.after(10, 100).times], [20])
    for (let i = 0; i < 3 * MAX_TAIL; i++) add(100 + i, i)
    assert.ok(tail.length <= MAX_TAIL)
    assert.equal(tail.lastMs, 100 + 3 * MAX_TAIL - 1)
    tail.dropTo(1e9)
    assert.equal(tail.length, 1, 'the newest stays: a state holds on')
  })

  test('what is not known yet is told apart from what is not there', () => {
    const { unknown } = buildSeries({ window: { fromMs: 0, toMs: 100 }, covers: [], tail: NO_POINTS, before: NO_POINTS, after: NO_POINTS, nowMs: 60, usualMs: undefined })
    assert.deepEqual(unknown, [{ fromMs: 0, toMs: 60 }], 'the future is not unknown')
  })
})

describe('gaps', () => {
  test('a thinned answer with a gap in it is not taken for all samples', () => {
    const window = { fromMs: 0, toMs: 128_000 }
    const thinned = Float64Array.from([...Array(100).keys()].flatMap((column) => [0, 300, 600, 900].map((ms) => column * 1_000 + ms)))
    assert.equal(holdsAllSamples(thinned, window), false)
    assert.equal(holdsAllSamples(thinned.filter((_, i) => i % 2 === 0), window), false, 'a signal that only rises has two points in a column')
    assert.equal(holdsAllSamples(Float64Array.from({ length: 128 }, (_, i) => i * 1_000), window), true)
    assert.equal(holdsAllSamples(Float64Array.of(5, 6, 7, 8, 9), window), true)
    assert.equal(holdsAllSamples(new Float64Array(0), window), true)
  })

  const every = (count: number, ms: number, begin = 0) => Float64Array.from({ length: count }, (_, i) => begin + i * ms)

  test('a silence much longer than the usual distance is a gap, an ordinary one is not', () => {
    const gap = gapAfter(Float64Array.of(...every(50, 1_000), ...every(50, 1_000, 200_000)), { usualMs: undefined, columnMs: undefined })
    assert.ok(gap < 150_000 && gap > 2_000)
  })

  test('a thinned picture shows a gap of a few columns', () => {
    // Four points in each column of 100 s, then 18 minutes without.
    const gap = gapAfter(Float64Array.of(...every(200, 25_000), ...every(200, 25_000, 6_080_000)), { usualMs: 2_000, columnMs: 100_000 })
    assert.ok(gap >= 100_000 && gap < 18 * 60_000, String(gap))
  })

  test('with a few samples nothing is a gap unless the usual distance is known', () => {
    assert.equal(gapAfter(Float64Array.of(0, 1e9), { usualMs: undefined, columnMs: undefined }), Number.POSITIVE_INFINITY)
    assert.equal(gapAfter(Float64Array.of(0, 1e9), { usualMs: 1_000, columnMs: undefined }), 6_000)
  })
})

describe('reading at a cursor', () => {
  const series = { ...buildSeries({ window: { fromMs: 0, toMs: 1_000 }, covers: [], tail: pointsAt([[0, 1], [10, 2], [20, Number.NaN], [500, 4]]), before: NO_POINTS, after: NO_POINTS, nowMs: 1_000, usualMs: 10 }) }

  test('a line reads the nearest sample, a step the one that holds', () => {
    const at = (timeMs: number, holds: boolean) => readingAt(series, timeMs, { holds, nowMs: 1_000 })?.value
    assert.deepEqual([at(8, false), at(8, true), at(10, true), at(3, false)], [2, 1, 2, 1])
  })

  test('in a gap, before the first sample and in the future there is no value; "no value" is none', () => {
    const at = (timeMs: number, holds: boolean) => readingAt(series, timeMs, { holds, nowMs: 1_000 })
    assert.equal(at(250, false), undefined)
    assert.equal(at(-1, true), undefined)
    assert.equal(at(1_001, true), undefined)
    assert.deepEqual(at(20, true), { timeMs: 20, value: undefined, quality: 0 })
    assert.equal(at(900, true)?.value, 4)
  })

  test('successive samples of one value are one state that holds to the end', () => {
    const states = statesOf(pointsAt([[0, 1], [5, 1], [9, 0], [12, Number.NaN], [14, Number.NaN], [20, 1]]), 30)
    assert.deepEqual(states.map(({ fromMs, toMs, value }) => [fromMs, toMs, value]), [[0, 9, 1], [9, 12, 0], [12, 20, Number.NaN], [20, 30, 1]])
  })
})

describe('history source', () => {
  const settle = async (source: HistorySource, window: { fromMs: number; toMs: number }) => {
    for (let i = 0; i < 30; i++) {
      source.want([window], 1_000)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  test('a window is filled, panning beside it needs no question, and live samples follow without repetition', async () => {
    const nowMs = 1_000_000_000
    const server = historyOf(1_000, () => nowMs)
    const source = new HistorySource({ ask: server.ask, now: () => nowMs, onChange: () => {}, onFailure: (thrown) => assert.equal(thrown, undefined) })
    source.setSignals([{ path: 's', isText: false }])
    const window = { fromMs: nowMs - 300_000, toMs: nowMs + 1 }
    await settle(source, window)
    assert.ok(source.isSharp)
    const { times: filled } = source.series('s', window, 1_000)
    assert.equal(filled.at(-1), nowMs)
    assert.ok(filled.length >= 300)

    const count = server.asked.length
    await settle(source, { fromMs: window.fromMs - 60_000, toMs: window.toMs - 60_000 })
    assert.ok(source.isSharp, 'the neighbour was fetched ahead')
    assert.ok(server.asked.slice(count).every(({ to }) => Number(to) < window.fromMs || Number(to) - Number(server.asked[0]?.['from']) > 0))

    for (const timeMs of [nowMs - 1_000, nowMs, nowMs + 500, nowMs + 1_500]) source.takeLive('s', { timeMs, value: timeMs, quality: 'good' })
    const later = source.series('s', { fromMs: nowMs - 10_000, toMs: nowMs + 2_000 }, 1_000).times
    assert.deepEqual([...later.slice(-4)], [nowMs - 1_000, nowMs, nowMs + 500, nowMs + 1_500])
    assert.equal(new Set(later).size, later.length)
  })

  test('between two samples far apart, the samples outside of the window are known', async () => {
    const nowMs = 1_000_000_000
    const server = historyOf(3_600_000, () => nowMs)
    const source = new HistorySource({ ask: server.ask, now: () => nowMs, onChange: () => {}, onFailure: (thrown) => assert.equal(thrown, undefined) })
    source.setSignals([{ path: 's', isText: false }])
    const middle = 100 * 3_600_000 + 1_800_000
    await settle(source, { fromMs: middle, toMs: middle + 1_000 })
    assert.deepEqual([...source.series('s', { fromMs: middle, toMs: middle + 1_000 }, 1_000).times], [100 * 3_600_000, 101 * 3_600_000])
  })

  test('a failure keeps what was there, is told, and is tried again', async () => {
    let nowMs = 1_000_000_000
    let isDown = false
    const told: unknown[] = []
    const server = historyOf(1_000, () => nowMs)
    const ask = async (body: Readonly<Record<string, unknown>>) => {
      if (isDown) throw new Error('down')
      return await server.ask(body)
    }
    const source = new HistorySource({ ask, now: () => nowMs, onChange: () => {}, onFailure: (thrown) => told.push(thrown) })
    source.setSignals([{ path: 's', isText: false }])
    const window = { fromMs: nowMs - 100_000, toMs: nowMs }
    await settle(source, window)
    isDown = true
    nowMs += 7_000
    await settle(source, window)
    assert.ok(told.at(-1) instanceof Error)
    assert.ok(source.series('s', window, 1_000).times.length > 90)
    isDown = false
    nowMs += 3_000
    await settle(source, window)
    assert.equal(told.at(-1), undefined)
  })
})
