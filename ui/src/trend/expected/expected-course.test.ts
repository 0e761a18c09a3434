import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { expectedAt, expectedCourse } from './expected-course.ts'

test('a cursor reads the band of the step that holds it, and nothing in a gap or outside', () => {
  const course = expectedCourse({ times: [60, 120, 180, 300], low: [1, 2, null, 4], high: [11, 12, null, 14], everyMs: 60 })
  assert.deepEqual(expectedAt(course, 60), { low: 1, high: 11 })
  assert.deepEqual(expectedAt(course, 61), { low: 2, high: 12 })
  assert.deepEqual(expectedAt(course, 300), { low: 4, high: 14 })
  for (const outside of [-1, 150, 230, 301]) assert.equal(expectedAt(course, outside), undefined, String(outside))
})

test('whatever is asked, an answer belongs to a step around the moment', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { maxLength: 50 }), fc.integer({ min: -10, max: 1_010 }), (steps, timeMs) => {
      const times = steps.toSorted((a, b) => a - b)
      const found = expectedAt(expectedCourse({ times, low: times, high: times, everyMs: 5 }), timeMs)
      if (found === undefined) assert.ok(times.every((time) => time < timeMs || time - timeMs > 5))
      else assert.ok(found.low >= timeMs && found.low - timeMs <= 5)
    }),
  )
})
