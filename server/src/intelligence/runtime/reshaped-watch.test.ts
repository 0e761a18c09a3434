import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Status } from '@millwright/model/quality.ts'
import { US_PER_MINUTE } from '@millwright/model/time.ts'
import { AssetSlot, SELF_LEARNED } from './asset-slot.ts'
import { AssetWatch, type FrameVerdict } from './asset-watch.ts'
import { machine, MACHINE_SIGNALS } from './test-machine.ts'

const START = Date.UTC(2026, 0, 1) * 1_000
const DAY = 1_440
const [TEMPERATURE, FLOW] = [MACHINE_SIGNALS.indexOf('bearing_temperature'), MACHINE_SIGNALS.indexOf('flow')]

interface Stretch {
  readonly from: number
  readonly to: number
  readonly places: readonly number[]
  readonly fault?: (minute: number) => number
  /** The part of the flow that is left, by the minute. */
  readonly flow?: (minute: number) => number
}

/** Feeds minutes `from` to `to`; `places` says which of the machine's signals the watch has, in its order. */
function feed(watch: AssetWatch, { from, to, places, fault = () => 0, flow = () => 1 }: Stretch): FrameVerdict[] {
  const verdicts: FrameVerdict[] = []
  const close = (endUs: number) => void verdicts.push(watch.closeFrame(endUs, 1))
  for (const { signal, timeUs, value } of machine({ seed: 50, fromUs: START, minutes: to, fault })) {
    if (timeUs < START + from * US_PER_MINUTE) continue
    if (signal === 'state') watch.regimes.add(0, timeUs, String(value))
    else if (places.includes(signal)) {
      const left = signal === FLOW ? flow((timeUs - START) / US_PER_MINUTE) : 1
      watch.frames.add(places.indexOf(signal), timeUs, Number(value) * left, Status.good, timeUs, close)
    }
  }
  return verdicts
}
const shapeOf = (places: readonly number[]) => ({ signals: places.map((place) => 100 + place), states: [200] })
const begun = (verdicts: readonly FrameVerdict[]) => verdicts.filter(({ step }) => step === 'begins')

test('a signal that comes to an old asset is learned beside the others, which go on being watched', () => {
  const [old, all] = [[0, 1, 3], [0, 1, TEMPERATURE, 3]]
  const watch = new AssetWatch(shapeOf(old))
  feed(watch, { from: 0, to: 4 * DAY, places: old })
  const grown = watch.reshaped(shapeOf(all))
  assert.equal(grown.phase, 'watching')
  assert.deepEqual(grown.judgedSignals(), [100, 101, 103], 'the new one has everything to show yet')
  const until = 7 * DAY
  assert.ok(begun(feed(grown, { from: 4 * DAY, to: until, places: all })).length <= 1, 'no storm of false alarms')
  assert.deepEqual(grown.judgedSignals(), [100, 101, 102, 103])
  const [found] = begun(feed(grown, { from: until, to: until + 180, places: all, fault: (minute) => (minute < until ? 0 : 6) }))
  assert.equal(found?.parts[0]?.series, 100 + TEMPERATURE)
})

test('a signal that is gone leaves the others as they were, in whatever order they now come', () => {
  const watch = new AssetWatch(shapeOf([0, 1, TEMPERATURE, 3, 4]))
  feed(watch, { from: 0, to: 4 * DAY, places: [0, 1, TEMPERATURE, 3, 4] })
  const left = [3, TEMPERATURE, 0]
  const smaller = AssetWatch.restore(watch.reshaped(shapeOf(left)).save())
  assert.deepEqual(smaller.judgedSignals(), [103, 102, 100])
  assert.deepEqual(begun(feed(smaller, { from: 4 * DAY, to: 5 * DAY, places: left })), [])
  const [found] = begun(feed(smaller, { from: 5 * DAY, to: 5 * DAY + 180, places: left, fault: (minute) => (minute < 5 * DAY ? 0 : 6) }))
  assert.equal(found?.parts[0]?.series, 100 + TEMPERATURE)
})

test('a signal that comes while an anomaly lasts does not hide another cause, which is told as an anomaly of its own', () => {
  const [old, all, from] = [[0, 1, TEMPERATURE, FLOW], [4, 0, FLOW, 1, TEMPERATURE], 3 * DAY]
  const warm = { fault: (minute: number) => (minute < from ? 0 : 1.2), flow: (minute: number) => (minute < from + 180 ? 1 : 0.67) }
  const watch = new AssetWatch(shapeOf(old))
  const [first] = begun(feed(watch, { from: 0, to: from + 170, places: old, ...warm }))
  assert.equal(first?.parts[0]?.series, 100 + TEMPERATURE)
  const [second] = begun(feed(watch.reshaped(shapeOf(all)), { from: from + 170, to: from + 200, places: all, ...warm }))
  assert.equal(second?.parts[0]?.series, 100 + FLOW, 'ten minutes after the signal came')
})

test('a model that was trained before a signal came is taken with it; one of other signals altogether is not', () => {
  const slot = new AssetSlot(1, { alarmsPerWeek: 1, onNews: () => undefined, onReplaced: () => undefined, onMissedPast: () => undefined })
  slot.reshape(shapeOf([0, 1]), [])
  const trained = new AssetWatch(shapeOf([0, 1]))
  feed(trained, { from: 0, to: DAY, places: [0, 1] })
  slot.reshape(shapeOf([0, 1, 3]), [999])
  assert.deepEqual(slot.shape.signals, [100, 101, 103])
  assert.equal(slot.install('shadow', 'trained', trained.save()), true)
  assert.equal(slot.promote('trained'), true)
  assert.deepEqual([slot.status().model, slot.shape.signals, slot.status().leftOut], ['trained', [100, 101, 103], [999]])
  assert.equal(slot.install('champion', 'foreign', new AssetWatch({ signals: [7], states: [] }).save()), false)
  assert.notEqual(slot.status().model, SELF_LEARNED)
})
