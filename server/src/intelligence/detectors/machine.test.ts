import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fourier, inverseFourier } from '../algebra/fourier.ts'
import { seededRandom } from '../algebra/random.ts'
import { batchDeviation, learnGoldenBatch } from './golden-batch.ts'
import { pickDetectors, SignalProfiler } from './router.ts'
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

test('a batch that leaves the envelope of the good ones is seen while it runs, one that is slower is not', () => {
  const random = seededRandom(4)
  const run = (length: number, fault = 0) => Float64Array.from({ length }, (_, at) => 20 + 60 * Math.sin((Math.PI * at) / length) + random() + (at > length / 2 ? fault : 0))
  const golden = learnGoldenBatch([200, 205, 195, 210, 200].map((length) => run(length)))
  const worst = (batch: Float64Array) => Math.max(...batch.map((value, at) => batchDeviation(golden, at, value)))
  assert.ok(worst(run(201)) < 1.2)
  assert.ok(worst(run(200, 10)) > 1.5)
  assert.equal(batchDeviation(golden, 5, Number.NaN), 0)
  assert.ok(Number.isFinite(batchDeviation(golden, 1e9, 20)))
  assert.throws(() => learnGoldenBatch([run(10)]), { code: 'BAD_REQUEST' })
})

test('the router knows counters, states, constants and signals that move together, and says why', () => {
  const random = seededRandom(5)
  const kinds: Record<string, (at: number) => number> = {
    temperature: (at) => 50 + 5 * Math.sin(at / 20) + random(), pressure: (at) => 3 + Math.sin(at / 20) + random(), parts: (at) => at % 400, running: (at) => (at % 300 < 200 ? 1 : 0), setpoint: () => 60,
    broken: () => Number.NaN,
  }
  const profilers = Object.entries(kinds).map(([name, valueAt]) => {
    const profiler = new SignalProfiler(name)
    for (let at = 0; at < 1000; at++) profiler.add(at * 1e6, valueAt(at), true)
    return profiler.profile()
  })
  const rare = new SignalProfiler('rare')
  rare.add(0, 1, true)
  const picks = pickDetectors([...profilers, rare.profile()])
  const of = (name: string) => picks.filter(({ signals, detector }) => signals.includes(name) && detector !== 'mewma' && detector !== 'shapes').map(({ detector, mode, reason }) => [detector, mode, reason.key])[0]
  assert.deepEqual(of('temperature'), ['bank', 'level', 'continuous'])
  assert.deepEqual(of('parts'), ['bank', 'counter', 'counter'])
  assert.deepEqual(of('running'), ['bank', 'discrete', 'discrete'])
  assert.deepEqual(of('setpoint'), ['bank', 'discrete', 'constant'])
  assert.deepEqual([of('broken')?.[2], of('rare')?.[2]], ['tooFewSamples', 'tooFewSamples'])
  assert.deepEqual(picks.find(({ detector }) => detector === 'mewma')?.signals.toSorted(), ['pressure', 'temperature'])
  assert.ok(picks.some(({ detector, signals }) => detector === 'shapes' && signals[0] === 'temperature'))
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
