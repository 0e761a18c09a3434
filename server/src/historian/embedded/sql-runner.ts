import { DuckDBDataChunk, DuckDBLogicalType } from '@duckdb/node-api'
import duckdb, { type PreparedStatement } from '@duckdb/node-bindings'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { CatalogueAsset, CatalogueSignal, SqlLimits, SqlResult } from '../historian.ts'
import type { ColdStore } from './cold-store.ts'
import type { DuckConnection } from './duck.ts'
import { duckError } from './duck-error.ts'
import type { RecentStore } from './recent-store.ts'
import { guardSql } from './sql-guard.ts'
import { readHints } from './sql-hints.ts'
import { jsonValue } from './sql-value.ts'
import { filesOf, NO_HINTS, rowsQuery, samplesQuery, type SqlHints } from './sql-views.ts'
import type { Table } from './tables.ts'
import { Turn } from './turn.ts'

/** Statements that may wait for the one that runs; further ones are refused. */
const MAX_WAITING = 8

/** What the process may grow by while a statement runs: some values (texts, lists) are not counted by DuckDB's own limit. */
const MAX_GROWTH_BYTES = 512 * 1024 * 1024
const WATCH_MS = 50

/** Runs users' SQL on a connection of its own, one statement at a time. The caller holds a lease. */
export class SqlRunner {
  readonly #connection: DuckConnection
  readonly #recent: RecentStore
  readonly #cold: ColdStore
  readonly #turn = new Turn()
  #waiting = 0
  #assets: readonly CatalogueAsset[] = []
  #signals: readonly CatalogueSignal[] = []
  #loaded = false

  constructor(connection: DuckConnection, recent: RecentStore, cold: ColdStore) {
    this.#connection = connection
    this.#recent = recent
    this.#cold = cold
  }

  /** Replaces the catalogue; it is put into tables when a statement needs it. */
  setCatalogue(assets: readonly CatalogueAsset[], signals: readonly CatalogueSignal[]): void {
    this.#assets = assets
    this.#signals = signals
    this.#loaded = false
  }

