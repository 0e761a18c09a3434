import assert from 'node:assert/strict'
import { test } from 'node:test'
import { US_PER_DAY, US_PER_HOUR } from '@millwright/model/time.ts'
import { machine, MACHINE_SIGNALS } from '../runtime/test-machine.ts'
import { plantRows } from './plant-contest.ts'
import { PlantJudges } from './plant-judges.ts'

const DAY_MINUTES = 1_440

test('data of the plant are judged on the three quarters after the first, in two halves, never point-adjusted', () => {
  const told = [{ detectedUs: 5 * US_PER_DAY + US_PER_HOUR, endedUs: 5 * US_PER_DAY + 2 * US_PER_HOUR }, { detectedUs: 10 * US_PER_DAY, endedUs: 10.1 * US_PER_DAY }]
  const faults = [1, 5, 12].map((day) => ({ kind: 'fault' as const, fromUs: day * US_PER_DAY, toUs: (day + 0.5) * US_PER_DAY }))
  const rows = plantRows([{ who: 'x', told, costUs: 2 }], faults, { fromUs: 0, toUs: 16 * US_PER_DAY })
  assert.deepEqual(rows.map(({ on, values }) => [on, ...values.map((value) => (value === undefined ? null : Number(value.toFixed(3))))]), [
    ['tune', 1, 1, 0, 60, 660],
    ['report', 1, 0, 0.167, null, null],
    ['all', 2, 0.5, 0.083, 60, 660],
  ])
})

test('the watch and a chart see the same machine window by window, and find its fault without being told of it', () => {
  const signals = MACHINE_SIGNALS.map((_, index) => index + 1)
  const judges = new PlantJudges({ signals, states: [] }, 1)
  const samples = [...machine({ seed: 31, fromUs: 0, minutes: 6 * DAY_MINUTES, fault: (minute) => (minute >= 5 * DAY_MINUTES && minute < 5 * DAY_MINUTES + 180 ? 6 : 0) })].filter(({ signal }) => signal !== 'state')
  for (let from = 0; from < 6 * 24; from += 6) {
    const inside = samples.filter(({ timeUs }) => timeUs >= from * US_PER_HOUR && timeUs < (from + 6) * US_PER_HOUR)
    judges.take(signals.map((series, index) => {
      const own = inside.filter(({ signal }) => signal === index)
      return { series, timesUs: Float64Array.from(own, ({ timeUs }) => timeUs), values: Float64Array.from(own, ({ value }) => Number(value)), status: new Uint32Array(own.length) }
    }))
  }
  const verdicts = judges.verdicts()
  assert.equal(verdicts.length, 3)
  const [watch] = verdicts
  assert.ok(watch?.told.some(({ detectedUs }) => detectedUs >= 5 * US_PER_DAY && detectedUs < 5 * US_PER_DAY + 3 * US_PER_HOUR), JSON.stringify(watch?.told))
  for (const { costUs } of verdicts) assert.ok(costUs > 0)
})
