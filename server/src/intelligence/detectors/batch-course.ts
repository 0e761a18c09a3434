import type { StateReader, StateWriter } from '../scoring/state-codec.ts'

/** Points along a run at which runs are compared. */
export const COURSE_POINTS = 24
/** Good runs before a run is judged. */
export const LEAST_RUNS = 8
/** Half width of the envelope in standard deviations of good runs, wider while few are known; least part of the course's range; deviations are cut. */
const [WIDTH, FEW, LEAST_PART, CUT] = [4, 3, 0.02, 12]
/** Runs that the mean spread of all points counts for at each point: five runs say little of a point's own spread. */
const PRIOR_RUNS = 4
/** A signal follows courses when points of all of them differ from each other by so many times what runs differ at a point (variances). */
const FOLLOWS = 1
/** Weight of the newest frame in the deviation that is judged, so that one sample does not ring. */
const WEIGHT = 0.5
/** Runs that are remembered: older ones fade. */
const MEMORY = 50

/** How far a signal is from its course. */
export interface CourseDeviation {
  /** 1 at the envelope's border. */
  readonly score: number
  readonly expected: number
  /** Half width of the envelope. */
  readonly band: number
}

/**
 * The usual course of an asset's signals through one phase of a recipe: mean and spread over good runs at each part of the way, an envelope learned in one pass
 * (Nomikos and MacGregor, Technometrics 37, 1995, univariate, aligned by time over the usual length). A run is gathered apart and counts only when it was good to its end.
 * 300 bytes a signal and phase.
 */
export class BatchCourse {
  readonly width: number
  /** By point and signal: runs, mean, sum of squares about it. */
  readonly #runs: Float32Array
  readonly #mean: Float32Array
  readonly #squares: Float32Array
  /** Values of the run that goes on; NaN where it was not yet. */
  readonly #run: Float32Array
  readonly #smoothed: Float32Array
  /** Of each signal, worked out when a run was learned: mean variance between runs, and the least half width of its envelope; NaN where it follows no course. */
  readonly #pooled: Float64Array
  readonly #least: Float64Array
  #known = 0

  constructor(width: number) {
    this.width = width
    const columns = () => new Float32Array(COURSE_POINTS * width)
    this.#runs = columns()
    this.#mean = columns()
    this.#squares = columns()
    this.#run = columns().fill(Number.NaN)
    this.#smoothed = new Float32Array(width)
    this.#pooled = new Float64Array(width)
    this.#least = new Float64Array(width).fill(Number.NaN)
  }

  /** Good runs that it was learned from. */
  get known(): number {
    return this.#known
  }

  get bytes(): number {
    return 4 * COURSE_POINTS * this.width * 4
  }

  /** A run begins. */
  begin(): void {
    this.#run.fill(Number.NaN)
    this.#smoothed.fill(0)
  }

  /** Keeps a value of the run that goes on; `progress` is 0 to 1. */
  gather(signal: number, progress: number, value: number): void {
    if (Number.isFinite(value)) this.#run[this.#at(signal, progress)] = value
  }

