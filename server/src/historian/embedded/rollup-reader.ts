import type { SeriesRange } from '../historian.ts'
import type { RolledPart } from './bucket-stats.ts'
import type { ColdFile, Rollup } from './cold-file.ts'
import type { ColdStore } from './cold-store.ts'
import type { ConnectionPool } from './connection-pool.ts'
import { sqlTexts, sqlTime } from './duck.ts'
import { ROLLUP_US } from './rollup-builder.ts'

/** Rows of rollups of one series, in time order. */
export interface RolledColumns {
  readonly startsUs: Float64Array
  part(index: number): RolledPart
}

type Columns = (readonly [column: string, type: 'float' | 'uint'])[]

/** Reads the rollups of a stretch. The caller has made sure that the files are whole. */
export async function readRolled(pool: ConnectionPool, cold: ColdStore, range: SeriesRange, rollup: Rollup, files: readonly ColdFile[]): Promise<RolledColumns> {
  const { startsUs, float, uint } = await read(pool, cold, range, rollup, files, [
    ...['min', 'max', 'sum', 'm2', 'first', 'last', 'area', 'close'].map((column) => [column, 'float'] as const),
    ...['count', 'covered', 'open_at', 'close_at', 'close_status'].map((column) => [column, 'uint'] as const),
  ])
  const [min, max, sum, m2, first] = [float('min'), float('max'), float('sum'), float('m2'), float('first')]
  const [last, area, close] = [float('last'), float('area'), float('close')]
  const [count, covered, openAt, closeAt, closeStatus] = [uint('count'), uint('covered'), uint('open_at'), uint('close_at'), uint('close_status')]
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
  }
}

const MARKS = ['open', 'min', 'max', 'close'] as const

/** Reads first, minimum, maximum and last sample of each minute or hour of a stretch, as a plot needs them. The files are whole. */
export async function readDrawn(pool: ConnectionPool, cold: ColdStore, range: SeriesRange, rollup: Rollup, files: readonly ColdFile[]): Promise<DrawnSamples> {
  const { startsUs, float, uint } = await read(pool, cold, range, rollup, files, [
    ['count', 'uint'],
    ...MARKS.flatMap((mark) => [[mark, 'float'] as const, [`${mark}_at`, 'uint'] as const, [`${mark}_status`, 'uint'] as const]),
  ])
  const marked = (mark: (typeof MARKS)[number]): Marked => [float(mark), uint(`${mark}_at`), uint(`${mark}_status`)]
  return draw(startsUs, uint('count'), [marked('open'), marked('min'), marked('max'), marked('close')])
}

async function read(pool: ConnectionPool, cold: ColdStore, range: SeriesRange, rollup: Rollup, files: readonly ColdFile[], columns: Columns) {
  const list = sqlTexts(files.map((file) => cold.pathOf(file, rollup)))
  const names = columns.map(([column]) => column)
  const result = await pool.use((connection) =>
    connection.read(
      `SELECT epoch_us(start)::DOUBLE, ${names.join(', ')} FROM read_parquet(${list}, hive_partitioning = false)
       WHERE series = ${Math.trunc(range.series)} AND start >= ${sqlTime(range.fromUs)} AND start < ${sqlTime(range.toUs)}`,
    ),
  )
  return {
    startsUs: result.float(0),
    float: (name: string) => result.float(1 + names.indexOf(name)),
    uint: (name: string) => result.uint(1 + names.indexOf(name)),
  }
}

type Marked = readonly [values: Float64Array, at: Uint32Array, status: Uint32Array]

interface DrawnSamples {
  readonly timesUs: Float64Array
  readonly values: Float64Array
  readonly status: Uint32Array
}

function draw(startsUs: Float64Array, count: Uint32Array, [open, min, max, close]: readonly [Marked, Marked, Marked, Marked]): DrawnSamples {
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
