import { QUALITY } from '../data/tile.ts'
import type { Series } from '../data/series-build.ts'
import type { Box, ChartSignal, Picture } from './chart-model.ts'
import { cutText } from './cut-text.ts'
import type { LaneGeometry } from './geometry.ts'

/** Narrower states than this have no label. */
const LABEL_FROM_PX = 26

/** Draws a boolean as a high and a low, and a text as bars with what it said; each state holds until the next. */
export function paintLane(context: CanvasRenderingContext2D, { box, signal }: LaneGeometry, series: Series, picture: Picture, xOf: (timeMs: number) => number, isEarlier = false): void {
  const { palette, texts, nowMs, window } = picture
  const end = Math.min(nowMs, window.toMs)
  context.save()
  context.beginPath()
  context.rect(box.x, box.y, box.width, box.height)
  context.clip()
  if (!isEarlier) {
    context.fillStyle = palette.surface
    context.fillRect(box.x, box.y, box.width, box.height)
  }
  const states = statesOf(series, end)
  for (const { fromMs, toMs, value, quality } of states) {
    const x = Math.max(box.x - 2, xOf(fromMs))
    const width = Math.min(box.x + box.width + 2, xOf(toMs)) - x
    if (width <= 0) continue
    if (Number.isNaN(value) || quality === QUALITY.bad) paintMissing(context, { ...box, x, width }, palette.bad, quality === QUALITY.bad)
    else if (signal.kind === 'boolean') paintLevel(context, { ...box, x, width }, value !== 0, signal.colour, isEarlier)
    else paintState(context, { ...box, x, width }, { text: series.texts?.[value] ?? '', index: textTone(series.texts?.[value] ?? ''), signal, picture, isEarlier })
    if (quality === QUALITY.uncertain) {
      context.fillStyle = palette.uncertain
      context.fillRect(x, box.y + box.height - 3, width, 3)
    }
  }
  for (const { fromMs, toMs } of series.crowded) {
    context.fillStyle = palette.textFaint
    context.fillRect(xOf(fromMs), box.y + 4, xOf(toMs) - xOf(fromMs), box.height - 8)
    label(context, texts.crowded, { ...box, x: xOf(fromMs), width: xOf(toMs) - xOf(fromMs) }, palette.surface)
  }
  context.restore()
}

interface State {
  readonly fromMs: number
  readonly toMs: number
  readonly value: number
  readonly quality: number
}

/** Successive samples of the same value as one state. */
export function statesOf({ times, values, quality }: Pick<Series, 'times' | 'values' | 'quality'>, endMs: number): State[] {
  const states: State[] = []
  for (let i = 0; i < times.length; i++) {
    const fromMs = times[i] as number
    const value = values[i] as number
    const code = quality[i] as number
    while (i + 1 < times.length && Object.is(values[i + 1], value) && quality[i + 1] === code) i++
    const toMs = i + 1 < times.length ? (times[i + 1] as number) : Math.max(endMs, fromMs)
    states.push({ fromMs, toMs, value, quality: code })
  }
  return states
}

function paintLevel(context: CanvasRenderingContext2D, { x, y, width, height }: Box, isOn: boolean, colour: string, isEarlier: boolean): void {
  context.strokeStyle = colour
  context.lineWidth = 1.5
  if (isEarlier) context.setLineDash([5, 4])
  const top = isOn ? y + 4 : y + height - 3
  if (isOn && !isEarlier) {
    context.globalAlpha = 0.28
    context.fillStyle = colour
    context.fillRect(x, top, width, height - 7)
    context.globalAlpha = 1
  }
  context.beginPath()
  context.moveTo(x, isOn ? y + height - 3 : top)
  if (isOn) context.lineTo(x, top)
  context.lineTo(x + width, top)
  if (isOn) context.lineTo(x + width, y + height - 3)
  context.stroke()
}

interface StateBar {
  readonly text: string
  readonly index: number
  readonly signal: ChartSignal
  readonly picture: Picture
  readonly isEarlier: boolean
}

/** Tones of one colour tell successive texts apart; which text it is stands in the bar, so no hue is needed that could mean a state of the plant. */
const TONES = [0.16, 0.34, 0.25, 0.46, 0.2, 0.4]

function textTone(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (hash * 31 + text.charCodeAt(i)) % 9973
  return hash % TONES.length
}

function paintState(context: CanvasRenderingContext2D, box: Box, { text, index, signal, picture, isEarlier }: StateBar): void {
  const { x, y, width, height } = box
  if (isEarlier) {
    context.strokeStyle = signal.colour
    context.setLineDash([5, 4])
    context.strokeRect(x + 0.5, y + 5.5, Math.max(0, width - 1), height - 11)
    context.setLineDash([])
    return
  }
  context.globalAlpha = TONES[index] ?? 0.25
  context.fillStyle = signal.colour
  context.fillRect(x, y + 2, width, height - 4)
  context.globalAlpha = 1
  context.fillRect(x, y + 2, Math.min(1.5, width), height - 4)
  label(context, text, box, picture.palette.text)
}

function label(context: CanvasRenderingContext2D, text: string, { x, y, width, height }: Box, colour: string): void {
  const room = width - 10
  if (room < LABEL_FROM_PX - 10) return
  const shown = cutText(text, room, (each) => context.measureText(each).width)
  if (shown === undefined) return
  context.fillStyle = colour
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.fillText(shown, Math.max(x, 0) + 6, y + height / 2 + 0.5)
}

function paintMissing(context: CanvasRenderingContext2D, { x, y, width, height }: Box, colour: string, isBad: boolean): void {
  if (!isBad) return
  context.globalAlpha = 0.14
  context.fillStyle = colour
  context.fillRect(x, y, width, height)
  context.globalAlpha = 1
  context.fillRect(x, y + height - 3, width, 3)
}
