import { invertSymmetric } from './invert-symmetric.ts'
import { remapColumn, remapMatrix } from './remap.ts'
import type { StateReader, StateWriter } from '../scoring/state-codec.ts'

/** Distinct values that a signal must have shown in a regime before it is judged: setpoints and codes are not measured. */
export const MIN_DISTINCT = 8
/** Frames that are remembered: two weeks of minutes. */
const MEMORY = 20_160
/** Part of the identity that is mixed into the correlations: floors their eigenvalues, so that rounding and missing history are no directions. */
const RIDGE = 0.01
/** A signal that was learned over less than this part of what another was has its correlation from other days than the other's spread: such correlations may contradict the rest. */
const EVEN = 0.9
/** How much of such correlations is believed: the most that leaves no direction with less variance than {@link RIDGE} stands for. */
const BELIEF = [1, 0.9, 0.75, 0.5, 0.25, 0] as const
/** Most that a precision is where all correlations are of the same days; beyond it, they contradict each other. */
const MOST_PRECISE = 1.05 / RIDGE
/** Standardised values are cut here, so that one broken sensor does not make numbers without meaning. */
const MAX_Z = 50
/** A regime is mature when it was entered so often, or lasted so many frames in all (a little more than a Sunday): one stop says little of how stops are. */
const [MIN_ENTRIES, MATURE] = [3, 1_500]

/**
 * What is normal for the signals of an asset in one operating regime: mean, spread and correlation, forgetting exponentially. The score is Hotelling's T² with
 * floored eigenvalues (Hotelling 1947; Jackson and Mudholkar 1979). What a signal should be comes from the others (conditional normal distribution), so that a load
 * change that all signals follow together is normal and one signal that goes its own way is not.
 */
export class FrameModel {
  readonly size: number
  readonly #mean: Float64Array
  readonly #cov: Float64Array
  readonly #spread: Float64Array
  readonly #center: Float64Array
  /** Of single precision, as what follows: half the memory. Means and products are not, since a small spread may lie on a large level. */
  readonly #precision: Float32Array
  readonly #distinct: Float32Array
  readonly #used: Float32Array
  /** Frames in which each signal had a value: one that came later is learned from its own beginning. */
  readonly #seen: Float32Array
  #frames = 0
  #entries = 0
  #nextRefresh = 0
  #isReady = false

  constructor(size: number) {
    this.size = size
    this.#mean = new Float64Array(size)
    this.#cov = new Float64Array(size * size)
    this.#spread = new Float64Array(size).fill(1)
    this.#center = new Float64Array(size)
    this.#precision = new Float32Array(size * size)
    this.#distinct = new Float32Array(size * MIN_DISTINCT).fill(Number.NaN)
    this.#used = new Float32Array(size)
    this.#seen = new Float32Array(size)
  }

  /** Frames learned. */
  get frames(): number {
    return this.#frames
  }

  /** Whether enough was learned to judge. */
  get isReady(): boolean {
    return this.#isReady
  }

  /** Whether the regime was met often or long enough to know how it differs from one time to the next. */
  get isMature(): boolean {
    return this.#entries >= MIN_ENTRIES || this.#frames >= MATURE
  }

  /** The asset came into this regime. */
  enter(): void {
    this.#entries++
  }

