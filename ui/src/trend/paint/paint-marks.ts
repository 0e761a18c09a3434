import type { Picture } from './chart-model.ts'
import type { Geometry } from './geometry.ts'

/** Draws what is marked on the time axis: remarks and labels as flags, anomalies as triangles, with a thin line through the panels; of ranges a bar above them. */
export function paintMarks(context: CanvasRenderingContext2D, { plot, xOf }: Geometry, { annotations, palette, nowMs }: Picture): void {
  for (const { fromMs, toMs, look } of annotations) {
    const x = xOf(fromMs)
    const lasts = look === 'open' ? nowMs : toMs
    const end = lasts === undefined ? x : xOf(lasts)
    if (end < plot.x || x > plot.x + plot.width) continue
    const left = Math.max(x, plot.x)
    const right = Math.min(end, plot.x + plot.width)
    // Only what goes on has a colour that means abnormal.
    const colour = look === undefined ? palette.accent : look === 'open' ? palette.outside : look === 'past' ? palette.textSoft : palette.textFaint
    context.fillStyle = colour
    context.strokeStyle = colour
    context.lineWidth = 1
    if (lasts !== undefined) {
      if (look !== 'dismissed') {
        context.globalAlpha = look === undefined ? 0.07 : 0.05
        context.fillRect(left, plot.y, right - left, plot.height)
        context.globalAlpha = 1
      }
      context.fillRect(left, plot.y - 5, Math.max(2, right - left), look === 'dismissed' ? 1 : 3)
    }
    if (x < plot.x) continue
    context.setLineDash([1, 3])
    context.beginPath()
    context.moveTo(Math.round(x) + 0.5, plot.y)
    context.lineTo(Math.round(x) + 0.5, plot.y + plot.height)
    context.stroke()
    context.setLineDash([])
    context.beginPath()
    if (look === undefined) {
      context.moveTo(x - 5, plot.y - 14)
      context.lineTo(x + 5, plot.y - 14)
      context.lineTo(x + 5, plot.y - 7)
      context.lineTo(x, plot.y - 2)
      context.lineTo(x - 5, plot.y - 7)
    } else {
      context.moveTo(x, plot.y - 15)
      context.lineTo(x + 6, plot.y - 4)
      context.lineTo(x - 6, plot.y - 4)
    }
    context.closePath()
    if (look === 'dismissed') context.stroke()
    else context.fill()
  }
}
