import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { sparkPath, type SparkPoint } from './spark-path.ts'

const frame = { fromMs: 0, toMs: 100, width: 100, height: 20 }
const every = (from: number, to: number): SparkPoint[] => Array.from({ length: to - from }, (_, index) => [from + index, Math.sin(index)])

test('a gap in time and a missing value break the line', () => {
  const { line } = sparkPath([...every(0, 30), ...every(60, 100)], frame)
  assert.equal(line.match(/M/g)?.length, 2)
  assert.equal(sparkPath([[0, 1], [1, null], [2, 1]], frame).line.match(/M/g)?.length, 2)
})

test('a constant signal is a level line in the middle', () => {
  const { line, limits } = sparkPath([[0, 5], [50, 5], [100, 5]], { ...frame, low: 0, high: 10 })
  assert.deepEqual([line, limits], ['M0 10L50 10L100 10', []])
})

test('a limit is drawn where the line comes near it', () => {
  assert.equal(sparkPath([[0, 70], [100, 78]], { ...frame, low: 0, high: 80 }).limits.length, 1)
  assert.equal(sparkPath([[0, 7], [100, 8]], { ...frame, low: 0, high: 80 }).limits.length, 0)
})

test('every point lies inside the picture', () => {
  const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.option(fc.double({ noNaN: true, min: -1e9, max: 1e9 }))), { maxLength: 50 })
  fc.assert(
    fc.property(points, (unsorted) => {
      const sorted = unsorted.toSorted((a, b) => a[0] - b[0])
      for (const [, , x, y] of sparkPath(sorted, frame).line.matchAll(/([ML])(-?[\d.]+) (-?[\d.]+)/g)) {
        assert.ok(Number(x) >= 0 && Number(x) <= 100 && Number(y) >= 0 && Number(y) <= 20)
      }
    }),
  )
})
