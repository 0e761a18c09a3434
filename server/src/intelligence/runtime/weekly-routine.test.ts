import assert from 'node:assert/strict'
import { test } from 'node:test'
import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE } from '@millwright/model/time.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { WeeklyRoutine } from './weekly-routine.ts'

const MONDAY_US = Date.UTC(2026, 5, 1) * 1_000
const WEEK_US = 7 * US_PER_DAY

/** Weeks of minutes; `scoreOf` by the minute of the week. */
function live(routine: WeeklyRoutine, week: number, scoreOf: (minute: number) => number, minutes = 7 * 1_440): void {
  for (let minute = 0; minute < minutes; minute++) routine.learn(scoreOf(minute), MONDAY_US + week * WEEK_US + (minute + 1) * US_PER_MINUTE)
}
const at = (week: number, hours: number) => MONDAY_US + week * WEEK_US + hours * US_PER_HOUR
/** Odd on Sundays from six to noon. */
const sunday = (minute: number) => (minute >= 150 * 60 && minute < 156 * 60 ? 2 : 0)

test('what was odd at an hour of the week is routine there a week later, an hour more or less, and a quarter higher', () => {
  const routine = new WeeklyRoutine()
  live(routine, 0, sunday)
  live(routine, 1, () => 0, 1)
  for (const hours of [149.5, 150.5, 155.5, 156.5]) assert.ok(Math.abs(routine.usual(at(1, hours)) - 2.5) < 0.1, `${hours}: ${routine.usual(at(1, hours))}`)
  for (const hours of [1, 148.5, 157.5]) assert.equal(routine.usual(at(1, hours)), 0, String(hours))
})

test('what goes on now does not excuse itself, however long it lasts', () => {
  const routine = new WeeklyRoutine()
  for (let minute = 0; minute < 3 * 1_440; minute++) {
    const endUs = MONDAY_US + (minute + 1) * US_PER_MINUTE
    assert.equal(routine.usual(endUs), 0)
    routine.learn(3, endUs)
  }
})

test('what is not met again is forgotten in weeks', () => {
  const routine = new WeeklyRoutine()
  live(routine, 0, sunday)
  const usual: number[] = []
  for (let week = 1; week < 7; week++) {
    live(routine, week, () => 0)
    usual.push(routine.usual(at(week + 1, 152)))
  }
  assert.ok(usual.every((score, index) => index === 0 || score < (usual[index - 1] as number) || score === 0), String(usual))
  assert.equal(usual.at(-1), 0)
})

test('a gap of hours keeps what came before it', () => {
  const routine = new WeeklyRoutine()
  routine.learn(2, at(0, 10.5))
  routine.learn(0, at(0, 30.5))
  assert.ok(routine.usual(at(1, 10.5)) > 2)
})

test('its state reads back exactly, in 200 bytes', () => {
  const routine = new WeeklyRoutine()
  live(routine, 0, sunday, 152 * 60 + 7)
  const [head, writer] = [new StateWriter('test', 1).finish().length, new StateWriter('test', 1)]
  routine.save(writer)
  assert.ok(writer.finish().length - head <= 200)
  const read = new WeeklyRoutine()
  read.restore(new StateReader(writer.finish(), 'test', 1))
  for (const one of [routine, read]) live(one, 1, sunday)
  for (let hour = 0; hour < 168; hour++) assert.equal(read.usual(at(2, hour + 0.5)), routine.usual(at(2, hour + 0.5)))
})
