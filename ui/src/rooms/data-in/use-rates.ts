import { useRef } from 'react'
import type { SparkPoint } from '../../parts/spark-path.ts'

const MAX_POINTS = 300

/** The rates that were seen since the page was opened. */
export function useRates(timeMs: number, perSecond: number): readonly SparkPoint[] {
  const seen = useRef<readonly SparkPoint[]>([])
  if ((seen.current.at(-1)?.[0] ?? 0) < timeMs) seen.current = [...seen.current, [timeMs, perSecond] as const].slice(-MAX_POINTS)
  return seen.current
}
