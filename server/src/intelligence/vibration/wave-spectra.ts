import { fourier, inverseFourier } from '../algebra/fourier.ts'

/** Points of a recording that are looked at, at most: 10 s at 25.6 kHz. A longer one is cut to its begin. */
export const MAX_POINTS = 1 << 18
/** The band whose envelope is taken, as parts of half of the sampling rate: blows of bearings ring structures there (Randall and Antoni, MSSP 25 (2011), section 5). */
const [ENVELOPE_FROM, ENVELOPE_TO] = [0.2, 0.8]

/** Spectra of a recording: line `i` is at `i * stepHz`. */
export interface WaveSpectra {
  readonly stepHz: number
  /** Hz between what can be told apart; a Hann window is two of them wide. */
  readonly resolutionHz: number
  /** Amplitude (peak) of each line. */
  readonly amplitudes: Float64Array
  /** Mean square that each line holds: their sum is that of the recording (Parseval). */
  readonly powers: Float64Array
  /** Amplitudes of the spectrum of the envelope. */
  readonly envelope: Float64Array
  readonly envelopeRms: number
}

/**
 * Spectra of a recording without its mean, by a Hann window and zeroes up to the next power of two (ISO 13373-2, 4.3). The envelope is the magnitude of the analytic signal in the high
 * band, minus its mean.
 */
export function waveSpectra(values: Float64Array, rateHz: number): WaveSpectra {
  const count = values.length
  const size = 2 ** Math.ceil(Math.log2(count))
  const half = size / 2
  const window = hann(count)
  const [real, imaginary] = [new Float64Array(size), new Float64Array(size)]
  // Two real signals in one transform: the recording under its window, and as it is.
  for (let at = 0; at < count; at++) {
    const value = values[at] as number
    real[at] = value * (window.weights[at] as number)
    imaginary[at] = value
  }
  fourier(real, imaginary)
  const [amplitudes, powers] = [new Float64Array(half), new Float64Array(half)]
  const [re, im] = [new Float64Array(size), new Float64Array(size)]
  for (let line = 1; line < half; line++) {
    const mirror = size - line
    const [a, b, c, d] = [real[line] as number, imaginary[line] as number, real[mirror] as number, imaginary[mirror] as number]
    const square = ((a + c) * (a + c) + (b - d) * (b - d)) / 4
    amplitudes[line] = (2 * Math.sqrt(square)) / window.sum
    powers[line] = (2 * square) / (size * window.squares)
    if (line < half * ENVELOPE_FROM || line > half * ENVELOPE_TO) continue
    // Twice the positive half and nothing of the negative one is the analytic signal.
    re[line] = b + d
    im[line] = c - a
  }
  inverseFourier(re, im)
  return { stepHz: rateHz / size, resolutionHz: rateHz / count, amplitudes, powers, ...envelopeOf(re, im, window, count) }
}

/** Overwrites the analytic signal. */
function envelopeOf(re: Float64Array, im: Float64Array, window: Hann, count: number): { envelope: Float64Array; envelopeRms: number } {
  let [mean, squares] = [0, 0]
  for (let at = 0; at < count; at++) mean += (re[at] = Math.hypot(re[at] as number, im[at] as number)) / count
  for (let at = 0; at < count; at++) {
    const value = (re[at] as number) - mean
    squares += value * value
    re[at] = value * (window.weights[at] as number)
  }
  re.fill(0, count)
  im.fill(0)
  fourier(re, im)
  const envelope = new Float64Array(re.length / 2)
  for (let line = 1; line < envelope.length; line++) envelope[line] = (2 * Math.hypot(re[line] as number, im[line] as number)) / window.sum
  return { envelope, envelopeRms: Math.sqrt(squares / count) }
}

interface Hann {
  readonly weights: Float64Array
  readonly sum: number
  readonly squares: number
}

let lastHann: Hann | undefined

/** Recordings mostly have the same length as the one before. */
function hann(count: number): Hann {
  if (lastHann?.weights.length === count) return lastHann
  const weights = Float64Array.from({ length: count }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (at + 0.5)) / count))
  return (lastHann = { weights, sum: weights.reduce((sum, weight) => sum + weight, 0), squares: weights.reduce((sum, weight) => sum + weight * weight, 0) })
}

/** The RMS that the lines from `fromHz` to `toHz` hold; NaN where the recording does not reach so far. */
export function bandRms({ powers, stepHz }: WaveSpectra, fromHz: number, toHz: number): number {
  if (toHz > powers.length * stepHz * 1.0001) return Number.NaN
  let sum = 0
  for (let line = Math.max(1, Math.ceil(fromHz / stepHz)); line < powers.length && line * stepHz <= toHz; line++) sum += powers[line] as number
  return Math.sqrt(sum)
}
