/**
 * Volume under the precision-recall surface (Paparrizos et al., "Volume under the surface", VLDB 2022), as TSB-AD computes it
 * (Liu and Paparrizos, NeurIPS 2024): labels are widened by 0 to twice the series' period with sloping sides, 250 thresholds each.
 */
const THRESHOLDS = 250

type Segment = readonly [from: number, to: number]

/** VUS-PR of scores against 0/1 labels; `period` from {@link periodOf}. Needs at least one abnormal row. NaN scores count as the lowest. */
export function vusPr(scores: Float64Array, labels: Float64Array, period: number): number {
  const segments = segmentsOf(labels)
  if (segments.length === 0) return Number.NaN
  const { first, flagged } = ranks(scores)
  const abnormal = segments.reduce((sum, [from, to]) => sum + to - from + 1, 0)
  const hits = new Float64Array(THRESHOLDS)
  for (const [from, to] of segments) for (let row = from; row <= to; row++) (hits[first[row] as number] as number)++
  accumulate(hits)
  const widest = 2 * period
  let volume = 0
  for (let width = 0; width <= widest; width++) {
    volume += areaAt({ width, segments, labels, first, flagged, hits, abnormal })
  }
  return volume / (widest + 1)
}

interface Level {
  readonly width: number
  readonly segments: readonly Segment[]
  readonly labels: Float64Array
  /** Index of the first threshold that a row reaches. */
  readonly first: Uint16Array
  readonly flagged: Float64Array
  readonly hits: Float64Array
  readonly abnormal: number
}

function areaAt({ width, segments, labels, first, flagged, hits, abnormal }: Level): number {
  const half = Math.floor(width / 2)
  const rows = labels.length
  const side = new Float64Array(THRESHOLDS)
  const weights = new Map<number, number>()
  for (const [from, to] of segments) {
    for (let row = to + 1; row <= Math.min(to + half, rows - 1); row++) weights.set(row, (weights.get(row) ?? 0) + Math.sqrt(1 - (row - to) / width))
    for (let row = Math.max(from - half, 0); row < from; row++) weights.set(row, (weights.get(row) ?? 0) + Math.sqrt(1 - (from - row) / width))
  }
  for (const [row, weight] of weights) if (labels[row] !== 1) side[first[row] as number] = (side[first[row] as number] as number) + Math.min(1, weight)
  accumulate(side)
  const met = new Float64Array(THRESHOLDS)
  const wide = widened(segments, half, rows)
  for (const [from, to] of wide) {
    let earliest = THRESHOLDS
    for (let row = from; row <= to; row++) earliest = Math.min(earliest, first[row] as number)
    if (earliest < THRESHOLDS) (met[earliest] as number)++
  }
  accumulate(met)
  let [area, before] = [0, 0]
  for (let at = 0; at < THRESHOLDS; at++) {
    const hit = (hits[at] as number) + (side[at] as number)
    const truth = (abnormal + abnormal + (side[at] as number)) / 2
    const recall = Math.min(hit / truth, 1) * ((met[at] as number) / wide.length)
    area += (recall - before) * (hit / (flagged[at] as number))
    before = recall
  }
  return area
}

/** For each row the first of the thresholds that it reaches, and how many rows reach each. */
function ranks(scores: Float64Array): { readonly first: Uint16Array; readonly flagged: Float64Array } {
  const clean = scores.map((score) => (Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score))
  const falling = clean.toSorted().reverse()
  const thresholds = Float64Array.from({ length: THRESHOLDS }, (_, at) => falling[Math.trunc((at * (scores.length - 1)) / (THRESHOLDS - 1))] as number)
  const first = new Uint16Array(scores.length)
  const flagged = new Float64Array(THRESHOLDS)
  for (let row = 0; row < scores.length; row++) {
    let [low, high] = [0, THRESHOLDS - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((clean[row] as number) >= (thresholds[middle] as number)) high = middle
      else low = middle + 1
    }
    first[row] = low
    flagged[low] = (flagged[low] as number) + 1
  }
  accumulate(flagged)
  return { first, flagged }
}

function accumulate(counts: Float64Array): void {
  for (let at = 1; at < counts.length; at++) counts[at] = (counts[at] as number) + (counts[at - 1] as number)
}

function segmentsOf(labels: Float64Array): Segment[] {
  const segments: Segment[] = []
  for (let row = 0, from = -1; row <= labels.length; row++) {
    if (labels[row] === 1) from = from < 0 ? row : from
    else if (from >= 0) {
      segments.push([from, row - 1])
      from = -1
    }
  }
  return segments
}

/** Segments with `half` rows more on either side, those that then touch joined. */
function widened(segments: readonly Segment[], half: number, rows: number): Segment[] {
  const wide: Segment[] = []
  let from = Math.max((segments[0] as Segment)[0] - half, 0)
  for (let at = 0; at < segments.length; at++) {
    const end = (segments[at] as Segment)[1] + half
    const next = segments[at + 1]
    if (next === undefined) wide.push([from, Math.min(end, rows - 1)])
    else if (end < next[0] - half) {
      wide.push([from, end])
      from = next[0] - half
    }
  }
  return wide
}

/** Rows looked at for the period, longest lag, and the answer where there is no period: the constants of TSB-AD. */
const [PERIOD_ROWS, LONGEST_LAG, NO_PERIOD, SHORTEST_LAG] = [20_000, 400, 125, 3]

/** The period of a series by the highest local maximum of its autocorrelation, in rows; 125 where there is none. */
export function periodOf(values: Float64Array): number {
  const rows = Math.min(PERIOD_ROWS, values.length)
  let mean = 0
  for (let row = 0; row < rows; row++) mean += (values[row] as number) / rows
  const correlation = Float64Array.from({ length: Math.min(LONGEST_LAG, rows - 1) + 1 }, (_, lag) => {
    let sum = 0
    for (let row = lag; row < rows; row++) sum += ((values[row] as number) - mean) * ((values[row - lag] as number) - mean)
    return sum
  })
  let best = -1
  for (let lag = SHORTEST_LAG + 1; lag < correlation.length - 1; lag++) {
    const here = correlation[lag] as number
    if (here > (correlation[lag - 1] as number) && here > (correlation[lag + 1] as number) && (best < 0 || here > (correlation[best] as number))) best = lag
  }
  const above = best - SHORTEST_LAG
  return best < 0 || above < 3 || above > 300 ? NO_PERIOD : best
}
