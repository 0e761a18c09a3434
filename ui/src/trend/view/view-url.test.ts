import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MAX_SPAN_MS, MIN_SPAN_MS } from '../time/time-window.ts'
import { DEFAULT_VIEW, EXPECTED, LAYOUTS, MAX_SIGNALS, toggledSignal, type TrendView } from './trend-view.ts'
import { readSpan, readView, writeSpan, writeView } from './view-url.ts'

const path = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
const time = fc.integer({ min: 0, max: 7_000_000_000_000 })
const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value))
const axis = fc.oneof(
  fc.record({ log: fc.constant(true) }),
  fc.tuple(finite, finite).filter(([low, high]) => low < high).map((fixed) => ({ fixed })),
)

const views: fc.Arbitrary<TrendView> = fc.uniqueArray(path, { maxLength: MAX_SIGNALS }).chain((signals) =>
  fc.record({
    signals: fc.constant(signals),
    hidden: fc.subarray(signals),
    stepped: fc.subarray(signals),
    range: fc.oneof(
      fc.record({ followMs: fc.integer({ min: MIN_SPAN_MS, max: MAX_SPAN_MS }) }),
      fc.tuple(time, fc.integer({ min: MIN_SPAN_MS, max: 1e11 })).map(([fromMs, span]) => ({ fromMs, toMs: fromMs + span })),
    ),
    layout: fc.constantFrom(...LAYOUTS),
    axes: fc.dictionary(path.filter((key) => key !== '__proto__'), axis, { maxKeys: 4, noNullPrototype: true }),
    compare: fc.option(fc.oneof(fc.record({ days: fc.integer({ min: 1, max: 20_000 }) }), fc.record({ ms: fc.integer({ min: 1, max: 1e12 }) })), { nil: undefined }),
    expected: fc.option(fc.constantFrom(...EXPECTED), { nil: undefined }),
    cursors: fc.record({ a: time, b: time }, { requiredKeys: [] }),
  }),
)

/** Without what fast-check does to prototypes. */
const plain = (view: TrendView): unknown => JSON.parse(JSON.stringify(view))

test('a view that was written into an address is read from it as it was', () => {
  fc.assert(
    fc.property(views, (view) => {
      const read = readView(new URLSearchParams(writeView(view).toString()))
      assert.deepEqual(plain(read), plain(view))
    }),
    { numRuns: 500, seed: 11 },
  )
})

test('spans are written in the largest unit that divides them', () => {
  assert.deepEqual([28_800_000, 5_400_000, 86_400_000, 1_500, 45_000].map(writeSpan), ['8h', '90m', '1d', '1500ms', '45s'])
  assert.deepEqual(['8h', '1.5h', '-3h', '8', '0s', 'h', '9e9d'].map(readSpan), [28_800_000, 5_400_000, undefined, undefined, undefined, undefined, undefined])
})

test('what is wrong in an address is left out, and the rest is shown', () => {
  const read = readView(new URLSearchParams('signals=a/b&signals=&signals=a/b&signals=c/d&from=soon&to=2026-01-01&hide=1.7.x&panels=cube&compare=0days&a=never&axis=Cel|5,1|&axis=%25|1,2|&axis=kW|0,9|'))
  assert.deepEqual(read, { ...DEFAULT_VIEW, signals: ['a/b', 'c/d'], hidden: ['c/d'], axes: { kW: { fixed: [0, 9] } } })
})

test('any address is read without a failure', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void readView(new URLSearchParams(text))))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('signals', 'from', 'to', 'last', 'axis', 'hide', 'step', 'compare', 'a', 'b', 'panels'), fc.string({ unit: 'binary', maxLength: 30 }))), (pairs) => {
      const { range } = readView(new URLSearchParams(pairs))
      assert.ok('followMs' in range ? range.followMs > 0 : range.fromMs < range.toMs)
    }),
  )
})

test('a signal that is taken out leaves nothing behind, and no more come in than fit', () => {
  const view = { ...DEFAULT_VIEW, signals: ['a', 'b'], hidden: ['b'], stepped: ['b'] }
  assert.deepEqual(toggledSignal(view, 'b'), { ...DEFAULT_VIEW, signals: ['a'] })
  const full = { ...DEFAULT_VIEW, signals: Array.from({ length: MAX_SIGNALS }, (_, i) => `s${i}`) }
  assert.equal(toggledSignal(full, 'one more'), full)
})
