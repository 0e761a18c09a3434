import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import type { SignalDetector } from './signal-detector.ts'

/** The past that a stretch is compared with is this many times as long. */
const PAST = 9

/** Highest score: a flat line that moves at all shall not outshout everything. */
const HIGHEST = 50

const [KIND, VERSION] = ['level-shift', 1]

/** How far the mean of the last `window` samples is from the mean of nine times as many before them, in standard deviations of those (a two-window Shewhart test of level). */
export class LevelShift implements SignalDetector {
  readonly #window: number
  readonly #ring: Float64Array
  #seen = 0
  #score = Number.NaN

  constructor(window: number) {
    this.#window = window
    this.#ring = new Float64Array(window * (PAST + 1))
  }

  get ready(): boolean {
    return this.#seen >= 4 * this.#window
  }

  /** Costs a pass over the past only every eighth of the window; between them the last score stands. */
  step(value: number, _mayLearn: boolean): number {
    if (!Number.isFinite(value)) return this.#score
    this.#ring[this.#seen % this.#ring.length] = value
    this.#seen++
    const pause = Math.max(1, this.#window >> 3)
    if (!this.ready || (this.#seen % pause !== 0 && !Number.isNaN(this.#score))) return this.#score
    const kept = Math.min(this.#seen, this.#ring.length)
    let [recent, past, squares] = [0, 0, 0]
    const anchor = value
    for (let back = 1; back <= kept; back++) {
      const apart = (this.#ring[(this.#seen - back) % this.#ring.length] as number) - anchor
      if (back <= this.#window) recent += apart
      else {
        past += apart
        squares += apart * apart
      }
    }
    const count = kept - this.#window
    const mean = past / count
    const spread = Math.sqrt(Math.max(0, squares / count - mean * mean)) + 1e-6 * Math.abs(mean + anchor) + Number.MIN_VALUE
    this.#score = Math.min(HIGHEST, Math.abs(recent / this.#window - mean) / spread)
    return this.#score
  }

  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    into.numbers(Float64Array.of(this.#window, this.#seen, this.#score))
    into.numbers(this.#ring)
    return into.finish()
  }

  /** @throws MillwrightError CORRUPT_FILE when the bytes are no saved detector of this kind. */
  static restore(bytes: Uint8Array): LevelShift {
    const from = new StateReader(bytes, KIND, VERSION)
    const [window = 1, seen = 0, score = 0] = from.numbers(3)
    const detector = new LevelShift(window)
    detector.#seen = seen
    detector.#score = score
    detector.#ring.set(from.numbers(detector.#ring.length))
    return detector
  }
}
