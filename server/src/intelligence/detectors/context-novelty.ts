import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import type { SignalDetector } from './signal-detector.ts'

/** Levels that a value is rounded to, and the longest context in samples. */
const [LEVELS, LONGEST] = [8, 5]

/** Contexts by length: 8⁰ to 8⁵; each counts what came next, 8 numbers. */
const OFFSETS = Uint32Array.from({ length: LONGEST + 1 }, (_, length) => (LEVELS ** length - 1) / (LEVELS - 1))
const CONTEXTS = (LEVELS ** (LONGEST + 1) - 1) / (LEVELS - 1)

/** Weight of what was never seen, and visits after which a context is fully believed. */
const [PRIOR, BELIEVED] = [0.02, 30]

const [KIND, VERSION] = ['context-novelty', 1]

/**
 * How surprising a value is after the five before it: values are rounded to 8 levels of the signal's range, and each context of 0 to 5 levels remembers what
 * followed it; the score is the mean surprise in bits over the contexts (a predictor of mixed orders as in prediction by partial matching, Cleary and Witten 1984). Sees orders of events that never
 * were, where each value alone is usual. Memory: 300,000 counts, whatever comes.
 */
export class ContextNovelty implements SignalDetector {
  readonly #low: number
  readonly #high: number
  readonly #counts = new Float64Array(CONTEXTS * LEVELS)
  readonly #recent = new Uint8Array(LONGEST)
  #seen = 0
  #score = Number.NaN

  /** The range is the signal's declared one. */
  constructor(low: number, high: number) {
    this.#low = low
    this.#high = high
  }

  get ready(): boolean {
    return this.#seen > BELIEVED
  }

  step(value: number, mayLearn: boolean): number {
    if (!Number.isFinite(value)) return this.#score
    const place = (value - this.#low) / (this.#high - this.#low || 1)
    const level = Math.max(0, Math.min(LEVELS - 1, Math.floor(place * (LEVELS - 1) + 1e-9)))
    let [sum, believed, context] = [0, 0, 0]
    for (let length = 0; length <= Math.min(LONGEST, this.#seen); length++) {
      if (length > 0) context += (this.#recent[(this.#seen - length) % LONGEST] as number) * LEVELS ** (length - 1)
      const at = ((OFFSETS[length] as number) + context) * LEVELS
      let visits = 0
      for (let next = 0; next < LEVELS; next++) visits += this.#counts[at + next] as number
      const before = this.#counts[at + level] as number
      if (visits > 0) {
        sum -= Math.log2((before + PRIOR) / (visits + PRIOR * LEVELS)) * Math.min(1, visits / BELIEVED)
        believed++
      }
      if (mayLearn) this.#counts[at + level] = before + 1
    }
    this.#recent[this.#seen % LONGEST] = level
    this.#seen++
    this.#score = believed === 0 ? Number.NaN : sum / believed
    return this.ready ? this.#score : Number.NaN
  }

  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    into.numbers(Float64Array.of(this.#low, this.#high, this.#seen, this.#score, ...this.#recent))
    into.numbers(this.#counts)
    return into.finish()
  }

  /** @throws MillwrightError CORRUPT_FILE when the bytes are no saved contexts. */
  static restore(bytes: Uint8Array): ContextNovelty {
    const from = new StateReader(bytes, KIND, VERSION)
    const [low = 0, high = 1, seen = 0, score = 0, ...recent] = from.numbers(4 + LONGEST)
    const detector = new ContextNovelty(low, high)
    detector.#seen = seen
    detector.#score = score
    detector.#recent.set(recent)
    detector.#counts.set(from.numbers(detector.#counts.length))
    return detector
  }
}
