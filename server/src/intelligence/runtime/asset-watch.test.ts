import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Status } from '@millwright/model/quality.ts'
import { US_PER_DAY, US_PER_MINUTE } from '@millwright/model/time.ts'
import { AssetWatch, type FrameVerdict, type Teaching } from './asset-watch.ts'
import { machine, MACHINE_SIGNALS, type MachineSample } from './test-machine.ts'

const START = Date.UTC(2026, 0, 1) * 1_000
const DAY = 1_440
const SIGNALS = MACHINE_SIGNALS.map((_, index) => 100 + index)
const newWatch = () => new AssetWatch({ signals: SIGNALS, states: [200] })

function feed(watch: AssetWatch, samples: Iterable<MachineSample>, options: { readonly teaching?: Teaching; readonly status?: number } = {}): FrameVerdict[] {
  const verdicts: FrameVerdict[] = []
  const close = (endUs: number) => void verdicts.push(watch.closeFrame(endUs, 1, options.teaching))
  for (const { signal, timeUs, value } of samples) {
    if (signal === 'state') watch.regimes.add(0, timeUs, String(value))
    else watch.frames.add(signal, timeUs, Number(value), options.status ?? Status.good, timeUs, close)
  }
  return verdicts
}

const begun = (verdicts: readonly FrameVerdict[]) => verdicts.filter(({ step }) => step === 'begins')

test('ten machines without a fault give about as many false alarms as were allowed', () => {
  let alarms = 0
  for (let seed = 1; seed <= 10; seed++) alarms += begun(feed(newWatch(), machine({ seed, fromUs: START, minutes: 8 * DAY }))).length
  assert.ok(alarms <= 10, `${alarms} false alarms in ten machine weeks`)
})

test('a bearing that gets warm beyond its load is found, named first, and its band is given', () => {
  const from = 3 * DAY
  const verdicts = feed(newWatch(), machine({ seed: 3, fromUs: START, minutes: from + 240, fault: (minute) => (minute < from ? 0 : Math.min(6, (minute - from) / 10)) }))
  const found = begun(verdicts)[0]
  assert.ok(found !== undefined)
  const minutes = (found.endUs - START) / US_PER_MINUTE - from
  assert.ok(minutes > 0 && minutes < 60, `found after ${minutes} minutes`)
  const [first] = found.parts
  assert.equal(first?.series, 100 + MACHINE_SIGNALS.indexOf('bearing_temperature'))
  assert.ok(first.share > 0.8 && first.value > first.expected)
  assert.ok((first.movedUs ?? 0) > START + from * US_PER_MINUTE && (first.movedUs ?? 0) <= found.endUs)
})

test('stopping is no anomaly, counters are not judged, and each operating state has its own normal', () => {
  const watch = newWatch()
  const verdicts = feed(watch, machine({ seed: 5, fromUs: START, minutes: 6 * DAY, stands: (minute) => minute % DAY > 16 * 60 }))
  assert.deepEqual(watch.regimes.describe().regimes.toSorted(), ['execute', 'idle'])
  assert.ok(watch.isCounter(MACHINE_SIGNALS.indexOf('hours')))
  assert.ok(begun(verdicts).length <= 1)
  assert.equal(watch.phase, 'watching')
})

test('learning is frozen while abnormal, so a fault does not become normal within hours, but after two days it does', () => {
  const from = 3 * DAY
  const verdicts = feed(newWatch(), machine({ seed: 7, fromUs: START, minutes: 8 * DAY, fault: (minute) => (minute < from ? 0 : 5) }))
  const lasting = verdicts.filter(({ step }) => step === 'lasts').length
  assert.ok(lasting > 1.9 * DAY, `it lasted ${lasting} minutes`)
  assert.equal(verdicts.filter(({ step }) => step === 'accepted').length, 1)
})

test('a sensor that stands still while the machine runs is found and named', () => {
  const from = 3 * DAY
  const samples = [...machine({ seed: 9, fromUs: START, minutes: from + 180 })].map((sample) => (sample.signal === 3 && sample.timeUs >= START + from * US_PER_MINUTE ? { ...sample, value: 75 } : sample))
  const found = begun(feed(newWatch(), samples))
  assert.equal(found[0]?.parts[0]?.series, 103)
  assert.ok(((found[0]?.endUs ?? 0) - START) / US_PER_MINUTE - from < 120)
})

