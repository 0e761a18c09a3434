import { US_PER_DAY, US_PER_MINUTE } from '@millwright/model/time.ts'
import type { Block, Page, ReadOptions, SeriesRange } from '../historian.ts'
import type { ColdFile } from './cold-file.ts'
import type { ColdStore } from './cold-store.ts'
import type { ConnectionPool } from './connection-pool.ts'
import { sqlTexts, sqlTime } from './duck.ts'
import { laterWins, type WrittenColumns } from './later-wins.ts'
import type { RecentStore } from './recent-store.ts'
import type { ResultColumns } from './result-columns.ts'
import { recentTable, type Table, tableOf } from './tables.ts'

/** About how many samples one piece of a long read holds. */
export const WINDOW_ROWS = 500_000
const MAX_WINDOW_US = 3650 * US_PER_DAY

/** Series from `first` to `last`, both included. */
export interface SeriesSpan {
  readonly first: number
  readonly last: number
}

/** Reads single series from both stores, the later write winning. The caller holds a lease. */
export class SeriesReader {
  readonly #recent: RecentStore
  readonly #cold: ColdStore
  readonly #pool: ConnectionPool

  constructor(recent: RecentStore, cold: ColdStore, pool: ConnectionPool) {
    this.#recent = recent
    this.#cold = cold
    this.#pool = pool
  }

  /** A page of samples, in the order asked for. */
  async page(range: SeriesRange, options: ReadOptions): Promise<Page> {
    const blocks: Block[] = []
    let rows = 0
    for await (const block of this.windows(range, options.order, Math.min(WINDOW_ROWS, options.limit * 2))) {
      blocks.push(block)
      rows += block.timesUs.length
      if (rows > options.limit) break
    }
    if (options.order === 'ascending') {
      const all = concatenate(blocks)
      const block = slice(all, 0, options.limit)
      const last = block.timesUs.at(-1)
      return { block, nextUs: rows > options.limit && last !== undefined ? last + 1 : undefined }
    }
    const all = concatenate(blocks.reverse())
    const block = reverse(slice(all, Math.max(0, rows - options.limit), rows))
    return { block, nextUs: rows > options.limit ? block.timesUs.at(-1) : undefined }
  }

  /**
   * The samples of a range as blocks, each in ascending order; the blocks follow each other in the order asked for. They span
   * as much time as holds about `targetRows`, so that memory is bounded whatever the range.
   */
  async *windows(range: SeriesRange, order: ReadOptions['order'], targetRows: number): AsyncGenerator<Block> {
    const { fromUs, toUs } = this.clip(range)
    const perDay = this.#rowsPerDay(range, fromUs, toUs)
    let widthUs = perDay <= targetRows ? US_PER_DAY : Math.max(US_PER_MINUTE, Math.floor((US_PER_DAY * targetRows) / perDay))
    let doneUs = order === 'ascending' ? fromUs : toUs
    while (order === 'ascending' ? doneUs < toUs : doneUs > fromUs) {
      const window =
        order === 'ascending'
          ? { fromUs: doneUs, toUs: Math.min(toUs, edgeAfter(doneUs, widthUs)) }
          : { fromUs: Math.max(fromUs, edgeBefore(doneUs, widthUs)), toUs: doneUs }
      const block = laterWins(await this.#written({ ...range, ...window }))
      if (block.timesUs.length > 0) yield block
      doneUs = order === 'ascending' ? window.toUs : window.fromUs
      if (block.timesUs.length < targetRows / 4) widthUs = Math.min(widthUs * 2, MAX_WINDOW_US)
      else if (block.timesUs.length > targetRows * 2) widthUs = Math.max(US_PER_MINUTE, Math.floor(widthUs / 2))
    }
  }

  /** About how many samples the range holds, without reading. */
  estimate(range: SeriesRange): number {
    const cold = this.#cold.filesFor(tableOf(range.kind), range.series, range.fromUs, range.toUs)
    return cold.reduce((sum, file) => sum + share(file, range), 0)
  }

  /** The days of a range on which the recent store has samples of the series. */
  async recentDays(range: SeriesRange): Promise<ReadonlySet<number>> {
    const days = new Set<number>()
    for (const name of this.#recentTables(tableOf(range.kind), range)) {
      const found = await this.#pool.use((connection) => connection.read(`SELECT DISTINCT (epoch_us(time) // ${US_PER_DAY})::DOUBLE FROM ${name} WHERE ${condition(range)}`))
      for (const day of found.float(0)) days.add(day)
    }
    return days
  }

  async #written(range: SeriesRange): Promise<WrittenColumns> {
    const value = range.kind === 'waveform' ? '(octet_length(value) // 4)::DOUBLE' : 'value'
    const parts = await this.rows(range, `epoch_us(time)::DOUBLE, ${value}, status`)
    return concatenate(parts.map((part) => ({ timesUs: part.float(0), values: range.kind === 'text' ? part.text(1) : part.float(1), status: part.uint(2) })))
  }

  /** Columns of all rows of a range as they were written, in the order of writing; none of the parts is empty. */
  async rows(range: SeriesRange, columns: string): Promise<ResultColumns[]> {
    // Both lists are taken in one step: a compaction moves rows from one to the other.
    const files = this.#cold.filesFor(tableOf(range.kind), range.series, range.fromUs, range.toUs)
    const recent = this.#recentTables(tableOf(range.kind), range)
    return this.#readParts(files, recent, (source) => `SELECT ${columns} FROM ${source} WHERE ${condition(range)}`)
  }

