import type { SparkPoint } from '../../parts/spark-path.ts'

export interface BandFrame {
  readonly fromMs: number
  readonly toMs: number
  readonly width: number
  readonly height: number
  /** The expected band. */
  readonly low: number
  readonly high: number
}

const MARGIN = 3
/** A silence of this part of the picture is a gap. */
const GAP = 1 / 12

/** The course of a signal with the band in which it was expected, in one scale: the line as an SVG path, broken at gaps, and the heights of the band's ends. */
export function bandPath(points: readonly SparkPoint[], { fromMs, toMs, width, height, low, high }: BandFrame): { readonly line: string; readonly top: number; readonly bottom: number } {
  const seen = points.flatMap(([timeMs, value]) => (value === null || timeMs < fromMs || timeMs > toMs ? [] : [value]))
  const min = Math.min(low, ...seen)
  const max = Math.max(high, ...seen)
  const span = max - min || 1
  const x = (timeMs: number) => Math.round(((timeMs - fromMs) / (toMs - fromMs)) * width * 10) / 10
  const y = (value: number) => Math.round((height - MARGIN - ((value - min) / span) * (height - 2 * MARGIN)) * 10) / 10
  let line = ''
  let lastMs: number | undefined
  for (const [timeMs, value] of points) {
    if (value === null || timeMs < fromMs || timeMs > toMs) {
      lastMs = undefined
      continue
    }
    line += `${lastMs === undefined || timeMs - lastMs > (toMs - fromMs) * GAP ? 'M' : 'L'}${x(timeMs)} ${y(value)}`
    lastMs = timeMs
  }
  return { line, top: y(high), bottom: y(low) }
}
