import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VIBRATION_FEATURES, type VibrationFeature } from '@millwright/model/wire/vibration.ts'
import fc from 'fast-check'
import { seededRandom } from '../algebra/random.ts'
import { BEARING_CATALOGUE, bearingNamed } from './bearing-catalogue.ts'
import { bearingOrders, bearingProblem } from './bearing-orders.ts'
import { vibrationFeatures, waveRefusal, type Circumstances } from './vibration-features.ts'
import { MAX_POINTS } from './wave-spectra.ts'
import { turnsPerSecond, waveUnit } from './wave-unit.ts'

const RATE_HZ = 25_600
const ACCELERATION: Circumstances = { unit: waveUnit('m/s2'), shaftHz: undefined, orders: undefined }
const wave = (length: number, valueAt: (seconds: number, at: number) => number, rateHz = RATE_HZ) => Float32Array.from({ length }, (_, at) => valueAt(at / rateHz, at))
const sine = (hz: number, amplitude: number) => (seconds: number) => amplitude * Math.sin(2 * Math.PI * hz * seconds)

function featuresOf(values: Float32Array, what: Circumstances = ACCELERATION, rateHz = RATE_HZ): Record<VibrationFeature, number> {
  const { features } = vibrationFeatures(values, rateHz, what)
  return Object.fromEntries(VIBRATION_FEATURES.map((feature, at) => [feature, features[at] ?? Number.NaN])) as Record<VibrationFeature, number>
}

function near(actual: number, expected: number, part: number, what = ''): void {
  assert.ok(Math.abs(actual - expected) <= part * Math.abs(expected), `${what} ${actual} is not within ${part} of ${expected}`)
}

test('a sine has the RMS, crest, kurtosis and velocity that formulae give it, whatever its length', () => {
  for (const length of [16_384, 12_800, 25_600]) {
    const found = featuresOf(wave(length, (seconds) => 3 + sine(160, 2)(seconds)))
    near(found.rms, 2 / Math.SQRT2, 0.002, 'rms')
    near(found.peak, 2, 0.01, 'peak')
    near(found.crest, Math.SQRT2, 0.01, 'crest')
    near(found.kurtosis, 1.5, 0.01, 'kurtosis')
    // v = a / (2 pi f), in mm/s.
    near(found.velocity_rms, (2 / Math.SQRT2 / (2 * Math.PI * 160)) * 1_000, 0.005, 'velocity')
    near(found.band_low, 2 / Math.SQRT2, 0.005, 'low band')
    assert.ok(found.band_mid < 0.001 && found.band_high < 0.001)
  }
})

test('velocity counts what lies between 10 and 1000 Hz, in the unit that the signal has', () => {
  const below = featuresOf(wave(51_200, sine(4, 1)))
  const inside = featuresOf(wave(51_200, sine(50, 1)))
  const above = featuresOf(wave(51_200, sine(1_500, 1)))
  assert.ok(below.velocity_rms < 0.05 * inside.velocity_rms && above.velocity_rms < 0.001 * inside.velocity_rms)
  near(featuresOf(wave(51_200, sine(50, 1)), { ...ACCELERATION, unit: waveUnit('[g]') }).velocity_rms, 9.80665 * inside.velocity_rms, 1e-6)
  near(featuresOf(wave(51_200, sine(50, 4)), { ...ACCELERATION, unit: waveUnit('mm/s') }).velocity_rms, 4 / Math.SQRT2, 0.005)
  assert.ok(Number.isNaN(featuresOf(wave(51_200, sine(50, 1)), { ...ACCELERATION, unit: waveUnit('bar') }).velocity_rms))
})

test('noise has a kurtosis of 3, and its bands hold it in parts of their widths', () => {
  const random = seededRandom(7)
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const found = featuresOf(wave(131_072, () => gaussian()))
  near(found.rms, 1, 0.02)
  near(found.kurtosis, 3, 0.05)
  near(found.band_mid, Math.sqrt(4_000 / 12_800), 0.03)
  near(found.band_high, Math.sqrt(5_000 / 12_800), 0.03)
})

