/** A time in ms and a number; null where there was no value. */
export type SparkPoint = readonly [timeMs: number, value: number | null]

export interface SparkFrame {
  readonly fromMs: number
  readonly toMs: number
  readonly width: number
  readonly height: number
  readonly low?: number | undefined
  readonly high?: number | undefined
}

const MARGIN = 2
/** A step of so many usual steps is a gap. */
const GAP_STEPS = 6
/** A limit is drawn when it lies so near, in heights of the line's own range. */
const NEAR = 0.6

/** The line of a sparkline as an SVG path, broken at gaps, and the heights of limits that it comes near. */
export function sparkPath(points: readonly SparkPoint[], { fromMs, toMs, width, height, low, high }: SparkFrame): { readonly line: string; readonly limits: readonly number[] } {
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]))
  if (values.length === 0 || toMs <= fromMs) return { line: '', limits: [] }
  let min = Math.min(...values)
  let max = Math.max(...values)
  const range = max - min
  const near = [low, high].filter((limit) => limit !== undefined).filter((limit) => range > 0 && limit >= min - NEAR * range && limit <= max + NEAR * range)
  min = Math.min(min, ...near)
  max = Math.max(max, ...near)
  // A constant signal is a line in the middle, not noise magnified.
  const span = max - min || Math.max(Math.abs(max), 1) * 2
  const bottom = max === min ? max - span / 2 : min
  const x = (timeMs: number) => Math.round(((timeMs - fromMs) / (toMs - fromMs)) * width * 10) / 10
  const y = (value: number) => Math.round((height - MARGIN - ((value - bottom) / span) * (height - 2 * MARGIN)) * 10) / 10
  const gapMs = GAP_STEPS * usualStep(points)
  let line = ''
  let lastMs: number | undefined
  for (const [timeMs, value] of points) {
    if (value === null) {
      lastMs = undefined
      continue
    }
    const isGap = lastMs === undefined || timeMs - lastMs > gapMs
    line += `${isGap ? 'M' : 'L'}${x(timeMs)} ${y(value)}`
    lastMs = timeMs
  }
  return { line, limits: near.map(y) }
}

function usualStep(points: readonly SparkPoint[]): number {
  const steps = points.slice(1).map(([timeMs], index) => timeMs - (points[index]?.[0] ?? timeMs))
  steps.sort((a, b) => a - b)
  return Math.max(steps[Math.floor(steps.length * 0.75)] ?? 0, 1)
}
