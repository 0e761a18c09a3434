import type { TimeWindow } from '../time/time-window.ts'
import type { Box, ChartSignal, Picture } from './chart-model.ts'
import { valueScale, type ValueScale } from './value-scale.ts'
import { QUALITY, type Points } from '../data/tile.ts'
import type { ExpectedCourse } from '../expected/expected-course.ts'

const AXIS_WIDTH = 58
const RIGHT = 26
const TIME_AXIS = 40
const TOP = 22
const GAP = 8
const LANE = 24
const LANE_GAP = 5
const PHONE_PX = 520

export interface AxisGeometry {
  readonly key: string
  readonly unit: string | undefined
  readonly scale: ValueScale
  readonly signals: readonly ChartSignal[]
  /** Right end of its labels. */
  readonly labelX: number
}

export interface PanelGeometry {
  readonly box: Box
  readonly axes: readonly AxisGeometry[]
}

export interface LaneGeometry {
  readonly box: Box
  readonly signal: ChartSignal
}

/** Where everything of a picture stands. */
export interface Geometry {
  /** All panels and lanes together: what the window of time is wide. */
  readonly plot: Box
  readonly panels: readonly PanelGeometry[]
  readonly lanes: readonly LaneGeometry[]
  readonly xOf: (timeMs: number) => number
  readonly timeAt: (x: number) => number
}

/** The width that plots have in a chart of a width with so many axes beside each other. */
export function plotBox(widthPx: number, heightPx: number, axesBeside: number): Box {
  const axis = widthPx < PHONE_PX ? AXIS_WIDTH - 14 : AXIS_WIDTH
  const left = axis * Math.max(1, axesBeside)
  return { x: left, y: TOP, width: Math.max(40, widthPx - left - RIGHT), height: Math.max(40, heightPx - TOP - TIME_AXIS) }
}

export function geometryOf(picture: Picture): Geometry {
  const { arrangement, signals, window } = picture
  const beside = Math.max(1, ...arrangement.panels.map(({ axes }) => axes.length))
  const plot = plotBox(picture.widthPx, picture.heightPx, beside)
  const axisWidth = plot.x / beside
  const byPath = new Map(signals.map((signal) => [signal.path, signal]))
  const shown = (paths: readonly string[]) => paths.flatMap((path) => byPath.get(path) ?? []).filter(({ isHidden }) => !isHidden)
  const laneSignals = shown(arrangement.lanes)
  const lanesHeight = laneSignals.length * (LANE + LANE_GAP)
  const panelPlans = arrangement.panels.filter(({ axes }) => axes.some(({ paths }) => shown(paths).length > 0))
  const free = plot.height - lanesHeight - (panelPlans.length > 0 && laneSignals.length > 0 ? GAP : 0)
  const height = Math.max(30, (free - GAP * Math.max(0, panelPlans.length - 1)) / Math.max(1, panelPlans.length))
  const panels = panelPlans.map(({ axes }, index): PanelGeometry => {
    const box = { x: plot.x, y: plot.y + index * (height + GAP), width: plot.width, height }
    const visible = axes.filter(({ paths }) => shown(paths).length > 0)
    return {
      box,
      axes: visible.map(({ key, unit, paths }, place) => {
        const members = shown(paths)
        return { key, unit, signals: members, labelX: plot.x - place * axisWidth - 6, scale: valueScale({ seen: seenValues(members, picture), ...picture.axes[key], heightPx: height }) }
      }),
    }
  })
  const lanesTop = panelPlans.length > 0 ? plot.y + plot.height - lanesHeight : plot.y
  const lanes = laneSignals.map((signal, index) => ({ signal, box: { x: plot.x, y: lanesTop + index * (LANE + LANE_GAP) + LANE_GAP, width: plot.width, height: LANE } }))
  const perMs = plot.width / (window.toMs - window.fromMs)
  return { plot, panels, lanes, xOf: (timeMs) => plot.x + (timeMs - window.fromMs) * perMs, timeAt: (x) => window.fromMs + (x - plot.x) / perMs }
}

/** Least and greatest usable value that lines show in the window, of the earlier period too. */
function seenValues(signals: readonly ChartSignal[], { window, series, earlier, expected }: Picture): readonly [number, number] {
  const seen: [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { path } of signals) {
    widen(seen, series(path), window)
    const course = expected.get(path)
    if (course !== undefined) widenByBand(seen, course, window)
    const before = earlier?.(path)
    if (before !== undefined) widen(seen, before.series, { fromMs: window.fromMs - before.shiftMs, toMs: window.toMs - before.shiftMs })
  }
  return seen
}

function widenByBand(seen: [number, number], { times, low, high }: ExpectedCourse, { fromMs, toMs }: TimeWindow): void {
  for (let i = 0; i < times.length; i++) {
    const timeMs = times[i] as number
    if (timeMs < fromMs || timeMs > toMs || Number.isNaN(low[i])) continue
    seen[0] = Math.min(seen[0], low[i] as number)
    seen[1] = Math.max(seen[1], high[i] as number)
  }
}

function widen(seen: [number, number], { times, values, quality }: Points, { fromMs, toMs }: TimeWindow): void {
  let isAny = false
  for (let i = 0; i < times.length; i++) {
    const timeMs = times[i] as number
    const value = values[i] as number
    if (timeMs < fromMs || timeMs > toMs || quality[i] === QUALITY.bad || !Number.isFinite(value)) continue
    isAny = true
    if (value < seen[0]) seen[0] = value
    if (value > seen[1]) seen[1] = value
  }
  if (isAny) return
  // A line may cross a window in which it has no sample: its ends outside decide.
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    seen[0] = Math.min(seen[0], value)
    seen[1] = Math.max(seen[1], value)
  }
}
