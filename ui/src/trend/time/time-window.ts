/** A visible stretch of time, milliseconds since the epoch, `fromMs` before `toMs`. */
export interface TimeWindow {
  readonly fromMs: number
  readonly toMs: number
}

/** The shortest and longest window: below, samples have no finer times; above, no plant has history. */
export const MIN_SPAN_MS = 10
export const MAX_SPAN_MS = 60 * 365.25 * 86_400_000
/** 2200-01-01: what the API takes ends in 2255. */
const LATEST_MS = 7_258_118_400_000

export const spanOf = ({ fromMs, toMs }: TimeWindow): number => toMs - fromMs

/** The window moved and, where that is not enough, shortened so that it can be asked for. */
export function clampWindow({ fromMs, toMs }: TimeWindow): TimeWindow {
  const span = Math.min(Math.max(toMs - fromMs, MIN_SPAN_MS), MAX_SPAN_MS)
  const middle = (fromMs + toMs) / 2
  const start = Math.min(Math.max(0, middle - span / 2), LATEST_MS - span)
  return { fromMs: start, toMs: start + span }
}

/** Zoomed by `factor` (below 1 comes nearer) about the moment at `anchor`, which stays where it is on the screen. */
export function zoomed(window: TimeWindow, factor: number, anchorMs: number): TimeWindow {
  const span = spanOf(window)
  const next = Math.min(Math.max(span * factor, MIN_SPAN_MS), MAX_SPAN_MS)
  const fromMs = anchorMs - ((anchorMs - window.fromMs) * next) / span
  return clampWindow({ fromMs, toMs: fromMs + next })
}

/** Moved by a share of its span; negative goes back in time. */
export function panned(window: TimeWindow, share: number): TimeWindow {
  const shift = spanOf(window) * share
  return clampWindow({ fromMs: window.fromMs + shift, toMs: window.toMs + shift })
}

/** The window whose `startPx` and `endPx` (of `widthPx`) show the given moments: two fingers hold two moments. */
export function pinched(held: readonly [firstMs: number, secondMs: number], at: readonly [firstPx: number, secondPx: number], widthPx: number): TimeWindow {
  const distance = at[1] - at[0]
  const msPerPx = Math.abs(distance) < 1 ? 1 : (held[1] - held[0]) / distance
  if (!(msPerPx > 0)) return clampWindow({ fromMs: held[0], toMs: held[1] })
  const fromMs = held[0] - at[0] * msPerPx
  return clampWindow({ fromMs, toMs: fromMs + widthPx * msPerPx })
}
