import { US_PER_MINUTE } from '@millwright/model/time.ts'
import type { WireStatistics } from '@millwright/model/wire/statistics.ts'
import type { AggregateColumns } from '../../historian/historian.ts'

/** Aggregates that {@link joinedStatistics} stands on. */
export const PART_AGGREGATES = ['count', 'min', 'max', 'avg', 'stddev', 'first', 'last', 'twa', 'covered'] as const

interface Range {
  readonly fromUs: number
  readonly toUs: number
}

/** A range as a piece before the first whole minute, whole minutes (which rollups answer without reading samples), and a piece behind the last. */
export function partsOfRange({ fromUs, toUs }: Range): Range[] {
  const firstMinute = Math.ceil(fromUs / US_PER_MINUTE) * US_PER_MINUTE
  const lastMinute = Math.floor(toUs / US_PER_MINUTE) * US_PER_MINUTE
  if (firstMinute >= lastMinute) return [{ fromUs, toUs }]
  const parts = [
    { fromUs, toUs: firstMinute },
    { fromUs: firstMinute, toUs: lastMinute },
    { fromUs: lastMinute, toUs },
  ]
  return parts.filter((part) => part.fromUs < part.toUs)
}

/**
 * Joins the aggregates of successive parts, one bucket each. Variances are joined by Chan, Golub and LeVeque (1979), which does not lose
 * digits; time-weighted sums by the time that they cover.
 */
export function joinedStatistics(parts: readonly AggregateColumns[]): WireStatistics {
  let count = 0
  let mean = 0
  let m2 = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let first: number | null = null
  let last: number | null = null
  let integral = 0
  let covered = 0
  for (const { columns } of parts) {
    const of = (name: (typeof PART_AGGREGATES)[number]) => columns[name]?.[0] ?? Number.NaN
    if (of('covered') > 0) {
      integral += of('twa') * of('covered')
      covered += of('covered')
    }
    const added = of('count')
    if (!(added > 0)) continue
    const distance = of('avg') - mean
    const total = count + added
    m2 += (added > 1 ? of('stddev') ** 2 * (added - 1) : 0) + (distance * distance * count * added) / total
    mean += (distance * added) / total
    count = total
    min = Math.min(min, of('min'))
    max = Math.max(max, of('max'))
    first ??= of('first')
    last = of('last')
  }
  const some = (value: number | null) => (count > 0 && value !== null && Number.isFinite(value) ? value : null)
  return {
    count,
    min: some(min),
    max: some(max),
    avg: some(mean),
    stddev: count > 1 && Number.isFinite(m2) ? Math.sqrt(m2 / (count - 1)) : null,
    first: some(first),
    last: some(last),
    twa: covered > 0 && Number.isFinite(integral) ? integral / covered : null,
    integral: covered > 0 && Number.isFinite(integral) ? integral : null,
    covered,
  }
}
