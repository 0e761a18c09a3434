import { US_PER_DAY, US_PER_HOUR, US_PER_MS } from '@millwright/model/time.ts'

/** A pause between two looks that is believed at once: a computer that was off over a holiday. */
export const BELIEVED_PAUSE_US = 10 * US_PER_DAY
/** How long Millwright runs with a clock that jumped further before it believes it. */
export const DOUBT_US = US_PER_DAY
/** What a wall clock may gain on the monotonic one between two looks of one run, by being set right. */
const SLEW_US = US_PER_HOUR

/** What survives a restart. */
export interface RetentionClockState {
  readonly trustedUs: number
}

/**
 * The time by which history is deleted. It never runs ahead of what is certain, so that a clock set ten years ahead by mistake deletes nothing:
 * a jump is only believed after the computer has run with it for a day, long enough for somebody to see the warning.
 */
export class RetentionClock {
  #trustedUs: number | undefined
  #lastMonotonicMs: number | undefined
  #doubtedForUs = 0

  constructor(saved: RetentionClockState | undefined) {
    this.#trustedUs = saved?.trustedUs
  }

  /** Looks at both clocks and answers the time to delete by. Call it at least hourly. */
  observe(wallUs: number, monotonicMs: number): number {
    const elapsedUs = this.#lastMonotonicMs === undefined ? undefined : (monotonicMs - this.#lastMonotonicMs) * US_PER_MS
    this.#lastMonotonicMs = monotonicMs
    this.#trustedUs ??= wallUs
    const believedUs = elapsedUs === undefined ? this.#trustedUs + BELIEVED_PAUSE_US : this.#trustedUs + elapsedUs + SLEW_US
    if (wallUs <= believedUs) {
      this.#doubtedForUs = 0
      this.#trustedUs = Math.max(this.#trustedUs, wallUs)
      return Math.min(this.#trustedUs, wallUs)
    }
    this.#doubtedForUs += elapsedUs ?? 0
    this.#trustedUs = this.#doubtedForUs >= DOUBT_US ? wallUs : this.#trustedUs + (elapsedUs ?? 0)
    return this.#trustedUs
  }

  /** True while the wall clock is ahead of what is believed. */
  get isDoubtful(): boolean {
    return this.#doubtedForUs > 0
  }

  state(): RetentionClockState {
    return { trustedUs: this.#trustedUs ?? 0 }
  }
}
