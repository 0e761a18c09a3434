import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { spanOf, type TimeWindow } from '../time/time-window.ts'
import { isFresh, planFetch } from './fetch-plan.ts'
import { TileCache } from './tile-cache.ts'
import { NO_POINTS, type Tile } from './tile.ts'
import { TILE_POINTS, levelFor, tileMs, tileWindow, tilesOver, wantedTiles, type TileId } from './tiles.ts'

const windows = fc.tuple(fc.integer({ min: 1e9, max: 4e12 }), fc.integer({ min: 10, max: 1e12 })).map(([fromMs, span]): TimeWindow => ({ fromMs, toMs: fromMs + span }))
const widths = fc.integer({ min: 200, max: 4_000 })
const tile = (id: TileId, askedMs = 0): Tile => ({ ...NO_POINTS, ...tileWindow(id), id, askedMs, isWhole: true, completeToMs: tileWindow(id).toMs })

describe('tiles', () => {
  test('the tiles over a window cover it without overlap', () => {
    fc.assert(
      fc.property(windows, fc.integer({ min: 0, max: 60 }), (window, level) => {
        fc.pre(spanOf(window) / tileMs(level) < 200)
        const tiles = tilesOver(window, level).map(tileWindow)
        assert.ok((tiles[0]?.fromMs ?? 0) <= window.fromMs && (tiles.at(-1)?.toMs ?? 0) >= window.toMs)
        for (const [i, { fromMs }] of tiles.entries()) if (i > 0) assert.equal(fromMs, tiles[i - 1]?.toMs)
      }),
    )
  })

  test('a window never has more points than pixels, and not much fewer', () => {
    fc.assert(
      fc.property(windows, widths, (window, width) => {
        fc.pre(spanOf(window) > width)
        const points = (spanOf(window) / tileMs(levelFor(window, width))) * TILE_POINTS
        assert.ok(points <= width * 1.01, `${points} points on ${width} pixels`)
        if (levelFor(window, width) > 0) assert.ok(points > width * 0.65)
      }),
    )
  })

  test('what is seen comes first, then its neighbours, then what one zooms out to', () => {
    const window = { fromMs: 1e12, toMs: 1e12 + 3_600_000 }
    const level = levelFor(window, 1_200)
    const wanted = wantedTiles(window, 1_200, { prefetch: true })
    const seen = tilesOver(window, level)
    assert.deepEqual(new Set(wanted.slice(0, seen.length).map(({ index }) => index)), new Set(seen.map(({ index }) => index)))
    assert.ok(wanted.slice(seen.length, seen.length + 2).every((id) => id.level === level))
    assert.ok(wanted.slice(seen.length + 2).every((id) => id.level > level))
    assert.ok(wanted.length < 20, `${wanted.length} tiles`)
  })
})

describe('tile cache', () => {
  test('it shows each part of a window as sharp as it can, and tells what it does not know', () => {
    const cache = new TileCache()
    const [first, second, third] = tilesOver({ fromMs: 10 * tileMs(20), toMs: 13 * tileMs(20) }, 20)
    assert.ok(first && second && third)
    const window = { fromMs: tileWindow(first).fromMs, toMs: tileWindow(third).toMs }
    cache.put('s', tile(first))
    cache.put('s', tile({ level: 24, index: Math.floor(tileWindow(third).fromMs / tileMs(24)) }))
    const covers = cache.cover('s', window, 20)
    assert.equal(covers[0]?.tile.id.level, 20)
    assert.equal(covers.at(-1)?.tile.id.level, 24)
    for (const [i, cover] of covers.entries()) if (i > 0) assert.ok(cover.fromMs >= (covers[i - 1]?.toMs ?? 0))
    cache.put('s', tile(third))
    assert.equal(cache.cover('s', window, 20).at(-1)?.tile.id.level, 20, 'the sharp one is taken where there is one')
    assert.deepEqual(cache.cover('another', window, 20), [])
  })

  test('covers lie in the window, in order, whatever is cached', () => {
    fc.assert(
      fc.property(windows, fc.array(fc.record({ level: fc.integer({ min: 20, max: 60 }), share: fc.double({ min: -0.5, max: 1.5, noNaN: true }) }), { maxLength: 30 }), (window, places) => {
        const cache = new TileCache()
        for (const { level, share } of places) cache.put('s', tile({ level, index: Math.max(0, Math.floor((window.fromMs + share * spanOf(window)) / tileMs(level))) }))
        let reached = window.fromMs
        for (const cover of cache.cover('s', window, levelFor(window, 1_000))) {
          assert.ok(cover.fromMs >= reached && cover.toMs > cover.fromMs && cover.toMs <= window.toMs)
          assert.ok(cover.fromMs >= cover.tile.fromMs && cover.toMs <= cover.tile.toMs)
          reached = cover.toMs
        }
      }),
    )
  })

  test('when it is full, what was longest not looked at goes', () => {
    const cache = new TileCache(3)
    const ids = [0, 1, 2, 3].map((index) => ({ level: 20, index }))
    for (const id of ids.slice(0, 3)) cache.put('path with spaces', tile(id))
    cache.get('path with spaces', { level: 20, index: 0 })
    cache.put('path with spaces', tile({ level: 20, index: 3 }))
    assert.deepEqual(ids.map((id) => cache.get('path with spaces', id) !== undefined), [true, false, true, true])
    assert.equal(cache.size, 3)
  })
})

describe('fetch plan', () => {
  const window = { fromMs: 1e12, toMs: 1e12 + 3_600_000 }
  const options = { windows: [window], widthPx: 1_000, nowMs: 2e12, isPending: () => false, prefetch: false }
  const signals = [{ path: 'a', isText: false }, { path: 'b', isText: false }, { path: 't', isText: true }]

  test('signals that lack the same tile share a question; texts are asked for apart', () => {
    const plan = planFetch(signals, { ...options, cache: new TileCache() })
    assert.deepEqual(plan.slice(0, 2).map(({ kind, paths }) => [kind, paths]), [['plot', ['a', 'b']], ['texts', ['t']]])
  })

  test('what is there and fresh, under way, or in the future is not asked for', () => {
    const cache = new TileCache()
    const level = levelFor(window, 1_000)
    for (const id of tilesOver(window, level)) cache.put('a', tile(id, 2e12 - 1_000))
    assert.deepEqual(planFetch(signals.slice(0, 1), { ...options, cache }), [])
    assert.deepEqual(planFetch(signals, { ...options, cache: new TileCache(), isPending: () => true }), [])
    assert.deepEqual(planFetch(signals, { ...options, cache: new TileCache(), nowMs: 1e12 - 60_000_000 }), [])
  })

  test('a tile that reaches into the present grows old in seconds, one of the past in minutes', () => {
    assert.equal(isFresh({ askedMs: 0, toMs: 1_000 }, 10_000), false)
    assert.equal(isFresh({ askedMs: 1e9, toMs: 1_000 }, 1e9 + 60_000), true)
    assert.equal(isFresh({ askedMs: 1e9, toMs: 1_000 }, 1e9 + 600_000), false)
  })
})
