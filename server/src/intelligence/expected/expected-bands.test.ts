import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { US_PER_DAY, US_PER_MINUTE } from '@millwright/model/time.ts'
import { AssetWatch } from '../runtime/asset-watch.ts'
import { machine, MACHINE_SIGNALS } from '../runtime/test-machine.ts'
import { bandSteps, MOST_MOMENTS } from './band-steps.ts'
import { judgeBands } from './band-task.ts'

const START_US = 1_700_000_000_000_000 - (1_700_000_000_000_000 % US_PER_DAY)
const LEAD = 20
const PLACE = { load: 0, power: 1, temperature: 2, hours: 4 } as const

/** A pump that was watched for so many days. */
function learned(days: number): AssetWatch {
  const watch = new AssetWatch({ signals: MACHINE_SIGNALS.map((_, at) => at + 1), states: [100] })
  for (const { signal, timeUs, value } of machine({ seed: 1, fromUs: START_US, minutes: days * 1_440, stands: (minute) => minute % 720 < 60 })) {
    if (signal === 'state') watch.regimes.add(0, timeUs, String(value))
    else watch.frames.add(signal, timeUs, Number(value), 0, timeUs, (endUs) => void watch.closeFrame(endUs, 1))
  }
  return watch
}

/** What the pump did in a later stretch, as the history gives it: one value a minute. */
function later(minutes: number, fault: (minute: number) => number) {
  const fromUs = START_US + 8 * US_PER_DAY
  const numbers = MACHINE_SIGNALS.map(() => new Float64Array(minutes).fill(Number.NaN))
  const [timesUs, values]: [number[], string[]] = [[], []]
  for (const { signal, timeUs, value } of machine({ seed: 2, fromUs, minutes, fault, stands: (minute) => minute >= 300 && minute < 400 })) {
    if (signal === 'state') {
      timesUs.push(timeUs)
      values.push(String(value))
    } else (numbers[signal] as Float64Array)[Math.floor((timeUs - fromUs) / US_PER_MINUTE)] = Number(value)
  }
  return { firstUs: fromUs + (LEAD + 1) * US_PER_MINUTE, pitchUs: US_PER_MINUTE, moments: 1, steps: minutes - LEAD, lead: LEAD, numbers, states: [{ index: 0, timesUs: Float64Array.from(timesUs), values }] }
}

const inside = ({ low, high }: { readonly low: Float64Array; readonly high: Float64Array }, values: Float64Array, from: number, to: number) => {
  let [count, within] = [0, 0]
  for (let at = from; at < to; at++) {
    if (Number.isNaN(low[at])) continue
    count++
    const value = values[at + LEAD] as number
    if (value >= (low[at] as number) && value <= (high[at] as number)) within++
  }
  return { count, share: within / count }
}

const state = learned(7).save()

test('normal values lie in the band that the others let expect, and a hot bearing leaves it while its load explains nothing', () => {
  const past = later(600, (minute) => (minute >= 450 ? 15 : 0))
  const { bands } = judgeBands({ ...past, state, wanted: [PLACE.temperature, PLACE.power, PLACE.hours], ranges: [] })
  const [temperature, power, hours] = bands
  assert.ok(temperature !== undefined && power !== undefined && hours !== undefined)
  const [before, after] = [inside(temperature.apart, past.numbers[2] as Float64Array, 0, 270), inside(temperature.apart, past.numbers[2] as Float64Array, 440, 580)]
  assert.ok(before.count > 200 && before.share > 0.97, `normal: ${before.share}`)
  assert.ok(after.count > 100 && after.share < 0.05, `hot: ${after.share}`)
  assert.ok(inside(power.apart, past.numbers[1] as Float64Array, 0, 270).share > 0.97)
  assert.ok(hours.apart.low.every(Number.isNaN), 'what only counts has no band')
})

test('just after the machine switched over there is no band, and while it stands another one than while it runs', () => {
  const past = later(600, () => 0)
  const [power] = judgeBands({ ...past, state, wanted: [PLACE.power], ranges: [] }).bands
  assert.ok(power !== undefined)
  assert.ok(Number.isNaN(power.level.low[300 - LEAD + 2]), 'it settles')
  const [standing, running] = [power.level.high[370 - LEAD] as number, power.level.low[200 - LEAD] as number]
  assert.ok(Number.isNaN(standing) || standing < running, `${standing} below ${running}`)
})

test('a step holds the bands of all of its moments, and the champion learns nothing by it', () => {
  const past = later(620, () => 0)
  const fine = judgeBands({ ...past, state, wanted: [PLACE.temperature], ranges: [] }).bands[0]
  const coarse = judgeBands({ ...past, firstUs: past.firstUs + 9 * US_PER_MINUTE, moments: 10, steps: past.steps / 10, state, wanted: [PLACE.temperature], ranges: [] }).bands[0]
  assert.ok(fine !== undefined && coarse !== undefined)
  for (let step = 0; step < past.steps / 10; step++) {
    const lows: number[] = [...fine.apart.low.subarray(step * 10, step * 10 + 10)].filter((low) => !Number.isNaN(low))
    const low = coarse.apart.low[step] as number
    assert.equal(low, lows.length === 0 ? Number.NaN : Math.min(...lows))
  }
  assert.deepEqual(judgeBands({ ...past, state, wanted: [PLACE.temperature], ranges: [] }).bands[0], fine)
})

test('a gap in all signals, or one that has learned nothing, has no band', () => {
  const past = later(200, () => 0)
  for (const column of past.numbers) column.fill(Number.NaN, 100)
  const [power] = judgeBands({ ...past, state, wanted: [PLACE.power], ranges: [] }).bands
  assert.ok(Number.isNaN(power?.apart.low[150]) && !Number.isNaN(power?.apart.low[50]))
  const fresh = new AssetWatch({ signals: [1, 2, 3, 4, 5], states: [100] }).save()
  assert.ok(judgeBands({ ...past, state: fresh, wanted: [PLACE.power], ranges: [] }).bands[0]?.apart.low.every(Number.isNaN))
})

test('steps are bounded whatever the range, aligned, and end in the past', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 * 365 * 1_440 }), fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: -100, max: 100_000 }), (minutes, offset, points, agoMinutes) => {
      const toUs = START_US + offset * 17 * 1_000_000
      const nowUs = toUs + agoMinutes * US_PER_MINUTE
      const fromUs = toUs - minutes * US_PER_MINUTE
      const { firstUs, pitchUs, moments, steps } = bandSteps({ fromUs, toUs, nowUs, points })
      const stepUs = pitchUs * moments
      assert.ok(steps >= 0 && steps <= points + 1 && steps * moments <= MOST_MOMENTS + moments)
      assert.equal(firstUs % stepUs, 0)
      if (steps > 0) assert.ok(firstUs > fromUs && firstUs + (steps - 1) * stepUs <= Math.min(toUs, nowUs))
    }),
  )
})
