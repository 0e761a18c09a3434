import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fourier, inverseFourier } from '../algebra/fourier.ts'
import { seededRandom } from '../algebra/random.ts'
import { SignalEnsemble } from './signal-ensemble.ts'

test('a transform and its inverse give the same numbers, and a sine has one line', () => {
  const random = seededRandom(1)
  const values = Float64Array.from({ length: 256 }, () => random())
  const [real, imaginary] = [Float64Array.from(values), new Float64Array(256)]
  fourier(real, imaginary)
  inverseFourier(real, imaginary)
  for (const [at, value] of values.entries()) assert.ok(Math.abs((real[at] ?? 9) - value) < 1e-12)
  const wave = Float64Array.from({ length: 64 }, (_, at) => Math.sin((2 * Math.PI * 5 * at) / 64))
  const across = new Float64Array(64)
  fourier(wave, across)
  const heights = [...wave.keys()].slice(0, 32).map((line) => Math.hypot(wave[line] ?? 0, across[line] ?? 0))
  assert.equal(heights.indexOf(Math.max(...heights)), 5)
})

test('an ensemble sees a foreign shape, and restored at any sample it goes on the same', () => {
  const random = seededRandom(7)
  const whole = new SignalEnsemble(-2, 2, 50)
  let broken = new SignalEnsemble(-2, 2, 50)
  let [usual, strange] = [0, 0]
  for (let at = 0; at < 2500; at++) {
    if (at === 30 || at === 1700) broken = SignalEnsemble.restore(broken.save())
    const value = at % 97 === 0 ? Number.NaN : at > 2400 ? 1.9 : Math.sin(at / 8) + 0.1 * random()
    const score = whole.step(value, true)
    assert.equal(broken.step(value, true), score, `sample ${at}`)
    if (at > 1000 && at <= 2400) usual = Math.max(usual, score)
    if (at > 2400) strange = Math.max(strange, score)
  }
  assert.ok(strange > usual && whole.ready, `${strange} against ${usual}`)
  assert.throws(() => SignalEnsemble.restore(new Uint8Array(9)), { code: 'CORRUPT_FILE' })
})
