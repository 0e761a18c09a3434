import type { WireRinging } from '@millwright/model/wire/drift.ts'
import { US_PER_DAY } from '@millwright/model/time.ts'
import { poissonInterval } from './poisson-interval.ts'

const WEEK_US = 7 * US_PER_DAY
/** How many normal episodes a week are allowed to be as rare as each level: the lower ones are seen often enough to be judged within a week, without anybody's verdict. */
export const LEVELS_PER_WEEK = [7, 3, 1] as const
/** Frames without one as rare, after which the next is an episode of its own. */
const PARTING = 20
/** Time that is remembered; at twice that all is halved. */
const MEMORY_WEEKS = 4
const LEAST_WEEKS = 1

/** What is kept of how often a model called frames rare. */
export interface EpisodeCounts {
  readonly frames: number
  readonly counts: readonly number[]
}

/**
 * Counts how often a model calls something rare: of normal frames a p-value of at most α begins an episode α times a frame, whatever the model. Where it happens more often, its p-values are no
 * longer uniform in the tail, and its limit will ring more often than was allowed. Constant memory, one pass.
 */
export class RareEpisodes {
  readonly #frameUs: number
  #frames = 0
  readonly #counts = new Float64Array(LEVELS_PER_WEEK.length)
  readonly #gaps = new Float64Array(LEVELS_PER_WEEK.length).fill(PARTING)

  /** `frameUs`: device time from one p-value to the next. */
  constructor(frameUs: number) {
    this.#frameUs = frameUs
  }

  /** Takes the p-value of a frame that nobody said was a fault or planned. */
  add(pValue: number): void {
    if (Number.isNaN(pValue)) return
    this.#frames++
    for (const [at, perWeek] of LEVELS_PER_WEEK.entries()) {
      const isRare = pValue <= (perWeek * this.#frameUs) / WEEK_US
      if (isRare && (this.#gaps[at] as number) >= PARTING) this.#counts[at] = (this.#counts[at] as number) + 1
      this.#gaps[at] = isRare ? 0 : (this.#gaps[at] as number) + 1
    }
    if (this.#frames * this.#frameUs < 2 * MEMORY_WEEKS * WEEK_US) return
    this.#frames /= 2
    for (let at = 0; at < this.#counts.length; at++) this.#counts[at] = (this.#counts[at] as number) / 2
  }

  counts(): EpisodeCounts {
    return { frames: this.#frames, counts: [...this.#counts] }
  }

  /** All numbers of its state. */
  save(): number[] {
    return [this.#frames, ...this.#counts, ...this.#gaps]
  }

  /** Goes on from what {@link save} gave; anything else is left alone. */
  restore(saved: readonly number[]): void {
    const size = LEVELS_PER_WEEK.length
    if (saved.length !== 1 + 2 * size) return
    this.#frames = saved[0] as number
    this.#counts.set(saved.slice(1, 1 + size))
    this.#gaps.set(saved.slice(1 + size))
  }
}

/** How often it was as rare as each level, beside how often that was allowed. Drifted: at some level more than twice as often, beyond chance. */
export function ringingOf({ frames, counts }: EpisodeCounts, frameUs: number): WireRinging {
  const weeks = (frames * frameUs) / WEEK_US
  const levels = LEVELS_PER_WEEK.map((allowedPerWeek, at) => {
    const { low, high } = poissonInterval(counts[at] ?? 0)
    return { allowedPerWeek, perWeek: weeks === 0 ? 0 : (counts[at] ?? 0) / weeks, low: weeks === 0 ? 0 : low / weeks, high: weeks === 0 ? 0 : high / weeks }
  })
  const isOver = (factor: number) => levels.some(({ allowedPerWeek, low }) => low > factor * allowedPerWeek)
  return { weeks, levels, state: weeks < LEAST_WEEKS ? 'collecting' : isOver(2) ? 'drifted' : isOver(1) ? 'moved' : 'steady' }
}
