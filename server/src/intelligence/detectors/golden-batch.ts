import { MillwrightError } from '../../kernel/error.ts'

/** Points along a batch at which runs are compared. */
const POINTS = 100

/** Half width of the envelope in standard deviations of the good runs, and its least part of their whole range. */
const [WIDTH, LEAST] = [4, 0.02]

/** Where good runs of a recipe lie, from its beginning to its usual end. */
export interface GoldenBatch {
  readonly low: Float64Array
  readonly high: Float64Array
  readonly middle: Float64Array
  /** Samples of a usual run. */
  readonly length: number
}

/**
 * The envelope of at least three good runs, each a series of one signal from a batch's start to its end, stretched to a common length
 * (Nomikos and MacGregor 1995, univariate, aligned by progress).
 * @throws MillwrightError BAD_REQUEST for fewer than three runs or an empty one.
 */
export function learnGoldenBatch(runs: readonly Float64Array[]): GoldenBatch {
  if (runs.length < 3 || runs.some(({ length }) => length < 2)) throw new MillwrightError('BAD_REQUEST', `an envelope needs at least three good runs of two samples, there are ${runs.filter(({ length }) => length >= 2).length}`)
  const stretched = runs.map((run) => Float64Array.from({ length: POINTS }, (_, point) => valueAt(run, (point / (POINTS - 1)) * (run.length - 1))))
  const middle = Float64Array.from({ length: POINTS }, (_, point) => stretched.reduce((sum, run) => sum + (run[point] as number), 0) / runs.length)
  const range = Math.max(...middle) - Math.min(...middle)
  const reach = middle.map((centre, point) => {
    const spread = Math.sqrt(stretched.reduce((sum, run) => sum + ((run[point] as number) - centre) ** 2, 0) / (runs.length - 1))
    return Math.max(WIDTH * spread, LEAST * range, Number.MIN_VALUE)
  })
  const lengths = runs.map(({ length }) => length).sort((a, b) => a - b)
  return { low: middle.map((centre, point) => centre - (reach[point] as number)), high: middle.map((centre, point) => centre + (reach[point] as number)), middle, length: lengths[lengths.length >> 1] ?? 2 }
}

/**
 * How far a value is from the middle, as a part of the envelope's half width: above 1 is outside. `elapsed` is samples since the batch began; one that runs longer than
 * usual is compared with the end. A value that is no number gives 0.
 */
export function batchDeviation(golden: GoldenBatch, elapsed: number, value: number): number {
  if (!Number.isFinite(value)) return 0
  const place = Math.max(0, Math.min(1, elapsed / (golden.length - 1))) * (POINTS - 1)
  const middle = valueAt(golden.middle, place)
  return Math.abs(value - middle) / (valueAt(golden.high, place) - middle)
}

function valueAt(values: Float64Array, place: number): number {
  const low = Math.floor(place)
  const here = values[low] as number
  return here + ((values[low + 1] ?? here) - here) * (place - low)
}
