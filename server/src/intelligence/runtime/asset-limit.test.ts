import assert from 'node:assert/strict'
import { test } from 'node:test'
import { US_PER_MINUTE } from '@millwright/model/time.ts'
import { AssetLimit, type FrameCircumstances } from './asset-limit.ts'

const DAY = 1_440
const WEEK = 7 * DAY
const at = (minute: number): FrameCircumstances => ({ endUs: Date.UTC(2026, 5, 1) * 1_000 + minute * US_PER_MINUTE, alarmsPerWeek: 1, framesSeen: minute, framesInState: 1_000 })
/** Calm, but for a Sunday afternoon. */
const scoreAt = (minute: number) => (minute % WEEK >= 6.5 * DAY && minute % WEEK < 6.75 * DAY ? 3 : 0.3 + 0.2 * Math.abs(Math.sin(minute)))

/** The highest ratio of each week. */
function weeks(limit: AssetLimit, count: number): number[] {
  const highest = Array.from({ length: count }, () => 0)
  for (let minute = 1; minute < count * WEEK; minute++) {
    const week = Math.floor(minute / WEEK)
    if (limit.isReady) highest[week] = Math.max(highest[week] as number, limit.ratio(scoreAt(minute), at(minute)))
    limit.learn(scoreAt(minute), scoreAt(minute), at(minute))
  }
  return highest
}

test('what comes every week at the same time is told once', () => {
  const highest = weeks(new AssetLimit(), 4)
  assert.ok((highest[0] as number) > 1, String(highest))
  assert.ok(highest.slice(1).every((ratio) => ratio < 1), String(highest))
})

test('the same at another time is told, and so is twice as much at the same time', () => {
  const limit = new AssetLimit()
  weeks(limit, 3)
  const sunday = 3 * WEEK + 6.6 * DAY
  assert.ok(limit.ratio(3, at(sunday)) < 1)
  assert.ok(limit.ratio(6, at(sunday)) > 1)
  assert.ok(limit.ratio(3, at(sunday - 2 * DAY)) > 1)
})

test('what is taken back, since people called it a fault, is no routine', () => {
  const [limit, before] = [new AssetLimit(), new AssetLimit()]
  for (let minute = 1; minute < WEEK; minute++) {
    if (minute === 6 * DAY) before.copyFrom(limit)
    limit.learn(scoreAt(minute), scoreAt(minute), at(minute))
  }
  limit.copyFrom(before)
  assert.ok(limit.ratio(3, at(WEEK + 6.6 * DAY)) > 1)
})

test('a machine that told more than it may is stricter for a while, and one that kept to it is not', () => {
  const [often, once] = [new AssetLimit(), new AssetLimit()]
  for (const limit of [often, once]) weeks(limit, 2)
  const ratioAfter = (limit: AssetLimit, days: number) => limit.ratio(1.5, at(2 * WEEK + days * DAY))
  const sound = ratioAfter(once, 2)
  once.tell(at(2 * WEEK + DAY).endUs)
  for (const days of [0.5, 1, 1.5]) often.tell(at(2 * WEEK + days * DAY).endUs)
  assert.equal(ratioAfter(once, 2), sound)
  assert.ok(ratioAfter(often, 2) < 0.8 * sound)
  assert.equal(ratioAfter(often, 12), ratioAfter(once, 12))
})
