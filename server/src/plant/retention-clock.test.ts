import assert from 'node:assert/strict'
import { test } from 'node:test'
import { US_PER_DAY, US_PER_HOUR } from '@millwright/model/time.ts'
import { RetentionClock } from './retention-clock.ts'

const START = Date.UTC(2026, 10, 23) * 1000
const HOUR_MS = 3_600_000

test('while both clocks run alike the wall clock is followed', () => {
  const clock = new RetentionClock(undefined)
  for (let hour = 0; hour < 100; hour++) assert.equal(clock.observe(START + hour * US_PER_HOUR, hour * HOUR_MS), START + hour * US_PER_HOUR)
  assert.equal(clock.isDoubtful, false)
})

test('a jump of ten years moves nothing until it has lasted a day of running', () => {
  const clock = new RetentionClock(undefined)
  clock.observe(START, 0)
  const jump = 3_650 * US_PER_DAY
  for (let hour = 1; hour < 24; hour++) {
    const answer = clock.observe(START + jump + hour * US_PER_HOUR, hour * HOUR_MS)
    assert.ok(answer <= START + hour * US_PER_HOUR, `hour ${hour}`)
    assert.equal(clock.isDoubtful, true)
  }
  assert.equal(clock.observe(START + jump + 24 * US_PER_HOUR, 24 * HOUR_MS), START + jump + 24 * US_PER_HOUR)
})

test('a jump that is put right leaves no trace', () => {
  const clock = new RetentionClock(undefined)
  clock.observe(START, 0)
  clock.observe(START + 3_650 * US_PER_DAY, HOUR_MS)
  assert.equal(clock.observe(START + 2 * US_PER_HOUR, 2 * HOUR_MS), START + 2 * US_PER_HOUR)
  assert.equal(clock.isDoubtful, false)
})

test('a clock that goes back is followed for what it deletes, and forward again at once', () => {
  const clock = new RetentionClock(undefined)
  clock.observe(START, 0)
  assert.equal(clock.observe(START - US_PER_HOUR, HOUR_MS), START - US_PER_HOUR)
  assert.equal(clock.observe(START + 2 * US_PER_HOUR, 2 * HOUR_MS), START + 2 * US_PER_HOUR)
})

test('a week off is believed at the start, ten years are not', () => {
  const week = new RetentionClock({ trustedUs: START })
  assert.equal(week.observe(START + 7 * US_PER_DAY, 0), START + 7 * US_PER_DAY)
  const decade = new RetentionClock({ trustedUs: START })
  assert.equal(decade.observe(START + 3_650 * US_PER_DAY, 0), START)
})
