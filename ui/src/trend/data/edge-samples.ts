import type { TimeWindow } from '../time/time-window.ts'
import type { Points } from './tile.ts'

/** Which nearest sample outside of a window is asked for: the last one before it, or the first one after it. */
export interface EdgeQuestion {
  readonly side: 'before' | 'after'
  readonly atMs: number
  readonly paths: readonly string[]
  readonly body: Readonly<Record<string, unknown>>
}

interface Edge {
  readonly atMs: number
  readonly points: Points
}

/** Far enough for any signal that still says something. */
const REACH_MS = 400 * 86_400_000
/** Most edges that are remembered of a signal on one side. */
const MAX_EDGES = 50

/**
 * The nearest samples outside of windows, by which a line enters and leaves them and a state is known that began before. Between such a
 * sample and the moment it was asked for there is nothing, so it stands for every moment between.
 */
export class EdgeSamples {
  readonly #edges = new Map<string, Edge[]>()

  before(path: string, atMs: number): Points | undefined {
    return this.#find(path, 'before', atMs)?.points
  }

  after(path: string, atMs: number): Points | undefined {
    return this.#find(path, 'after', atMs)?.points
  }

  knows(path: string, side: 'before' | 'after', atMs: number): boolean {
    return this.#find(path, side, atMs) !== undefined
  }

  put(path: string, side: 'before' | 'after', atMs: number, points: Points): void {
    const key = `${side} ${path}`
    const edges = this.#edges.get(key) ?? []
    this.#edges.set(key, edges)
    edges.push({ atMs, points })
    if (edges.length > MAX_EDGES) edges.shift()
  }

  questions(lacking: { readonly window: TimeWindow; readonly nowMs: number; readonly before: readonly string[]; readonly after: readonly string[] }): EdgeQuestion[] {
    const { window, nowMs, before, after } = lacking
    const questions: EdgeQuestion[] = []
    const fromMs = Math.floor(window.fromMs)
    const toMs = Math.ceil(window.toMs)
    if (before.length > 0 && fromMs > 0) {
      questions.push({ side: 'before', atMs: fromMs, paths: before, body: { from: Math.max(0, fromMs - REACH_MS), to: fromMs, limit: 1, order: 'descending' } })
    }
    if (after.length > 0 && toMs < nowMs) {
      questions.push({ side: 'after', atMs: toMs, paths: after, body: { from: toMs, to: Math.ceil(Math.min(nowMs, toMs + REACH_MS)), limit: 1 } })
    }
    return questions
  }

  #find(path: string, side: 'before' | 'after', atMs: number): Edge | undefined {
    return this.#edges.get(`${side} ${path}`)?.findLast((edge) => {
      const timeMs = edge.points.times[0]
      if (side === 'before') return atMs <= edge.atMs + 1 && (timeMs === undefined ? atMs > edge.atMs - REACH_MS : atMs > timeMs)
      return atMs >= edge.atMs - 1 && (timeMs === undefined ? true : atMs <= timeMs)
    })
  }
}
