import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { SparkPoint } from '../../parts/spark-path.ts'
import { bandPath } from './band-path.ts'

const FRAME = { fromMs: 0, toMs: 100, width: 100, height: 50 }

test('line and band share one scale, and all of both lies inside the picture', () => {
  const values = fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.option(fc.double({ noNaN: true, min: -1e6, max: 1e6 }))), { maxLength: 60 })
  fc.assert(
    fc.property(values, fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.double({ noNaN: true, min: 0, max: 1e6 }), (unsorted, low, width) => {
      const points: SparkPoint[] = unsorted.toSorted((a, b) => a[0] - b[0])
      const { line, top, bottom } = bandPath(points, { ...FRAME, low, high: low + width })
      assert.ok(top <= bottom && top >= 0 && bottom <= FRAME.height)
      for (const [, , x, y] of line.matchAll(/([ML])(-?[\d.]+) (-?[\d.]+)/g)) assert.ok(Number(x) >= 0 && Number(x) <= 100 && Number(y) >= 0 && Number(y) <= FRAME.height)
    }),
  )
})

test('a value above the band is drawn above it, and a gap breaks the line', () => {
  const { line, top } = bandPath([[0, 5], [5, 9], [40, 5], [41, null], [42, 5]], { ...FRAME, low: 4, high: 6 })
  const heights = [...line.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y))
  assert.ok((heights[1] ?? 99) < top && (heights[0] ?? 0) > top)
  assert.equal(line.match(/M/g)?.length, 3)
})
