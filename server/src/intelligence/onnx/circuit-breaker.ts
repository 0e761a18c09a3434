/** Failures in a row after which a model rests. */
const MOST_FAILURES = 3
const [FIRST_REST_MS, LONGEST_REST_MS] = [30_000, 3_600_000]

/** Lets a model that fails again and again rest, longer each time; one that ended its process rests at once. After a rest it is tried with one call. */
export class CircuitBreaker {
  #failures = 0
  #rests = 0
  #restsUntilMs = 0

  /** Whether it may be called. */
  mayCall(nowMs: number): boolean {
    return nowMs >= this.#restsUntilMs
  }

  get restsUntilMs(): number {
    return this.#restsUntilMs
  }

  /** Whether the next call decides whether it rests again. */
  get isOnTrial(): boolean {
    return this.#rests > 0
  }

  worked(): void {
    this.#failures = 0
    this.#rests = 0
    this.#restsUntilMs = 0
  }

  /** Answers whether it rests from now on. */
  failed(nowMs: number, isGrave: boolean): boolean {
    this.#failures++
    if (!isGrave && this.#rests === 0 && this.#failures < MOST_FAILURES) return false
    this.#restsUntilMs = nowMs + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** this.#rests)
    this.#rests++
    this.#failures = 0
    return true
  }
}