test('the envelope of a tone that swells has the amplitude and frequency of its swelling', () => {
  // (2 + sin) * 6 kHz: the envelope swings by 1 around 2, and nothing of it is at the other parts' frequencies.
  const orders = { outerRace: 4, innerRace: 6.3, ball: 2.6, cage: 0.9 }
  const found = featuresOf(wave(25_600, (seconds) => (2 + sine(100, 1)(seconds)) * sine(6_000, 1)(seconds)), { ...ACCELERATION, shaftHz: 25, orders })
  near(found.envelope_outer_race, 1, 0.01)
  near(found.envelope_rms, Math.SQRT1_2, 0.01)
  assert.ok(found.envelope_inner_race < 0.02 && found.envelope_ball < 0.02 && found.envelope_cage < 0.02)
})

test('blows of an outer race stand out at its frequency and at no other, before the velocity knows of them', () => {
  const orders = bearingOrders({ balls: 9, ballMm: 7.94, pitchMm: 39.04, contactDeg: 0 })
  const recording = (blow: number) => {
    const random = seededRandom(2)
    return wave(16_384, (seconds) => {
      const since = seconds % (1 / (25 * orders.outerRace))
      return sine(25, 1)(seconds) + 0.4 * (random() - 0.5) + blow * Math.exp(-since * 1_500) * Math.sin(2 * Math.PI * 6_000 * since)
    })
  }
  const [sound, damaged] = [0, 1].map((blow) => featuresOf(recording(blow), { ...ACCELERATION, shaftHz: 25, orders }))
  assert.ok(sound !== undefined && damaged !== undefined)
  assert.ok(damaged.envelope_outer_race > 8 * sound.envelope_outer_race, `${damaged.envelope_outer_race} against ${sound.envelope_outer_race}`)
  assert.ok(damaged.envelope_inner_race < damaged.envelope_outer_race / 4)
  near(damaged.velocity_rms, sound.velocity_rms, 0.02)
})

test('what a recording cannot tell is left out: bands above half of its rate, frequencies below its length, bearings of a shaft that stands', () => {
  const orders = bearingOrders({ balls: 9, ballMm: 7.94, pitchMm: 39.04, contactDeg: 0 })
  const slow = featuresOf(wave(2_048, sine(50, 1), 2_560), { ...ACCELERATION, shaftHz: 25, orders }, 2_560)
  assert.ok(Number.isNaN(slow.band_mid) && Number.isNaN(slow.band_high) && slow.velocity_rms > 0)
  const short = featuresOf(wave(2_048, sine(500, 1)), { ...ACCELERATION, shaftHz: 25, orders })
  assert.ok(Number.isNaN(short.velocity_rms) && Number.isNaN(short.envelope_cage) && short.rms > 0)
  const still = featuresOf(wave(16_384, () => 0), { ...ACCELERATION, shaftHz: 0, orders })
  assert.deepEqual([still.rms, still.peak, still.velocity_rms], [0, 0, 0])
  assert.ok(Number.isNaN(still.crest) && Number.isNaN(still.kurtosis) && Number.isNaN(still.envelope_outer_race))
})

test('hostile recordings are refused with a reason, or looked at up to the limit', () => {
  assert.match(waveRefusal(new Float32Array(0), RATE_HZ) ?? '', /0 points/)
  assert.match(waveRefusal(new Float32Array(100), RATE_HZ) ?? '', /at least 256/)
  assert.match(waveRefusal(wave(512, (_, at) => (at === 77 ? Number.NaN : 1)), RATE_HZ) ?? '', /point 77/)
  assert.match(waveRefusal(wave(512, (_, at) => (at === 3 ? Number.POSITIVE_INFINITY : 1)), RATE_HZ) ?? '', /point 3/)
  for (const rate of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) assert.match(waveRefusal(new Float32Array(512), rate) ?? '', /sampling rate/)
  const long = vibrationFeatures(wave(MAX_POINTS + 1_000, sine(100, 1)), RATE_HZ, ACCELERATION)
  assert.equal(long.values.length, MAX_POINTS)
})

