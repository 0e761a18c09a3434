import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Status } from '@millwright/model/quality.ts'
import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND } from '@millwright/model/time.ts'
import { AssetWatch, type FrameVerdict } from './asset-watch.ts'
import { machine, MACHINE_SIGNALS, type MachineSample } from './test-machine.ts'

const START = Date.UTC(2026, 0, 1) * 1_000
const DAY = 1_440
const SIGNALS = MACHINE_SIGNALS.map((_, index) => 100 + index)
const [FLOW, HOURS] = [MACHINE_SIGNALS.indexOf('flow'), MACHINE_SIGNALS.indexOf('hours')]
const newWatch = () => new AssetWatch({ signals: SIGNALS, states: [200] })
const begun = (verdicts: readonly FrameVerdict[]) => verdicts.filter(({ step }) => step === 'begins')

/** Feeds samples that arrive `lateUs` after their time. */
function feed(watch: AssetWatch, samples: Iterable<MachineSample>, lateUs = 0): FrameVerdict[] {
  const verdicts: FrameVerdict[] = []
  const close = (endUs: number) => void verdicts.push(watch.closeFrame(endUs, 1))
  for (const { signal, timeUs, value } of samples) {
    if (signal === 'state') watch.regimes.add(0, timeUs, String(value))
    else watch.frames.add(signal, timeUs, Number(value), Status.good, timeUs + lateUs, close)
  }
  return verdicts
}

/** A watch that has learned for two and a half days, and the time it stands at. */
function learned(seed: number, everySeconds = 60): { readonly watch: AssetWatch; readonly now: number } {
  const watch = newWatch()
  feed(watch, machine({ seed, fromUs: START, minutes: 2.5 * DAY, everySeconds }))
  assert.equal(watch.phase, 'watching')
  return { watch, now: START + 2.5 * US_PER_DAY }
}

test('a counter that starts again from nothing is no anomaly, and stays a counter', () => {
  const { watch, now } = learned(31)
  const again = [...machine({ seed: 32, fromUs: now, minutes: 600 })].map((sample) => (sample.signal === HOURS ? { ...sample, value: Number(sample.value) - now / US_PER_SECOND / 3_600 } : sample))
  assert.deepEqual(begun(feed(watch, again)), [])
  assert.ok(watch.isCounter(HOURS))
})

test('a past that is filled in beside newer samples is counted, and changes no score', () => {
  const [one, two] = [learned(33), learned(33)]
  feed(two.watch, machine({ seed: 34, fromUs: START, minutes: 300 }), 3 * US_PER_DAY)
  assert.equal(two.watch.counts.late, 5 * 300)
  const live = () => machine({ seed: 35, fromUs: one.now, minutes: 240 })
  assert.deepEqual(feed(two.watch, live()).map(({ score }) => score), feed(one.watch, live()).map(({ score }) => score))
})

test('a past that comes whole before anything else is judged as if it had been live', () => {
  const samples = [...machine({ seed: 36, fromUs: START, minutes: 4 * DAY, fault: (minute) => (minute < 3.5 * DAY ? 0 : 6) })]
  assert.deepEqual(feed(newWatch(), samples, 400 * US_PER_DAY), feed(newWatch(), samples))
})

test('a clock that jumps ahead or back loses what lies outside, is counted, and the stream goes on', () => {
  const { watch, now } = learned(37)
  const jumped = [...machine({ seed: 38, fromUs: now, minutes: 30 })].map((sample) => ({ ...sample, timeUs: sample.timeUs + US_PER_HOUR }))
  // The samples arrive when they should; their clock is an hour ahead.
  feed(watch, jumped, -US_PER_HOUR)
  assert.equal(watch.counts.ahead, 150)
  feed(watch, [...machine({ seed: 39, fromUs: now + 30 * US_PER_MINUTE, minutes: 30 })].map((sample) => ({ ...sample, timeUs: sample.timeUs - 2 * US_PER_HOUR })))
  assert.equal(watch.counts.late, 150)
  const after = feed(watch, machine({ seed: 40, fromUs: now + US_PER_HOUR, minutes: 120 }))
  assert.ok(after.length > 110)
  assert.deepEqual(begun(after), [])
})

test('a signal that comes once a minute after it came every five seconds keeps its statistics', () => {
  const { watch, now } = learned(41, 5)
  assert.deepEqual(begun(feed(watch, machine({ seed: 42, fromUs: now, minutes: 360 }))), [])
})

test('single samples that jump between the minutes are found and said to be jumps', () => {
  const { watch, now } = learned(43, 5)
  let count = 0
  // Never the last sample of a minute, which is the one that stands for it.
  const loose = [...machine({ seed: 44, fromUs: now, minutes: 60, everySeconds: 5 })].map((sample) => (sample.signal === FLOW && count++ % 12 === 4 ? { ...sample, value: Number(sample.value) + 60 } : sample))
  const [first] = begun(feed(watch, loose))
  assert.ok(first !== undefined)
  assert.deepEqual([first.parts[0]?.series, first.parts[0]?.reason], [100 + FLOW, 'spikes'])
  assert.ok((first.parts[0]?.value ?? 0) > 100, 'the jump is shown, not the sample after it')
})
