import { rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { US_PER_HOUR, US_PER_MINUTE } from '@millwright/model/time.ts'
import { BucketStats } from './bucket-stats.ts'
import { type ColdFile, ROLLUPS, type Rollup } from './cold-file.ts'
import type { ColdStore } from './cold-store.ts'
import { DoubleTable } from './double-table.ts'
import { type DuckConnection, sqlText } from './duck.ts'
import { checksum, syncFile, syncFolder } from './durable-file.ts'
import { copyParquet } from './sorted-copy.ts'

/** A day of one signal is 1,440 minutes: small groups let a plot read little more than it draws. */
const ROW_GROUP_ROWS = 12_288

/** Width of each rollup's buckets, in microseconds. */
export const ROLLUP_US: Readonly<Record<Rollup, number>> = { minutes: US_PER_MINUTE, hours: US_PER_HOUR }

/**
 * Columns of a rollup file. `…_at` are microseconds since `start`. Statistics are of usable samples; `open` and `close` are the first
 * and last sample of whatever quality, which is what lets neighbouring buckets be joined exactly.
 */
const COLUMNS: readonly (readonly [name: string, as: string])[] = [
  ['series', 'series::UINTEGER'],
  ['start', 'make_timestamp(start::BIGINT)'],
  ['count', 'count::UINTEGER'],
  ['min', `nullif(min, 'NaN'::DOUBLE)`],
  ['min_at', 'min_at::UINTEGER'],
  ['min_status', 'min_status::UINTEGER'],
  ['max', `nullif(max, 'NaN'::DOUBLE)`],
  ['max_at', 'max_at::UINTEGER'],
  ['max_status', 'max_status::UINTEGER'],
  ['sum', 'sum'],
  ['m2', 'm2'],
  ['first', `nullif(first, 'NaN'::DOUBLE)`],
  ['last', `nullif(last, 'NaN'::DOUBLE)`],
  ['area', 'area'],
  ['covered', 'covered::UINTEGER'],
  ['open', `nullif(open, 'NaN'::DOUBLE)`],
  ['open_at', 'open_at::UINTEGER'],
  ['open_status', 'open_status::UINTEGER'],
  ['close', `nullif(close, 'NaN'::DOUBLE)`],
  ['close_at', 'close_at::UINTEGER'],
  ['close_status', 'close_status::UINTEGER'],
]

/** Sums up one file of numbers by minute and by hour, in one pass, and answers the file as the manifest shall know it. */
export async function buildRollups(connection: DuckConnection, cold: ColdStore, file: ColdFile, holdUs: number): Promise<ColdFile> {
  const names = COLUMNS.map(([name]) => name)
  const tables = { minutes: await DoubleTable.create(connection, 'minutes', names), hours: await DoubleTable.create(connection, 'hours', names) }
  try {
    const minutes = new RollupWriter(ROLLUP_US.minutes, holdUs, tables.minutes)
    const hours = new RollupWriter(ROLLUP_US.hours, holdUs, tables.hours)
    await connection.stream(`SELECT series, epoch_us(time)::DOUBLE, value, status FROM read_parquet(${sqlText(cold.pathOf(file))}, hive_partitioning = false)`, (piece) => {
      const columns = { series: piece.uint(0), timesUs: piece.float(1), values: piece.float(2), status: piece.uint(3) }
      minutes.add(columns)
      hours.add(columns)
    })
    minutes.close()
    hours.close()
    const companions = { minutes: { bytes: 0, crc: 0 }, hours: { bytes: 0, crc: 0 } }
    for (const rollup of ROLLUPS) companions[rollup] = await write(connection, cold, file, rollup)
    return { ...file, rollups: { holdUs, ...companions } }
  } finally {
    for (const rollup of ROLLUPS) await tables[rollup].drop()
  }
}

async function write(connection: DuckConnection, cold: ColdStore, file: ColdFile, rollup: Rollup): Promise<{ bytes: number; crc: number }> {
  const place = await cold.prepare(file, rollup)
  const temporary = `${place}.tmp`
  try {
    await copyParquet(connection, `SELECT ${COLUMNS.map(([name, as]) => `${as} AS ${name}`).join(', ')} FROM ${rollup}`, temporary, { rowGroupRows: ROW_GROUP_ROWS })
    await syncFile(temporary)
    const sum = await checksum(temporary)
    await rename(temporary, place)
    await syncFolder(path.dirname(place))
    return { bytes: sum.bytes, crc: sum.crc }
  } catch (thrown) {
    await rm(temporary, { force: true })
    throw thrown
  }
}

interface SampleColumns {
  readonly series: Uint32Array
  readonly timesUs: Float64Array
  readonly values: Float64Array
  readonly status: Uint32Array
}

/** Writes a row for each bucket of each series, from samples in order of series and time. */
class RollupWriter {
  readonly #widthUs: number
  readonly #stats: BucketStats
  readonly #table: DoubleTable
  #series = -1
  #startUs = 0
  #endUs = 0
  #openUs = 0
  #openValue = 0
  #openStatus = 0
  #closeUs = 0
  #closeValue = 0
  #closeStatus = 0

  constructor(widthUs: number, holdUs: number, table: DoubleTable) {
    this.#widthUs = widthUs
    this.#stats = new BucketStats(holdUs)
    this.#table = table
  }

  add(columns: SampleColumns): void {
    for (let i = 0; i < columns.series.length; i++) {
      const series = columns.series[i] as number
      const timeUs = columns.timesUs[i] as number
      const value = columns.values[i] as number
      const status = columns.status[i] as number
      if (timeUs >= this.#endUs || series !== this.#series) {
        this.#flush()
        this.#series = series
        this.#startUs = Math.floor(timeUs / this.#widthUs) * this.#widthUs
        this.#endUs = this.#startUs + this.#widthUs
        this.#stats.begin(this.#startUs, undefined)
        this.#openUs = timeUs
        this.#openValue = value
        this.#openStatus = status
      }
      this.#stats.add(timeUs, value, status)
      this.#closeUs = timeUs
      this.#closeValue = value
      this.#closeStatus = status
    }
  }

  close(): void {
    this.#flush()
    this.#table.close()
  }

  #flush(): void {
    if (this.#series < 0) return
    const stats = this.#stats
    const start = this.#startUs
    stats.advance(this.#endUs)
    const some = stats.count > 0
    this.#table.row(
      this.#series, start, stats.count,
      stats.min, some ? stats.minUs - start : 0, some ? stats.minStatus : 0,
      stats.max, some ? stats.maxUs - start : 0, some ? stats.maxStatus : 0,
      stats.sum, stats.m2, stats.first, stats.last, stats.area, stats.coveredUs,
      this.#openValue, this.#openUs - start, this.#openStatus,
      this.#closeValue, this.#closeUs - start, this.#closeStatus,
    )
  }
}
