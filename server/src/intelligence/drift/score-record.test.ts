import assert from 'node:assert/strict'
import { test } from 'node:test'
import { US_PER_MINUTE } from '@millwright/model/time.ts'
import { seededRandom } from '../algebra/random.ts'
import { RareEpisodes, ringingOf } from './rare-episodes.ts'
import { ScoreRecord, type SavedRecord } from './score-record.ts'

const WEEK = 7 * 1_440

/** p-values that are uniform, or smaller than they should be by a factor. */
function rung(weeks: number, factor: number, seed = 1): ReturnType<typeof ringingOf> {
  const random = seededRandom(seed)
  const episodes = new RareEpisodes(US_PER_MINUTE)
  for (let frame = 0; frame < weeks * WEEK; frame++) episodes.add(random() / factor)
  return ringingOf(episodes.counts(), US_PER_MINUTE)
}

test('of uniform p-values as much is rare as is allowed, whatever the seed; of ones ten times too small it is said that the limit rings too often', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const steady = rung(4, 1, seed)
    assert.equal(steady.state, 'steady', JSON.stringify(steady))
    for (const { allowedPerWeek, low, high } of steady.levels) assert.ok(low <= allowedPerWeek && high >= allowedPerWeek * 0.9, JSON.stringify(steady))
    assert.equal(rung(4, 10, seed).state, 'drifted')
  }
  assert.equal(rung(0.5, 10).state, 'collecting')
})

test('an episode counts once however long it lasts, and models that never ring are steady', () => {
  const episodes = new RareEpisodes(US_PER_MINUTE)
  for (let frame = 0; frame < 2 * WEEK; frame++) episodes.add(frame > 500 && frame < 3_000 ? 1e-9 : 1)
  const { levels, state } = ringingOf(episodes.counts(), US_PER_MINUTE)
  assert.deepEqual([levels.map(({ perWeek }) => perWeek), state], [[0.5, 0.5, 0.5], 'steady'])
})

/** Weeks of scores and of two inputs, the second of which may be missing. */
function feed(record: ScoreRecord, weeks: number, { shift = 1, missing = 0.02, seed = 9, fromMinute = 0 } = {}): void {
  const random = seededRandom(seed)
  for (let frame = 0; frame < weeks * WEEK; frame++) {
    record.inputs((fromMinute + frame) * US_PER_MINUTE, Float64Array.of(1, random() < missing ? Number.NaN : 2))
    record.score(shift * 0.3 * Math.exp(0.5 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())), random())
  }
}

test('scores of late are held against those of the first week, and inputs that are missing are counted', () => {
  const record = new ScoreRecord(2)
  feed(record, 0.5)
  assert.equal(record.summary()?.score.state, 'collecting')
  feed(record, 2, { seed: 10 })
  const steady = record.summary()
  assert.equal(steady?.score.state, 'steady', JSON.stringify(steady?.score))
  assert.ok(Math.abs((steady.score.reference?.middle ?? 0) - 0.3) < 0.06, JSON.stringify(steady.score))
  assert.ok(Math.abs((steady.missing[1]?.now ?? 0) - 0.02) < 0.01 && steady.missing[0]?.now === 0 && steady.missing[1]?.isSettled === true)
  feed(record, 1, { seed: 11, shift: 2, missing: 0.6 })
  const drifted = record.summary()
  assert.deepEqual([drifted?.score.state, (drifted?.score.psi ?? 0) > 0.25], ['drifted', true])
  assert.ok((drifted?.missing[1]?.now ?? 0) > 0.5 && (drifted?.missing[1]?.before ?? 1) < 0.05)
})

test('a saved record goes on as if it had never stopped, from its first minute to its last week', () => {
  const one = new ScoreRecord(2)
  for (const weeks of [0.0001, 0.6, 1]) {
    feed(one, weeks, { seed: 12 + weeks })
    const other = ScoreRecord.restore(JSON.parse(JSON.stringify(one.save())) as SavedRecord)
    const goOn = [one, other].map((record) => (feed(record, 0.3, { seed: 77 }), record.summary()))
    assert.deepEqual(goOn[1], goOn[0])
  }
  assert.equal(ScoreRecord.restore(JSON.parse(JSON.stringify(new ScoreRecord(3).save())) as SavedRecord).summary(), undefined)
})
