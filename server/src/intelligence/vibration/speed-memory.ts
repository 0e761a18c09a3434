import { US_PER_MINUTE } from '@millwright/model/time.ts'
import type { StateReader, StateWriter } from '../scoring/state-codec.ts'

/** Speeds that are remembered of one signal: recordings come a little later than the numbers around them. */
const KEPT = 128
/** A speed stands for so long at most: gateways send unchanged ones every ten minutes or so. */
export const SPEED_HOLD_US = 16 * US_PER_MINUTE

/** The last speeds of one shaft, to know that at the time of a recording. */
export class SpeedMemory {
  readonly #timesUs = new Float64Array(KEPT).fill(Number.NaN)
  readonly #values = new Float64Array(KEPT)
  #next = 0

  add(timeUs: number, value: number): void {
    this.#timesUs[this.#next] = timeUs
    this.#values[this.#next] = value
    this.#next = (this.#next + 1) % KEPT
  }

  /** The newest one at or before a time, else the first one after it; undefined when there is none within a quarter of an hour. */
  at(timeUs: number): number | undefined {
    let [best, distance] = [-1, Number.POSITIVE_INFINITY]
    for (let at = 0; at < KEPT; at++) {
      const ageUs = timeUs - (this.#timesUs[at] as number)
      // What lies before counts as nearer than anything after.
      const away = ageUs >= 0 ? ageUs : SPEED_HOLD_US - ageUs
      if (Math.abs(ageUs) <= SPEED_HOLD_US && away < distance) [best, distance] = [at, away]
    }
    return best < 0 ? undefined : this.#values[best]
  }

  save(into: StateWriter): void {
    into.integer(this.#next)
    into.numbers(this.#timesUs)
    into.numbers(this.#values)
  }

  restore(from: StateReader): void {
    this.#next = from.integer() % KEPT
    this.#timesUs.set(from.numbers(KEPT))
    this.#values.set(from.numbers(KEPT))
  }
}
