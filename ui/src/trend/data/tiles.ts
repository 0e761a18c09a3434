import { spanOf, type TimeWindow } from '../time/time-window.ts'

/** Columns of a tile, and the points that the server draws one with: first, last, least and greatest of each column (M4). */
export const TILE_COLUMNS = 128
export const TILE_POINTS = 4 * TILE_COLUMNS
/** Points of a column never exceed its pixels. */
const PIXELS_PER_COLUMN = 4
const MAX_LEVEL = 74

/** A piece of the history at one sharpness: level `l` has columns of 2^(l/2) ms. */
export interface TileId {
  readonly level: number
  readonly index: number
}

/** The length of a tile. Whole ms, so that neighbours meet. */
export function tileMs(level: number): number {
  return Math.round(TILE_COLUMNS * 2 ** (level / 2))
}

export function tileWindow({ level, index }: TileId): TimeWindow {
  const length = tileMs(level)
  return { fromMs: index * length, toMs: (index + 1) * length }
}

/** The finest level at which a window has no more points than pixels. */
export function levelFor(window: TimeWindow, widthPx: number): number {
  const columnMs = (spanOf(window) * PIXELS_PER_COLUMN) / Math.max(1, widthPx)
  return Math.min(MAX_LEVEL, Math.max(0, Math.ceil(2 * Math.log2(columnMs))))
}

/** The tiles of a level that touch a window. */
export function tilesOver(window: TimeWindow, level: number): TileId[] {
  const length = tileMs(level)
  const first = Math.max(0, Math.floor(window.fromMs / length))
  const last = Math.max(first, Math.ceil(window.toMs / length) - 1)
  return Array.from({ length: last - first + 1 }, (_, offset) => ({ level, index: first + offset }))
}

/** What a view needs, most urgent first: what is seen from the middle outwards; then beside it, where one pans to; then around it, where one zooms out to. */
export function wantedTiles(window: TimeWindow, widthPx: number, options: { readonly prefetch: boolean }): TileId[] {
  const level = levelFor(window, widthPx)
  const middle = (window.fromMs + window.toMs) / 2
  const distance = (id: TileId) => Math.abs((tileWindow(id).fromMs + tileWindow(id).toMs) / 2 - middle)
  const seen = tilesOver(window, level).sort((a, b) => distance(a) - distance(b))
  if (!options.prefetch) return seen
  const indexes = seen.map(({ index }) => index)
  const beside = [Math.max(...indexes) + 1, Math.min(...indexes) - 1].filter((index) => index >= 0).map((index) => ({ level, index }))
  const span = spanOf(window)
  const wide = { fromMs: Math.max(0, window.fromMs - 1.5 * span), toMs: window.toMs + 1.5 * span }
  return [...seen, ...beside, ...tilesOver(wide, Math.min(MAX_LEVEL, level + 4)).sort((a, b) => distance(a) - distance(b))]
}
