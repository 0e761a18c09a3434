import type { StateReader, StateWriter } from '../scoring/state-codec.ts'

/** Bins of the score's logarithm: 8 an octave, from 2⁻¹² to 2²⁰. */
const [BINS, PER_OCTAVE, LOWEST] = [256, 8, -12]
/** The share of the highest scores that the tail is fitted to. */
const TAIL = 0.02
/** The tail is never taken to be lighter than this: a limit is then not set by a handful of calm hours. */
const MIN_TAIL_INDEX = 0.08

/**
 * How rare a score is among those of normal frames: a rank inside of what was seen, beyond it a Pareto tail fitted to the highest 2 % (Hill 1975, The Annals
 * of Statistics 3), so that "once a week" can be told after two days. It forgets by halving; memory is constant. Scores must come from frames that the model had not learned from yet.
 */
export class TailScore {
  readonly #counts = new Float64Array(BINS)
  readonly #memory: number
  #total = 0

  /** `memory` is how many frames are remembered; at twice that all counts are halved. */
  constructor(memory = 20_000) {
    this.#memory = memory
  }

  get frames(): number {
    return this.#total
  }

  learn(score: number): void {
    if (Number.isNaN(score)) return
    const bin = Math.floor(placeOf(score))
    this.#counts[bin] = (this.#counts[bin] as number) + 1
    this.#total++
    if (this.#total < 2 * this.#memory) return
    for (let at = 0; at < BINS; at++) this.#counts[at] = (this.#counts[at] as number) / 2
    this.#total /= 2
  }

  /** Probability of a score at least this high in a normal frame; 1 for no number. */
  pValue(score: number): number {
    if (Number.isNaN(score) || this.#total === 0) return 1
    const { threshold, index, share } = this.#tail()
    const place = placeOf(score)
    if (place > threshold) return Math.min(share, share * Math.exp((-(place - threshold) * Math.LN2) / PER_OCTAVE / index))
    const bin = Math.floor(place)
    let above = (this.#counts[bin] as number) * (1 - (place - bin))
    for (let at = bin + 1; at < BINS; at++) above += this.#counts[at] as number
    return Math.max(share, Math.min(1, (1 + above) / (1 + this.#total)))
  }

  /** Where the tail begins (place among the bins), how heavy it is, and which share of the scores lies in it. */
  #tail(): { threshold: number; index: number; share: number } {
    let above = 0
    let bin = BINS - 1
    for (; bin > 0; bin--) {
      const more = above + (this.#counts[bin] as number)
      if (more > this.#total * TAIL) break
      above = more
    }
    const threshold = bin + 1
    let excess = 0
    for (let at = threshold; at < BINS; at++) excess += (this.#counts[at] as number) * (at + 0.5 - threshold)
    const index = above === 0 ? 0 : ((excess / above) * Math.LN2) / PER_OCTAVE
    return { threshold, index: Math.max(MIN_TAIL_INDEX, index), share: Math.max(above, 1) / (this.#total + 1) }
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
  return Math.min(BINS - 1e-9, Math.max(0, (Math.log2(score) - LOWEST) * PER_OCTAVE))
}
