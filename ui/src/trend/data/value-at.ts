import { QUALITY, placeAt, type QualityCode } from './tile.ts'
import type { Series } from './series-build.ts'

/** What a cursor reads of a signal. */
export interface Reading {
  readonly timeMs: number
  /** A number, 0 or 1 of a boolean, or a text; undefined where the signal has no value. */
  readonly value: number | string | undefined
  readonly quality: QualityCode
}

/**
 * The sample that a cursor at `timeMs` stands on: of lines the nearest one, of steps the one that holds. None in a gap, before the first
 * sample, and in the future.
 */
export function readingAt(series: Series, timeMs: number, options: { readonly holds: boolean; readonly nowMs: number }): Reading | undefined {
  const { times, values, quality, texts, gapMs } = series
  if (timeMs > options.nowMs) return undefined
  const next = placeAt(times, timeMs)
  if (times[next] === timeMs) return read(next)
  if (options.holds) return next === 0 ? undefined : read(next - 1)
  const before = next === 0 ? Number.POSITIVE_INFINITY : timeMs - (times[next - 1] as number)
  const after = next === times.length ? Number.POSITIVE_INFINITY : (times[next] as number) - timeMs
  if (Math.min(before, after) > gapMs || (before === Number.POSITIVE_INFINITY && after === before)) return undefined
  // Between two samples that are too far from each other there is nothing, however near one of them is.
  if (before + after > gapMs && Math.min(before, after) > gapMs / 2) return undefined
  return read(before <= after ? next - 1 : next)

  function read(index: number): Reading {
    const value = values[index] as number
    const code = quality[index] as QualityCode
    const shown = Number.isNaN(value) || code === QUALITY.bad ? undefined : texts === undefined ? value : texts[value]
    return { timeMs: times[index] as number, value: shown, quality: code }
  }
}
