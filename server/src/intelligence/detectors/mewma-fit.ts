import { symmetricEigen } from '../algebra/symmetric-eigen.ts'

/** What a multivariate chart knows of normal rows. */
export interface MewmaFit {
  readonly mean: Float64Array
  /** 1 over the standard deviation; 0 for a signal that did not move while it was learned. */
  readonly scale: Float64Array
  /** Row `k` turns a scaled deviation into the `k`-th independent one of variance 1. */
  readonly whitening: Float64Array
  /** The score that 1 % of the normal rows exceeded. */
  readonly usual: number
}

/** Part of the largest eigenvalue below which none is believed. */
const EIGENVALUE_FLOOR = 1e-3

/** A standard deviation below this part of the mean is rounding. */
const STILL = 1e-9

/**
 * Learns a MEWMA chart from `rows` rows, row by row in `data`. The covariance is that of the smoothed rows themselves, not (λ/(2−λ)) of the raw ones as in
 * Lowry et al. 1992: plant signals hang together in time, and the theoretical factor then gives limits that ring all day.
 */
export function fitMewma(data: Float64Array, rows: number, width: number, smoothing: number): MewmaFit {
  const { mean, scale } = centreOf(data, rows, width)
  const smoothed = smoothedRows(data, { rows, width, smoothing, mean, scale })
  const covariance = new Float64Array(width * width)
  for (let row = 0; row < rows; row++) {
    for (let a = 0; a < width; a++) {
      const left = (smoothed[row * width + a] as number) / rows
      for (let b = 0; b < width; b++) covariance[a * width + b] = (covariance[a * width + b] as number) + left * (smoothed[row * width + b] as number)
    }
  }
  const { values, vectors } = symmetricEigen(covariance, width)
  const floor = Math.max((values[0] ?? 0) * EIGENVALUE_FLOOR, Number.MIN_VALUE)
  const whitening = new Float64Array(width * width)
  for (const [k, vector] of vectors.entries()) {
    const factor = 1 / Math.sqrt(Math.max(values[k] as number, floor))
    for (let column = 0; column < width; column++) whitening[k * width + column] = scale[column] === 0 ? 0 : (vector[column] as number) * factor
  }
  const from = Math.min(rows - 1, Math.ceil(2 / smoothing))
  const scores = Float64Array.from({ length: rows - from }, (_, row) => squaredLength(whitening, smoothed.subarray((from + row) * width, (from + row + 1) * width))).sort()
  return { mean, scale, whitening, usual: Math.max(scores[Math.ceil(scores.length * 0.99) - 1] ?? 0, width) }
}

/** The squared length of a deviation after whitening: Hotelling's T². */
export function squaredLength(whitening: Float64Array, deviation: Float64Array): number {
  const width = deviation.length
  let sum = 0
  for (let k = 0; k < width; k++) {
    let part = 0
    const row = k * width
    for (let column = 0; column < width; column++) part += (whitening[row + column] as number) * (deviation[column] as number)
    sum += part * part
  }
  return sum
}

function centreOf(data: Float64Array, rows: number, width: number): { readonly mean: Float64Array; readonly scale: Float64Array } {
  const mean = new Float64Array(width)
  const scale = new Float64Array(width)
  for (let column = 0; column < width; column++) {
    let sum = 0
    for (let row = 0; row < rows; row++) sum += data[row * width + column] as number
    const centre = sum / rows
    let squares = 0
    for (let row = 0; row < rows; row++) squares += ((data[row * width + column] as number) - centre) ** 2
    const deviation = Math.sqrt(squares / rows)
    mean[column] = centre
    scale[column] = deviation > STILL * Math.abs(centre) && deviation > 0 ? 1 / deviation : 0
  }
  return { mean, scale }
}

interface Smoothing {
  readonly rows: number
  readonly width: number
  readonly smoothing: number
  readonly mean: Float64Array
  readonly scale: Float64Array
}

function smoothedRows(data: Float64Array, { rows, width, smoothing, mean, scale }: Smoothing): Float64Array {
  const smoothed = new Float64Array(rows * width)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++) {
      const at = row * width + column
      const before = row === 0 ? 0 : (smoothed[at - width] as number)
      smoothed[at] = before + smoothing * (((data[at] as number) - (mean[column] as number)) * (scale[column] as number) - before)
    }
  }
  return smoothed
}
