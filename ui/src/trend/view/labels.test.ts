import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { labelOf } from '../chart/chart-input.ts'
import { ServerClock } from '../chart/server-clock.ts'
import { actionOf, type KeyActions } from '../chart/keys.ts'
import { tickLabel } from '../paint/paint-frame.ts'
import { valueScale } from '../paint/value-scale.ts'
import { fileName } from '../export/save-file.ts'
import { integralOf, rateOf } from './integral-unit.ts'
import { arrange } from './panels.ts'

describe('statistics in words', () => {
  test('an integral is written in the unit that people use for it', () => {
    const cases: [number, string | undefined, number, string][] = [
      [7_200, 'kW', 2, 'kWh'],
      [7_200, 'm3/h', 2, 'm³'],
      [120, 'L/min', 2, 'L'],
      [30, 'm3/s', 30, 'm³'],
      [3_600, 'Cel', 1, '°C·h'],
      [1_800, undefined, 0.5, 'h'],
    ]
    for (const [unitSeconds, unit, value, shown] of cases) assert.deepEqual(integralOf(unitSeconds, unit), { value, unit: shown }, unit)
  })

  test('a rate is per second, minute, hour or day by the time that it was seen over', () => {
    assert.deepEqual(rateOf(10, 60_000, 'Cel'), { value: 10 / 60, unit: '°C/s' })
    assert.deepEqual(rateOf(6, 3_600_000, 'bar'), { value: 0.1, unit: 'bar/min' })
    assert.deepEqual(rateOf(-12, 86_400_000, 'kW'), { value: -0.5, unit: 'kW/h' })
    assert.deepEqual(rateOf(6, 3_600_000, 'm3/h'), { value: 0.1, unit: '(m³/h)/min' })
    assert.deepEqual(rateOf(4, -4 * 86_400_000, undefined), { value: -1, unit: '1/d' })
    assert.equal(rateOf(4, 0, 'kW'), undefined)
  })

  test('signals of one name are told apart by their machine', () => {
    assert.equal(labelOf('a/pump1/flow', ['a/pump1/flow', 'a/pump2/flow']), 'pump1 flow')
    assert.equal(labelOf('a/pump1/flow', ['a/pump1/flow', 'a/pump1/power']), 'flow')
  })

  test('files are named by the clock that is shown', () => assert.equal(fileName('2026-01-31T08:05:00', 'csv'), 'trend-2026-01-31-0805.csv'))
})

describe('value axis', () => {
  test('all that is seen lies in it, and its ticks are few, round and in order', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.double({ min: 0, max: 1e9, noNaN: true }), fc.integer({ min: 30, max: 900 }), (least, reach, heightPx) => {
        const { low, high, ticks, place } = valueScale({ seen: [least, least + reach], heightPx })
        assert.ok(low <= least && high >= least + reach && low < high)
        assert.ok(place(least) >= 0 && place(least + reach) <= 1)
        assert.ok(ticks.length <= heightPx / 12 + 4)
        assert.ok(ticks.every((tick, i) => i === 0 || tick > (ticks[i - 1] ?? 0)))
      }),
    )
  })

  test('a fixed axis is exactly as it was told; a line that does not move lies inside', () => {
    const fixed = valueScale({ seen: [0, 7], fixed: [2, 5], heightPx: 200 })
    assert.deepEqual([fixed.low, fixed.high, fixed.place(2), fixed.place(5)], [2, 5, 0, 1])
    const still = valueScale({ seen: [42, 42], heightPx: 200 })
    assert.ok(still.place(42) > 0.2 && still.place(42) < 0.8)
  })

  test('a logarithmic axis has whole powers, and leaves out what has no logarithm', () => {
    const { place, ticks } = valueScale({ seen: [0.01, 1_000], log: true, heightPx: 300 })
    assert.ok(ticks.includes(1) && ticks.includes(100))
    assert.ok(Math.abs(place(10) - place(1) - (place(100) - place(10))) < 1e-9)
    assert.equal(place(-1), Number.NEGATIVE_INFINITY)
  })

  test('ticks are written with the digits that tell them apart', () => {
    assert.deepEqual([tickLabel(0.30000000000000004, 1), tickLabel(2_500_000, 0), tickLabel(-0.0000001, 2), tickLabel(12, 0)], ['0.3', '2.50e6', '-1e-7', '12'])
  })
})

describe('panels', () => {
  const signals = [
    { path: 'a', kind: 'number', unit: 'kW' },
    { path: 'b', kind: 'number', unit: 'Cel' },
    { path: 'c', kind: 'number', unit: 'kW' },
    { path: 'd', kind: 'boolean', unit: undefined },
    { path: 'e', kind: 'text', unit: undefined },
  ] as const

  test('by unit, by signal, or all in one; states have lanes', () => {
    const shape = (layout: Parameters<typeof arrange>[1]) => arrange(signals, layout).panels.map(({ axes }) => axes.map(({ paths }) => paths.join('')).join('|'))
    assert.deepEqual([shape('units'), shape('signals'), shape('overlay')], [['ac', 'b'], ['a', 'b', 'c'], ['ac|b']])
    assert.deepEqual(arrange(signals, 'overlay').lanes, ['d', 'e'])
    assert.deepEqual(arrange(signals.slice(3), 'overlay').panels, [])
  })
})

describe('keys and clock', () => {
  test('every key of the help does something, others nothing', () => {
    const done: string[] = []
    const actions = new Proxy({}, { get: (_, name) => (value: unknown) => done.push(`${String(name)} ${String(value ?? '')}`.trim()) }) as KeyActions
    const press = (key: string, shiftKey = false) => actionOf({ key, shiftKey }, actions)?.()
    for (const key of ['ArrowLeft', '+', 'x', 'Z', '[', '1', 'f', '0', 's', 'l', 'c', 'n', 'Escape', '?', '？']) press(key)
    assert.deepEqual(done, ['pan -0.1', 'zoom 0.7', 'cursorHere a', 'cursorHere b', 'stepCursor -1', 'preset 3600000', 'follow', 'all', 'pick', 'nextLayout', 'toggleCompare', 'note', 'clear', 'help', 'help'])
    assert.equal(actionOf({ key: 'q', shiftKey: false }, actions), undefined)
    assert.equal(actionOf({ key: '9', shiftKey: false }, actions), undefined)
  })

  test('the clock follows the server only where this computer is really wrong', () => {
    const nowMs = 1_767_225_600_000
    const clock = new ServerClock(() => nowMs)
    clock.hear(new Date(nowMs + 1_000).toUTCString(), nowMs)
    assert.equal(clock.now(), nowMs)
    clock.hear(new Date(nowMs - 300_000).toUTCString(), nowMs)
    assert.equal(clock.now(), nowMs - 299_500)
    clock.hear('nonsense', nowMs)
    assert.equal(clock.now(), nowMs - 299_500)
  })
})
