import type { StateReader, StateWriter } from '../scoring/state-codec.ts'

/** Samples between what is learned and what is judged, so that an anomaly does not hide itself; samples before anything is said. */
const [APART, LEAST] = [50, 100]

/** Highest answer: beyond it, more strange is no more strange. */
const HIGHEST = 6

/**
 * How far the mean of a score's last samples is above what that mean usually is, in standard deviations of its whole past: a burst of somewhat strange samples counts like one very strange
 * one, whatever the scale of the score (the anomaly likelihood of Ahmad, Lavin, Purdy and Agha, Neurocomputing 262, 2017, in deviations instead of a probability). Constant memory.
 */
export class RecentExcess {
  readonly #samples: number
  readonly #past = new Float64Array(APART)
  #seen = 0
  #smoothed = 0
  #learned = 0
  #mean = 0
  #variance = 0

  /** `samples` is how many samples "the last" are, about. */
  constructor(samples: number) {
    this.#samples = samples
  }

  /** From 0 to 6. A score of NaN counts as 0. */
  step(score: number): number {
    this.#seen++
    this.#smoothed += ((Number.isNaN(score) ? 0 : score) - this.#smoothed) / Math.min(this.#seen, this.#samples)
    const excess = this.#variance > 0 ? (this.#smoothed - this.#mean) / Math.sqrt(this.#variance) : 0
    const place = this.#seen % APART
    if (this.#seen > APART) this.#learn(this.#past[place] as number)
    this.#past[place] = this.#smoothed
    return this.#seen < LEAST ? 0 : Math.min(HIGHEST, Math.max(0, excess))
  }

  #learn(value: number): void {
    this.#learned++
    const apart = value - this.#mean
    this.#mean += apart / this.#learned
    this.#variance += (apart * (value - this.#mean) - this.#variance) / this.#learned
  }

  save(into: StateWriter): void {
    into.numbers(Float64Array.of(this.#samples, this.#seen, this.#smoothed, this.#learned, this.#mean, this.#variance))
    into.numbers(this.#past)
  }

  /** @throws MillwrightError CORRUPT_FILE when there is something else. */
  static restore(from: StateReader): RecentExcess {
    const [samples = 1, seen = 0, smoothed = 0, learned = 0, mean = 0, variance = 0] = from.numbers(6)
    const excess = new RecentExcess(samples)
    excess.#seen = seen
    excess.#smoothed = smoothed
    excess.#learned = learned
    excess.#mean = mean
    excess.#variance = variance
    excess.#past.set(from.numbers(APART))
    return excess
  }
}
