import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Status } from '@millwright/model/quality.ts'
import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE } from '@millwright/model/time.ts'
import { seededRandom } from '../algebra/random.ts'
import { AssetSlot } from './asset-slot.ts'
import { AssetWatch } from './asset-watch.ts'
import { MissedPast } from './missed-past.ts'

const START = Date.UTC(2026, 0, 5) * 1_000
const SHAPE = { signals: [1, 2, 3], states: [] }
const PAST = 1_500

test('a signal that is in time again asks for its past when enough of it came far too late, and no more than once a day', () => {
  const missed = new MissedPast()
  const fill = (series: number, count: number, behindUs: number) => {
    for (let at = 0; at < count; at++) missed.late(series, behindUs)
  }
  fill(1, 1_000, 5 * US_PER_MINUTE)
  assert.equal(missed.isAny, false, 'stragglers are no past')
  fill(1, 47, 3 * US_PER_HOUR)
  assert.equal(missed.inTime(1, START), false, 'too little to learn from')
  fill(1, 48, 3 * US_PER_HOUR)
  fill(2, 48, 3 * US_PER_HOUR)
  assert.deepEqual([missed.inTime(3, START), missed.inTime(1, START), missed.inTime(1, START), missed.inTime(2, START)], [false, true, false, false])
  fill(1, 48, 3 * US_PER_HOUR)
  assert.equal(missed.inTime(1, START + US_PER_DAY / 2), false)
  fill(1, 48, 3 * US_PER_HOUR)
  const again = new MissedPast()
  again.restore(structuredClone(missed.save()))
  assert.equal(again.inTime(1, START + US_PER_DAY), true, 'also after a restart')
})

/** Two signals that follow a load and one that follows another: what each is in a minute. */
function minutes(count: number): readonly (readonly [number, number, number])[] {
  const random = seededRandom(7)
  return Array.from({ length: count }, (_, at) => {
    const load = Math.sin(at / 40)
    return [10 + load + 0.1 * random(), 20 - load + 0.1 * random(), 5 + 0.2 * random()]
  })
}

test('features of a past that came behind everything else are judged as soon as the history was learned from', () => {
  const asked: number[] = []
  const options = { alarmsPerWeek: 1, onNews: () => undefined, onReplaced: () => undefined, onMissedPast: (asset: number) => void asked.push(asset) }
  let slot = new AssetSlot(9, options)
  slot.reshape(SHAPE, [])
  const values = minutes(PAST + 1)
  const put = (to: AssetSlot, signal: number, at: number) => to.number(signal, START + at * US_PER_MINUTE, values[at]?.[signal] ?? 0, Status.good, START + at * US_PER_MINUTE)
  for (let at = 0; at < PAST; at++) for (const signal of [0, 1]) put(slot, signal, at)
  for (let at = 0; at < PAST - 90; at += 15) put(slot, 2, at)
  // A restart in between forgets nothing.
  const saved = slot.save()
  slot = new AssetSlot(9, options)
  slot.restore(saved)
  assert.deepEqual([asked, slot.status().judged], [[], [1, 2]])
  put(slot, 2, PAST)
  assert.deepEqual(asked, [9])

  const fromHistory = (from: number) => {
    const watch = new AssetWatch(SHAPE)
    for (let at = from; at < PAST; at++) for (const signal of [0, 1, ...(at % 15 === 0 ? [2] : [])]) {
      watch.frames.add(signal, START + at * US_PER_MINUTE, values[at]?.[signal] ?? 0, Status.good, START + at * US_PER_MINUTE, (endUs) => void watch.closeFrame(endUs, 1))
    }
    return watch.save()
  }
  assert.equal(slot.learned(fromHistory(PAST - 600)), false, 'less than it knows is not taken')
  assert.equal(slot.learned(fromHistory(0)), true)
  assert.deepEqual(slot.status().judged, [1, 2, 3])
})
