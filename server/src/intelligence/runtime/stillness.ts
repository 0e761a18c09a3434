import type { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { remapColumn } from './remap.ts'

/** A signal stands still when it has not changed for this many frames, and for this many times the longest stretch that was normal for it. */
const [STILL_FRAMES, STILL_TIMES] = [30, 3]
/** Weight of the newest frame in how often a signal moves: the memory is about a day. */
const PACE = 0.001
/** Only a signal that moves in so many frames can stand still; one that moves in fewer than the other is no measurement: an order's size. */
const [LIVELY, IDLE] = [0.5, 0.02]
/** Steps of a signal must usually be this many times the smallest one it shows, or standing still says nothing but that it is shown coarsely. */
const COARSE = 2
/** A value at which a signal stood for so many frames is one of its rests: a closed gripper, an axis at home. */
const REST_FRAMES = 12

/** Finds sensors that repeat one value while the machine works, and knows which signals only ever grow or hardly ever change. */
export class Stillness {
  readonly size: number
  readonly #last: Float64Array
  readonly #ups: Float64Array
  readonly #downs: Float64Array
  readonly #still: Float64Array
  readonly #longest: Float64Array
  readonly #moving: Float64Array
  readonly #step: Float64Array
  readonly #least: Float64Array
  readonly #rest: Float64Array

  constructor(size: number) {
    this.size = size
    const column = (fill: number) => new Float64Array(size).fill(fill)
    this.#last = column(Number.NaN)
    this.#ups = column(0)
    this.#downs = column(0)
    this.#still = column(0)
    this.#longest = column(0)
    // Taken for lively until it has shown otherwise.
    this.#moving = column(LIVELY)
    this.#step = column(0)
    this.#least = column(Number.POSITIVE_INFINITY)
    this.#rest = column(Number.NaN)
  }

  /** Takes the values of a frame. While it may not learn, what is normal stays as it is. */
  frame(values: Float64Array, mayLearn: boolean): void {
    for (let at = 0; at < this.size; at++) {
      const value = values[at] as number
      const before = this.#last[at] as number
      if (Number.isNaN(value)) continue
      const moved = value !== before
      if (!Number.isNaN(before)) this.#note(at, value - before, mayLearn)
      const still = this.#still[at] as number
      // Learned when it is over: while it lasts nobody knows whether it is normal.
      if (moved && mayLearn) {
        this.#longest[at] = Math.max(this.#longest[at] as number, still)
        if (still >= REST_FRAMES) this.#rest[at] = before
      }
      this.#still[at] = moved ? 0 : still + 1
      this.#last[at] = value
    }
  }

  #note(at: number, step: number, mayLearn: boolean): void {
    if (step > 0) this.#ups[at] = (this.#ups[at] as number) + 1
    else if (step < 0) this.#downs[at] = (this.#downs[at] as number) + 1
    if (!mayLearn) return
    this.#moving[at] = (this.#moving[at] as number) + PACE * ((step === 0 ? 0 : 1) - (this.#moving[at] as number))
    if (step === 0) return
    const size = Math.abs(step)
    this.#step[at] = (this.#step[at] as number) + 0.02 * (Math.min(size, 1e300) - (this.#step[at] as number))
    this.#least[at] = Math.min(this.#least[at] as number, size)
  }

  /** Whether a signal only ever grows, but for a reset now and then: a counter. `least` is how many rises are enough to say so. */
  isCounter(at: number, least: number): boolean {
    const [ups, downs] = [this.#ups[at] as number, this.#downs[at] as number]
    return (ups >= least && downs === 0) || (ups >= 30 && downs <= 0.02 * ups)
  }

  /** Whether a signal hardly ever changes. */
  isIdle(at: number): boolean {
    return (this.#moving[at] as number) < IDLE
  }

  /** The signal that has stood still for longest beyond what is normal for it, while the machine works; −1 when none has. */
  frozen(uses: (at: number) => boolean): number {
    let [worst, ratio, moving, lively] = [-1, 1, 0, 0]
    for (let at = 0; at < this.size; at++) {
      if (!uses(at) || (this.#moving[at] as number) < LIVELY) continue
      lively++
      if (this.#still[at] === 0) moving++
      const value = this.#last[at] as number
      const isCoarse = (this.#step[at] as number) < COARSE * (this.#least[at] as number)
      const beyond = (this.#still[at] as number) / Math.max(STILL_FRAMES, STILL_TIMES * (this.#longest[at] as number))
      if (beyond > ratio && value !== 0 && value !== this.#rest[at] && !isCoarse) [worst, ratio] = [at, beyond]
    }
    // At least half of what usually moves does: a machine that stands is no machine with a dead sensor.
    return lively > 1 && moving >= lively / 2 ? worst : -1
  }

  /** Takes over what is known of signals whose places have changed; `places` as in {@link remapColumn}. */
  takeOver(other: Stillness, places: readonly number[]): void {
    const from = other.#columns()
    for (const [index, column] of this.#columns().entries()) remapColumn(column, from[index] as Float64Array, places)
  }

  save(into: StateWriter): void {
    for (const column of this.#columns()) into.numbers(column)
  }

  restore(from: StateReader): void {
    for (const column of this.#columns()) column.set(from.numbers(this.size))
  }

  #columns(): readonly Float64Array[] {
    return [this.#last, this.#ups, this.#downs, this.#still, this.#longest, this.#moving, this.#step, this.#least, this.#rest]
  }
}
