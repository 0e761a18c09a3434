import { QUALITY } from '../data/tile.ts'
import type { Series } from '../data/series-build.ts'
import type { Box } from './chart-model.ts'
import type { ValueScale } from './value-scale.ts'

export interface LineStyle {
  readonly colour: string
  readonly width: number
  readonly dash: readonly number[]
  readonly alpha: number
  readonly isStepped: boolean
}

/** Samples are shown as dots where they stand this far from each other. */
const DOTS_FROM_PX = 9
const FAR = 1e5

/** Draws a signal as runs of connected samples: a gap, "no value" and bad quality end a run. `toMs` is where a step may hold to. */
export function paintLine(context: CanvasRenderingContext2D, series: Series, place: { readonly box: Box; readonly scale: ValueScale; readonly xOf: (timeMs: number) => number; readonly toMs: number }, style: LineStyle): void {
  const { times, values, quality, gapMs } = series
  const { box, scale, xOf, toMs } = place
  const yOf = (value: number) => Math.min(FAR, Math.max(-FAR, box.y + box.height * (1 - scale.place(value))))
  const dots = new Path2D()
  context.save()
  context.beginPath()
  context.rect(box.x, box.y - 1, box.width, box.height + 2)
  context.clip()
  context.globalAlpha = style.alpha
  context.strokeStyle = style.colour
  context.fillStyle = style.colour
  context.lineWidth = style.width
  context.lineJoin = 'round'
  context.setLineDash([...style.dash])
  context.beginPath()
  const withDots = times.length > 0 && box.width / times.length > DOTS_FROM_PX
  let isOpen = false
  let runLength = 0
  let lastX = 0
  let lastY = 0
  let lastMs = 0
  const endRun = () => {
    if (runLength === 1 && isOpen && !withDots) dot(dots, lastX, lastY)
    isOpen = false
    runLength = 0
  }
  for (let i = 0; i < times.length; i++) {
    const timeMs = times[i] as number
    const value = values[i] as number
    if (Number.isNaN(value) || quality[i] === QUALITY.bad) {
      if (isOpen && style.isStepped) context.lineTo(xOf(timeMs), lastY)
      endRun()
      continue
    }
    const x = xOf(timeMs)
    const y = yOf(value)
    if (isOpen && !style.isStepped && timeMs - lastMs > gapMs) endRun()
    if (!isOpen) context.moveTo(x, y)
    else {
      if (style.isStepped) context.lineTo(x, lastY)
      context.lineTo(x, y)
    }
    if (withDots) dot(dots, x, y)
    isOpen = true
    runLength++
    lastX = x
    lastY = y
    lastMs = timeMs
  }
  if (isOpen && style.isStepped) context.lineTo(Math.max(lastX, xOf(toMs)), lastY)
  else endRun()
  context.stroke()
  context.fill(dots)
  context.restore()
}

function dot(path: Path2D, x: number, y: number): void {
  path.moveTo(x + 2, y)
  path.arc(x, y, 2, 0, 2 * Math.PI)
}

/** Shades the times in which a signal was uncertain or bad. */
export function paintQuality(context: CanvasRenderingContext2D, series: Series, place: { readonly box: Box; readonly xOf: (timeMs: number) => number; readonly toMs: number }, colours: { readonly uncertain: string; readonly bad: string }): void {
  const { times, quality, gapMs } = series
  const { box, xOf, toMs } = place
  context.save()
  for (let i = 0; i < times.length; i++) {
    const code = quality[i]
    if (code === QUALITY.good) continue
    const begin = times[i] as number
    while (i + 1 < times.length && quality[i + 1] === code) i++
    const last = times[i] as number
    const end = Math.min(i + 1 < times.length ? (times[i + 1] as number) : toMs, last + gapMs)
    const x = Math.max(box.x, xOf(begin))
    const width = Math.min(box.x + box.width, Math.max(xOf(end), xOf(begin) + 1.5)) - x
    if (width <= 0) continue
    context.fillStyle = code === QUALITY.bad ? colours.bad : colours.uncertain
    context.globalAlpha = 0.13
    context.fillRect(x, box.y, width, box.height)
    context.globalAlpha = 1
    context.fillRect(x, box.y + box.height - 3, width, 3)
  }
  context.restore()
}