  /** How far a value is from the course within `slack` (a part of the way) before and behind; undefined where it is not known. To be asked once a frame and signal. */
  judge(signal: number, progress: number, value: number, slack = 0): CourseDeviation | undefined {
    const own = this.#at(signal, progress)
    if ((this.#runs[own] as number) < LEAST_RUNS || !Number.isFinite(value) || Number.isNaN(this.#least[signal] as number)) return undefined
    let half = this.#half(signal, own)
    let [low, high] = [this.#mean[own] as number, this.#mean[own] as number]
    const last = this.#at(signal, progress + slack)
    for (let at = this.#at(signal, progress - slack); at <= last; at += this.width) {
      if ((this.#runs[at] as number) < LEAST_RUNS) continue
      low = Math.min(low, this.#mean[at] as number)
      high = Math.max(high, this.#mean[at] as number)
      half = Math.max(half, this.#half(signal, at))
    }
    const expected = Math.max(low, Math.min(high, value))
    const off = Math.max(-CUT, Math.min(CUT, (value - expected) / half))
    const smoothed = (this.#smoothed[signal] = (this.#smoothed[signal] as number) + WEIGHT * (off - (this.#smoothed[signal] as number)))
    return { score: Math.abs(smoothed), expected, band: half }
  }

  /** Half width of the envelope at a point. */
  #half(signal: number, at: number): number {
    const runs = this.#runs[at] as number
    const spread = Math.sqrt(((this.#squares[at] as number) + PRIOR_RUNS * (this.#pooled[signal] as number)) / (runs - 1 + PRIOR_RUNS))
    return Math.max(WIDTH * (1 + FEW / runs) * spread, this.#least[signal] as number)
  }

  /** Whether a signal takes a course here. */
  follows(signal: number): boolean {
    return !Number.isNaN(this.#least[signal])
  }

  /** The run that went on was good: it counts. */
  learn(): void {
    this.#known++
    for (let at = 0; at < this.#run.length; at++) {
      const value = this.#run[at] as number
      if (Number.isNaN(value)) continue
      const runs = (this.#runs[at] = Math.min(MEMORY, (this.#runs[at] as number) + 1))
      // Of fifty runs on, each new one takes the place of an average one.
      if (runs === MEMORY) this.#squares[at] = (this.#squares[at] as number) * (1 - 1 / MEMORY)
      const apart = value - (this.#mean[at] as number)
      this.#mean[at] = (this.#mean[at] as number) + apart / runs
      this.#squares[at] = (this.#squares[at] as number) + apart * (value - (this.#mean[at] as number))
    }
    this.begin()
  }

  /** Means at the points that are known of a signal. */
  *means(signal: number): Generator<number> {
    for (let at = signal; at < this.#mean.length; at += this.width) if ((this.#runs[at] as number) >= LEAST_RUNS) yield this.#mean[at] as number
  }

  /** Works out which signals are judged, given how far means of all courses of the asset lie apart: their variance and range. Where runs differ as much there is no course; where they never differ, nothing is measured. */
  settle(signal: number, { variance, range }: { readonly variance: number; readonly range: number }): void {
    let [sum, freedom] = [0, 0]
    for (let at = signal; at < this.#runs.length; at += this.width) {
      const runs = this.#runs[at] as number
      if (runs < 2) continue
      sum += this.#squares[at] as number
      freedom += runs - 1
    }
    const pooled = freedom === 0 ? 0 : sum / freedom
    this.#pooled[signal] = pooled
    this.#least[signal] = this.#known >= LEAST_RUNS && pooled > 0 && variance >= FOLLOWS * pooled ? LEAST_PART * range : Number.NaN
  }

  #at(signal: number, progress: number): number {
    return Math.max(0, Math.min(COURSE_POINTS - 1, Math.floor(progress * COURSE_POINTS))) * this.width + signal
  }

  /** The same for signals whose places have changed: `places` says where each one was, −1 for a new one. */
  remapped(places: readonly number[]): BatchCourse {
    const course = new BatchCourse(places.length)
    course.#known = this.#known
    const own = course.#columns()
    for (const [index, from] of this.#columns().entries()) {
      for (let point = 0; point * this.width < from.length; point++) {
        for (const [now, before] of places.entries()) if (before >= 0 && before < this.width) (own[index] as Float32Array)[point * course.width + now] = from[point * this.width + before] as number
      }
    }
    for (const [now, before] of places.entries()) {
      if (before < 0 || before >= this.width) continue
      course.#pooled[now] = this.#pooled[before] as number
      course.#least[now] = this.#least[before] as number
    }
    return course
  }

  save(into: StateWriter): void {
    into.integer(this.#known)
    for (const column of this.#columns()) into.shorts(column)
    for (const column of [this.#pooled, this.#least]) into.numbers(column)
  }

  restore(from: StateReader): void {
    this.#known = from.integer()
    for (const column of this.#columns()) column.set(from.shorts(column.length))
    for (const column of [this.#pooled, this.#least]) column.set(from.numbers(column.length))
  }

  #columns(): readonly Float32Array[] {
    return [this.#runs, this.#mean, this.#squares, this.#run, this.#smoothed]
  }
}
