import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import type { SignalDetector } from './signal-detector.ts'

/** How far back shapes are compared. */
export interface NearestSettings {
  readonly window: number
  /** Samples of the past that are kept. */
  readonly history: number
  readonly neighbours: number
  /** Windows are compared without their means: the same course at another level is alike. */
  readonly isCentred?: boolean
}

export const NEAREST_DEFAULTS: NearestSettings = { window: 19, history: 1500, neighbours: 5 }

const [KIND, VERSION] = ['nearest-shape', 3]

/**
 * Mean distance of the last window to its nearest neighbours in the signal's own past, without training: the left matrix profile of Yeh et al. 2016 for several neighbours
 * (KNN-CAD, Burnaev and Ishimtsev 2016), with early abandoning as in DAMP (Lu et al., KDD 2022). Scaled by the range seen.
 */
export class NearestShape implements SignalDetector {
  readonly #settings: NearestSettings
  /** The past twice over, so that each window lies in one piece. */
  readonly #past: Float64Array
  readonly #best: Float64Array
  #seen = 0
  #low = Number.POSITIVE_INFINITY
  #high = Number.NEGATIVE_INFINITY
  #score = Number.NaN
  /** Where the window ends that is nearest to the last one. */
  #nearestEnd = -1

  constructor(settings: NearestSettings = NEAREST_DEFAULTS) {
    this.#settings = settings
    this.#past = new Float64Array(settings.history * 2)
    this.#best = new Float64Array(settings.neighbours)
  }

  get ready(): boolean {
    return this.#seen > 3 * this.#settings.window
  }

  /** The last value of the window that is nearest to the last one: what came then in its place. NaN before there is one. */
  get likeness(): number {
    return this.#nearestEnd < 0 ? Number.NaN : (this.#past[this.#nearestEnd] as number)
  }

  /** The range of values seen, by which distances are scaled. */
  get range(): number {
    return this.#high > this.#low ? this.#high - this.#low : 1
  }

  /** The past is what was, abnormal or not: the same fault seen again is no news to this detector, which is why it is one of several. */
  step(value: number, _mayLearn: boolean): number {
    if (!Number.isFinite(value)) return this.#score
    const { window, history, neighbours } = this.#settings
    const place = this.#seen % history
    this.#past[place] = value
    this.#past[place + history] = value
    this.#seen++
    this.#low = Math.min(this.#low, value)
    this.#high = Math.max(this.#high, value)
    if (!this.ready) return Number.NaN
    const query = place + history - window + 1
    this.#best.fill(Number.POSITIVE_INFINITY)
    this.#nearestEnd = -1
    const kept = Math.min(this.#seen, history)
    // Neighbours end at least a window before this one begins, and begin within what is kept.
    for (let back = window; back + window <= kept; back++) {
      const candidate = (query - back + history) % history
      this.#consider(query, candidate, window)
    }
    let sum = 0
    for (const squared of this.#best) sum += Math.sqrt(squared)
    this.#score = sum / neighbours / (this.#high - this.#low || 1)
    return this.#score
  }

  #consider(query: number, candidate: number, window: number): void {
    const best = this.#best
    const worst = best[best.length - 1] as number
    const sum = this.#settings.isCentred === true ? this.#centred(query, candidate, window, worst) : this.#apart(query, candidate, window, worst)
    if (sum > worst) return
    let at = best.length - 1
    for (; at > 0 && (best[at - 1] as number) > sum; at--) best[at] = best[at - 1] as number
    best[at] = sum
    if (at === 0) this.#nearestEnd = candidate + window - 1
  }

  /** Squared distance of two windows; what lies beyond `worst` is not worked out. */
  #apart(query: number, candidate: number, window: number, worst: number): number {
    let sum = 0
    for (let at = window - 1; at >= 0 && sum <= worst; at--) {
      const difference = (this.#past[query + at] as number) - (this.#past[candidate + at] as number)
      sum += difference * difference
    }
    return sum
  }

  /** The same about the mean difference: Welford's sum, which never falls either. */
  #centred(query: number, candidate: number, window: number, worst: number): number {
    let [sum, mean] = [0, 0]
    for (let at = window - 1; at >= 0 && sum <= worst; at--) {
      const difference = (this.#past[query + at] as number) - (this.#past[candidate + at] as number)
      const off = difference - mean
      mean += off / (window - at)
      sum += off * (difference - mean)
    }
    return sum
  }

  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    const { window, history, neighbours, isCentred = false } = this.#settings
    into.numbers(Float64Array.of(window, history, neighbours, this.#seen, this.#low, this.#high, this.#score))
    into.numbers(this.#past.subarray(0, history))
    into.number(this.#nearestEnd)
    into.number(Number(isCentred))
    return into.finish()
  }

  /** @throws MillwrightError CORRUPT_FILE when the bytes are no saved past. */
  static restore(bytes: Uint8Array): NearestShape {
    const from = new StateReader(bytes, KIND, VERSION)
    const [window = 1, history = 1, neighbours = 1, seen = 0, low = 0, high = 0, score = 0] = from.numbers(7)
    const past = from.numbers(history)
    const nearestEnd = from.version >= 2 ? from.number() : -1
    const isCentred = from.version >= 3 && from.number() === 1
    const detector = new NearestShape({ window, history, neighbours, isCentred })
    detector.#nearestEnd = nearestEnd
    detector.#past.set(past)
    detector.#past.set(past, history)
    detector.#seen = seen
    detector.#low = low
    detector.#high = high
    detector.#score = score
    return detector
  }
}
