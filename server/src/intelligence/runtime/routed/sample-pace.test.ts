import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Status } from '@millwright/model/quality.ts'
import { US_PER_DAY, US_PER_MINUTE } from '@millwright/model/time.ts'
import { AssetWatch, type FrameVerdict } from '../asset-watch.ts'
import { machine, MACHINE_SIGNALS, type MachineSample } from '../test-machine.ts'

const START = Date.UTC(2026, 0, 5) * 1_000
const DAY = 1_440
const SIGNALS = MACHINE_SIGNALS.map((_, index) => 100 + index)
const FLOW = MACHINE_SIGNALS.indexOf('flow')
const begun = (verdicts: readonly FrameVerdict[]) => verdicts.filter(({ step }) => step === 'begins')

function feed(watch: AssetWatch, samples: Iterable<MachineSample>): FrameVerdict[] {
  const verdicts: FrameVerdict[] = []
  for (const { signal, timeUs, value } of samples) {
    if (signal === 'state') watch.regimes.add(0, timeUs, String(value))
    else watch.frames.add(signal, timeUs, Number(value), Status.good, timeUs, (endUs) => void verdicts.push(watch.closeFrame(endUs, 1)))
  }
  return verdicts
}

/** Tenths, as a converter shows them: by the clock, so that a value is often the one before. */
function* coarse(samples: Iterable<MachineSample>): Generator<MachineSample> {
  for (const sample of samples) yield typeof sample.value === 'string' ? sample : { ...sample, value: Math.round(sample.value * 10) / 10 }
}

/** A watch that has learned two and a half days of a sample every ten seconds. */
function learned(seed: number): { readonly watch: AssetWatch; readonly now: number } {
  const watch = new AssetWatch({ signals: SIGNALS, states: [200] })
  const told = feed(watch, coarse(machine({ seed, fromUs: START, minutes: 2.5 * DAY, everySeconds: 10 })))
  assert.deepEqual(begun(told), [])
  return { watch, now: START + 2.5 * US_PER_DAY }
}

const live = (seed: number, fromUs: number, minutes: number) => coarse(machine({ seed, fromUs, minutes, everySeconds: 10 }))

test('a signal that goes from six samples a minute to one in two minutes is told as that, ends within two hours, and upsets no other', () => {
  const { watch, now } = learned(1)
  assert.deepEqual(watch.picks().find(({ detector }) => detector === 'pace')?.isOn, true)
  let count = 0
  const told = feed(watch, [...live(2, now, 300)].filter(({ signal }) => signal !== FLOW || count++ % 12 === 0))
  const [first, ...others] = begun(told)
  assert.deepEqual(others, [])
  assert.deepEqual([first?.parts[0]?.series, first?.parts[0]?.reason], [100 + FLOW, 'pace'])
  const { value: seconds, expected } = first?.parts[0] ?? {}
  assert.ok((seconds ?? 0) > 90 && (seconds ?? 0) < 130 && Math.round(expected ?? 0) === 10, `every ${seconds} s instead of ${expected}`)
  assert.ok(told.some(({ step }) => step === 'ends'), 'the new pace is usual by now')
  const again = feed(watch, [...live(3, now + 300 * US_PER_MINUTE, 120)].filter(({ signal }) => signal !== FLOW || count++ % 12 === 0))
  assert.deepEqual(begun(again), [])
})

test('a signal that stops while the others go on is told as silent, once', () => {
  const { watch, now } = learned(4)
  const told = begun(feed(watch, [...live(5, now, 240)].filter(({ signal }) => signal !== FLOW)))
  assert.equal(told.length, 1)
  assert.deepEqual([told[0]?.parts[0]?.series, told[0]?.parts[0]?.reason], [100 + FLOW, 'silent'])
  assert.ok((told[0]?.endUs ?? 0) - now < 15 * US_PER_MINUTE)
})

test('all signals at another pace, or a pause of all, are the connection and no anomaly of the machine', () => {
  const { watch, now } = learned(6)
  assert.deepEqual(begun(feed(watch, coarse(machine({ seed: 7, fromUs: now, minutes: 120, everySeconds: 60 })))), [])
  const after = now + 360 * US_PER_MINUTE
  assert.deepEqual(begun(feed(watch, coarse(machine({ seed: 8, fromUs: after, minutes: 120, everySeconds: 60 })))), [])
})

test('what is sent when it changes has no pace: it may come rarely or not at all', () => {
  const watch = new AssetWatch({ signals: SIGNALS, states: [200] })
  const last = new Map<number | 'state', number | string>()
  const changes = (samples: Iterable<MachineSample>) => [...samples].filter(({ signal, value }) => last.get(signal) !== value && last.set(signal, value))
  const settles = (samples: Iterable<MachineSample>) => [...samples].map((sample) => (sample.signal === FLOW ? { ...sample, value: 75 } : sample))
  feed(watch, changes(live(9, START, 2.5 * DAY)))
  assert.equal(watch.picks().find(({ detector, isOn }) => detector === 'pace' && isOn), undefined)
  const told = begun(feed(watch, changes(settles(live(10, START + 2.5 * US_PER_DAY, 180)))))
  assert.deepEqual(told.flatMap(({ parts }) => parts.map(({ reason }) => reason)).filter((reason) => reason === 'silent' || reason === 'pace'), [])
})
