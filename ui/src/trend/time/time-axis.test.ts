import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { timeAxis } from './time-ticks.ts'
import { panned, pinched, spanOf, zoomed, type TimeWindow } from './time-window.ts'
import { fromLocalInput, localMs, momentOf, offsetLabel, offsetMs, shiftedByDays, toLocalInput } from './zone-time.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const ZONES = ['UTC', 'Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns'] as const
const windows = fc.tuple(fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2040, 0) }), fc.integer({ min: 50, max: 20 * 365 * DAY })).map(([fromMs, span]): TimeWindow => ({ fromMs, toMs: fromMs + span }))

describe('time window', () => {
  test('zooming keeps the moment under the pointer where it is', () => {
    fc.assert(
      fc.property(windows, fc.double({ min: 0.5, max: 2, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (window, factor, share) => {
        const anchor = window.fromMs + share * spanOf(window)
        const next = zoomed(window, factor, anchor)
        assert.ok(Math.abs((anchor - next.fromMs) / spanOf(next) - share) < 1e-3)
      }),
    )
  })

  test('panning there and back ends where it began', () => {
    fc.assert(fc.property(windows, fc.double({ min: -0.9, max: 0.9, noNaN: true }), (window, share) => assert.ok(Math.abs(panned(panned(window, share), -share).fromMs - window.fromMs) < 1)))
  })

  test('two fingers hold two moments', () => {
    const window = pinched([1_000_000_000_000, 1_000_000_060_000], [200, 500], 1_000)
    assert.equal(Math.round(window.fromMs + (spanOf(window) * 200) / 1_000), 1_000_000_000_000)
    assert.equal(Math.round(window.fromMs + (spanOf(window) * 500) / 1_000), 1_000_000_060_000)
  })

  test('no window is shorter or longer than can be asked for, or lies before 1970', () => {
    fc.assert(
      fc.property(windows, fc.double({ min: 1e-12, max: 1e12, noNaN: true }), (window, factor) => {
        const next = zoomed(window, factor, window.fromMs)
        assert.ok(next.fromMs >= 0 && spanOf(next) >= 9.99 && next.toMs < 9e12)
      }),
    )
  })
})

describe('clock time in a zone', () => {
  test('an input field means the moment that it was written from', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) }), fc.constantFrom(...ZONES), (timeMs, zone) => {
        const whole = Math.floor(timeMs / 1_000) * 1_000
        const read = fromLocalInput(toLocalInput(whole, zone), zone) ?? Number.NaN
        // In the hour that comes twice, the first one is meant.
        assert.equal(localMs(read, zone), localMs(whole, zone))
        assert.ok(read <= whole)
      }),
    )
    assert.equal(fromLocalInput('yesterday', 'UTC'), undefined)
  })

  test('a time that the clock skips is the moment of the jump', () => {
    // 2026-03-29 02:30 does not exist in Berlin; the clock jumps at 01:00 UTC.
    assert.equal(momentOf(Date.UTC(2026, 2, 29, 2, 30), 'Europe/Berlin'), Date.UTC(2026, 2, 29, 1))
  })

  test('a day earlier is the same clock time, 23 or 25 hours away when the clock changes', () => {
    const noon = (day: number) => momentOf(Date.UTC(2026, 2, day, 12), 'Europe/Berlin')
    assert.equal(noon(29) - shiftedByDays(noon(29), -1, 'Europe/Berlin'), 23 * HOUR)
    assert.equal(noon(28) - shiftedByDays(noon(28), -1, 'Europe/Berlin'), 24 * HOUR)
    assert.equal(shiftedByDays(Date.UTC(2026, 9, 25, 11), -1, 'Europe/Berlin'), Date.UTC(2026, 9, 24, 10))
  })

  test('offsets are written as people know them', () => {
    assert.deepEqual([offsetMs(Date.UTC(2026, 0), 'Asia/Shanghai'), offsetMs(Date.UTC(2026, 0), 'America/St_Johns'), 0].map(offsetLabel), ['UTC+8', 'UTC−3:30', 'UTC+0'])
  })
})

describe('time axis', () => {
  test('ticks lie in the window, in order, not too near, at round clock times', () => {
    fc.assert(
      fc.property(windows, fc.constantFrom(...ZONES), fc.integer({ min: 250, max: 3_800 }), (window, zone, width) => {
        const { ticks, contexts } = timeAxis(window, width, { zone, locale: 'en-GB' })
        assert.ok(ticks.length <= width / 30 + 2, `${ticks.length} ticks on ${width} px`)
        for (const [i, { timeMs }] of ticks.entries()) {
          assert.ok(timeMs >= window.fromMs && timeMs <= window.toMs)
          if (i > 0) assert.ok(((timeMs - (ticks[i - 1]?.timeMs ?? 0)) / spanOf(window)) * width > 30)
        }
        assert.ok(contexts.every(({ fromMs }, i) => i === 0 || fromMs > (contexts[i - 1]?.fromMs ?? 0)))
      }),
      { numRuns: 400, seed: 3 },
    )
  })

  test('on the day that has 25 hours, hours stay round and midnight is one tick', () => {
    // Berlin, 2026-10-25: 02:00 comes twice.
    const fromMs = Date.UTC(2026, 9, 24, 22)
    const { ticks } = timeAxis({ fromMs, toMs: fromMs + 25 * HOUR }, 2_500, { zone: 'Europe/Berlin', locale: 'en-GB' })
    const labels = ticks.map(({ label }) => label)
    assert.equal(labels.filter((label) => label === '00:00').length, 2)
    assert.equal(labels.filter((label) => label === '02:00').length, 2)
    assert.ok(labels.every((label) => label.endsWith(':00')))
  })

  test('days begin at midnight of the zone, and months have names in both languages', () => {
    const window = { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2026, 6, 1) }
    const zh = timeAxis(window, 900, { zone: 'Asia/Shanghai', locale: 'zh-CN' })
    assert.equal(zh.ticks[0]?.timeMs, Date.UTC(2026, 0, 31, 16))
    assert.equal(zh.ticks[0]?.label, '2月')
    assert.equal(timeAxis(window, 900, { zone: 'Asia/Shanghai', locale: 'en-GB' }).ticks[0]?.label, 'Feb')
    assert.equal(zh.contexts[0]?.label, '2026年')
  })

  test('below a second, ticks are written with milliseconds', () => {
    const { ticks } = timeAxis({ fromMs: 1_767_225_600_000, toMs: 1_767_225_600_400 }, 800, { zone: 'UTC', locale: 'en-GB' })
    assert.equal(ticks[1]?.label, '00:00:00.050')
  })
})
