import { fourier, inverseFourier } from '../algebra/fourier.ts'
import { MillwrightError } from '../../kernel/error.ts'

/** Frequencies at which a rolling bearing's faults strike, as multiples of the shaft's speed. */
export interface BearingOrders {
  readonly outerRace: number
  readonly innerRace: number
  readonly ball: number
  readonly cage: number
}

/** What a waveform says about a machine. The waveform's unit is kept by `rms`, `peak` and `bands`. */
export interface VibrationFeatures {
  readonly rms: number
  readonly peak: number
  /** Peak over RMS: rises with single blows. */
  readonly crest: number
  /** 3 for noise; rises with blows. */
  readonly kurtosis: number
  /** RMS within each octave below half of the sampling rate, the lowest first. */
  readonly bands: Float64Array
  /** Height of the envelope's spectrum at each bearing frequency, over the spectrum's median: about 1 to 4 where there is nothing. */
  readonly bearing: Readonly<Record<keyof BearingOrders, number>>
}

/** Octave bands, and the band whose envelope is taken, as parts of half of the sampling rate: blows of bearings ring structures there. */
const [BANDS, ENVELOPE_FROM, ENVELOPE_TO] = [8, 0.2, 0.8]

/** A bearing slips by about 1 %: its line is looked for this far on either side. */
const SLIP = 0.02

const LEAST_SAMPLES = 256

/** The orders of a bearing by its geometry (Harris, Rolling Bearing Analysis): balls, their diameter and the pitch diameter in one unit, contact angle in radians. */
export function bearingOrders(balls: number, ballDiameter: number, pitchDiameter: number, contactAngle: number): BearingOrders {
  const ratio = (ballDiameter / pitchDiameter) * Math.cos(contactAngle)
  return { outerRace: (balls / 2) * (1 - ratio), innerRace: (balls / 2) * (1 + ratio), ball: (pitchDiameter / ballDiameter / 2) * (1 - ratio * ratio), cage: (1 - ratio) / 2 }
}

/**
 * Features of one waveform; it is cut to the longest 2ᵏ samples. The envelope is that of the analytic signal in a high band (Randall and Antoni 2011).
 * @throws MillwrightError BAD_REQUEST for fewer than 256 samples, a value that is no number, or a rate or speed that is not above 0.
 */
export function vibrationFeatures(waveform: Float32Array, rateHz: number, shaftHz: number, orders: BearingOrders): VibrationFeatures {
  if (waveform.length < LEAST_SAMPLES) throw new MillwrightError('BAD_REQUEST', `a waveform needs at least ${LEAST_SAMPLES} samples, this one has ${waveform.length}`)
  if (!(rateHz > 0) || !(shaftHz > 0)) throw new MillwrightError('BAD_REQUEST', 'the sampling rate and the speed of the shaft must be above 0 Hz')
  const size = 2 ** Math.floor(Math.log2(waveform.length))
  const values = Float64Array.from(waveform.subarray(0, size))
  if (!values.every(Number.isFinite)) throw new MillwrightError('BAD_REQUEST', 'the waveform holds a value that is no number')
  const mean = values.reduce((sum, value) => sum + value, 0) / size
  let [squares, fourths, peak] = [0, 0, 0]
  for (let at = 0; at < size; at++) {
    const value = (values[at] = (values[at] as number) - mean)
    squares += value * value
    fourths += value ** 4
    peak = Math.max(peak, Math.abs(value))
  }
  const rms = Math.sqrt(squares / size)
  const imaginary = new Float64Array(size)
  fourier(values, imaginary)
  const bands = bandsOf(values, imaginary)
  const spectrum = envelopeSpectrum(values, imaginary)
  const line = (order: number) => height(spectrum, order * shaftHz, rateHz / size)
  return {
    rms, peak, bands,
    crest: rms === 0 ? 0 : peak / rms,
    kurtosis: rms === 0 ? 0 : fourths / size / rms ** 4,
    bearing: { outerRace: line(orders.outerRace), innerRace: line(orders.innerRace), ball: line(orders.ball), cage: line(orders.cage) },
  }
}

function bandsOf(real: Float64Array, imaginary: Float64Array): Float64Array {
  const half = real.length / 2
  const energies = new Float64Array(BANDS)
  for (let line = 1; line < half; line++) {
    const band = Math.max(0, BANDS - 1 - Math.floor(Math.log2(half / (line + 0.5))))
    energies[band] = (energies[band] as number) + 2 * ((real[line] as number) ** 2 + (imaginary[line] as number) ** 2)
  }
  return energies.map((energy) => Math.sqrt(energy) / real.length)
}

/** Magnitudes of the spectrum of the squared envelope. Takes and overwrites the waveform's spectrum. */
function envelopeSpectrum(real: Float64Array, imaginary: Float64Array): Float64Array {
  const half = real.length / 2
  for (let line = 0; line < real.length; line++) {
    if (line >= half * ENVELOPE_FROM && line <= half * ENVELOPE_TO) continue
    real[line] = 0
    imaginary[line] = 0
  }
  inverseFourier(real, imaginary)
  let mean = 0
  for (let at = 0; at < real.length; at++) {
    real[at] = (real[at] as number) ** 2 + (imaginary[at] as number) ** 2
    mean += (real[at] as number) / real.length
  }
  for (let at = 0; at < real.length; at++) real[at] = (real[at] as number) - mean
  imaginary.fill(0)
  fourier(real, imaginary)
  return Float64Array.from({ length: half }, (_, line) => Math.hypot(real[line] as number, imaginary[line] as number))
}

function height(spectrum: Float64Array, hz: number, resolutionHz: number): number {
  const from = Math.max(1, Math.floor((hz * (1 - SLIP)) / resolutionHz))
  const to = Math.min(spectrum.length - 1, Math.ceil((hz * (1 + SLIP)) / resolutionHz))
  let highest = 0
  for (let line = from; line <= to; line++) highest = Math.max(highest, spectrum[line] as number)
  const median = spectrum.toSorted()[spectrum.length >> 1] ?? 0
  return median === 0 ? 0 : highest / median
}
