import { memo, useMemo } from 'react'
import type { SparkPoint } from '../../parts/spark-path.ts'
import { bandPath } from './band-path.ts'

const WIDTH = 240
const HEIGHT = 56

interface BandCourseProps {
  readonly points: readonly SparkPoint[]
  readonly fromMs: number
  readonly toMs: number
  readonly low: number
  readonly high: number
  /** When it left its band. */
  readonly movedMs: number | null
  /** What it shows, for those who do not see it. */
  readonly label: string
}

/** The course of a signal over the band in which it was expected, with a mark where it left it. */
export const BandCourse = memo(function BandCourse({ points, fromMs, toMs, low, high, movedMs, label }: BandCourseProps) {
  const { line, top, bottom } = useMemo(() => bandPath(points, { fromMs, toMs, width: WIDTH, height: HEIGHT, low, high }), [points, fromMs, toMs, low, high])
  const markX = movedMs === null || movedMs < fromMs || movedMs > toMs ? undefined : ((movedMs - fromMs) / (toMs - fromMs)) * WIDTH
  return (
    <svg className="mw-band" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <rect className="mw-band-expected" x={0} y={top} width={WIDTH} height={Math.max(1, bottom - top)} />
      {markX !== undefined && <path className="mw-band-mark" d={`M${markX} 0V${HEIGHT}`} />}
      <path className="mw-spark-line" d={line} />
    </svg>
  )
})
