import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatIsoTime, isStorableTime, MAX_TIME_US, msToUs, parseIsoTime } from './time.ts'

test('ISO times are read exactly, to the microsecond, in any zone', () => {
  assert.equal(parseIsoTime('1970-01-01'), 0)
  assert.equal(parseIsoTime('2026-11-23T14:31:00.123456789Z'), Date.UTC(2026, 10, 23, 14, 31) * 1000 + 123_456)
  assert.equal(parseIsoTime('2026-11-23 22:31:00+08:00'), Date.UTC(2026, 10, 23, 14, 31) * 1000)
  assert.equal(parseIsoTime('2026-11-23T22:31+0800'), Date.UTC(2026, 10, 23, 14, 31) * 1000)
  assert.equal(parseIsoTime('2016-12-31T23:59:60Z'), Date.UTC(2017, 0, 1) * 1000)
})

test('what is no ISO time is not guessed at', () => {
  for (const text of ['', 'now', '2026-02-30', '2026-13-01', '2026-1-1', '2026-11-23T25:00Z', '20261123', '2026-11-23T10', '1e9', '2026-11-23T10:00+99:00']) {
    assert.equal(parseIsoTime(text), undefined, text)
  }
})

test('every storable time survives being written and read', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MAX_TIME_US - 1 }), (timeUs) => {
      assert.equal(parseIsoTime(formatIsoTime(timeUs)), timeUs)
    }),
  )
})

test('times outside 1970 to 2254 and fractions of a microsecond are not storable', () => {
  assert.equal(isStorableTime(-1), false)
  assert.equal(isStorableTime(MAX_TIME_US), false)
  assert.equal(isStorableTime(msToUs(Date.UTC(9999, 0, 1))), false)
  assert.equal(isStorableTime(0.5), false)
  assert.equal(isStorableTime(Number.NaN), false)
  assert.equal(isStorableTime(msToUs(1.2345)), true)
})
