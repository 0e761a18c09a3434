import type { StateReader, StateWriter } from './state-codec.ts'

/** Bins of the score's logarithm: 4 an octave, from 2⁻³² to 2³²; what lies outside counts in the outer ones. */
const [BINS, PER_OCTAVE, LOWEST] = [256, 4, -32]

/**
 * The p-value of a score among those that normal rows had: (1 + how many were at least as high) / (1 + how many there were), the inductive
 * conformal p-value (Laxhammar and Falkman 2014; Vovk et al. 2005), over a histogram that forgets by halving, so that memory is constant.
 * Scores of different detectors become comparable by it. Within a bin (19 % of the score) ranks are interpolated.
 */
export class ConformalScore {
  readonly #counts: Float64Array
  #total = 0
  readonly #memory: number

  /** `memory` is how many rows are remembered: at twice that, all counts are halved. */
  constructor(memory = 20_000) {
    this.#memory = memory
    this.#counts = new Float64Array(BINS)
  }

  get rows(): number {
    return this.#total
  }

  /** Between 1/(rows + 1) and 1; 1 for a score that is no number. */
  pValue(score: number): number {
    if (Number.isNaN(score)) return 1
    const place = placeOf(score)
    const bin = Math.floor(place)
    let above = (this.#counts[bin] as number) * (1 - (place - bin))
    for (let at = bin + 1; at < BINS; at++) above += this.#counts[at] as number
    return (1 + above) / (1 + this.#total)
  }

  /** Remembers the score of a row that counts as normal. */
  learn(score: number): void {
    if (Number.isNaN(score)) return
    const bin = Math.floor(placeOf(score))
    this.#counts[bin] = (this.#counts[bin] as number) + 1
    this.#total++
    if (this.#total < 2 * this.#memory) return
    for (let at = 0; at < BINS; at++) this.#counts[at] = (this.#counts[at] as number) / 2
    this.#total /= 2
  }

  save(into: StateWriter): void {
    into.number(this.#total)
    into.numbers(this.#counts)
  }

  restore(from: StateReader): void {
    this.#total = from.number()
    this.#counts.set(from.numbers(BINS))
  }
}

function placeOf(score: number): number {
  if (score <= 0) return 0
  return Math.min(BINS - 1, Math.max(0, (Math.log2(score) - LOWEST) * PER_OCTAVE))
}
