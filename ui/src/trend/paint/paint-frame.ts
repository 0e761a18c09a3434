import { FONT, TYPE } from '../../theme/tokens.ts'
import { timeAxis } from '../time/time-ticks.ts'
import { offsetLabel, offsetMs } from '../time/zone-time.ts'
import type { Picture } from './chart-model.ts'
import type { AxisGeometry, Geometry, PanelGeometry } from './geometry.ts'

export const CHART_FONT = `400 ${TYPE.tiny}px ${FONT}`
export const CHART_FONT_BOLD = `600 ${TYPE.tiny}px ${FONT}`

/** Draws the time axis, its grid through all panels, and the panels with their value axes. */
export function paintFrame(context: CanvasRenderingContext2D, geometry: Geometry, picture: Picture): void {
  const { plot } = geometry
  const { palette, window, texts, widthPx } = picture
  const { ticks, contexts } = timeAxis(window, plot.width, { zone: texts.zone, locale: texts.locale, minGapPx: widthPx < 520 ? 62 : 84 })
  const bottom = plot.y + plot.height
  context.font = CHART_FONT
  for (const { box } of geometry.panels) {
    context.fillStyle = palette.surface
    context.fillRect(box.x, box.y, box.width, box.height)
  }
  context.strokeStyle = palette.line
  context.lineWidth = 1
  context.beginPath()
  for (const { timeMs } of ticks) {
    const x = Math.round(geometry.xOf(timeMs)) + 0.5
    for (const { box } of [...geometry.panels, ...geometry.lanes]) {
      context.moveTo(x, box.y)
      context.lineTo(x, box.y + box.height)
    }
  }
  context.stroke()
  context.fillStyle = palette.textSoft
  context.textBaseline = 'top'
  context.textAlign = 'center'
  for (const { timeMs, label } of ticks) {
    const x = geometry.xOf(timeMs)
    const half = context.measureText(label).width / 2
    if (x - half >= plot.x - 24 && x + half <= widthPx) context.fillText(label, x, bottom + 6)
  }
  paintContexts(context, geometry, picture, contexts, bottom + 22)
  for (const panel of geometry.panels) paintPanel(context, panel, picture)
}

/** Days under hours, years under months: each label stays in sight while any of its stretch is. */
function paintContexts(context: CanvasRenderingContext2D, { plot, xOf }: Geometry, { palette, window, texts }: Picture, contexts: readonly { readonly fromMs: number; readonly label: string }[], y: number): void {
  context.font = CHART_FONT_BOLD
  context.textAlign = 'left'
  const [begin, end] = [offsetMs(window.fromMs, texts.zone), offsetMs(window.toMs, texts.zone)]
  const zoneLabel = begin === end ? offsetLabel(begin) : `${offsetLabel(begin)} → ${offsetLabel(end)}`
  const zoneWidth = context.measureText(zoneLabel).width
  const right = plot.x + plot.width
  let free = plot.x
  for (const [index, { fromMs, label }] of contexts.entries()) {
    const next = contexts[index + 1]
    const nextX = next === undefined ? right : xOf(next.fromMs)
    const x = Math.max(plot.x, xOf(fromMs))
    const width = context.measureText(label).width
    if (index > 0 && x < right - zoneWidth - 8) {
      context.strokeStyle = palette.edge
      context.beginPath()
      context.moveTo(Math.round(x) + 0.5, plot.y + plot.height + 3)
      context.lineTo(Math.round(x) + 0.5, y + 12)
      context.stroke()
    }
    const start = index === 0 ? plot.x : x + 5
    if (start < free || start + width > Math.min(index === 0 && next !== undefined ? nextX - 4 : nextX + 400, right - zoneWidth - 12)) continue
    if (next !== undefined && start + width > nextX - 4) continue
    context.fillStyle = palette.textSoft
    context.fillText(label, start, y)
    free = start + width + 8
  }
  context.font = CHART_FONT
  context.fillStyle = palette.textFaint
  context.textAlign = 'right'
  context.fillText(zoneLabel, right, y)
}

function paintPanel(context: CanvasRenderingContext2D, { box, axes }: PanelGeometry, { palette, texts }: Picture): void {
  const [first] = axes
  if (first === undefined) return
  context.strokeStyle = palette.line
  context.beginPath()
  for (const tick of first.scale.ticks) {
    const y = Math.round(box.y + box.height * (1 - first.scale.place(tick))) + 0.5
    if (y < box.y - 1 || y > box.y + box.height + 1) continue
    context.moveTo(box.x, y)
    context.lineTo(box.x + box.width, y)
  }
  context.stroke()
  for (const axis of axes) paintAxisLabels(context, axis, box, { palette, texts, isAlone: axes.length === 1 })
}

function paintAxisLabels(context: CanvasRenderingContext2D, { scale, labelX, unit, signals }: AxisGeometry, box: PanelGeometry['box'], { palette, texts, isAlone }: Pick<Picture, 'palette' | 'texts'> & { readonly isAlone: boolean }): void {
  context.font = CHART_FONT
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  const unitLabel = texts.unit(unit)
  for (const tick of scale.ticks) {
    const y = box.y + box.height * (1 - scale.place(tick))
    // The unit stands in the top corner; a label there would touch it.
    if (y > box.y + box.height - 3 || y < box.y + (unitLabel === '' ? 5 : 20)) continue
    context.fillStyle = palette.textSoft
    context.fillText(tickLabel(tick, scale.digits, scale.isLog), labelX, y)
  }
  context.font = CHART_FONT_BOLD
  context.textBaseline = 'top'
  // With several axes beside each other, an axis has the colour of its line where it has only one.
  context.fillStyle = isAlone || signals.length > 1 ? palette.textSoft : (signals[0]?.colour ?? palette.textSoft)
  if (unitLabel !== '') context.fillText(unitLabel, labelX, box.y + 1)
  context.font = CHART_FONT
}

/** A tick as it is written: as many digits as the step has, large ones with powers of ten. */
export function tickLabel(value: number, digits: number, isLog = false): string {
  const size = Math.abs(value)
  if (size >= 1e6 || (size > 0 && size < 1e-4)) return value.toExponential(size >= 1e6 ? 2 : 0).replace('e+', 'e')
  if (isLog) return String(Number(value.toPrecision(3)))
  const shown = value.toFixed(digits)
  return Number(shown) === 0 ? (0).toFixed(digits) : shown
}
