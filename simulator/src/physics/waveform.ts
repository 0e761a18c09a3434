import { bearingOrders } from './bearing.ts'
import { RandomStream } from './random.ts'
import type { RotatingUnit } from './rotating-unit.ts'

/** Sampling rate of vibration waveforms. */
export const WAVEFORM_RATE_HZ = 25_600
/** Longest waveform that is made in one go, seconds. */
export const MAX_WAVEFORM_S = 60

const RESONANCE_HZ = 3_400
const RESONANCE_DECAY_PER_S = 900
/** Rollers slip a little, so impacts do not come like clockwork (Randall and Antoni, MSSP 25 (2011), section 2). */
const SLIP = 0.012

/** From where the same machine's waveform of the same time is always the same. */
export interface WaveformOrigin {
  readonly seed: number
  readonly name: string
  readonly timeUs: number
}

/**
 * Acceleration at the drive-end bearing, m/s2, as the unit's present state makes it: shaft orders (imbalance at 1x, misalignment
 * at 2x), the blades' rate, impacts of a damaged race that ring the housing, bubbles, and broadband noise.
 */
export function synthesiseWaveform(unit: RotatingUnit, origin: WaveformOrigin, seconds: number): Float32Array {
  if (!(seconds > 0 && seconds <= MAX_WAVEFORM_S)) throw new RangeError(`a waveform lasts more than 0 and at most ${MAX_WAVEFORM_S} s, not ${seconds}`)
  const out = new Float32Array(Math.round(seconds * WAVEFORM_RATE_HZ))
  const random = new RandomStream(origin.seed, `${origin.name}:waveform:${origin.timeUs}`)
  const shaftHz = unit.state.rpm / 60
  addNoise(out, random, shaftHz > 0 ? unit.accelerationMS2() * (1 - 0.6 * Math.min(1, unit.defects.outerRace + unit.defects.innerRace)) : 0.02)
  if (shaftHz <= 0) return out
  addShaft(out, unit, random, shaftHz)
  const orders = bearingOrders(unit.design.bearing)
  const { outerRace, innerRace } = unit.defects
  if (outerRace > 0) addImpacts(out, random, { rateHz: orders.bpfo * shaftHz, peakMS2: 90 * outerRace, modulationHz: 0, firstDraw: 1_000_000_000 })
  if (innerRace > 0) addImpacts(out, random, { rateHz: orders.bpfi * shaftHz, peakMS2: 80 * innerRace, modulationHz: shaftHz, firstDraw: 1_500_000_000 })
  return out
}

function addNoise(out: Float32Array, random: RandomStream, rms: number): void {
  for (let at = 0; at < out.length; at++) out[at] = rms * random.gaussian(at)
}

function addShaft(out: Float32Array, unit: RotatingUnit, random: RandomStream, shaftHz: number): void {
  const speed = unit.state.rpm / unit.design.ratedRpm
  const base = (unit.design.vibrationMmS ?? 1.2) * speed
  const lines = [
    { order: 1, mmS: Math.hypot(0.7 * base, 8 * unit.defects.imbalance * speed * speed) },
    { order: 2, mmS: Math.hypot(0.25 * base, 4.8 * unit.defects.misalignment * speed) },
    { order: 3, mmS: Math.hypot(0.12 * base, 1.6 * unit.defects.misalignment * speed) },
    { order: unit.design.blades ?? 6, mmS: 0.3 * base },
  ]
  for (const [index, { order, mmS }] of lines.entries()) {
    const omega = 2 * Math.PI * order * shaftHz
    const peak = (mmS / 1000) * Math.SQRT2 * omega
    const phase = 2 * Math.PI * random.uniform(2_000_000_000 + index)
    for (let at = 0; at < out.length; at++) out[at] = (out[at] as number) + peak * Math.sin((omega * at) / WAVEFORM_RATE_HZ + phase)
  }
}

interface Impacts {
  readonly rateHz: number
  readonly peakMS2: number
  /** The load zone that an inner race's defect turns through; 0 for none. */
  readonly modulationHz: number
  readonly firstDraw: number
}

function addImpacts(out: Float32Array, random: RandomStream, impacts: Impacts): void {
  const omega = 2 * Math.PI * RESONANCE_HZ
  const ringing = Math.ceil((WAVEFORM_RATE_HZ * 6) / RESONANCE_DECAY_PER_S)
  const seconds = out.length / WAVEFORM_RATE_HZ
  let timeS = random.uniform(impacts.firstDraw) / impacts.rateHz
  for (let strike = 1; timeS < seconds; strike++) {
    const load = impacts.modulationHz === 0 ? 1 : 0.55 + 0.45 * Math.cos(2 * Math.PI * impacts.modulationHz * timeS)
    const peak = impacts.peakMS2 * load * (1 + 0.1 * random.gaussian(impacts.firstDraw + 2 * strike))
    const first = Math.ceil(timeS * WAVEFORM_RATE_HZ)
    for (let at = first; at < Math.min(out.length, first + ringing); at++) {
      const sinceS = at / WAVEFORM_RATE_HZ - timeS
      out[at] = (out[at] as number) + peak * Math.exp(-RESONANCE_DECAY_PER_S * sinceS) * Math.sin(omega * sinceS)
    }
    timeS += (1 + SLIP * random.gaussian(impacts.firstDraw + 2 * strike + 1)) / impacts.rateHz
  }
}
