import type { TimeWindow } from '../time/time-window.ts'

/** Most signals of one view: beyond that no picture is readable. */
export const MAX_SIGNALS = 16

export const LAYOUTS = ['units', 'signals', 'overlay'] as const
/** A panel for each unit, a panel for each signal, or one panel with an axis for each unit. */
export type PanelLayout = (typeof LAYOUTS)[number]

/** How a value axis is drawn where not by what is visible. */
export interface AxisChoice {
  /** Both ends, or neither. */
  readonly fixed?: readonly [low: number, high: number]
  readonly log?: boolean
}

/** What is drawn of what is expected: by the other signals of the machine, by the signal's own level, or of the time to come. */
export const EXPECTED = ['apart', 'level', 'ahead'] as const
export type Expected = (typeof EXPECTED)[number]

/** An earlier period under the present one: so many calendar days before, or so many ms. */
export type Compare = { readonly days: number } | { readonly ms: number }

/** All that makes a trend what it is. It is what the address holds. */
export interface TrendView {
  /** Paths, in the order of the legend. */
  readonly signals: readonly string[]
  /** Paths that are in the legend but not drawn. */
  readonly hidden: readonly string[]
  /** Paths drawn as steps although they are numbers. */
  readonly stepped: readonly string[]
  /** The last so many ms, moving with time; or a window that stays. */
  readonly range: { readonly followMs: number } | TimeWindow
  readonly layout: PanelLayout
  /** By axis: a unit, or a path where each signal has its own panel. */
  readonly axes: Readonly<Record<string, AxisChoice>>
  readonly compare: Compare | undefined
  readonly expected: Expected | undefined
  /** Moments that are marked, ms since the epoch. */
  readonly cursors: { readonly a?: number; readonly b?: number }
}

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/** What a trend shows before anything was chosen. */
export const DEFAULT_VIEW: TrendView = { signals: [], hidden: [], stepped: [], range: { followMs: HOUR }, layout: 'units', axes: {}, compare: undefined, expected: undefined, cursors: {} }

/** Lengths that one press chooses; `shift` is a working shift of 8 hours. */
export const PRESETS = [
  { key: 'hour', ms: HOUR },
  { key: 'shift', ms: 8 * HOUR },
  { key: 'day', ms: DAY },
  { key: 'week', ms: 7 * DAY },
  { key: 'month', ms: 30 * DAY },
  { key: 'year', ms: 365 * DAY },
] as const

/** The window that a view shows at a moment. */
export function windowOf({ range }: Pick<TrendView, 'range'>, nowMs: number): TimeWindow {
  return 'followMs' in range ? { fromMs: nowMs - range.followMs, toMs: nowMs } : range
}

/** The view with one more signal, or without it if it has it. */
export function toggledSignal(view: TrendView, path: string): TrendView {
  if (!view.signals.includes(path)) return view.signals.length >= MAX_SIGNALS ? view : { ...view, signals: [...view.signals, path] }
  const without = (paths: readonly string[]) => paths.filter((each) => each !== path)
  return { ...view, signals: without(view.signals), hidden: without(view.hidden), stepped: without(view.stepped) }
}