test('whatever finite recording comes, features are at least 0 or left out', () => {
  const finite = fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(-1e15), max: Math.fround(1e15) })
  fc.assert(
    fc.property(fc.array(finite, { minLength: 256, maxLength: 700 }), fc.double({ min: 1e-3, max: 1e9, noNaN: true }), fc.double({ min: 0, max: 1e4, noNaN: true }), (values, rateHz, shaftHz) => {
      const { features } = vibrationFeatures(Float32Array.from(values), rateHz, { unit: waveUnit('m/s2'), shaftHz, orders: bearingOrders({ balls: 9, ballMm: 7.94, pitchMm: 39.04, contactDeg: 0 }) })
      assert.ok(features.every((value) => Number.isNaN(value) || (value >= 0 && Number.isFinite(value))), String(features))
    }),
    { numRuns: 60, seed: 11 },
  )
})

test('the catalogue gives the orders that makers publish', () => {
  // Timken, frequency coefficients of housed units (table A-9): FTF, BSF, BPFO, BPFI; 205 and 308 of other balls.
  const published: readonly [string, number, number, number, number, number][] = [
    ['6203', 0.382, 1.994, 3.053, 4.947, 0.001], ['6204', 0.382, 1.992, 3.052, 4.948, 0.001], ['6205', 0.397, 2.328, 3.574, 5.426, 0.015], ['6206', 0.396, 2.311, 3.568, 5.432, 0.001],
    ['6207', 0.396, 2.303, 3.565, 5.435, 0.001], ['6208', 0.394, 2.256, 3.547, 5.453, 0.001], ['6209', 0.402, 2.461, 3.621, 5.379, 0.001], ['6210', 0.409, 2.665, 4.093, 5.907, 0.001],
    ['6211', 0.408, 2.62, 4.078, 5.922, 0.001], ['6212', 0.407, 2.584, 4.066, 5.934, 0.001], ['6308', 0.378, 1.925, 3.023, 4.977, 0.07], ['6309', 0.38, 1.955, 3.037, 4.963, 0.001],
    ['6310', 0.381, 1.981, 3.047, 4.953, 0.001], ['6311', 0.382, 2.002, 3.057, 4.943, 0.001], ['6312', 0.383, 2.02, 3.064, 4.936, 0.001], ['6316', 0.386, 2.073, 3.086, 4.914, 0.001],
  ]
  for (const [name, cage, ball, outerRace, innerRace, part] of published) {
    const bearing = bearingNamed(name)
    assert.ok(bearing !== undefined, name)
    const orders = bearingOrders(bearing)
    near(orders.cage, cage, Math.max(part, 0.002), `${name} cage`)
    near(orders.ball, ball, part, `${name} ball`)
    near(orders.outerRace, outerRace, part, `${name} outer race`)
    near(orders.innerRace, innerRace, part, `${name} inner race`)
  }
  // SKF 6205 as published with the CWRU data; Rexnord ZA-2115 as published with the IMS data: 236.4 and 296.9 Hz at 2000 turns a minute.
  near(bearingOrders(bearingNamed('6205') ?? assert.fail()).outerRace, 3.585, 0.001)
  const ims = bearingOrders(bearingNamed('ZA-2115') ?? assert.fail())
  near((ims.outerRace * 2_000) / 60, 236.4, 0.001)
  near((ims.innerRace * 2_000) / 60, 296.9, 0.001)
  for (const bearing of BEARING_CATALOGUE) assert.equal(bearingProblem(bearing), undefined)
})

test('a designation is known as people write it, and a bearing that cannot be is refused', () => {
  for (const designation of ['6205', 'SKF 6205-2RS/C3', '6205zz', 'NSK 6205']) assert.equal(bearingNamed(designation)?.name, '6205', designation)
  for (const designation of ['62050', 'NU205', '', '16205']) assert.equal(bearingNamed(designation), undefined, designation)
  assert.match(bearingProblem({ balls: 9, ballMm: 40, pitchMm: 39, contactDeg: 0 }) ?? '', /smaller/)
  assert.match(bearingProblem({ balls: 90, ballMm: 8, pitchMm: 39, contactDeg: 0 }) ?? '', /do not fit/)
})

test('a speed is known by its unit', () => {
  assert.deepEqual([turnsPerSecond('1/min'), turnsPerSecond('Hz'), turnsPerSecond('%'), turnsPerSecond(undefined)], [1 / 60, 1, undefined, undefined])
})
