import { localMs } from '../time/zone-time.ts'
import type { TimeWindow } from '../time/time-window.ts'
import type { Reading } from '../data/value-at.ts'
import type { Picture } from './chart-model.ts'
import type { Geometry } from './geometry.ts'
import { CHART_FONT, CHART_FONT_BOLD } from './paint-frame.ts'

export interface OverlayState {
  readonly pointerMs: number | undefined
  readonly a: number | undefined
  readonly b: number | undefined
  readonly readings: ReadonlyMap<string, Reading | undefined>
}

/** Draws what follows the pointer, and the two cursors with the time between them. */
export function paintOverlay(context: CanvasRenderingContext2D, geometry: Geometry, picture: Picture, { pointerMs, a, b, readings }: OverlayState, span: (ms: number) => string): void {
  context.clearRect(0, 0, picture.widthPx, picture.heightPx)
  const { plot, xOf } = geometry
  const { palette } = picture
  if (a !== undefined && b !== undefined) paintBetween(context, geometry, picture, [a, b], span(Math.abs(b - a)))
  for (const [name, timeMs] of [['A', a], ['B', b]] as const) {
    if (timeMs === undefined) continue
    const x = xOf(timeMs)
    if (x < plot.x - 1 || x > plot.x + plot.width + 1) continue
    line(context, x, plot, palette.accent, [])
    tag(context, name, x, plot.y - 9, palette.accent, palette.onAccent, picture.widthPx)
  }
  if (pointerMs === undefined) return
  const x = xOf(pointerMs)
  if (x < plot.x || x > plot.x + plot.width) return
  line(context, x, plot, palette.textSoft, [3, 3])
  paintDots(context, geometry, readings, palette.surface)
  tag(context, clockText(pointerMs, picture.window, picture.texts.zone), x, plot.y + plot.height + 11, palette.text, palette.surface, picture.widthPx)
}

function line(context: CanvasRenderingContext2D, x: number, plot: Geometry['plot'], colour: string, dash: number[]): void {
  context.strokeStyle = colour
  context.lineWidth = 1
  context.setLineDash(dash)
  context.beginPath()
  context.moveTo(Math.round(x) + 0.5, plot.y)
  context.lineTo(Math.round(x) + 0.5, plot.y + plot.height)
  context.stroke()
  context.setLineDash([])
}

function tag(context: CanvasRenderingContext2D, text: string, x: number, y: number, ground: string, ink: string, widthPx: number): void {
  context.font = CHART_FONT_BOLD
  const width = context.measureText(text).width + 10
  const left = Math.min(Math.max(0, x - width / 2), widthPx - width)
  context.fillStyle = ground
  context.beginPath()
  context.roundRect(left, y - 8, width, 16, 3)
  context.fill()
  context.fillStyle = ink
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(text, left + width / 2, y + 0.5)
  context.font = CHART_FONT
}

/** A dot on each line where the pointer reads it. */
function paintDots(context: CanvasRenderingContext2D, { panels, xOf, plot }: Geometry, readings: OverlayState['readings'], ring: string): void {
  for (const { box, axes } of panels) {
    for (const { scale, signals } of axes) {
      for (const { path, colour } of signals) {
        const reading = readings.get(path)
        if (typeof reading?.value !== 'number') continue
        const x = xOf(reading.timeMs)
        const y = box.y + box.height * (1 - scale.place(reading.value))
        if (x < plot.x - 1 || x > plot.x + plot.width + 1 || y < box.y - 2 || y > box.y + box.height + 2) continue
        context.beginPath()
        context.arc(x, y, 4, 0, 2 * Math.PI)
        context.fillStyle = colour
        context.fill()
        context.lineWidth = 1.5
        context.strokeStyle = ring
        context.stroke()
      }
    }
  }
}

function paintBetween(context: CanvasRenderingContext2D, { plot, xOf }: Geometry, { palette, widthPx }: Picture, [a, b]: readonly [number, number], span: string): void {
  const left = Math.max(plot.x, Math.min(xOf(a), xOf(b)))
  const right = Math.min(plot.x + plot.width, Math.max(xOf(a), xOf(b)))
  if (right <= left) return
  context.fillStyle = palette.accent
  context.globalAlpha = 0.08
  context.fillRect(left, plot.y, right - left, plot.height)
  context.globalAlpha = 1
  if (right - left > 70) tag(context, `Δ ${span}`, (left + right) / 2, plot.y + 11, palette.raised, palette.accent, widthPx)
}

/** A moment as precise as a pixel is: with the day where days are seen, with ms where seconds are. */
export function clockText(timeMs: number, window: TimeWindow, zone: string): string {
  const iso = new Date(localMs(Math.floor(timeMs), zone)).toISOString()
  const span = window.toMs - window.fromMs
  if (span < 120_000) return iso.slice(11, 23)
  if (span < 6 * 3_600_000) return iso.slice(11, 19)
  if (span < 400 * 86_400_000) return `${iso.slice(5, 10)} ${iso.slice(11, span < 3 * 86_400_000 ? 19 : 16)}`
  return iso.slice(0, 16).replace('T', ' ')
}
