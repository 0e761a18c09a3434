import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MAX_TIME_US, usToMs } from '@millwright/model/time.ts'
import { readCursor, writeCursor } from './samples/cursor.ts'
import { readTime } from './time-parameter.ts'

const NOW_US = Date.UTC(2026, 0, 1) * 1_000
const read = (text: string) => {
  const time = readTime(text, NOW_US)
  return 'timeUs' in time ? time.timeUs : undefined
}

test('times are read in each of their forms', () => {
  assert.equal(read('now'), NOW_US)
  assert.equal(read('-1h'), NOW_US - 3_600e6)
  assert.equal(read('now-90s'), NOW_US - 90e6)
  assert.equal(read('+5m'), NOW_US + 300e6)
  assert.equal(read('-7d'), NOW_US - 7 * 86_400e6)
  assert.equal(read('-250ms'), NOW_US - 250e3)
  assert.equal(read('1767225600000.5'), 1_767_225_600_000_500)
  assert.equal(read('2026-01-01T08:00:00+08:00'), NOW_US)
  assert.equal(read('-999999w'), 0, 'the beginning of time')
})

test('anything else is no time', () => {
  for (const text of ['', 'yesterday', '1h', '-1x', '--1h', '1e9', '-5', '2026-13-01', '99999999999999999', '2300-01-01', '1 h', '-1.5h']) assert.equal(read(text), undefined, text)
})

test('the milliseconds that answers show are read back to the microsecond', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: Date.UTC(2240, 0, 1) * 1_000 }), (timeUs) => assert.equal(read(String(usToMs(timeUs))), timeUs)), { seed: 3 })
})

test('no text makes the reader throw', () => {
  fc.assert(fc.property(fc.string({ maxLength: 80 }), (text) => void readTime(text, NOW_US)), { seed: 3, numRuns: 1_000 })
})

test('a cursor gives back its range, and other texts are none', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MAX_TIME_US - 1 }), fc.integer({ min: 1, max: MAX_TIME_US }), (fromUs, span) => {
      const toUs = Math.min(MAX_TIME_US, fromUs + span)
      assert.deepEqual(readCursor(writeCursor(fromUs, toUs)), { fromUs, toUs })
    }),
    { seed: 3 },
  )
  for (const text of ['', '-', '1', '2-1', '1-1', '0-zzzzzzzzzzzz', 'a-b-c', '1-é']) assert.equal(readCursor(text), undefined, text)
})
