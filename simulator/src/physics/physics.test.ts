import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { BEARINGS, bearingOrders } from './bearing.ts'
import { stepHeatLoop } from './heat-loop.ts'
import { balance, pumpFlow, pumpHead, valveOpening, valveStroke } from './hydraulics.ts'
import { idlePid, stepPid } from './pid.ts'
import { GAUSSIAN_LIMIT, RandomStream } from './random.ts'
import { RotatingUnit } from './rotating-unit.ts'
import { SmoothNoise } from './smooth-noise.ts'
import { warm } from './thermal.ts'
import { toolLifeMinutes } from './tool-life.ts'
import { synthesiseWaveform, WAVEFORM_RATE_HZ } from './waveform.ts'
import { wetBulb } from './weather.ts'

describe('randomness by counter', () => {
  test('a draw depends on seed, name and counter alone, and is bounded', () => {
    fc.assert(fc.property(fc.integer(), fc.string(), fc.integer({ min: 0, max: 4e9 }), (seed, name, counter) => {
      const value = new RandomStream(seed, name).gaussian(counter)
      return value === new RandomStream(seed, name).gaussian(counter) && Math.abs(value) <= GAUSSIAN_LIMIT
    }))
  })

  test('draws have mean 0 and deviation 1, and neither neighbours nor other streams know of each other', () => {
    const [a, b] = [new RandomStream(1, 'a'), new RandomStream(1, 'b')]
    const n = 100_000
    const sums = { one: 0, square: 0, next: 0, other: 0 }
    for (let at = 0; at < n; at++) {
      const value = a.gaussian(1_700_000_000 + at)
      sums.one += value
      sums.square += value * value
      sums.next += value * a.gaussian(1_700_000_001 + at)
      sums.other += value * b.gaussian(1_700_000_000 + at)
    }
    const limit = 4.5 / Math.sqrt(n)
    assert.ok(Math.abs(sums.one / n) < limit && Math.abs(sums.next / n) < limit && Math.abs(sums.other / n) < limit, JSON.stringify(sums))
    assert.ok(Math.abs(sums.square / n - 1) < 0.02)
  })

  test('smooth noise is continuous', () => {
    const noise = new SmoothNoise(1, 'x', 100)
    for (let timeS = 0; timeS < 5000; timeS++) assert.ok(Math.abs(noise.at(timeS + 1) - noise.at(timeS)) < 0.25)
  })
})

test('bearing frequencies follow from geometry: 6205 as its data sheet says (3.585, 5.415, 2.357, 0.398)', () => {
  const orders = bearingOrders(BEARINGS['6205'])
  assert.ok(Math.abs(orders.bpfo - 3.585) < 0.002 && Math.abs(orders.bpfi - 5.415) < 0.002)
  assert.ok(Math.abs(orders.bsf - 2.357) < 0.003 && Math.abs(orders.ftf - 0.398) < 0.001)
  for (const bearing of Object.values(BEARINGS)) {
    const each = bearingOrders(bearing)
    assert.ok(Math.abs(each.bpfo + each.bpfi - bearing.rollers) < 1e-9)
  }
})

test('a heat loop closes: load is what goes to the water and what warms the loop', () => {
  const positive = (max: number) => fc.double({ min: 0.001, max, noNaN: true })
  fc.assert(fc.property(positive(1e6), positive(0.1), positive(60), fc.integer({ min: 1, max: 60 }), (loadW, flow, fromC, dtS) => {
    const design = { capacity: 8e6, transfer: 12_000 }
    const after = stepHeatLoop(design, fromC, loadW, flow, 22, dtS)
    return Math.abs(loadW - after.toWaterW - (design.capacity * (after.temperatureC - fromC)) / dtS) < 1e-6 * (loadW + 1e6)
  }))
})

test('a warm mass settles at the same temperature however finely time is cut', () => {
  const mass = { capacity: 1e4, resistance: 0.05 }
  let fine = 20
  for (let second = 0; second < 600; second++) fine = warm(mass, fine, 500, 20, 1)
  assert.ok(Math.abs(fine - warm(mass, 20, 500, 20, 600)) < 1e-9)
})

test('affinity laws: at half the speed a pump gives half the flow at a quarter of the head', () => {
  const curve = { shutoffM: 46, dropS2M5: 80_000, bestFlow: 0.01, bestEfficiency: 0.76 }
  assert.ok(Math.abs(pumpHead(curve, 0.005, 0.5) - pumpHead(curve, 0.01, 1) / 4) < 1e-9)
  assert.ok(Math.abs(pumpFlow(curve, pumpHead(curve, 0.01, 1), 1) - 0.01) < 1e-12)
})

test('a valve opens and its inverse closes', () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (stroke) => Math.abs(valveStroke(valveOpening(stroke)) - stroke) < 1e-9))
})

