/** Autocorrelation that a season must have at least, and how near to the best one a shorter season may be to be preferred: its multiples look alike. */
const [CLEAR, ALIKE] = [0.3, 0.9]
/** Shortest season in steps, and seasons that the past must hold at least. */
const [SHORTEST, REPEATS] = [4, 3]
/** Longest past that is looked at, in steps: the cost is its square. */
const LONGEST_PAST = 4_096

/**
 * The length of the season in an evenly sampled series: the first clear peak of the autocorrelation of the series without its straight trend
 * (Box and Jenkins 1970; Hyndman and Athanasopoulos, Forecasting, 2.8). 1 where there is none. The series has no gaps.
 */
export function findSeason(series: Float64Array): number {
  const values = withoutTrend(series.subarray(Math.max(0, series.length - LONGEST_PAST)))
  const longest = Math.floor(values.length / REPEATS)
  if (longest < SHORTEST) return 1
  const power = values.reduce((sum, value) => sum + value * value, 0)
  if (!(power > 1e-12 * values.length)) return 1
  const correlation = Float64Array.from({ length: longest + 1 }, (_, lag) => {
    let sum = 0
    for (let at = lag; at < values.length; at++) sum += (values[at] as number) * (values[at - lag] as number)
    return (sum / power) * (values.length / (values.length - lag))
  })
  // Before it has fallen once, nearness in time is all that it shows.
  let lag = 1
  while (lag < longest && (correlation[lag] as number) > CLEAR / 2) lag++
  const peaks: number[] = []
  for (lag = Math.max(lag, SHORTEST); lag < longest; lag++) {
    const here = correlation[lag] as number
    if (here > CLEAR && here >= (correlation[lag - 1] as number) && here >= (correlation[lag + 1] as number)) peaks.push(lag)
  }
  const best = Math.max(...peaks.map((peak) => correlation[peak] as number))
  return peaks.find((peak) => (correlation[peak] as number) >= ALIKE * best) ?? 1
}

function withoutTrend(series: Float64Array): Float64Array {
  const middle = (series.length - 1) / 2
  const mean = series.reduce((sum, value) => sum + value, 0) / Math.max(1, series.length)
  let [tilt, width] = [0, 0]
  for (let at = 0; at < series.length; at++) {
    tilt += (at - middle) * ((series[at] as number) - mean)
    width += (at - middle) ** 2
  }
  const slope = width === 0 ? 0 : tilt / width
  return series.map((value, at) => value - mean - slope * (at - middle))
}