  /** As {@link rows}, of all series of a table from `first` to `last`. Each part ends after `limit` rows: whoever finds that many has not read all. */
  async rowsBetween(table: Exclude<Table, 'events'>, { first, last }: SeriesSpan, range: { readonly fromUs: number; readonly toUs: number }, columns: string, limit: number): Promise<ResultColumns[]> {
    const files = this.#cold.filesFor(table, first, range.fromUs, range.toUs, last)
    // Not a list of series: DuckDB makes a join of a long one, and the order of writing is lost.
    const where = `series >= ${Math.trunc(first)} AND series <= ${Math.trunc(last)} AND ${inTime(range)}`
    return this.#readParts(files, this.#recentTables(table, range), (source) => `SELECT ${columns} FROM ${source} WHERE ${where} LIMIT ${limit}`)
  }

  async #readParts(files: readonly ColdFile[], recent: readonly string[], select: (source: string) => string): Promise<ResultColumns[]> {
    const parts = await this.#readCold(files, select)
    if (recent.length > 0) {
      await this.#pool.use(async (connection) => {
        for (const table of recent) parts.push(await connection.read(select(table)))
      })
    }
    return parts.filter((part) => part.rows > 0)
  }

  /** A file that cannot be read is checked, set aside if it is damaged, and the others are read. */
  async #readCold(files: readonly ColdFile[], select: (source: string) => string): Promise<ResultColumns[]> {
    for (let attempt = 0; ; attempt++) {
      const sound = await this.#cold.sound(files)
      if (sound.length === 0) return []
      try {
        const list = sqlTexts(sound.map((file) => this.#cold.pathOf(file)))
        return [await this.#pool.use((connection) => connection.read(select(`read_parquet(${list}, hive_partitioning = false)`)))]
      } catch (thrown) {
        if (attempt > 0) throw thrown
        this.#cold.doubt(sound)
      }
    }
  }

  #recentTables(table: Table, range: { readonly fromUs: number; readonly toUs: number }): string[] {
    return this.#recent.generations
      .filter(({ extents }) => extents[table].mayHold(range.fromUs, range.toUs))
      .map(({ generation }) => recentTable(table, generation))
  }

  /** The part of a range in which there can be samples. */
  clip(range: SeriesRange): { readonly fromUs: number; readonly toUs: number } {
    const table = tableOf(range.kind)
    const days = this.#cold.days(table)
    let fromUs = (days[0] ?? Number.POSITIVE_INFINITY) * US_PER_DAY
    let toUs = ((days.at(-1) ?? Number.NEGATIVE_INFINITY) + 1) * US_PER_DAY
    for (const { extents } of this.#recent.generations) {
      fromUs = Math.min(fromUs, extents[table].minUs)
      toUs = Math.max(toUs, extents[table].maxUs + 1)
    }
    return { fromUs: Math.max(range.fromUs, fromUs), toUs: Math.min(range.toUs, toUs) }
  }

  #rowsPerDay(range: SeriesRange, fromUs: number, toUs: number): number {
    const days = new Map<number, number>()
    for (const file of this.#cold.filesFor(tableOf(range.kind), range.series, fromUs, toUs)) {
      days.set(file.day, (days.get(file.day) ?? 0) + file.rows / (file.maxSeries - file.minSeries + 1))
    }
    return days.size === 0 ? 0 : Math.max(...days.values())
  }
}

function condition(range: SeriesRange): string {
  return `series = ${Math.trunc(range.series)} AND ${inTime(range)}`
}

function inTime(range: { readonly fromUs: number; readonly toUs: number }): string {
  return `time >= ${sqlTime(range.fromUs)} AND time < ${sqlTime(range.toUs)}`
}

function share(file: ColdFile, range: SeriesRange): number {
  const span = file.maxUs - file.minUs + 1
  const overlap = Math.min(file.maxUs + 1, range.toUs) - Math.max(file.minUs, range.fromUs)
  return (file.rows / (file.maxSeries - file.minSeries + 1)) * Math.max(0, overlap / span)
}

// Windows end at whole multiples of their width, so that a day's read does not touch its neighbours' files.
function edgeAfter(timeUs: number, widthUs: number): number {
  return (Math.floor(timeUs / widthUs) + 1) * widthUs
}

function edgeBefore(timeUs: number, widthUs: number): number {
  return (Math.ceil(timeUs / widthUs) - 1) * widthUs
}

/** Columns behind each other. */
export function concatenate(parts: readonly WrittenColumns[]): WrittenColumns {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const rows = parts.reduce((sum, part) => sum + part.timesUs.length, 0)
  const timesUs = new Float64Array(rows)
  const status = new Uint32Array(rows)
  const texts = parts.some((part) => !(part.values instanceof Float64Array))
  const numbers = new Float64Array(texts ? 0 : rows)
  let at = 0
  for (const part of parts) {
    timesUs.set(part.timesUs, at)
    status.set(part.status, at)
    if (part.values instanceof Float64Array && !texts) numbers.set(part.values, at)
    at += part.timesUs.length
  }
  return { timesUs, status, values: texts ? parts.flatMap((part) => [...part.values] as (string | null)[]) : numbers }
}

function slice(block: Block, from: number, to: number): Block {
  return { timesUs: block.timesUs.slice(from, to), status: block.status.slice(from, to), values: block.values.slice(from, to) }
}

function reverse(block: Block): Block {
  const values = block.values instanceof Float64Array ? block.values.toReversed() : block.values.toReversed()
  return { timesUs: block.timesUs.toReversed(), status: block.status.toReversed(), values }
}
