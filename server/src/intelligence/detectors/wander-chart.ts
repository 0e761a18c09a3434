import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import type { RowDetector } from './row-detector.ts'
import { fitWander, LEAST_WANDER_ROWS, type WanderFit } from './wander-fit.ts'

/** How a wander chart learns and judges. */
export interface WanderSettings {
  /** Rows from which it learns before it judges. */
  readonly learnRows: number
  /** Weight of the newest row in the smoothed deviation. */
  readonly smoothing: number
  /** A signal is abnormal this many standard deviations from where its level may be. */
  readonly limit: number
}

export const WANDER_DEFAULTS: WanderSettings = { learnRows: 400, smoothing: 0.15, limit: 4 }

/** Part of the limit above which a signal's level is no longer followed, and highest number of standard deviations that counts. */
const [HELD, HIGHEST] = [0.7, 1000]

const [KIND, VERSION] = ['wander-chart', 1]

/** The live part of one signal beside its fit. */
interface Follower {
  readonly fit: WanderFit
  level: number
  unsure: number
  smoothed: number
  deviation: number
}

/**
 * A chart of one asset that knows which of its signals wander: temperatures drift with the weather and the load, flows and speeds do not. Each signal is a level with noise
 * (a Kalman filter of the local level model, Harvey 1989); an exponentially smoothed deviation from the level is judged against its usual spread plus what the level may have
 * wandered since it was last known. The score is the largest deviation over the limit. A signal that is abnormal is no longer followed, the others are: what is abnormal does not
 * become usual, and what drifts does not ring. Memory: learnRows × width numbers while it learns, 9 a signal afterwards.
 */
export class WanderChart implements RowDetector {
  readonly width: number
  readonly #settings: WanderSettings
  readonly #last: Float64Array
  #learned: Float64Array[] | undefined
  #rows = 0
  #followers: Follower[] | undefined

  constructor(width: number, settings: WanderSettings = WANDER_DEFAULTS) {
    this.width = width
    this.#settings = { ...settings, learnRows: Math.max(LEAST_WANDER_ROWS, settings.learnRows) }
    this.#last = new Float64Array(width).fill(Number.NaN)
  }

  get ready(): boolean {
    return this.#followers !== undefined
  }

  /** `mayLearn` false also stops the following of levels that wander: for start-ups and planned stops. */
  step(row: Float64Array, mayLearn: boolean): number {
    for (let column = 0; column < this.width; column++) if (Number.isFinite(row[column] as number)) this.#last[column] = row[column] as number
    if (this.#followers === undefined) {
      if (mayLearn) this.#learn()
      return Number.NaN
    }
    const { smoothing, limit } = this.#settings
    let highest = 0
    for (let column = 0; column < this.width; column++) {
      const follower = this.#followers[column] as Follower
      const { noise, wander, usual, unsure } = follower.fit
      const value = row[column] as number
      if (noise > 0 && Number.isFinite(value)) {
        follower.smoothed += smoothing * (value - follower.level - follower.smoothed)
        const spread = Math.sqrt(usual + Math.max(0, follower.unsure - unsure))
        follower.deviation = Math.max(-HIGHEST, Math.min(HIGHEST, follower.smoothed / spread))
      }
      follower.unsure += wander
      const size = Math.abs(follower.deviation)
      highest = Math.max(highest, size)
      if (mayLearn && wander > 0 && size <= limit * HELD && Number.isFinite(value)) {
        const gain = follower.unsure / (follower.unsure + noise)
        follower.level += gain * (value - follower.level)
        follower.unsure *= 1 - gain
      }
    }
    return highest / limit
  }

  /** A signal's part grows with the square of its deviation. */
  contributions(into: Float64Array): Float64Array {
    into.fill(0)
    let sum = 0
    for (const [column, { deviation }] of this.#followers?.entries() ?? []) sum += into[column] = deviation ** 2
    if (sum > 0) for (let column = 0; column < this.width; column++) into[column] = (into[column] as number) / sum
    return into
  }

  /** Where a signal's level is held to be, and how many standard deviations it is away from it now; undefined while it learns. */
  deviationOf(column: number): { readonly level: number; readonly deviation: number } | undefined {
    const follower = this.#followers?.[column]
    return follower === undefined ? undefined : { level: follower.level, deviation: follower.deviation }
  }

  rebase(): void {
    for (const follower of this.#followers ?? []) {
      follower.level += follower.smoothed
      follower.smoothed = 0
      follower.deviation = 0
      follower.unsure = follower.fit.unsure + follower.fit.usual
    }
  }

  #learn(): void {
    if (this.#last.some(Number.isNaN)) return
    const { learnRows, smoothing } = this.#settings
    this.#learned ??= Array.from({ length: this.width }, () => new Float64Array(learnRows))
    for (const [column, values] of this.#learned.entries()) values[this.#rows] = this.#last[column] as number
    this.#rows++
    if (this.#rows < learnRows) return
    this.#followers = this.#learned.map((values) => {
      const fit = fitWander(values, smoothing)
      return { fit, level: fit.level, unsure: fit.unsure, smoothed: 0, deviation: 0 }
    })
    this.#learned = undefined
  }

  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    const { learnRows, smoothing, limit } = this.#settings
    into.integer(this.width)
    into.numbers(Float64Array.of(learnRows, smoothing, limit, this.#rows))
    into.numbers(this.#last)
    into.integer(this.#followers === undefined ? 0 : 1)
    for (const { fit, level, unsure, smoothed, deviation } of this.#followers ?? []) {
      into.numbers(Float64Array.of(fit.noise, fit.wander, fit.level, fit.unsure, fit.usual, level, unsure, smoothed, deviation))
    }
    for (const values of this.#learned ?? []) into.numbers(values.subarray(0, this.#rows))
    return into.finish()
  }

  /** @throws MillwrightError CORRUPT_FILE when the bytes are no saved wander chart. */
  static restore(bytes: Uint8Array): WanderChart {
    const from = new StateReader(bytes, KIND, VERSION)
    const width = from.integer()
    const [learnRows = 0, smoothing = 0, limit = 0, rows = 0] = from.numbers(4)
    const chart = new WanderChart(width, { learnRows, smoothing, limit })
    chart.#last.set(from.numbers(width))
    chart.#rows = rows
    if (from.integer() === 1) {
      chart.#followers = Array.from({ length: width }, () => {
        const [noise = 0, wander = 0, fitLevel = 0, fitUnsure = 0, usual = 0, level = 0, unsure = 0, smoothed = 0, deviation = 0] = from.numbers(9)
        return { fit: { noise, wander, level: fitLevel, unsure: fitUnsure, usual }, level, unsure, smoothed, deviation }
      })
    } else if (rows > 0) {
      chart.#learned = Array.from({ length: width }, () => {
        const values = new Float64Array(chart.#settings.learnRows)
        values.set(from.numbers(rows))
        return values
      })
    }
    return chart
  }
}
