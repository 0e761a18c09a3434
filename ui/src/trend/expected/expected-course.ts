/** In which band a signal was or will be expected over time; columns, NaN where nothing is expected. */
export interface ExpectedCourse {
  /** Ends of the steps, ms since the epoch, ascending. */
  readonly times: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
  /** Of a forecast: the value itself. */
  readonly middle: Float64Array | undefined
  /** Length of a step, ms. */
  readonly everyMs: number
}

interface Columns {
  readonly times: readonly number[]
  readonly low: readonly (number | null)[]
  readonly high: readonly (number | null)[]
  readonly middle?: readonly number[]
  readonly everyMs: number
}

/** A course of an answer's columns; null becomes NaN. */
export function expectedCourse({ times, low, high, middle, everyMs }: Columns): ExpectedCourse {
  const column = (values: readonly (number | null)[]) => Float64Array.from(values, (value) => value ?? Number.NaN)
  return { times: Float64Array.from(times), low: column(low), high: column(high), middle: middle === undefined ? undefined : column(middle), everyMs }
}

/** The band where a cursor stands: that of the step which holds the moment; undefined outside. */
export function expectedAt({ times, low, high, everyMs }: ExpectedCourse, timeMs: number): { readonly low: number; readonly high: number } | undefined {
  let [from, to] = [0, times.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((times[middle] as number) < timeMs) from = middle + 1
    else to = middle
  }
  if (from >= times.length || (times[from] as number) - timeMs > everyMs || Number.isNaN(low[from])) return undefined
  return { low: low[from] as number, high: high[from] as number }
}