test('a network is solved to its tolerance', () => {
  fc.assert(fc.property(fc.double({ min: 0.1, max: 50, noNaN: true }), (k) => {
    const excess = (p: number) => Math.sqrt(Math.max(0, 100 - p)) - k * Math.sqrt(p)
    return Math.abs(excess(balance(excess, 0, 100, 1e-9))) <= 1e-9
  }))
})

test('a controller brings its process to the setpoint and does not wind up', () => {
  const state = idlePid(20)
  let value = 20
  for (let step = 0; step < 2000; step++) value = warm({ capacity: 1e5, resistance: 0.02 }, value, 5000 * stepPid({ gain: 0.05, integralS: 300, derivativeS: 0 }, state, 60, value, 10), 20, 10)
  assert.ok(Math.abs(value - 60) < 0.1, String(value))
  for (let step = 0; step < 2000; step++) stepPid({ gain: 0.05, integralS: 300, derivativeS: 0 }, state, 500, 60, 10)
  assert.ok(stepPid({ gain: 0.05, integralS: 300, derivativeS: 0 }, state, 20, 80, 10) === 0)
})

test("Taylor's equation: a fifth faster is much shorter", () => {
  const tool = { n: 0.25, c: 420 }
  assert.ok(Math.abs(toolLifeMinutes(tool, 420) - 1) < 1e-12)
  assert.ok(Math.abs(toolLifeMinutes(tool, 180) / toolLifeMinutes(tool, 216) - Math.pow(1.2, 4)) < 1e-9)
})

test('the wet bulb is what Stull gives for 20 Cel and 50 %: 13.7', () => {
  assert.ok(Math.abs(wetBulb(20, 50) - 13.7) < 0.05)
})

describe('waveforms', () => {
  const unit = () => {
    const made = new RotatingUnit({ ratedW: 15_000, ratedRpm: 2950, bearing: BEARINGS['6308'], blades: 6 }, 1, 'pump')
    made.step(0, 1, 2950, 9_000, 25)
    return made
  }
  const origin = { seed: 1, name: 'pump', timeUs: 1_700_000_000_000_000 }

  test('the same moment gives the same waveform, and another moment another', () => {
    assert.deepEqual(synthesiseWaveform(unit(), origin, 0.2), synthesiseWaveform(unit(), origin, 0.2))
    assert.notDeepEqual(synthesiseWaveform(unit(), origin, 0.2), synthesiseWaveform(unit(), { ...origin, timeUs: 5 }, 0.2))
    assert.equal(synthesiseWaveform(unit(), origin, 2).length, 2 * WAVEFORM_RATE_HZ)
    assert.throws(() => synthesiseWaveform(unit(), origin, 1e6), RangeError)
    assert.throws(() => synthesiseWaveform(unit(), origin, 0), RangeError)
  })

  /** Strength of one frequency in the squared, high-passed signal: a plain envelope spectrum. */
  const envelopeLine = (wave: Float32Array, hz: number) => {
    const envelope = wave.map((value, at) => Math.abs(value - (wave[at - 1] ?? 0)))
    const mean = envelope.reduce((sum, value) => sum + value, 0) / envelope.length
    let best = 0
    for (let near = hz * 0.985; near <= hz * 1.015; near += 0.25) {
      let re = 0
      let im = 0
      for (let at = 0; at < envelope.length; at++) {
        const angle = (2 * Math.PI * near * at) / WAVEFORM_RATE_HZ
        re += ((envelope[at] ?? 0) - mean) * Math.cos(angle)
        im += ((envelope[at] ?? 0) - mean) * Math.sin(angle)
      }
      best = Math.max(best, Math.hypot(re, im) / envelope.length)
    }
    return best
  }

  for (const [race, order] of [['outerRace', 'bpfo'], ['innerRace', 'bpfi']] as const) {
    test(`a damaged ${race} rings at its own frequency in the envelope, and a sound bearing does not`, () => {
      const hz = (bearingOrders(BEARINGS['6308'])[order] * 2950) / 60
      const sick = unit()
      sick.defects[race] = 0.5
      const sickLine = envelopeLine(synthesiseWaveform(sick, origin, 1), hz)
      assert.ok(sickLine > 4 * envelopeLine(synthesiseWaveform(unit(), origin, 1), hz))
      assert.ok(sickLine > 2.5 * envelopeLine(synthesiseWaveform(sick, origin, 1), hz * 1.31))
    })
  }

  test('a machine that stands makes no more than the noise of its sensor', () => {
    const still = unit()
    still.step(1, 1, 0, 0, 25)
    assert.ok(synthesiseWaveform(still, origin, 0.5).every((value) => Math.abs(value) < 0.1))
  })
})
