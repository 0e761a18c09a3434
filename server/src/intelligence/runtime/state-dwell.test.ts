import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { StateDwell, type LongStay } from './state-dwell.ts'

const DAY = 1_440

/** Work with a stop of ten minutes every two hours, and a rest of a day on the seventh day. */
const usual = (minute: number) => (Math.floor(minute / DAY) % 7 === 6 ? 'idle' : minute % 120 < 10 ? 'stopped' : 'execute')

function run(dwell: StateDwell, minutes: readonly string[], mayLearn = true): (LongStay | undefined)[] {
  return minutes.map((value) => dwell.frame(() => value, mayLearn))
}
const weeks = (count: number) => Array.from({ length: count * 7 * DAY }, (_, minute) => usual(minute))

test('stops as they always are, and the weekend, are never told', () => {
  assert.ok(run(new StateDwell(1), weeks(4)).every((stay) => stay === undefined))
})

test('a stop that was never seen is told after twenty minutes, a known one when it lasts three times as long as ever, and an hour at least', () => {
  const dwell = new StateDwell(1)
  run(dwell, weeks(2))
  const broken = run(dwell, Array.from({ length: 60 }, () => 'tool_broken'))
  assert.equal(broken.findIndex((stay) => stay !== undefined), 20)
  assert.deepEqual({ ...broken.at(-1), ratio: 0 }, { signal: 0, value: 'tool_broken', frames: 60, usual: 0, ratio: 0 })
  const stopped = run(dwell, Array.from({ length: 90 }, () => 'stopped'))
  assert.equal(stopped.findIndex((stay) => stay !== undefined), 60)
  assert.equal(stopped.at(-1)?.usual, 10)
})

test('what was told does not become usual by ending, but by being accepted', () => {
  const told = () => run(dwell, Array.from({ length: 100 }, () => 'tool_broken')).some((stay) => stay !== undefined)
  const dwell = new StateDwell(1)
  run(dwell, weeks(2))
  assert.ok(told())
  run(dwell, ['execute'])
  assert.ok(told(), 'told again')
  dwell.accept()
  run(dwell, ['execute'])
  assert.ok(!told(), 'not after somebody has accepted it')
})

test('a signal that names things is left alone', () => {
  const dwell = new StateDwell(1)
  run(dwell, weeks(2))
  run(dwell, Array.from({ length: 20 }, (_, order) => `order ${order}`))
  assert.ok(run(dwell, Array.from({ length: 500 }, () => 'order 21')).every((stay) => stay === undefined))
})

test('its state reads back exactly', () => {
  const [whole, half] = [new StateDwell(1), new StateDwell(1)]
  run(whole, weeks(2))
  run(half, weeks(2))
  const writer = new StateWriter('test', 1)
  half.save(writer)
  const read = new StateDwell(1)
  read.restore(new StateReader(writer.finish(), 'test', 1))
  const more = Array.from({ length: 200 }, (_, minute) => (minute < 150 ? 'stopped' : 'execute'))
  assert.deepEqual(run(read, more), run(whole, more))
})
