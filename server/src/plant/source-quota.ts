/** Sources whose allowance is remembered; the one that has been quiet for longest makes room. */
export const MAX_SOURCES = 10_000

const MS_PER_HOUR = 3_600_000

interface Allowance {
  left: number
  sinceMs: number
}

/**
 * How many signals each source may still create: a token bucket per source, so that one that invents names without end
 * (a cardinality bomb) is stopped while all others go on.
 */
export class SourceQuota {
  readonly #burst: number
  readonly #perHour: number
  readonly #sources = new Map<string, Allowance>()

  constructor(limits: { readonly burst: number; readonly perHour: number }) {
    this.#burst = limits.burst
    this.#perHour = limits.perHour
  }

  /** Takes one signal from the source's allowance; false when it is used up. */
  take(source: string, nowMs: number): boolean {
    const allowance = this.#of(source, nowMs)
    if (allowance.left < 1) return false
    allowance.left -= 1
    return true
  }

  /** Sources that may create nothing right now. */
  exhausted(nowMs: number): string[] {
    return [...this.#sources.keys()].filter((source) => this.#refilled(source, nowMs) < 1)
  }

  #of(source: string, nowMs: number): Allowance {
    const left = this.#refilled(source, nowMs)
    // Written anew at the end of the map: its order is that of the last use.
    this.#sources.delete(source)
    const allowance = { left, sinceMs: nowMs }
    this.#sources.set(source, allowance)
    if (this.#sources.size > MAX_SOURCES) {
      const [quietest] = this.#sources.keys()
      if (quietest !== undefined) this.#sources.delete(quietest)
    }
    return allowance
  }

  #refilled(source: string, nowMs: number): number {
    const known = this.#sources.get(source)
    if (known === undefined) return this.#burst
    return Math.min(this.#burst, known.left + ((nowMs - known.sinceMs) / MS_PER_HOUR) * this.#perHour)
  }
}
