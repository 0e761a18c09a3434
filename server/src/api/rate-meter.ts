import type { Clock } from '../kernel/clock.ts'

interface Point {
  readonly atMs: number
  readonly count: number
}

/** Rates of counters that only grow, from looks at them: over about the last `spanMs`. */
export class RateMeter {
  readonly #clock: Clock
  readonly #spanMs: number
  readonly #points = new Map<string, Point[]>()

  constructor(clock: Clock, spanMs: number) {
    this.#clock = clock
    this.#spanMs = spanMs
  }

  /** Notes what the counter shows now. Call it regularly, about ten times in the span. */
  note(name: string, count: number): void {
    const atMs = this.#clock.monotonicMs()
    const points = this.#points.get(name) ?? []
    points.push({ atMs, count })
    while (points.length > 2 && (points[1]?.atMs ?? atMs) <= atMs - this.#spanMs) points.shift()
    this.#points.set(name, points)
  }

  /** Counts in a second; 0 until there were two looks. */
  perSecond(name: string): number {
    const points = this.#points.get(name) ?? []
    const first = points[0]
    const last = points.at(-1)
    if (first === undefined || last === undefined || last.atMs === first.atMs) return 0
    return Math.max(0, ((last.count - first.count) * 1_000) / (last.atMs - first.atMs))
  }
}
