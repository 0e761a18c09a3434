import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Status } from '@millwright/model/quality.ts'
import { US_PER_MINUTE } from '@millwright/model/time.ts'
import { seededRandom } from '../../algebra/random.ts'
import { AssetWatch, type FrameVerdict } from '../asset-watch.ts'

const START = Date.UTC(2026, 0, 5) * 1_000
const [LEARNED, PERIOD] = [3_000, 60]

/** A furnace of one signal that rises and falls each hour; from `faultAt` on it stands at its middle for a while, where it always passes but never stays. */
function minutes(count: number, faultAt: number): number[] {
  const random = seededRandom(3)
  return Array.from({ length: count }, (_, at) => {
    const isStuck = at >= faultAt && at < faultAt + 30
    return 100 + (isStuck ? 0 : 20 * Math.sin((2 * Math.PI * at) / PERIOD)) + 0.5 * (random() - 0.5)
  })
}

function feed(watch: AssetWatch, values: readonly number[], from = 0): FrameVerdict[] {
  const verdicts: FrameVerdict[] = []
  for (const [at, value] of values.entries()) {
    const timeUs = START + (from + at) * US_PER_MINUTE
    watch.frames.add(0, timeUs, value, Status.good, timeUs, (endUs) => void verdicts.push(watch.closeFrame(endUs, 1)))
  }
  return verdicts
}

test('a lonely signal whose course is none of the last half day is told, though each value is usual', () => {
  const watch = new AssetWatch({ signals: [1], states: [] })
  const values = minutes(LEARNED + 120, LEARNED + 60)
  const told = feed(watch, values.slice(0, LEARNED)).filter(({ step }) => step === 'begins')
  assert.deepEqual(told, [])
  assert.deepEqual(watch.picks().filter(({ detector }) => detector === 'shape').map(({ isOn, reason }) => [isOn, reason]), [[true, 'lonely']])
  assert.ok(watch.extraBytes > 0 && watch.extraBytes < 100_000)
  const first = feed(watch, values.slice(LEARNED), LEARNED).find(({ step }) => step === 'begins')
  assert.deepEqual([first?.parts[0]?.series, first?.parts[0]?.reason], [1, 'shape'])
})

test('a watch that was saved at any minute goes on with the same scores', () => {
  const values = minutes(1_500, 1_300)
  const whole = feed(new AssetWatch({ signals: [1], states: [] }), values)
  for (const at of [5, 700, 1_310]) {
    const before = new AssetWatch({ signals: [1], states: [] })
    const verdicts = feed(before, values.slice(0, at))
    const after = AssetWatch.restore(before.save())
    verdicts.push(...feed(after, values.slice(at), at))
    assert.deepEqual(verdicts, whole, `saved at minute ${at}`)
  }
})

test('signals that come beside it end the watch of shapes: there is something to compare with then', () => {
  const random = seededRandom(9)
  const watch = new AssetWatch({ signals: [1, 2, 3], states: [] })
  for (let at = 0; at < 1_500; at++) {
    const timeUs = START + at * US_PER_MINUTE
    const load = Math.sin(at / 30) + 0.1 * random()
    for (let signal = 0; signal < 3; signal++) watch.frames.add(signal, timeUs, 10 * load + signal + random(), Status.good, timeUs, (endUs) => void watch.closeFrame(endUs, 1))
  }
  assert.deepEqual(watch.picks().filter(({ detector }) => detector === 'shape').map(({ isOn, reason, signals }) => [isOn, reason, signals]), [[false, 'hasOthers', [1, 2, 3]]])
  assert.equal(watch.extraBytes, 0)
})
