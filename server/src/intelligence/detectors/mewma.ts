import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { fitMewma, squaredLength, type MewmaFit } from './mewma-fit.ts'
import type { RowDetector } from './row-detector.ts'

/** How a MEWMA chart learns and judges. */
export interface MewmaSettings {
  /** Rows from which it learns before it judges. */
  readonly learnRows: number
  /** λ: the weight of the newest row. 0.1 sees shifts of half a standard deviation within some tens of rows. */
  readonly smoothing: number
  /** Part of the deviation that becomes usual with each normal row, so that slow drift of weather and wear is followed. */
  readonly adaptation: number
  /** The limit as a multiple of what 1 % of the normal rows exceeded. */
  readonly margin: number
}

export const MEWMA_DEFAULTS: MewmaSettings = { learnRows: 400, smoothing: 0.1, adaptation: 0.01, margin: 6 }

/** Scaled deviations are cut at this many standard deviations: one absurd value shall not ring for an hour. */
const CUT = 1000

const [KIND, VERSION] = ['mewma', 1]

/**
 * Multivariate exponentially weighted moving average chart of one asset (Lowry, Woodall, Champ and Rigdon, Technometrics 34, 1992) with floored eigenvalues: sees
 * when signals stop moving together, though each is still within its own range. Memory: learnRows × width numbers while it learns, width² afterwards.
 */
export class Mewma implements RowDetector {
  readonly width: number
  readonly #settings: MewmaSettings
  #learned: Float64Array | undefined
  #rows = 0
  #fit: MewmaFit | undefined
  readonly #smoothed: Float64Array
  readonly #base: Float64Array
  readonly #last: Float64Array

  constructor(width: number, settings: MewmaSettings = MEWMA_DEFAULTS) {
    this.width = width
    this.#settings = settings
    this.#smoothed = new Float64Array(width)
    this.#base = new Float64Array(width)
    this.#last = new Float64Array(width).fill(Number.NaN)
  }

  get ready(): boolean {
    return this.#fit !== undefined
  }

  step(row: Float64Array, mayLearn: boolean): number {
    for (let column = 0; column < this.width; column++) if (Number.isFinite(row[column] as number)) this.#last[column] = row[column] as number
    const fit = this.#fit
    if (fit === undefined) {
      if (mayLearn) this.#learn()
      return Number.NaN
    }
    const { smoothing, adaptation, margin } = this.#settings
    for (let column = 0; column < this.width; column++) {
      const before = this.#smoothed[column] as number
      if (!Number.isFinite(row[column] as number)) continue
      const deviation = ((row[column] as number) - (fit.mean[column] as number)) * (fit.scale[column] as number) - (this.#base[column] as number)
      const after = before + smoothing * (Math.max(-CUT, Math.min(CUT, deviation)) - before)
      this.#smoothed[column] = after
    }
    const ratio = squaredLength(fit.whitening, this.#smoothed) / (fit.usual * margin)
    if (mayLearn && ratio <= 1) for (let column = 0; column < this.width; column++) this.#base[column] = (this.#base[column] as number) + adaptation * (this.#smoothed[column] as number)
    return ratio
  }

  /**
   * A signal's part is what the score would lose if the signal alone had the value that the others let expect (reconstruction-based contribution,
   * Alcala and Qin, Automatica 45, 2009): when one signal alone is wrong, its part is the largest.
   */
  contributions(into: Float64Array): Float64Array {
    into.fill(0)
    if (this.#fit === undefined) return into
    const { width } = this
    const { whitening } = this.#fit
    const own = new Float64Array(width)
    for (let k = 0; k < width; k++) {
      let part = 0
      for (let column = 0; column < width; column++) part += (whitening[k * width + column] as number) * (this.#smoothed[column] as number)
      for (let column = 0; column < width; column++) {
        const weight = whitening[k * width + column] as number
        into[column] = (into[column] as number) + weight * part
        own[column] = (own[column] as number) + weight * weight
      }
    }
    let sum = 0
    for (let column = 0; column < width; column++) sum += into[column] = own[column] === 0 ? 0 : (into[column] as number) ** 2 / (own[column] as number)
    if (sum > 0) for (let column = 0; column < width; column++) into[column] = (into[column] as number) / sum
    return into
  }

  rebase(): void {
    for (let column = 0; column < this.width; column++) this.#base[column] = (this.#base[column] as number) + (this.#smoothed[column] as number)
    this.#smoothed.fill(0)
  }

  #learn(): void {
    if (this.#last.some(Number.isNaN)) return
    const { learnRows, smoothing } = this.#settings
    this.#learned ??= new Float64Array(learnRows * this.width)
    this.#learned.set(this.#last, this.#rows * this.width)
    this.#rows++
    if (this.#rows < learnRows) return
    this.#fit = fitMewma(this.#learned, this.#rows, this.width, smoothing)
    this.#learned = undefined
  }

  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    const { learnRows, smoothing, adaptation, margin } = this.#settings
    into.integer(this.width)
    into.numbers(Float64Array.of(learnRows, smoothing, adaptation, margin))
    for (const numbers of [this.#smoothed, this.#base, this.#last]) into.numbers(numbers)
    into.integer(this.#rows)
    into.integer(this.#fit === undefined ? 0 : 1)
    if (this.#fit === undefined) into.numbers(this.#learned?.subarray(0, this.#rows * this.width) ?? new Float64Array())
    else for (const numbers of [this.#fit.mean, this.#fit.scale, this.#fit.whitening, Float64Array.of(this.#fit.usual)]) into.numbers(numbers)
    return into.finish()
  }

  /** @throws MillwrightError CORRUPT_FILE when the bytes are no saved MEWMA chart. */
  static restore(bytes: Uint8Array): Mewma {
    const from = new StateReader(bytes, KIND, VERSION)
    const width = from.integer()
    const [learnRows = 0, smoothing = 0, adaptation = 0, margin = 0] = from.numbers(4)
    const chart = new Mewma(width, { learnRows, smoothing, adaptation, margin })
    for (const numbers of [chart.#smoothed, chart.#base, chart.#last]) numbers.set(from.numbers(width))
    chart.#rows = from.integer()
    if (from.integer() === 1) {
      const [mean, scale, whitening] = [from.numbers(width), from.numbers(width), from.numbers(width * width)]
      chart.#fit = { mean, scale, whitening, usual: from.numbers(1)[0] ?? Number.NaN }
    } else {
      const learned = from.numbers(chart.#rows * width)
      if (chart.#rows > 0) chart.#learned = new Float64Array(learnRows * width)
      chart.#learned?.set(learned)
    }
    return chart
  }
}
