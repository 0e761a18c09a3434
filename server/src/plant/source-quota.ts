/** Sources whose allowance is remembered; the one that has been quiet for longest makes room. */
export const MAX_SOURCES = 10_000

const MS_PER_HOUR = 3_600_000

/** What is left to a source, as it is stored. */
export interface StoredAllowance {
  readonly left: number
  /** When it was so, microseconds since the epoch. */
  readonly atUs: number
}

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
  /** Sources whose allowance differs from what is stored. */
  readonly #changed = new Set<string>()

  constructor(limits: { readonly burst: number; readonly perHour: number }) {
    this.#burst = limits.burst
    this.#perHour = limits.perHour
  }

  /** Puts back what was stored of a source; time that has passed since has refilled it. */
  restore(source: string, { left, atUs }: StoredAllowance, now: { readonly us: number; readonly ms: number }): void {
    const passedMs = Math.max(0, now.us - atUs) / 1_000
    const leftNow = left + (passedMs / MS_PER_HOUR) * this.#perHour
    if (this.#sources.size < MAX_SOURCES && leftNow < this.#burst) this.#sources.set(source, { left: leftNow, sinceMs: now.ms })
    else this.#changed.add(source)
  }

  /** What has changed since this was last asked: what is left to each source; undefined for one that need not be remembered. */
  takeChanged(now: { readonly us: number; readonly ms: number }): ReadonlyMap<string, StoredAllowance | undefined> {
    const changed = new Map([...this.#changed].map((source) => {
      const left = this.#refilled(source, now.ms)
      return [source, left < this.#burst ? { left, atUs: now.us } : undefined] as const
    }))
    this.#changed.clear()
    return changed
  }

  /** Takes back what could not be stored. */
  giveBack(sources: Iterable<string>): void {
    for (const source of sources) this.#changed.add(source)
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
    this.#changed.add(source)
    if (this.#sources.size > MAX_SOURCES) {
      const [quietest] = this.#sources.keys()
      if (quietest !== undefined) {
        this.#sources.delete(quietest)
        this.#changed.add(quietest)
      }
    }
    return allowance
  }

  #refilled(source: string, nowMs: number): number {
    const known = this.#sources.get(source)
    if (known === undefined) return this.#burst
    return Math.min(this.#burst, known.left + ((nowMs - known.sinceMs) / MS_PER_HOUR) * this.#perHour)
  }
}
