import type { TimeWindow } from '../time/time-window.ts'
import type { Cover } from './tile-cache.ts'
import { NO_POINTS, placeAt, type Points } from './tile.ts'
import { TILE_COLUMNS } from './tiles.ts'

/** One signal as it is drawn: its points in the window and, where known, the one before and the one after it. */
export interface Series extends Points {
  /** A longer silence than this is a gap, in ms. */
  readonly gapMs: number
  /** Parts of the window that nothing is known of yet. */
  readonly unknown: readonly TimeWindow[]
  /** Parts of the window with more texts than could be answered. */
  readonly crowded: readonly TimeWindow[]
}

export interface BuildInput {
  readonly window: TimeWindow
  readonly covers: readonly Cover[]
  readonly tail: Points
  /** The nearest samples outside of the window. */
  readonly before: Points
  readonly after: Points
  /** Up to here there can be samples. */
  readonly nowMs: number
  /** The usual distance of this signal's samples, where it was seen. */
  readonly usualMs: number | undefined
}

/** Joins what is known of a signal into one series, each time once: tiles in order, then the live tail behind them. */
export function buildSeries(input: BuildInput): Series {
  const { window, covers, tail, before, after } = input
  const pieces: Points[] = [before]
  const unknown: TimeWindow[] = []
  const crowded: TimeWindow[] = []
  let reachedMs = window.fromMs
  for (const { fromMs, toMs, tile } of covers) {
    if (fromMs > reachedMs) unknown.push({ fromMs: reachedMs, toMs: fromMs })
    pieces.push(sliced(tile, fromMs, toMs))
    if (tile.completeToMs < toMs) crowded.push({ fromMs: Math.max(fromMs, tile.completeToMs), toMs })
    reachedMs = toMs
  }
  const endMs = Math.min(window.toMs, input.nowMs)
  if (reachedMs < endMs) unknown.push({ fromMs: reachedMs, toMs: endMs })
  pieces.push(tail, after)
  const points = joined(pieces)
  return { ...points, gapMs: gapAfter(points.times, { usualMs: input.usualMs, columnMs: coarsestColumn(covers) }), unknown, crowded }
}

function sliced(points: Points, fromMs: number, toMs: number): Points {
  const from = placeAt(points.times, fromMs)
  const to = placeAt(points.times, toMs)
  return { times: points.times.subarray(from, to), values: points.values.subarray(from, to), quality: points.quality.subarray(from, to), texts: points.texts }
}

/** Pieces one behind the other; of what is not later than what is there already, nothing is taken. */
export function joined(pieces: readonly Points[]): Points {
  const filled = pieces.filter(({ times }) => times.length > 0)
  if (filled.length === 0) return NO_POINTS
  const size = filled.reduce((sum, { times }) => sum + times.length, 0)
  const times = new Float64Array(size)
  const values = new Float64Array(size)
  const quality = new Uint8Array(size)
  const texts = filled.some((piece) => piece.texts !== undefined) ? [] as string[] : undefined
  const places = new Map<string, number>()
  let length = 0
  let lastMs = Number.NEGATIVE_INFINITY
  for (const piece of filled) {
    for (let i = 0; i < piece.times.length; i++) {
      const timeMs = piece.times[i] as number
      if (timeMs <= lastMs) continue
      lastMs = timeMs
      times[length] = timeMs
      values[length] = texts === undefined ? (piece.values[i] as number) : textPlace(texts, places, piece, i)
      quality[length] = piece.quality[i] as number
      length++
    }
  }
  return { times: times.subarray(0, length), values: values.subarray(0, length), quality: quality.subarray(0, length), texts }
}

function textPlace(texts: string[], places: Map<string, number>, piece: Points, index: number): number {
  const text = piece.texts?.[piece.values[index] as number]
  if (text === undefined) return Number.NaN
  let known = places.get(text)
  if (known === undefined) places.set(text, (known = texts.push(text) - 1))
  return known
}

/** A silence this much longer than nearly all others is a gap. */
const GAP_FACTOR = 6
/** M4 keeps the first and the last sample of each column, so two successive points of a dense signal lie within one column, or are neighbours. */
const GAP_COLUMNS = 1.1
const THINNED_FACTOR = 2
const MIN_DISTANCES = 8

/**
 * How long a silence must be to be a gap, from what nine of ten distances in sight stay below and from the usual distance of the signal's
 * samples, where that was seen. With few samples in sight and nothing else known, nothing is a gap.
 */
export function gapAfter(times: Float64Array, { usualMs, columnMs }: { readonly usualMs: number | undefined; readonly columnMs: number | undefined }): number {
  const usual = usualMs === undefined ? 0 : usualMs * GAP_FACTOR
  if (times.length <= MIN_DISTANCES) return usual > 0 ? Math.max(usual, (columnMs ?? 0) * GAP_COLUMNS) : Number.POSITIVE_INFINITY
  const distance = usualDistance(times)
  return Math.max(usual, columnMs === undefined ? distance * GAP_FACTOR : Math.max(columnMs * GAP_COLUMNS, distance * THINNED_FACTOR))
}

/** The widest column of tiles that do not hold all samples; undefined where all of them do. */
function coarsestColumn(covers: readonly Cover[]): number | undefined {
  const widths = covers.flatMap(({ tile }) => (tile.isWhole ? [] : [(tile.toMs - tile.fromMs) / TILE_COLUMNS]))
  return widths.length === 0 ? undefined : Math.max(...widths)
}

/** What nine of ten distances of successive samples stay below. */
export function usualDistance(times: Float64Array): number {
  if (times.length < 2) return Number.NaN
  const distances = new Float64Array(times.length - 1)
  for (let i = 0; i < distances.length; i++) distances[i] = (times[i + 1] as number) - (times[i] as number)
  distances.sort()
  return distances[Math.floor((distances.length - 1) * 0.9)] as number
}