  async run(text: string, limits: SqlLimits): Promise<SqlResult> {
    if (this.#waiting >= MAX_WAITING) throw new MillwrightError('OVERLOADED', `${MAX_WAITING} statements are waiting already; try again later`)
    this.#waiting++
    try {
      return await this.#turn.take(() => this.#run(text, limits))
    } finally {
      this.#waiting--
    }
  }

  async #run(text: string, limits: SqlLimits): Promise<SqlResult> {
    const guarded = await guardSql(this.#connection, text)
    if (!this.#loaded) await this.#load()
    const hints = guarded.samples === 1 ? await readHints(this.#connection, guarded.root, this.#signals) : NO_HINTS
    await this.#createViews(hints)
    let late = false
    let hoards = false
    const before = process.memoryUsage.rss()
    const watch = setInterval(() => {
      if (process.memoryUsage.rss() - before < MAX_GROWTH_BYTES) return
      hoards = true
      this.#connection.interrupt()
    }, WATCH_MS)
    const timer = setTimeout(() => {
      late = true
      this.#connection.interrupt()
    }, limits.timeMs)
    try {
      return await this.#execute(text, limits, () => late || hoards)
    } catch (thrown) {
      if (hoards) throw tooMuchMemory()
      throw late ? tooExpensive(`the statement was stopped after ${limits.timeMs} ms; ask for less time or fewer signals`) : queryError(thrown)
    } finally {
      clearTimeout(timer)
      clearInterval(watch)
    }
  }

  async #execute(text: string, limits: SqlLimits, isLate: () => boolean): Promise<SqlResult> {
    const statement = await duckdb.prepare(this.#connection.raw, text)
    try {
      if (duckdb.nparams(statement) > 0) throw new MillwrightError('QUERY_INVALID', 'the statement has parameters, which cannot be given here')
      return await collect(statement, limits, isLate)
    } finally {
      duckdb.destroy_prepare_sync(statement)
    }
  }

  async #createViews(hints: SqlHints): Promise<void> {
    const stores = { recent: this.#recent, cold: this.#cold }
    const rows = async (table: Table) => rowsQuery(table, stores, await this.#cold.sound(filesOf(this.#cold, table, hints)), hints)
    const samples = samplesQuery({ numbers: await rows('numbers'), texts: await rows('texts'), waveforms: await rows('waveforms') })
    const events = rowsQuery('events', stores, await this.#cold.sound(filesOf(this.#cold, 'events', NO_HINTS)), NO_HINTS)
    await this.#connection.run(`CREATE OR REPLACE TEMP VIEW samples AS ${samples}; CREATE OR REPLACE TEMP VIEW events AS ${events}`)
  }

  async #load(): Promise<void> {
    await this.#connection.run(
      `CREATE OR REPLACE TEMP TABLE signals (series UINTEGER, path VARCHAR, asset VARCHAR, name VARCHAR, kind VARCHAR, unit VARCHAR, description VARCHAR);
       CREATE OR REPLACE TEMP TABLE assets (path VARCHAR, level VARCHAR, type VARCHAR, description VARCHAR, properties VARCHAR)`,
    )
    const signals = this.#signals
    const assets = this.#assets
    this.#append('signals', signals.length, (index) => {
      const signal = signals[index]
      return signal === undefined ? [] : [signal.series, signal.path, signal.assetPath, signal.name, signal.kind, signal.unit, signal.description]
    })
    this.#append('assets', assets.length, (index) => {
      const asset = assets[index]
      return asset === undefined ? [] : [asset.path, asset.level, asset.type, asset.description, asset.properties]
    })
    this.#loaded = this.#signals === signals && this.#assets === assets
  }

  #append(table: string, rows: number, row: (index: number) => readonly (string | number | null)[]): void {
    const appender = duckdb.appender_create_ext(this.#connection.raw, 'temp', 'main', table)
    for (let index = 0; index < rows; index++) {
      for (const value of row(index)) {
        if (value === null) duckdb.append_null(appender)
        else if (typeof value === 'number') duckdb.append_uint32(appender, value)
        else duckdb.append_varchar(appender, value)
      }
      duckdb.appender_end_row(appender)
    }
    duckdb.appender_close_sync(appender)
  }
}

async function collect(statement: PreparedStatement, limits: SqlLimits, isLate: () => boolean): Promise<SqlResult> {
  const result = await duckdb.execute_prepared_streaming(statement)
  const columns = Array.from({ length: duckdb.column_count(result) }, (_, index) => ({
    name: duckdb.column_name(result, index),
    type: DuckDBLogicalType.create(duckdb.column_logical_type(result, index)).asType().toString(),
  }))
  const rows: unknown[][] = []
  for (;;) {
    const raw = await duckdb.fetch_chunk(result)
    if (isLate()) throw new Error('late')
    if (raw === null || duckdb.data_chunk_get_size(raw) === 0) return { columns, rows, truncated: false }
    const chunk = new DuckDBDataChunk(raw)
    for (const row of chunk.getRows()) {
      if (rows.length === limits.rows) return { columns, rows, truncated: true }
      rows.push(row.map(jsonValue))
    }
  }
}

function tooMuchMemory(): MillwrightError {
  return tooExpensive('the statement needs more memory than is set aside; ask for less time or fewer signals, or add a LIMIT')
}

function tooExpensive(message: string): MillwrightError {
  return new MillwrightError('QUERY_TOO_EXPENSIVE', message)
}

/** What went wrong with a user's statement, in their terms. */
function queryError(thrown: unknown): MillwrightError {
  const known = duckError(thrown, 'the statement failed')
  if (known.code === 'OVERLOADED' || known.code === 'DISK_FULL') return tooMuchMemory()
  if (thrown instanceof MillwrightError) return thrown
  if (known.code === 'CORRUPT_FILE') return known
  return new MillwrightError('QUERY_INVALID', messageOf(thrown), { cause: thrown })
}
