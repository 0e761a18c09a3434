import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../algebra/random.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { NearestShape } from './nearest-shape.ts'
import { PatternSurprise } from './pattern-surprise.ts'
import { RecentExcess } from './recent-excess.ts'
import { SurpriseWatch } from './surprise-watch.ts'

/** A machine that goes through four states in turn, with noise. */
function cycle(at: number, random: () => number): number {
  return [10, 40, 70, 40][Math.floor(at / 5) % 4] as number + random()
}

test('an order of values that never was is surprising, though each value alone is usual', () => {
  const surprise = new PatternSurprise(0, 100)
  const random = seededRandom(1)
  const usual: number[] = []
  for (let at = 0; at < 2000; at++) {
    const bits = surprise.step(cycle(at, random), true)
    if (at >= 1000) usual.push(bits)
  }
  const highest = Math.max(...usual)
  // The machine goes from 70 back to 10 without the step between.
  const odd = Math.max(surprise.step(70, true), surprise.step(10, true), surprise.step(40, true))
  assert.ok(odd > highest * 1.5, `${odd} bits against at most ${highest}`)
})

test('a signal that is constant, or has no range at all, is never surprising; what is no number changes nothing', () => {
  for (const [low, high] of [[0, 0], [5, 5], [0, 100]] as const) {
    const surprise = new PatternSurprise(low, high)
    for (let at = 0; at < 500; at++) surprise.step(5, true)
    const before = surprise.step(5, true)
    assert.ok(before < 0.2, `${before} bits`)
    assert.equal(surprise.step(Number.NaN, true), before)
    assert.equal(surprise.step(Number.POSITIVE_INFINITY, true), before)
    assert.ok(Number.isFinite(surprise.step(1e300, true)))
  }
})

test('what may not be learned stays surprising', () => {
  const [learning, frozen] = [new PatternSurprise(0, 100), new PatternSurprise(0, 100)]
  const random = seededRandom(2)
  for (let at = 0; at < 800; at++) {
    const value = cycle(at, random)
    learning.step(value, true)
    frozen.step(value, true)
  }
  let [learned, kept] = [0, 0]
  for (let at = 0; at < 300; at++) {
    learned = learning.step(95, true)
    kept = frozen.step(95, false)
  }
  assert.ok(kept > 3 * learned, `${kept} against ${learned}`)
})

test('a burst of middling scores stands out from scores that are alone, and an anomaly does not hide itself at once', () => {
  const excess = new RecentExcess(8)
  const random = seededRandom(3)
  let single = 0
  for (let at = 0; at < 3000; at++) single = Math.max(single, excess.step(at % 100 === 0 ? 4 : random()))
  let burst = 0
  for (let at = 0; at < 10; at++) burst = excess.step(3)
  assert.ok(burst > single, `${burst} against ${single}`)
  for (let at = 0; at < 30; at++) burst = excess.step(3)
  assert.equal(burst, 6, 'forty samples on, it still counts in full')
  assert.ok(Number.isFinite(excess.step(Number.NaN)))
})

test('a watch speaks up at a change and rests then, unless it gets worse', () => {
  const watch = new SurpriseWatch(0, 100, 200)
  const random = seededRandom(4)
  let usual = 0
  for (let at = 0; at < 3000; at++) {
    const score = watch.step(cycle(at, random), true)
    if (at > 1500) usual = Math.max(usual, score)
  }
  const scores = Array.from({ length: 100 }, () => watch.step(90 + random(), true))
  assert.ok(Math.max(...scores) > usual, `${Math.max(...scores)} against ${usual}`)
  assert.ok(scores.slice(scores.indexOf(Math.max(...scores)) + 1).every((score) => score < Math.max(...scores)), 'it rests after its height')
})

test('saved at any sample and restored, a watch goes on as if it had never stopped', () => {
  for (const guards of [{ level: false, shape: false }, { level: true, shape: true }]) {
    for (const stop of [0, 10, 77, 450]) {
      const random = seededRandom(5)
      const whole = new SurpriseWatch(0, 100, 40, guards)
      let broken = new SurpriseWatch(0, 100, 40, guards)
      for (let at = 0; at < 600; at++) {
        if (at === stop) broken = SurpriseWatch.restore(broken.save())
        const value = at % 90 === 0 ? Number.NaN : cycle(at, random)
        assert.equal(broken.step(value, true), whole.step(value, true), `sample ${at}, saved at ${stop}`)
      }
    }
  }
  assert.throws(() => SurpriseWatch.restore(new Uint8Array(9)), { code: 'CORRUPT_FILE' })
  assert.throws(() => SurpriseWatch.restore(new NearestShape().save()), { code: 'CORRUPT_FILE' })
  const bytes = new SurpriseWatch(0, 1, 1).save()
  assert.throws(() => SurpriseWatch.restore(bytes.subarray(0, bytes.length - 1)), { code: 'CORRUPT_FILE' })
  const into = new StateWriter('excess', 1)
  new RecentExcess(3).save(into)
  assert.throws(() => RecentExcess.restore(new StateReader(into.finish().subarray(0, 40), 'excess', 1)), { code: 'CORRUPT_FILE' })
})
