import type { TimeWindow } from '../time/time-window.ts'
import type { TileCache } from './tile-cache.ts'
import type { Tile } from './tile.ts'
import { tileMs, wantedTiles, type TileId } from './tiles.ts'

/** A tile that lies in the past may still get late samples; one that reaches into the present grows. */
const CLOSED_FRESH_MS = 120_000
const OPEN_FRESH_MS = 5_000
/** Samples take a moment from the machine into the history. */
const SETTLE_MS = 30_000

/** One question to the server: the same stretch of several signals. */
export interface TileQuestion {
  readonly id: TileId
  readonly kind: 'plot' | 'texts'
  readonly paths: readonly string[]
}

export interface PlannedSignal {
  readonly path: string
  readonly isText: boolean
}

/** Whether a tile may be shown without asking again. */
export function isFresh({ askedMs, toMs }: Pick<Tile, 'askedMs' | 'toMs'>, nowMs: number): boolean {
  return nowMs - askedMs < (toMs > askedMs - SETTLE_MS ? OPEN_FRESH_MS : CLOSED_FRESH_MS)
}

interface PlanOptions {
  readonly windows: readonly TimeWindow[]
  readonly widthPx: number
  readonly nowMs: number
  readonly cache: Pick<TileCache, 'get'>
  /** What is under way: `<level> <index> <path>`. */
  readonly isPending: (path: string, id: TileId) => boolean
  readonly prefetch: boolean
}

/** What to ask for now, most urgent first. Signals that lack the same tile share a question; the future is not asked for. */
export function planFetch(signals: readonly PlannedSignal[], { windows, widthPx, nowMs, cache, isPending, prefetch }: PlanOptions): TileQuestion[] {
  const questions: TileQuestion[] = []
  for (const window of windows) {
    for (const id of wantedTiles(window, widthPx, { prefetch })) {
      if (id.index * tileMs(id.level) > nowMs + SETTLE_MS) continue
      const missing = signals.filter(({ path }) => {
        const tile = cache.get(path, id)
        return (tile === undefined || !isFresh(tile, nowMs)) && !isPending(path, id)
      })
      for (const kind of ['plot', 'texts'] as const) {
        const paths = missing.filter(({ isText }) => isText === (kind === 'texts')).map(({ path }) => path)
        if (paths.length > 0) questions.push({ id, kind, paths })
      }
    }
  }
  return questions
}
