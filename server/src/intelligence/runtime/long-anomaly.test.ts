import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Status } from '@millwright/model/quality.ts'
import { US_PER_DAY, US_PER_MINUTE } from '@millwright/model/time.ts'
import { AssetWatch, type FrameVerdict, type Teaching } from './asset-watch.ts'
import { machine, MACHINE_SIGNALS, type MachineSample } from './test-machine.ts'

const START = Date.UTC(2026, 0, 1) * 1_000
const DAY = 1_440
const SIGNALS = MACHINE_SIGNALS.map((_, index) => 100 + index)
const [BEARING, FLOW] = [100 + MACHINE_SIGNALS.indexOf('bearing_temperature'), 100 + MACHINE_SIGNALS.indexOf('flow')]
const newWatch = () => new AssetWatch({ signals: SIGNALS, states: [200] })
const dayOf = ({ endUs }: FrameVerdict) => (endUs - START) / US_PER_DAY
const begunIn = (verdicts: readonly FrameVerdict[], fromDay: number, toDay: number) => verdicts.filter((verdict) => verdict.step === 'begins' && dayOf(verdict) >= fromDay && dayOf(verdict) < toDay)
const said = (of: (day: number) => 'exclude' | 'normal' | undefined): Teaching => ({ of: (endUs) => of((endUs - START) / US_PER_DAY) })

function feed(watch: AssetWatch, samples: Iterable<MachineSample>, teaching?: Teaching): FrameVerdict[] {
  const verdicts: FrameVerdict[] = []
  const close = (endUs: number) => void verdicts.push(watch.closeFrame(endUs, 1, teaching))
  for (const { signal, timeUs, value } of samples) {
    if (signal === 'state') watch.regimes.add(0, timeUs, String(value))
    else watch.frames.add(signal, timeUs, Number(value), Status.good, timeUs, close)
  }
  return verdicts
}

/** A bearing that wears for six days, is at its worst for two, and is repaired; two weeks later it wears again within hours. */
const WEAR = { from: 6, worst: 12, repaired: 14, again: 28, degrees: 6 }
const wearOf = (minute: number): number => {
  const day = minute / DAY
  if (day >= WEAR.again) return WEAR.degrees * Math.min(1, (day - WEAR.again) / 0.25) ** 2
  return day < WEAR.from || day >= WEAR.repaired ? 0 : WEAR.degrees * Math.min(1, (day - WEAR.from) / (WEAR.worst - WEAR.from)) ** 2
}

test('wear of eight days is told, a repair is no anomaly, and the same wear two weeks later is told as soon as on a machine that never wore', () => {
  const minutes = (WEAR.again + 0.5) * DAY
  const watch = newWatch()
  const worn = feed(watch, machine({ seed: 31, fromUs: START, minutes, fault: wearOf }))
  const sound = feed(newWatch(), machine({ seed: 31, fromUs: START, minutes, fault: (minute) => (minute < WEAR.again * DAY ? 0 : wearOf(minute)) }))
  const first = begunIn(worn, WEAR.from, WEAR.repaired)
  assert.equal(first[0]?.parts[0]?.series, BEARING)
  assert.ok(worn.some(({ step }) => step === 'accepted'), 'it lasted so long that it was lived with')
  assert.ok(begunIn(worn, WEAR.repaired, WEAR.again).length <= 2, 'two weeks at one false alarm a week')
  assert.deepEqual(begunIn(worn, WEAR.repaired, WEAR.repaired + 1), [], 'the repair is none')
  const [again, asOnSound] = [begunIn(worn, WEAR.again, WEAR.again + 1)[0], begunIn(sound, WEAR.again, WEAR.again + 1)[0]]
  assert.ok(again !== undefined && asOnSound !== undefined)
  assert.equal(again.parts[0]?.series, BEARING)
  const [delay, usual] = [again, asOnSound].map((verdict) => (dayOf(verdict) - WEAR.again) * DAY)
  assert.ok((delay ?? 0) <= 1.25 * (usual ?? 0) + 5, `told after ${delay} minutes, on a sound machine after ${usual}`)
})

const step = (from: number, to = Number.POSITIVE_INFINITY) => (minute: number) => (minute >= from * DAY && minute < to * DAY ? 5 : 0)

