import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import type { SignalDetector } from './signal-detector.ts'

/** Samples before anything is judged, and the highest score. */
const [LEAST, HIGHEST] = [20, 50]

const [KIND, VERSION] = ['rolling-level', 1]

/** Distance from the median of the last samples, in robust standard deviations: the quartiles', or an eighth of the middle 96 % where that is wider, so that a signal with two states is not always strange. */
export class RollingLevel implements SignalDetector {
  readonly #ring: Float64Array
  readonly #sorted: Float64Array
  #seen = 0
  #score = Number.NaN

  constructor(window = 1000) {
    this.#ring = new Float64Array(window)
    this.#sorted = new Float64Array(window + 1)
  }

  get ready(): boolean {
    return this.#seen >= LEAST
  }

  step(value: number, _mayLearn: boolean): number {
    if (!Number.isFinite(value)) return this.#score
    const kept = Math.min(this.#seen, this.#ring.length)
    const at = (part: number) => this.#sorted[Math.min(kept - 1, Math.floor(kept * part))] as number
    if (this.ready) {
      const median = at(0.5)
      const spread = Math.max((at(0.75) - at(0.25)) / 1.35, (at(0.98) - at(0.02)) / 8) + 1e-6 * Math.abs(median) + Number.MIN_VALUE
      this.#score = Math.min(HIGHEST, Math.abs(value - median) / spread)
    }
    this.#insert(value, kept)
    return this.#score
  }

  #insert(value: number, kept: number): void {
    let count = kept
    if (kept === this.#ring.length) {
      const gone = this.#place(this.#ring[this.#seen % kept] as number, kept)
      this.#sorted.copyWithin(gone, gone + 1, kept)
      count--
    }
    const place = this.#place(value, count)
    this.#sorted.copyWithin(place + 1, place, count)
    this.#sorted[place] = value
    this.#ring[this.#seen % this.#ring.length] = value
    this.#seen++
  }

  #place(value: number, count: number): number {
    let [low, high] = [0, count]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#sorted[middle] as number) < value) low = middle + 1
      else high = middle
    }
    return low
  }

  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    into.numbers(Float64Array.of(this.#seen, this.#score))
    into.numbers(this.#ring)
    return into.finish()
  }

  /** @throws MillwrightError CORRUPT_FILE when the bytes are no saved detector of this kind. */
  static restore(bytes: Uint8Array): RollingLevel {
    const from = new StateReader(bytes, KIND, VERSION)
    const [seen = 0, score = 0] = from.numbers(2)
    const ring = from.numbers()
    const detector = new RollingLevel(ring.length)
    detector.#seen = seen
    detector.#score = score
    detector.#ring.set(ring)
    detector.#sorted.set(ring.slice(0, Math.min(seen, ring.length)).sort())
    return detector
  }
}
