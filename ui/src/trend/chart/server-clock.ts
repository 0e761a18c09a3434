/** Differences below this are the answer's way and its whole seconds, not a wrong clock. */
const BELIEVE_MS = 2_000

/** What time it is for the server: this computer's clock, corrected where the answers of the server say that it is wrong. */
export class ServerClock {
  readonly #now: () => number
  #aheadMs = 0

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Takes the `date` header of an answer, and when it was asked for. */
  hear(date: string | null, askedMs: number): void {
    const told = Date.parse(date ?? '')
    if (Number.isNaN(told)) return
    // The header has whole seconds, cut off.
    const aheadMs = told + 500 - (askedMs + this.#now()) / 2
    this.#aheadMs = Math.abs(aheadMs) < BELIEVE_MS ? 0 : Math.abs(aheadMs - this.#aheadMs) < BELIEVE_MS ? this.#aheadMs : aheadMs
  }

  now(): number {
    return this.#now() + this.#aheadMs
  }
}
