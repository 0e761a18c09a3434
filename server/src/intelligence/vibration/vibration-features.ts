import { VIBRATION_FEATURES, type VibrationFeature } from '@millwright/model/wire/vibration.ts'
import { BEARING_PARTS, type BearingOrders, type BearingPart } from './bearing-orders.ts'
import { bandRms, MAX_POINTS, waveSpectra, type WaveSpectra } from './wave-spectra.ts'
import type { WaveUnit } from './wave-unit.ts'

/** What is known of the machine while a recording was taken. */
export interface Circumstances {
  readonly unit: WaveUnit
  /** Turns a second. */
  readonly shaftHz: number | undefined
  readonly orders: BearingOrders | undefined
}

/** Features of a recording, in the order of `VIBRATION_FEATURES`; NaN: it cannot be told of this one. */
export interface FeatureRow {
  readonly features: Float64Array
  readonly spectra: WaveSpectra
  /** Without the mean, as far as it was looked at. */
  readonly values: Float64Array
}

const LEAST_POINTS = 256
/** Slower than this a shaft counts as standing still. */
export const LEAST_SHAFT_HZ = 1
/** Band of the vibration velocity by which machines are judged (ISO 20816-1, 4.1). */
const VELOCITY_HZ: readonly [number, number] = [10, 1_000]
/** Turns of 10 Hz that a recording must hold before its velocity means something. */
const LEAST_TURNS = 2
/** Bands of the energy: shaft and blades; gears and resonances; blows. */
const BANDS: Readonly<Record<'band_low' | 'band_mid' | 'band_high', readonly [number, number]>> = { band_low: [10, 1_000], band_mid: [1_000, 5_000], band_high: [5_000, 10_000] }
/** A bearing slips by 1 to 2 %: its line is looked for this far on either side (Randall and Antoni 2011, section 2). */
const SLIP = 0.02
/** Multiples of a part's frequency that are taken together. Only of a ball, which strikes either race in a turn: others would be mixed up (twice the inner race of a 6205 is three times its outer one). */
const MULTIPLES: Readonly<Record<BearingPart, readonly number[]>> = { outerRace: [1], innerRace: [1], ball: [1, 2], cage: [1] }
/** Frequencies below so many widths of what can be told apart are not seen. */
const LEAST_WIDTHS = 4
/** Of the Hann window, in widths of what can be told apart: half of its main lobe, and its equivalent noise bandwidth (Harris, Proceedings of the IEEE 66 (1978), table 1). */
const [WINDOW_LOBE, WINDOW_WIDTH] = [2, 1.5]
const PART_FEATURES: Readonly<Record<BearingPart, VibrationFeature>> = { outerRace: 'envelope_outer_race', innerRace: 'envelope_inner_race', ball: 'envelope_ball', cage: 'envelope_cage' }
const PLACE = Object.fromEntries(VIBRATION_FEATURES.map((feature, at) => [feature, at])) as Record<VibrationFeature, number>

/** Why nothing can be computed of a recording, as a sentence; undefined when nothing is in the way. */
export function waveRefusal(wave: Float32Array, rateHz: number): string | undefined {
  if (!(rateHz > 0 && Number.isFinite(rateHz))) return `the sampling rate is ${rateHz} Hz`
  if (wave.length < LEAST_POINTS) return `it has ${wave.length} points, and at least ${LEAST_POINTS} are needed`
  for (let at = 0; at < wave.length; at++) if (!Number.isFinite(wave[at] as number)) return `point ${at} is no number: a recording with a gap has no spectrum`
  return undefined
}

/** Features of a recording that {@link waveRefusal} has let pass. */
export function vibrationFeatures(wave: Float32Array, rateHz: number, { unit, shaftHz, orders }: Circumstances): FeatureRow {
  const values = withoutMean(wave.subarray(0, MAX_POINTS))
  const spectra = waveSpectra(values, rateHz)
  const features = new Float64Array(VIBRATION_FEATURES.length).fill(Number.NaN)
  const put = (feature: VibrationFeature, value: number) => {
    features[PLACE[feature]] = value
  }
  let [squares, fourths, peak] = [0, 0, 0]
  for (let at = 0; at < values.length; at++) {
    const square = (values[at] as number) ** 2
    squares += square
    fourths += square * square
    if (square > peak) peak = square
  }
  const rms = Math.sqrt(squares / values.length)
  put('rms', rms)
  put('peak', Math.sqrt(peak))
  if (rms > 0) {
    put('crest', Math.sqrt(peak) / rms)
    put('kurtosis', (fourths * values.length) / (squares * squares))
  }
  put('velocity_rms', velocityRms(spectra, unit))
  for (const feature of ['band_low', 'band_mid', 'band_high'] as const) put(feature, bandRms(spectra, ...BANDS[feature]))
  put('envelope_rms', spectra.envelopeRms)
  if (shaftHz !== undefined && shaftHz >= LEAST_SHAFT_HZ && orders !== undefined) {
    for (const part of BEARING_PARTS) put(PART_FEATURES[part], lineAmplitude(spectra, orders[part] * shaftHz, MULTIPLES[part]))
  }
  return { features, spectra, values }
}

function withoutMean(wave: Float32Array): Float64Array {
  const values = Float64Array.from(wave)
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at] as number
  const mean = sum / values.length
  for (let at = 0; at < values.length; at++) values[at] = (values[at] as number) - mean
  return values
}

/** Vibration velocity, mm/s RMS from 10 to 1000 Hz (ISO 20816-1); acceleration is integrated line by line. */
function velocityRms({ powers, stepHz, resolutionHz }: WaveSpectra, unit: WaveUnit): number {
  const [fromHz, toHz] = VELOCITY_HZ
  if (unit.quantity === 'other' || toHz > powers.length * stepHz * 1.0001 || LEAST_TURNS * resolutionHz > fromHz) return Number.NaN
  let sum = 0
  for (let line = Math.max(1, Math.ceil(fromHz / stepHz)); line < powers.length && line * stepHz <= toHz; line++) {
    sum += unit.quantity === 'velocity' ? (powers[line] as number) : (powers[line] as number) / (2 * Math.PI * line * stepHz) ** 2
  }
  return Math.sqrt(sum) * unit.factor * (unit.quantity === 'velocity' ? 1 : 1_000)
}

/** The envelope's amplitude at a frequency, the highest within the slip; of several multiples the root of the sum of their squares. NaN where the recording is too short or too slow for it. */
function lineAmplitude({ envelope, stepHz, resolutionHz }: WaveSpectra, hz: number, multiples: readonly number[]): number {
  if (hz < LEAST_WIDTHS * resolutionHz || hz >= envelope.length * stepHz) return Number.NaN
  let squares = 0
  for (const harmonic of multiples) {
    const reach = Math.max(hz * harmonic * SLIP, resolutionHz)
    const from = Math.max(1, Math.floor((hz * harmonic - reach) / stepHz))
    const to = Math.min(envelope.length - 1, Math.ceil((hz * harmonic + reach) / stepHz))
    let highest = from
    for (let line = from; line <= to; line++) if ((envelope[line] as number) > (envelope[highest] as number)) highest = line
    // What the window spread over its neighbours belongs to it, wherever it lies between two lines.
    const lobe = Math.round((WINDOW_LOBE * resolutionHz) / stepHz)
    for (let line = Math.max(1, highest - lobe); line <= Math.min(envelope.length - 1, highest + lobe); line++) squares += (envelope[line] as number) ** 2
  }
  return Math.sqrt((squares * stepHz) / (WINDOW_WIDTH * resolutionHz))
}
