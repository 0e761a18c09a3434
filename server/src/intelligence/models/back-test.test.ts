import assert from 'node:assert/strict'
import { test } from 'node:test'
import { US_PER_DAY, US_PER_MINUTE } from '@millwright/model/time.ts'
import { backTest } from './back-test.ts'

const at = (minute: number) => minute * US_PER_MINUTE
const told = (from: number, to?: number) => ({ detectedUs: at(from), endedUs: to === undefined ? undefined : at(to) })
const judged = { fromUs: 0, toUs: 10 * US_PER_DAY }

test('events are found once, however many people labelled them; what lies outside of all is a false alarm', () => {
  const known = [
    { kind: 'fault', fromUs: at(100), toUs: at(200) },
    { kind: 'fault', fromUs: at(110), toUs: at(220) },
    { kind: 'fault', fromUs: at(1_000), toUs: at(1_100) },
    { kind: 'planned', fromUs: at(2_000), toUs: at(2_100) },
    { kind: 'normal', fromUs: at(3_000), toUs: at(3_100) },
  ] as const
  const measured = backTest([told(130, 150), told(160, 230), told(2_050, 2_060), told(3_050, 3_060), told(5_000)], known, judged)
  assert.deepEqual(measured, { events: 2, found: 1, recall: 0.5, falseAlarms: 2, falseAlarmsPerDay: 0.2, delaySeconds: 1_800, leadSeconds: 5_400, judgedDays: 10 })
})

test('without events and without time there is no rate', () => {
  assert.deepEqual(backTest([], [], { fromUs: 5, toUs: 5 }), { events: 0, found: 0, recall: null, falseAlarms: 0, falseAlarmsPerDay: null, delaySeconds: null, leadSeconds: null, judgedDays: 0 })
})