  /** Moves what is normal by so many spreads of each judged signal. */
  shift(by: (index: number) => number): void {
    for (let at = 0; at < this.size; at++) {
      if (!this.uses(at)) continue
      const shift = by(at) * (this.#spread[at] as number)
      this.#mean[at] = (this.#mean[at] as number) + shift
      this.#center[at] = (this.#center[at] as number) + shift
    }
  }

  /** Usual spread of a judged signal, in its unit. */
  spreadOf(index: number): number {
    return this.#spread[index] as number
  }

  /** A signal's own level and spread in this regime, whatever the others do. */
  usual(index: number): { readonly value: number; readonly spread: number } {
    return { value: this.#center[index] as number, spread: this.#spread[index] as number }
  }

  /** Whether signal `index` is judged. */
  uses(index: number): boolean {
    return this.#used[index] === 1
  }

  /** Frames after which a regime can be judged. */
  get needed(): number {
    return Math.max(360, 12 * this.size)
  }

  /** Standardised values of a frame into `z`; a missing one becomes what the others make of it. */
  standardise(values: Float64Array, z: Float64Array): void {
    let missing = 0
    for (let at = 0; at < this.size; at++) {
      const value = values[at] as number
      if (this.#used[at] !== 1) z[at] = 0
      else if (Number.isNaN(value)) {
        z[at] = 0
        missing++
      } else z[at] = Math.max(-MAX_Z, Math.min(MAX_Z, (value - (this.#center[at] as number)) / (this.#spread[at] as number)))
    }
    // Three rounds of Gauss-Seidel bring the missing ones near to their conditional means.
    for (let round = 0; missing > 0 && round < 3; round++) {
      for (let at = 0; at < this.size; at++) if (this.#used[at] === 1 && Number.isNaN(values[at])) z[at] = (z[at] as number) - this.residual(z, at)
    }
  }

  /** How far signal `index` is from what the others make of it, in its own spreads. */
  residual(z: Float64Array, index: number): number {
    const row = index * this.size
    let sum = 0
    for (let at = 0; at < this.size; at++) sum += (this.#precision[row + at] as number) * (z[at] as number)
    return sum / (this.#precision[row + index] as number)
  }

  /** The same in spreads of what the others leave open; its square is the signal's contribution. */
  surprise(z: Float64Array, index: number): number {
    return this.residual(z, index) * Math.sqrt(this.#precision[index * this.size + index] as number)
  }

  /** T² of standardised values, per judged signal, so that assets compare. */
  score(z: Float64Array): number {
    let [sum, used] = [0, 0]
    for (let row = 0; row < this.size; row++) {
      const left = z[row] as number
      used += this.#used[row] as number
      if (left === 0) continue
      let inner = 0
      for (let at = 0; at < this.size; at++) inner += (this.#precision[row * this.size + at] as number) * (z[at] as number)
      sum += left * inner
    }
    return used === 0 ? Number.NaN : Math.max(0, sum) / used
  }

  /** What signal `index` should be at these values, and how far it normally strays from that, in its unit. */
  expected(z: Float64Array, index: number): { readonly value: number; readonly spread: number } {
    const scale = this.#spread[index] as number
    const value = (this.#center[index] as number) + ((z[index] as number) - this.residual(z, index)) * scale
    return { value, spread: scale / Math.sqrt(this.#precision[index * this.size + index] as number) }
  }

  /** Learns a frame. `masked` tells which signals are counters or otherwise not to be judged. */
  learn(values: Float64Array, masked: (index: number) => boolean): void {
    this.#frames++
    const { size } = this
    for (let row = 0; row < size; row++) {
      const value = values[row] as number
      if (Number.isNaN(value)) continue
      this.#noteDistinct(row, value)
      const seen = (this.#seen[row] = (this.#seen[row] as number) + 1)
      const weight = Math.max(1 / seen, 1 / MEMORY)
      const delta = value - (this.#mean[row] as number)
      for (let at = 0; at < row; at++) {
        const other = (values[at] as number) - (this.#mean[at] as number)
        if (Number.isNaN(other)) continue
        const cell = row * size + at
        const both = Math.max(1 / Math.min(seen, this.#seen[at] as number), 1 / MEMORY)
        // The means of earlier columns have moved already: that is Welford's order of the product.
        this.#cov[cell] = (this.#cov[cell] as number) * (1 - both) + both * delta * other
      }
      this.#cov[row * size + row] = (this.#cov[row * size + row] as number) * (1 - weight) + weight * (1 - weight) * delta * delta
      this.#mean[row] = (this.#mean[row] as number) + weight * delta
    }
    if (this.#frames < this.needed || this.#frames < this.#nextRefresh) return
    this.#refresh(masked)
    this.#nextRefresh = this.#frames + (this.#frames < 2_880 ? 60 : 360)
  }

  #noteDistinct(row: number, exact: number): void {
    const value = Math.fround(exact)
    for (let at = row * MIN_DISTINCT; at < (row + 1) * MIN_DISTINCT; at++) {
      const known = this.#distinct[at] as number
      if (known === value) return
      if (Number.isNaN(known)) {
        this.#distinct[at] = value
        return
      }
    }
  }

  /** Takes over what was learned into what frames are judged by. */
  #refresh(masked: (index: number) => boolean): void {
    const { size } = this
    for (let row = 0; row < size; row++) {
      const mean = this.#mean[row] as number
      const variance = this.#cov[row * size + row] as number
      const isVaried = !Number.isNaN(this.#distinct[(row + 1) * MIN_DISTINCT - 1] as number)
      const spread = Math.sqrt(Math.max(0, variance))
      this.#used[row] = isVaried && (this.#seen[row] as number) >= this.needed && spread > 1e-9 * Math.abs(mean) && spread > 0 && !masked(row) ? 1 : 0
      this.#spread[row] = this.#used[row] === 1 ? spread : 1
      this.#center[row] = mean
    }
    const precision = new Float64Array(size * size)
    this.#isReady = BELIEF.some((belief) => {
      this.#correlate(precision, belief)
      return invertSymmetric(precision, size) && precision.every((value, at) => at % (size + 1) !== 0 || value <= MOST_PRECISE)
    })
    this.#precision.set(precision)
    // Rounding may leave the two halves apart by a hair; one of them is what is saved.
    mirror(this.#precision, size)
  }

  /** Correlations of what is judged; of those that are from other days than the rest, a part. */
  #correlate(into: Float64Array, belief: number): void {
    const { size } = this
    for (let row = 0; row < size; row++) {
      into[row * size + row] = 1
      for (let at = 0; at < row; at++) {
        const together = this.#used[row] === 1 && this.#used[at] === 1
        const correlation = together ? (1 - RIDGE) * Math.max(-1, Math.min(1, (this.#cov[row * size + at] as number) / ((this.#spread[row] as number) * (this.#spread[at] as number)))) : 0
        const trusted = belief === 1 || this.#isEven(row, at) ? correlation : belief * correlation
        into[row * size + at] = trusted
        into[at * size + row] = trusted
      }
    }
  }

  /** Whether two signals were learned over about the same time, as far as it is remembered. */
  #isEven(one: number, other: number): boolean {
    const [some, more] = [this.#seen[one] as number, this.#seen[other] as number].map((seen) => Math.min(MEMORY, seen)) as [number, number]
    return Math.min(some, more) >= EVEN * Math.max(some, more)
  }

  /** The same model again, exactly. */
  copy(): FrameModel {
    const copy = new FrameModel(this.size)
    const [columns, shorts] = [this.#columns(), this.#shorts()]
    for (const [index, column] of copy.#columns().entries()) column.set(columns[index] as Float64Array)
    for (const [index, column] of copy.#shorts().entries()) column.set(shorts[index] as Float32Array)
    copy.#cov.set(this.#cov)
    copy.#precision.set(this.#precision)
    copy.#frames = this.#frames
    copy.#entries = this.#entries
    copy.#nextRefresh = this.#nextRefresh
    copy.#isReady = this.#isReady
    return copy
  }

  /** Takes over what another model learned of the same regime of an asset whose signals have changed; `places` as in {@link remapColumn}. */
  takeOver(other: FrameModel, places: readonly number[]): void {
    for (const [into, from] of [[this.#mean, other.#mean], [this.#spread, other.#spread], [this.#center, other.#center]] as const) remapColumn(into, from, places)
    for (const [into, from] of [[this.#used, other.#used], [this.#seen, other.#seen]] as const) remapColumn(into, from, places)
    remapColumn(this.#distinct, other.#distinct, places, MIN_DISTINCT)
    remapMatrix(this.#cov, other.#cov, places, other.size)
    for (let at = 0; at < this.size; at++) this.#precision[at * this.size + at] = 1
    remapMatrix(this.#precision, other.#precision, places, other.size)
    this.#frames = other.#frames
    this.#entries = other.#entries
    this.#isReady = other.#isReady
    // With the next frame the precision is worked out again for the signals as they are now.
    this.#nextRefresh = 0
  }

  save(into: StateWriter): void {
    for (const value of [this.#frames, this.#entries, this.#nextRefresh, Number(this.#isReady)]) into.number(value)
    for (const column of this.#columns()) into.numbers(column)
    for (const column of this.#shorts()) into.shorts(column)
    into.numbers(lowerHalf(this.#cov, this.size, new Float64Array(halfOf(this.size))))
    into.shorts(lowerHalf(this.#precision, this.size, new Float32Array(halfOf(this.size))))
  }

  restore(from: StateReader): void {
    this.#frames = from.number()
    this.#entries = from.number()
    this.#nextRefresh = from.number()
    this.#isReady = from.number() === 1
    for (const column of this.#columns()) column.set(from.numbers(column.length))
    for (const column of this.#shorts()) column.set(from.shorts(column.length))
    fillHalf(this.#cov, this.size, from.numbers(halfOf(this.size)))
    fillHalf(this.#precision, this.size, from.shorts(halfOf(this.size)))
    mirror(this.#precision, this.size)
  }

  #columns(): readonly Float64Array[] {
    return [this.#mean, this.#spread, this.#center]
  }

  #shorts(): readonly Float32Array[] {
    return [this.#distinct, this.#used, this.#seen]
  }
}

/** Numbers on and below the diagonal. */
function halfOf(size: number): number {
  return (size * (size + 1)) / 2
}

/** The diagonal and what lies below it, row by row, into `half`. */
function lowerHalf<Numbers extends Float64Array | Float32Array>(matrix: Numbers, size: number, half: Numbers): Numbers {
  for (let row = 0, at = 0; row < size; at += ++row) half.set(matrix.subarray(row * size, row * size + row + 1), at)
  return half
}

function fillHalf(matrix: Float64Array | Float32Array, size: number, half: Float64Array | Float32Array): void {
  for (let row = 0, at = 0; row < size; at += ++row) matrix.set(half.subarray(at, at + row + 1), row * size)
}

/** Copies the lower half of a square matrix to the upper one. */
function mirror(matrix: Float32Array, size: number): void {
  for (let row = 0; row < size; row++) for (let at = 0; at < row; at++) matrix[at * size + row] = matrix[row * size + at] as number
}
