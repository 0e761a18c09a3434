import { US_PER_DAY } from '@millwright/model/time.ts'
import type { SeriesRange } from '../historian.ts'
import type { RolledPart } from './bucket-stats.ts'
import { type ColdFile, dayOf, mayHold, type Rollup, sameRun } from './cold-file.ts'
import type { ColdStore } from './cold-store.ts'
import type { ConnectionPool } from './connection-pool.ts'
import { sqlTexts, sqlTime } from './duck.ts'
import { ROLLUP_US } from './rollup-builder.ts'

/** A stretch of a range that is read one way: from rollups, or sample by sample. */
export interface Stretch {
  readonly fromUs: number
  readonly toUs: number
  /** The files whose rollups stand for it; undefined where the samples must be read. */
  readonly rolled: readonly ColdFile[] | undefined
}

/** Rows of rollups of one series, in time order. */
export interface RolledColumns {
  readonly startsUs: Float64Array
  part(index: number): RolledPart
  /** First, minimum, maximum and last sample of each bucket, as a plot needs them. */
  drawn(): { readonly timesUs: Float64Array; readonly values: Float64Array; readonly status: Uint32Array }
}

/**
 * Parts a range in stretches. Rollups stand for a day when all its samples are in one run that has them: not when late
 * samples wait in a further run or, by `recentDays`, in the recent store.
 */
export function partRange(cold: ColdStore, range: SeriesRange, rollup: Rollup, holdUs: number, recentDays: ReadonlySet<number>): Stretch[] {
  const stretches: Stretch[] = []
  for (const day of cold.days('numbers').filter((each) => each >= dayOf(range.fromUs) && each <= dayOf(range.toUs - 1))) {
    const files = cold.filesOfDay('numbers', day).filter((file) => mayHold(file, range.series, day * US_PER_DAY, (day + 1) * US_PER_DAY))
    const [first] = files
    if (first === undefined || recentDays.has(day)) continue
    if (!files.every((file) => file.rollups?.holdUs === holdUs && sameRun(file, first))) continue
    addRolled(stretches, range, rollup, day, files)
  }
  return fillGaps(stretches, range)
}

function addRolled(stretches: Stretch[], range: SeriesRange, rollup: Rollup, day: number, files: readonly ColdFile[]): void {
  const widthUs = ROLLUP_US[rollup]
  const fromUs = Math.ceil(Math.max(range.fromUs, day * US_PER_DAY) / widthUs) * widthUs
  const toUs = Math.floor(Math.min(range.toUs, (day + 1) * US_PER_DAY) / widthUs) * widthUs
  if (fromUs >= toUs) return
  const last = stretches.at(-1)
  if (last?.rolled !== undefined && last.toUs === fromUs) stretches[stretches.length - 1] = { fromUs: last.fromUs, toUs, rolled: [...last.rolled, ...files] }
  else stretches.push({ fromUs, toUs, rolled: files })
}

function fillGaps(rolled: readonly Stretch[], range: SeriesRange): Stretch[] {
  const all: Stretch[] = []
  let doneUs = range.fromUs
  for (const stretch of rolled) {
    if (stretch.fromUs > doneUs) all.push({ fromUs: doneUs, toUs: stretch.fromUs, rolled: undefined })
    all.push(stretch)
    doneUs = stretch.toUs
  }
  if (doneUs < range.toUs) all.push({ fromUs: doneUs, toUs: range.toUs, rolled: undefined })
  return all
}

/** Reads the rollups of a stretch. The caller has made sure that the files are whole. */
export async function readRolled(pool: ConnectionPool, cold: ColdStore, range: SeriesRange, rollup: Rollup, files: readonly ColdFile[]): Promise<RolledColumns> {
  const list = sqlTexts(files.map((file) => cold.pathOf(file, rollup)))
  const floats = ['epoch_us(start)::DOUBLE', 'min', 'max', 'sum', 'm2', 'first', 'last', 'area', 'open', 'close']
  const integers = ['count', 'min_at', 'min_status', 'max_at', 'max_status', 'covered', 'open_at', 'open_status', 'close_at', 'close_status']
  const result = await pool.use((connection) =>
    connection.read(
      `SELECT ${[...floats, ...integers].join(', ')} FROM read_parquet(${list}, hive_partitioning = false)
       WHERE series = ${range.series} AND start >= ${sqlTime(range.fromUs)} AND start < ${sqlTime(range.toUs)}`,
    ),
  )
  const [startsUs, min, max, sum, m2, first, last, area, open, close] = floats.map((_, index) => result.float(index)) as Float64Tuple
  const [count, minAt, minStatus, maxAt, maxStatus, covered, openAt, openStatus, closeAt, closeStatus] = integers.map((_, index) => result.uint(floats.length + index)) as Uint32Tuple
  const widthUs = ROLLUP_US[rollup]
  return {
    startsUs,
    part: (i) => ({
      endUs: at(startsUs, i) + widthUs,
      count: at(count, i),
      min: at(min, i),
      max: at(max, i),
      sum: at(sum, i),
      m2: at(m2, i),
      first: at(first, i),
      last: at(last, i),
      area: at(area, i),
      coveredUs: at(covered, i),
      openUs: at(startsUs, i) + at(openAt, i),
      closing: { sinceUs: at(startsUs, i) + at(closeAt, i), value: at(closeStatus, i) >>> 31 === 0 ? at(close, i) : Number.NaN },
    }),
    drawn: () => draw(startsUs, count, [[open, openAt, openStatus], [min, minAt, minStatus], [max, maxAt, maxStatus], [close, closeAt, closeStatus]]),
  }
}

type Float64Tuple = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
type Uint32Tuple = [Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array]
type Marked = readonly [values: Float64Array, at: Uint32Array, status: Uint32Array]

function draw(startsUs: Float64Array, count: Uint32Array, [open, min, max, close]: readonly [Marked, Marked, Marked, Marked]) {
  const timesUs = new Float64Array(startsUs.length * 4)
  const values = new Float64Array(startsUs.length * 4)
  const status = new Uint32Array(startsUs.length * 4)
  let length = 0
  const put = (marked: Marked, row: number) => {
    const timeUs = at(startsUs, row) + at(marked[1], row)
    if (length > 0 && timeUs <= at(timesUs, length - 1)) return
    timesUs[length] = timeUs
    values[length] = at(marked[0], row)
    status[length] = at(marked[2], row)
    length++
  }
  for (let row = 0; row < startsUs.length; row++) {
    put(open, row)
    if (at(count, row) > 0) for (const marked of at(min[1], row) <= at(max[1], row) ? [min, max] : [max, min]) put(marked, row)
    put(close, row)
  }
  return { timesUs: timesUs.subarray(0, length), values: values.subarray(0, length), status: status.subarray(0, length) }
}

function at(column: Float64Array | Uint32Array, index: number): number {
  return column[index] as number
}