test('what somebody called normal is learned while it looks abnormal', () => {
  const from = 3 * DAY
  const teaching: Teaching = { of: (endUs) => (endUs > START + from * US_PER_MINUTE ? 'normal' : undefined) }
  const verdicts = feed(newWatch(), machine({ seed: 7, fromUs: START, minutes: 8 * DAY, fault: (minute) => (minute < from ? 0 : 5) }), { teaching })
  assert.ok(verdicts.filter(({ step }) => step === 'lasts').length < DAY)
})

test('a restart from the saved state gives the same scores as if it had never stopped', () => {
  const samples = [...machine({ seed: 11, fromUs: START, minutes: 4 * DAY, fault: (minute) => (minute < 3.5 * DAY ? 0 : 5), stands: (minute) => minute % DAY > 20 * 60 })]
  const whole = feed(newWatch(), samples)
  const first = newWatch()
  const verdicts: FrameVerdict[] = []
  let watch = first
  const cuts = [0, 1_000, 9_999, 15_003, 18_111, samples.length]
  for (let at = 1; at < cuts.length; at++) {
    verdicts.push(...feed(watch, samples.slice(cuts[at - 1], cuts[at])))
    watch = AssetWatch.restore(watch.save())
  }
  assert.deepEqual(verdicts, whole)
  assert.ok(begun(whole).length > 0)
})

test('a signal that changes from one a second to one a minute keeps its statistics', () => {
  const watch = newWatch()
  feed(watch, machine({ seed: 13, fromUs: START, minutes: 2.5 * DAY }))
  const live = feed(watch, machine({ seed: 14, fromUs: START + 2.5 * US_PER_DAY, minutes: 180, everySeconds: 1 }))
  assert.ok(live.length > 170)
  assert.deepEqual(begun(live), [])
})

test('samples without value, of bad quality, late ones and ones from the future are counted, and the stream goes on', () => {
  const watch = newWatch()
  feed(watch, machine({ seed: 17, fromUs: START, minutes: 2 * DAY }))
  const now = START + 2 * US_PER_DAY
  feed(watch, machine({ seed: 18, fromUs: now, minutes: 5 }), { status: Status.bad })
  assert.equal(watch.counts.bad, 25)
  const close = () => assert.fail('no frame is closed by these')
  watch.frames.add(0, now - US_PER_DAY, 1, Status.good, now, close)
  assert.equal(watch.counts.late, 1)
  watch.frames.add(0, now + 365 * US_PER_DAY, 1, Status.good, now, close)
  watch.frames.add(0, now + 365 * US_PER_DAY, Number.NaN, Status.good, now, close)
  assert.deepEqual({ ...watch.counts }, { late: 1, bad: 26, ahead: 1 })
  assert.ok(feed(watch, machine({ seed: 19, fromUs: now + US_PER_MINUTE, minutes: 60 })).length > 50)
})

test('a gap of days, a constant signal and a changed unit do not break it', () => {
  const watch = newWatch()
  feed(watch, machine({ seed: 21, fromUs: START, minutes: 2 * DAY }))
  const later = START + 30 * US_PER_DAY
  assert.deepEqual(begun(feed(watch, machine({ seed: 22, fromUs: later, minutes: 120 }))), [])
  const inFahrenheit = [...machine({ seed: 23, fromUs: later + 3 * 3_600_000_000, minutes: 60 })].map((sample) => (sample.signal === 2 ? { ...sample, value: Number(sample.value) * 1.8 + 32 } : sample))
  const changed = begun(feed(watch, inFahrenheit))
  assert.equal(changed[0]?.parts[0]?.series, 102, 'a unit change is an anomaly of that signal')
  const constant = newWatch()
  const flat = [...machine({ seed: 24, fromUs: START, minutes: 2 * DAY })].map((sample) => (sample.signal === 3 ? { ...sample, value: 7 } : sample))
  assert.ok(feed(constant, flat).every(({ score }) => Number.isNaN(score) || Number.isFinite(score)))
  assert.ok(!constant.judgedSignals().includes(103))
})

test('a damaged state is refused with a code', () => {
  const bytes = newWatch().save()
  assert.throws(() => AssetWatch.restore(bytes.subarray(0, bytes.length >> 1)), { code: 'CORRUPT_FILE' })
})
