import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Status } from '@millwright/model/quality.ts'
import { AssetWatch, type FrameVerdict } from '../asset-watch.ts'
import { oven, type OvenFault, type OvenMinute } from './test-oven.ts'

const START = Date.UTC(2026, 0, 5) * 1_000
const SHAPE = { signals: [1, 2], states: [10, 11] }
/** Five days of batches. */
const LEARNED = 60

function feed(watch: AssetWatch, minutes: Iterable<OvenMinute>): FrameVerdict[] {
  const verdicts: FrameVerdict[] = []
  for (const { timeUs, recipe, phase, values } of minutes) {
    watch.regimes.add(0, timeUs, recipe)
    watch.regimes.add(1, timeUs, phase)
    for (const [signal, value] of values.entries()) watch.frames.add(signal, timeUs, value, Status.good, timeUs, (endUs) => void verdicts.push(watch.closeFrame(endUs, 1)))
  }
  return verdicts
}

/** An oven's watch that has learned, and the minutes that come then. */
function learned(fault: OvenFault): { readonly watch: AssetWatch; readonly told: readonly FrameVerdict[]; readonly coming: readonly OvenMinute[] } {
  const watch = new AssetWatch(SHAPE)
  const all = [...oven({ seed: 5, fromUs: START, batches: LEARNED + 3, fault: (batch, phase, progress) => (batch < LEARNED ? 0 : fault(batch, phase, progress)) })]
  const from = all.findIndex((_, at) => at > LEARNED * 116 && all[at]?.phase === 'load' && all[at - 1]?.phase === 'cool')
  const told = feed(watch, all.slice(0, from)).filter(({ step }) => step === 'begins')
  return { watch, told, coming: all.slice(from) }
}

test('a batch that leaves the course of its recipe is told with the phase, how far it was, and the signal', () => {
  // It is baked at the other recipe's temperature: each value of it is usual in itself.
  const { watch, told, coming } = learned((batch, phase, progress) => (batch % 2 === 1 ? 0 : phase === 'heat' ? -40 * progress : phase === 'soak' ? -40 : 0))
  assert.deepEqual(told, [], 'five days of good batches say nothing')
  const pick = watch.picks().find(({ detector }) => detector === 'batch')
  assert.deepEqual([pick?.isOn, pick?.reason, pick?.signals], [true, 'recipe', [1, 2]])
  const first = feed(watch, coming).find(({ step }) => step === 'begins')
  assert.ok(first !== undefined)
  const [part] = first.parts
  assert.deepEqual([part?.series, part?.reason], [1, 'batch'])
  assert.match(part?.state ?? '', /^A7 · (heat|soak)$/)
  assert.ok((part?.progress ?? -1) >= 0 && (part?.progress ?? 1) < 1, `told at ${part?.progress} of the phase`)
  assert.ok((part?.value ?? 0) < (part?.expected ?? 0) - (part?.band ?? 0))
})

test('good batches stay quiet, and a watch that was saved in the middle of one goes on with the same scores', () => {
  const { watch, coming } = learned(() => 0)
  const half = Math.floor(coming.length / 3)
  const again = AssetWatch.restore(watch.save())
  const whole = feed(watch, coming)
  const parts = [...feed(again, coming.slice(0, half))]
  const restored = AssetWatch.restore(again.save())
  parts.push(...feed(restored, coming.slice(half)))
  assert.deepEqual(parts, whole)
  assert.deepEqual(whole.filter(({ step }) => step === 'begins'), [])
  assert.deepEqual(restored.save(), watch.save())
})

test('phases whose length is never the same have no course, and cost no memory', () => {
  const watch = new AssetWatch(SHAPE)
  let timeUs = START
  const minutes: OvenMinute[] = []
  for (let run = 0; run < 60; run++) {
    const length = 10 + ((run * 37) % 90)
    for (let at = 0; at < length; at++, timeUs += 60e6) minutes.push({ timeUs, recipe: 'A7', phase: run % 2 === 0 ? 'execute' : 'idle', values: [run % 2 === 0 ? at : 0, at % 7] })
  }
  feed(watch, minutes)
  assert.equal(watch.picks().find(({ detector, isOn }) => detector === 'batch' && isOn), undefined)
})

test('a signal that numbers the batches does not hide that recipes come again, and thirty batches are enough to say so', () => {
  const watch = new AssetWatch({ signals: [1, 2], states: [10, 11, 12] })
  let [batch, before] = [0, '']
  for (const { timeUs, recipe, phase, values } of oven({ seed: 5, fromUs: START, batches: 30 })) {
    if (phase === 'load' && before !== 'load') batch++
    before = phase
    for (const [state, value] of [recipe, phase, `B-${batch}`].entries()) watch.regimes.add(state, timeUs, value)
    for (const [signal, value] of values.entries()) watch.frames.add(signal, timeUs, value, Status.good, timeUs, (endUs) => void watch.closeFrame(endUs, 1))
  }
  const pick = watch.picks().find(({ detector }) => detector === 'batch')
  assert.deepEqual([pick?.isOn, pick?.reason, pick?.signals], [true, 'recipe', [1, 2]])
})
