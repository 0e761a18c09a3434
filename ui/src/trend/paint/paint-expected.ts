import type { ExpectedCourse } from '../expected/expected-course.ts'
import type { Box } from './chart-model.ts'
import type { ValueScale } from './value-scale.ts'

const FAR = 1e5

/** Fills the band in which a signal was expected, as steps, with a thin edge; of a forecast its middle as a dashed line. Where nothing is expected there is nothing. */
export function paintExpected(context: CanvasRenderingContext2D, { times, low, high, middle, everyMs }: ExpectedCourse, { box, scale, xOf }: { readonly box: Box; readonly scale: ValueScale; readonly xOf: (timeMs: number) => number }, colour: string): void {
  const yOf = (value: number) => Math.min(FAR, Math.max(-FAR, box.y + box.height * (1 - scale.place(value))))
  const band = new Path2D()
  const edges = new Path2D()
  for (let from = 0; from < times.length; from++) {
    if (Number.isNaN(low[from])) continue
    let to = from
    while (to + 1 < times.length && !Number.isNaN(low[to + 1]) && (times[to + 1] as number) - (times[to] as number) < 1.5 * everyMs) to++
    const begin = xOf((times[from] as number) - everyMs)
    for (const [path, ends] of [[band, high], [edges, high], [edges, low]] as const) {
      path.moveTo(begin, yOf(ends[from] as number))
      for (let at = from; at <= to; at++) {
        if (at > from) path.lineTo(xOf((times[at] as number) - everyMs), yOf(ends[at] as number))
        path.lineTo(xOf(times[at] as number), yOf(ends[at] as number))
      }
    }
    for (let at = to; at >= from; at--) {
      band.lineTo(xOf(times[at] as number), yOf(low[at] as number))
      band.lineTo(xOf((times[at] as number) - everyMs), yOf(low[at] as number))
    }
    band.closePath()
    from = to
  }
  context.save()
  context.beginPath()
  context.rect(box.x, box.y, box.width, box.height)
  context.clip()
  context.fillStyle = colour
  context.strokeStyle = colour
  context.globalAlpha = 0.16
  context.fill(band)
  context.globalAlpha = 0.45
  context.lineWidth = 0.75
  context.stroke(edges)
  if (middle !== undefined) {
    context.globalAlpha = 0.9
    context.lineWidth = 1.5
    context.setLineDash([4, 3])
    context.beginPath()
    for (let at = 0; at < times.length; at++) context.lineTo(xOf((times[at] as number) - everyMs / 2), yOf(middle[at] as number))
    context.stroke()
  }
  context.restore()
}
