import { memo, useMemo } from 'react'
import { sparkPath, type SparkPoint } from './spark-path.ts'

const WIDTH = 160
const HEIGHT = 28

interface SparklineProps {
  readonly points: readonly SparkPoint[]
  readonly fromMs: number
  readonly toMs: number
  readonly low?: number | undefined
  readonly high?: number | undefined
  /** What it shows, for those who do not see it. */
  readonly label: string
}

/** A small line of a signal's recent past. Gaps stay gaps; a dashed line shows a limit where it is near. */
export const Sparkline = memo(function Sparkline({ points, fromMs, toMs, low, high, label }: SparklineProps) {
  const { line, limits } = useMemo(() => sparkPath(points, { fromMs, toMs, width: WIDTH, height: HEIGHT, low, high }), [points, fromMs, toMs, low, high])
  return (
    <svg className="mw-spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      {limits.map((y) => (
        <path key={y} className="mw-spark-limit" d={`M0 ${y}H${WIDTH}`} />
      ))}
      <path className="mw-spark-line" d={line} />
    </svg>
  )
})
