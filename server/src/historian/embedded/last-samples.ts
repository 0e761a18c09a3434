import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import type { LastSample } from '../historian.ts'
import type { ColdFile } from './cold-file.ts'
import type { ColdStore } from './cold-store.ts'
import type { ConnectionPool } from './connection-pool.ts'
import { type DuckConnection, sqlText } from './duck.ts'
import type { RecentStore } from './recent-store.ts'
import { recentTable, type Table, tableOf } from './tables.ts'

/** Series asked for in one statement; longer lists are cut. */
const SERIES_PER_QUERY = 2000

/** Series whose newest cold sample is remembered; beyond it, all are forgotten and found again. */
const MAX_KNOWN = 200_000

/** Finds the newest sample of each of many series. The caller holds a lease. */
export class LastSamples {
  readonly #recent: RecentStore
  readonly #cold: ColdStore
  readonly #pool: ConnectionPool
  /** By table and series: the newest cold sample, if there is one, as of a revision of the manifest. */
  readonly #known = new Map<string, { readonly revision: number; readonly sample: LastSample | undefined }>()
  #losses = 0

  constructor(recent: RecentStore, cold: ColdStore, pool: ConnectionPool) {
    this.#recent = recent
    this.#cold = cold
    this.#pool = pool
  }

  async read(wanted: readonly { readonly series: SeriesId; readonly kind: ValueKind }[]): Promise<readonly (LastSample | undefined)[]> {
    const found = new Map<string, LastSample>()
    const byTable = Map.groupBy(wanted, ({ kind }) => tableOf(kind))
    for (const [table, members] of byTable) {
      const ids = [...new Set(members.map(({ series }) => series))].sort((a, b) => a - b)
      for (let at = 0; at < ids.length; at += SERIES_PER_QUERY) {
        const best = await this.#readTable(table, ids.slice(at, at + SERIES_PER_QUERY))
        for (const [series, sample] of best) found.set(`${table} ${series}`, sample)
      }
    }
    return wanted.map(({ series, kind }) => found.get(`${tableOf(kind)} ${series}`))
  }

  async #readTable(table: Exclude<Table, 'events'>, ids: readonly number[]): Promise<Map<number, LastSample>> {
    const best = new Map<number, LastSample>()
    return this.#pool.use(async (connection) => {
      // Newest writes first: at one time the first found stays.
      for (const { generation, extents } of [...this.#recent.generations].reverse()) {
        if (extents[table].rows > 0) await take(connection, { table, source: recentTable(table, generation), order: 'rowid' }, ids, best)
      }
      const quiet = ids.filter((id) => !best.has(id))
      await this.#takeCold(connection, table, this.#newestFirst(table), ids.filter((id) => best.has(id)), best)
      if (quiet.length > 0) await this.#readQuiet(connection, table, quiet, best)
      return best
    })
  }

  /** Series of which nothing arrived lately, perhaps not for months: what was found once is remembered, and only newer files are read. */
  async #readQuiet(connection: DuckConnection, table: Exclude<Table, 'events'>, ids: readonly number[], best: Map<number, LastSample>): Promise<void> {
    const { losses, manifest: { revision } } = this.#cold
    if (losses !== this.#losses || this.#known.size > MAX_KNOWN) this.#known.clear()
    this.#losses = losses
    const files = this.#newestFirst(table)
    const unknown = ids.filter((id) => !this.#known.has(`${table} ${id}`))
    await this.#takeCold(connection, table, files, unknown, best)
    for (const [since, members] of Map.groupBy(ids.filter((id) => this.#known.has(`${table} ${id}`)), (id) => this.#known.get(`${table} ${id}`)?.revision ?? 0)) {
      await this.#takeCold(connection, table, files.filter((file) => this.#cold.cameAfter(file, since)), members, best)
      for (const id of members) {
        const sample = this.#known.get(`${table} ${id}`)?.sample
        if (sample !== undefined && sample.timeUs > (best.get(id)?.timeUs ?? Number.NEGATIVE_INFINITY)) best.set(id, sample)
      }
    }
    if (this.#cold.losses === losses) for (const id of ids) this.#known.set(`${table} ${id}`, { revision, sample: best.get(id) })
  }

  async #takeCold(connection: DuckConnection, table: Exclude<Table, 'events'>, files: readonly ColdFile[], ids: readonly number[], best: Map<number, LastSample>): Promise<void> {
    for (const file of files) {
      const open = ids.filter((id) => file.minSeries <= id && id <= file.maxSeries && (best.get(id)?.timeUs ?? Number.NEGATIVE_INFINITY) < file.maxUs)
      if (open.length === 0 || (await this.#cold.sound([file])).length === 0) continue
      await take(connection, { table, source: `read_parquet(${sqlText(this.#cold.pathOf(file))}, hive_partitioning = false)`, order: '0' }, open, best)
    }
  }

  #newestFirst(table: Table): ColdFile[] {
    const days = this.#cold.days(table).reverse()
    return days.flatMap((day) => this.#cold.filesOfDay(table, day).toReversed())
  }
}

async function take(
  connection: DuckConnection,
  from: { readonly table: Table; readonly source: string; readonly order: string },
  ids: readonly number[],
  best: Map<number, LastSample>,
): Promise<void> {
  const value = from.table === 'waveforms' ? '(octet_length(value) // 4)::DOUBLE' : 'value'
  const result = await connection.read(
    `SELECT series, epoch_us(newest.time)::DOUBLE, newest.value, newest.status FROM (
      SELECT series, arg_max({'time': time, 'value': ${value}, 'status': status}, {'time': time, 'place': ${from.order}}) AS newest
      FROM ${from.source} WHERE series IN (${ids.join(', ')}) GROUP BY series)`,
  )
  const series = result.uint(0)
  const timesUs = result.float(1)
  const numbers = from.table === 'texts' ? undefined : result.float(2)
  const texts = from.table === 'texts' ? result.text(2) : undefined
  const status = result.uint(3)
  for (let i = 0; i < series.length; i++) {
    const id = series[i] as number
    const timeUs = timesUs[i] as number
    if ((best.get(id)?.timeUs ?? -1) >= timeUs) continue
    const number = numbers?.[i]
    const value = texts !== undefined ? (texts[i] ?? null) : number === undefined || Number.isNaN(number) ? null : number
    best.set(id, { timeUs, value, status: status[i] as number })
  }
}
