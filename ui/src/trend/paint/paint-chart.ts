import type { Picture } from './chart-model.ts'
import { geometryOf, type Geometry, type PanelGeometry } from './geometry.ts'
import { CHART_FONT, CHART_FONT_BOLD, paintFrame } from './paint-frame.ts'
import { paintLane } from './paint-lanes.ts'
import { paintExpected } from './paint-expected.ts'
import { paintLine, paintQuality } from './paint-lines.ts'
import { paintMarks } from './paint-marks.ts'

/** Draws a whole picture and tells where things stand in it. */
export function paintChart(context: CanvasRenderingContext2D, picture: Picture): Geometry {
  const geometry = geometryOf(picture)
  const { palette, nowMs, window } = picture
  context.clearRect(0, 0, picture.widthPx, picture.heightPx)
  context.font = CHART_FONT
  paintFrame(context, geometry, picture)
  for (const panel of geometry.panels) paintPanelLines(context, panel, geometry, picture)
  for (const lane of geometry.lanes) {
    paintLane(context, lane, picture.series(lane.signal.path), picture, geometry.xOf)
    const earlier = picture.earlier?.(lane.signal.path)
    if (earlier !== undefined) paintLane(context, lane, earlier.series, { ...picture, nowMs: nowMs - earlier.shiftMs, window: { fromMs: window.fromMs - earlier.shiftMs, toMs: window.toMs - earlier.shiftMs } }, (timeMs) => geometry.xOf(timeMs + earlier.shiftMs), true)
    paintNumberTag(context, lane.signal.number, lane.signal.colour, { x: lane.box.x + lane.box.width + 4, y: lane.box.y + lane.box.height / 2 }, palette.surface)
  }
  paintUnknown(context, geometry, picture)
  paintNow(context, geometry, picture)
  paintMarks(context, geometry, picture)
  return geometry
}

function paintPanelLines(context: CanvasRenderingContext2D, { box, axes }: PanelGeometry, { xOf }: Geometry, picture: Picture): void {
  const { palette, nowMs, window } = picture
  const toMs = Math.min(nowMs, window.toMs)
  const signals = axes.flatMap(({ signals }) => signals)
  for (const { path } of signals) paintQuality(context, picture.series(path), { box, xOf, toMs }, palette)
  const alone = signals.length === 1 ? signals[0] : undefined
  for (const { scale, signals: lines } of axes) {
    for (const { path, colour } of lines) {
      const course = picture.expected.get(path)
      if (course !== undefined) paintExpected(context, course, { box, scale, xOf }, colour)
    }
  }
  const tags: { y: number; number: number; colour: string }[] = []
  for (const { scale, signals } of axes) {
    if (alone !== undefined) paintLimits(context, [alone.low, alone.high], { box, scale }, picture)
    for (const { path, colour, isStepped, number } of signals) {
      const earlier = picture.earlier?.(path)
      if (earlier !== undefined) {
        const moved = (timeMs: number) => xOf(timeMs + earlier.shiftMs)
        paintLine(context, earlier.series, { box, scale, xOf: moved, toMs: window.toMs - earlier.shiftMs }, { colour, width: 1.25, dash: [5, 4], alpha: 0.75, isStepped })
      }
      const series = picture.series(path)
      paintLine(context, series, { box, scale, xOf, toMs }, { colour, width: 1.6, dash: [], alpha: 1, isStepped })
      const value = lastShown(series, window.toMs)
      if (value !== undefined) tags.push({ y: box.y + box.height * (1 - Math.min(1, Math.max(0, scale.place(value)))), number, colour })
    }
  }
  if (picture.signals.length < 2) return
  let free = box.y
  for (const { y, number, colour } of tags.sort((a, b) => a.y - b.y)) {
    const at = Math.min(Math.max(y, free + 6), box.y + box.height)
    paintNumberTag(context, number, colour, { x: box.x + box.width + 4, y: at }, palette.surface)
    free = at + 8
  }
}

function lastShown({ times, values }: { readonly times: Float64Array; readonly values: Float64Array }, toMs: number): number | undefined {
  for (let i = times.length - 1; i >= 0; i--) if ((times[i] as number) <= toMs && Number.isFinite(values[i])) return values[i]
  return undefined
}

/** The number of a signal in its colour, beside the end of its line. */
function paintNumberTag(context: CanvasRenderingContext2D, number: number, colour: string, { x, y }: { readonly x: number; readonly y: number }, ink: string): void {
  const text = String(number)
  context.font = CHART_FONT_BOLD
  const width = Math.max(14, context.measureText(text).width + 6)
  context.fillStyle = colour
  context.beginPath()
  context.roundRect(x, y - 7, width, 14, 3)
  context.fill()
  context.fillStyle = ink
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(text, x + width / 2, y + 0.5)
  context.font = CHART_FONT
}

/** The expected range of the only signal of a panel. */
function paintLimits(context: CanvasRenderingContext2D, limits: readonly (number | undefined)[], { box, scale }: { readonly box: PanelGeometry['box']; readonly scale: PanelGeometry['axes'][number]['scale'] }, { palette }: Picture): void {
  context.save()
  context.strokeStyle = palette.textFaint
  context.setLineDash([2, 4])
  for (const limit of limits) {
    if (limit === undefined || limit <= scale.low || limit >= scale.high) continue
    const y = Math.round(box.y + box.height * (1 - scale.place(limit))) + 0.5
    context.beginPath()
    context.moveTo(box.x, y)
    context.lineTo(box.x + box.width, y)
    context.stroke()
  }
  context.restore()
}

/** Where nothing is known yet, faint hatching says so: it is no gap of the machine. */
function paintUnknown(context: CanvasRenderingContext2D, { panels, lanes, xOf }: Geometry, picture: Picture): void {
  context.save()
  context.strokeStyle = picture.palette.line
  context.lineWidth = 1
  const places = [...panels.map(({ box, axes }) => ({ box, paths: axes.flatMap(({ signals }) => signals.map(({ path }) => path)) })), ...lanes.map(({ box, signal }) => ({ box, paths: [signal.path] }))]
  for (const { box, paths } of places) {
    for (const { fromMs, toMs } of paths.flatMap((path) => picture.series(path).unknown)) {
      const left = Math.max(box.x, xOf(fromMs))
      const right = Math.min(box.x + box.width, xOf(toMs))
      if (right - left < 1) continue
      context.save()
      context.beginPath()
      context.rect(left, box.y, right - left, box.height)
      context.clip()
      context.beginPath()
      for (let x = left - box.height - (left % 10); x < right; x += 10) {
        context.moveTo(x, box.y + box.height)
        context.lineTo(x + box.height, box.y)
      }
      context.stroke()
      context.restore()
    }
  }
  context.restore()
}

/** The present, where it is in sight: right of it there is nothing yet. */
function paintNow(context: CanvasRenderingContext2D, { plot, xOf }: Geometry, { nowMs, window, palette }: Picture): void {
  if (nowMs <= window.fromMs || nowMs >= window.toMs) return
  const x = Math.round(xOf(nowMs)) + 0.5
  context.strokeStyle = palette.edge
  context.beginPath()
  context.moveTo(x, plot.y)
  context.lineTo(x, plot.y + plot.height)
  context.stroke()
}
