import { MillwrightError } from '../../kernel/error.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import type { SignalDetector } from './signal-detector.ts'

/** How finely patterns are remembered. */
export interface PatternSettings {
  /** Into how many levels the range is cut: several grids, so that it does not matter where a border falls. */
  readonly grids: readonly number[]
  /** How many samples make a step. */
  readonly paces: readonly number[]
  /** Steps before the newest one that a context may hold. */
  readonly longest: number
}

/** Memory: 2 MB. */
export const PATTERN_DEFAULTS: PatternSettings = { grids: [7, 8, 9], paces: [1, 2, 3], longest: 4 }

/** Weight of what was never seen, visits after which a context is fully believed, and samples before anything is said. */
const [PRIOR, BELIEVED, LEAST] = [0.01, 10, 30]

const [KIND, VERSION] = ['pattern-surprise', 2]

/** One grid at one pace: for each context of up to four levels, how often each level came next. A context is a number in base levels + 1, nearest digit last. */
interface Memory {
  readonly levels: number
  readonly pace: number
  readonly counts: Float32Array
}

/**
 * How surprising a value is after those before it, in bits: the value's range is cut into levels, and contexts of zero to four levels, at three paces and on three grids, remember what
 * followed them; the score is the mean surprise of all that know something (prediction by partial matching, Cleary and Witten 1984; the idea of judging by known contexts as in
 * CAD-OSE, Smirnov 2016). Sees orders of values that never were, at once and without training. Memory is constant, 2 MB by default; a visit costs some microseconds.
 */
export class PatternSurprise implements SignalDetector {
  readonly #low: number
  readonly #high: number
  readonly #settings: PatternSettings
  readonly #memories: readonly Memory[]
  /** The newest samples: the longest context at the slowest pace. */
  readonly #places: Float64Array
  #seen = 0
  #score = Number.NaN

  /** The range is the signal's declared one; what lies outside counts as its end. */
  constructor(low: number, high: number, settings = PATTERN_DEFAULTS) {
    this.#low = low
    this.#high = high
    this.#settings = settings
    const { grids, paces, longest } = settings
    this.#memories = grids.flatMap((levels) => paces.map((pace) => ({ levels, pace, counts: new Float32Array((levels + 1) ** longest * levels) })))
    this.#places = new Float64Array(Math.max(...paces) * (longest + 1))
  }

  /** Memory of its counts, in bytes. */
  get bytes(): number {
    return this.#memories.reduce((sum, { counts }) => sum + counts.byteLength, 0)
  }

  get ready(): boolean {
    return this.#seen > LEAST
  }

  step(value: number, mayLearn: boolean): number {
    if (!Number.isFinite(value)) return this.#score
    const { longest } = this.#settings
    this.#places[this.#seen % this.#places.length] = (value - this.#low) / (this.#high - this.#low || 1)
    this.#seen++
    let [sum, knowing] = [0, 0]
    for (const memory of this.#memories) {
      if (memory.pace > 1 && this.#seen <= memory.pace * (longest + 1)) continue
      const surprise = this.#surprise(memory, mayLearn)
      if (Number.isNaN(surprise)) continue
      sum += surprise
      knowing++
    }
    this.#score = this.ready && knowing > 0 ? sum / knowing : Number.NaN
    return this.#score
  }

  #surprise({ levels, pace, counts }: Memory, mayLearn: boolean): number {
    const level = this.#level(0, pace, levels)
    const longest = Math.min(this.#settings.longest, Math.floor((this.#seen - 1) / pace))
    let [context, sum, knowing] = [0, 0, 0]
    for (let length = 0; length <= longest; length++) {
      if (length > 0) context = context * (levels + 1) + this.#level(length, pace, levels) + 1
      const at = context * levels
      let visits = 0
      for (let next = 0; next < levels; next++) visits += counts[at + next] as number
      const before = counts[at + level] as number
      if (visits > 0) {
        sum -= Math.log2((before + PRIOR) / (visits + PRIOR * levels)) * Math.min(1, visits / BELIEVED)
        knowing++
      }
      if (mayLearn) counts[at + level] = before + 1
    }
    return knowing === 0 ? Number.NaN : sum / knowing
  }

  /** The level of the mean of a step, `back` steps ago. The highest level is the end of the range itself. */
  #level(back: number, pace: number, levels: number): number {
    let sum = 0
    for (let at = 0; at < pace; at++) sum += this.#places[(this.#seen - 1 - back * pace - at) % this.#places.length] as number
    return Math.max(0, Math.min(levels - 1, Math.floor((sum / pace) * (levels - 1) + 1e-9)))
  }

  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    into.numbers(Float64Array.of(this.#low, this.#high, this.#seen, this.#score))
    const { grids, paces, longest } = this.#settings
    into.numbers(Float64Array.from(grids))
    into.numbers(Float64Array.from(paces))
    into.integer(longest)
    into.numbers(this.#places)
    for (const { counts } of this.#memories) into.shorts(counts)
    return into.finish()
  }

  /** @throws MillwrightError CORRUPT_FILE when the bytes are no saved contexts. */
  static restore(bytes: Uint8Array): PatternSurprise {
    const from = new StateReader(bytes, KIND, VERSION)
    const [low = 0, high = 1, seen = 0, score = 0] = from.numbers(4)
    // A state of before settings were saved would be read as garbage.
    if (from.version < VERSION) throw new MillwrightError('CORRUPT_FILE', `the state of the ${KIND} is of version ${from.version} and cannot be read any more`)
    const detector = new PatternSurprise(low, high, { grids: [...from.numbers()], paces: [...from.numbers()], longest: from.integer() })
    detector.#seen = seen
    detector.#score = score
    detector.#places.set(from.numbers(detector.#places.length))
    for (const { counts } of detector.#memories) counts.set(from.shorts(counts.length))
    return detector
  }
}