test('what is lived with is held: a second cause is told, and with the repair what was learned meanwhile is forgotten', () => {
  const watch = newWatch()
  const samples = [...machine({ seed: 32, fromUs: START, minutes: 12 * DAY, fault: step(3, 9) })]
  // A day after the warm bearing is lived with, the flow falls for some hours.
  const withSecond = samples.map((sample) => (sample.signal === FLOW - 100 && sample.timeUs > START + 6.5 * US_PER_DAY && sample.timeUs < START + 6.9 * US_PER_DAY ? { ...sample, value: Number(sample.value) * 0.7 } : sample))
  const until = withSecond.findIndex(({ timeUs }) => timeUs >= START + 8 * US_PER_DAY)
  const before = feed(watch, withSecond.slice(0, until))
  assert.ok(watch.heldSinceUs !== undefined)
  const second = begunIn(before, 6.5, 6.9)
  assert.equal(second[0]?.parts[0]?.series, FLOW)
  const heldBytes = watch.save().length
  const after = feed(watch, withSecond.slice(until))
  assert.deepEqual(begunIn(after, 9, 12), [])
  assert.equal(watch.heldSinceUs, undefined, 'the machine has come back')
  assert.ok(watch.save().length < 0.8 * heldBytes, 'what was held costs nothing any more')
})

test('the limits of an anomaly that goes on for days do not rise, so it does not end by itself', () => {
  const verdicts = feed(newWatch(), machine({ seed: 7, fromUs: START, minutes: 12 * DAY, fault: step(3) }), said(() => 'exclude'))
  assert.deepEqual(verdicts.filter((verdict) => verdict.step === 'ends' && dayOf(verdict) > 3), [])
})

test('people decide at once: what they called normal is not held, what they called a fault is held for as long as it lasts, and without a word it is normal after four weeks', () => {
  const samples = [...machine({ seed: 33, fromUs: START, minutes: 7 * DAY, fault: step(3) })]
  const later = [...machine({ seed: 34, fromUs: START + 34 * US_PER_DAY, minutes: 10, fault: () => 5 })]
  const heldAfter = (kind: 'exclude' | 'normal' | undefined) => {
    const watch = newWatch()
    feed(watch, samples)
    assert.ok(watch.heldSinceUs !== undefined)
    // The verdict comes afterwards, for the time of the anomaly.
    const teaching = said((day) => (day > 3 && day < 5.1 ? kind : undefined))
    feed(watch, machine({ seed: 35, fromUs: START + 7 * US_PER_DAY, minutes: 10, fault: () => 5 }), teaching)
    const soon = watch.heldSinceUs !== undefined
    feed(watch, later, teaching)
    return [soon, watch.heldSinceUs !== undefined]
  }
  assert.deepEqual(heldAfter('normal'), [false, false])
  assert.deepEqual(heldAfter('exclude'), [true, true])
  assert.deepEqual(heldAfter(undefined), [true, false])
})

test('a restart while something is told or lived with changes nothing, and signals that come meanwhile do not either', () => {
  const samples = [...machine({ seed: 36, fromUs: START, minutes: 9 * DAY, fault: step(3, 7) })]
  const whole = feed(newWatch(), samples)
  let watch = newWatch()
  const verdicts: FrameVerdict[] = []
  const cuts = [0, 3.5, 4.9, 5.5, 7.2, 9].map((day) => Math.floor((day / 9) * samples.length))
  for (let at = 1; at < cuts.length; at++) {
    verdicts.push(...feed(watch, samples.slice(cuts[at - 1], cuts[at])))
    watch = AssetWatch.restore(watch.save())
  }
  assert.deepEqual(verdicts, whole)
  let grown = newWatch()
  feed(grown, samples.slice(0, cuts[3]))
  const sinceUs = grown.heldSinceUs
  grown = grown.reshaped({ signals: [99, ...SIGNALS], states: [200] })
  assert.equal(grown.heldSinceUs, sinceUs)
  const rest = feed(grown, samples.slice(cuts[3]).map((sample) => (typeof sample.signal === 'number' ? { ...sample, signal: sample.signal + 1 } : sample)))
  assert.deepEqual(begunIn(rest, 7, 9), [])
  assert.equal(grown.heldSinceUs, undefined)
})

test('a real verdict takes back what limits learned of an anomaly', () => {
  const samples = [...machine({ seed: 37, fromUs: START, minutes: 6 * DAY, fault: step(3, 3.4) })]
  const probe = [...machine({ seed: 38, fromUs: START + 6 * US_PER_DAY, minutes: 120, fault: (minute) => minute / 40 })]
  const toldAfter = (kind: 'exclude' | undefined) => {
    const watch = newWatch()
    const teaching = said((day) => (day > 2.9 && day < 3.5 ? kind : undefined))
    const until = samples.findIndex(({ timeUs }) => timeUs >= START + 3.6 * US_PER_DAY)
    // It is said two hours after the end.
    feed(watch, samples.slice(0, until))
    feed(watch, samples.slice(until), teaching)
    return ((begunIn(feed(watch, probe, teaching), 6, 7)[0]?.endUs ?? Number.POSITIVE_INFINITY) - START - 6 * US_PER_DAY) / US_PER_MINUTE
  }
  const [marked, unmarked] = [toldAfter('exclude'), toldAfter(undefined)]
  assert.ok(marked <= unmarked && marked < 120, `told after ${marked} minutes, without the verdict after ${unmarked}`)
})
