import duckdb, { type Connection, type Database } from '@duckdb/node-bindings'
import { duckError } from './duck-error.ts'
import { ResultColumns } from './result-columns.ts'

/**
 * A DuckDB database. The raw bindings are used instead of the object API: result vectors are read as typed arrays, so a
 * million rows cost no object.
 */
export class Duck {
  readonly #database: Database

  private constructor(database: Database) {
    this.#database = database
  }

  /** Opens `file` (or `:memory:`). Rejects with CORRUPT_FILE where DuckDB refuses its contents. */
  static async open(file: string, config: Readonly<Record<string, string>>): Promise<Duck> {
    const handle = duckdb.create_config()
    for (const [name, value] of Object.entries(config)) duckdb.set_config(handle, name, value)
    try {
      return new Duck(await duckdb.open(file, handle))
    } catch (thrown) {
      throw duckError(thrown, `cannot open ${file}`)
    }
  }

  async connect(): Promise<DuckConnection> {
    return new DuckConnection(await duckdb.connect(this.#database))
  }

  close(): void {
    duckdb.close_sync(this.#database)
  }
}

/** One connection; its statements run one after the other. */
export class DuckConnection {
  readonly raw: Connection

  constructor(raw: Connection) {
    this.raw = raw
  }

  /** Runs statements whose result does not matter. */
  async run(sql: string): Promise<void> {
    await this.read(sql)
  }

  /** Runs a query and gives its whole result. */
  async read(sql: string): Promise<ResultColumns> {
    try {
      const result = await duckdb.query(this.raw, sql)
      const columns = new ResultColumns()
      const count = duckdb.result_chunk_count(result)
      for (let i = 0; i < count; i++) columns.add(duckdb.result_get_chunk(result, i))
      return columns
    } catch (thrown) {
      throw duckError(thrown, 'the historian could not run a query')
    }
  }

  /** Runs a query and hands its result over piece by piece, in order, without holding it whole. */
  async stream(sql: string, take: (piece: ResultColumns) => void): Promise<void> {
    try {
      const statement = await duckdb.prepare(this.raw, sql)
      try {
        const result = await duckdb.execute_prepared_streaming(statement)
        for (;;) {
          const chunk = await duckdb.fetch_chunk(result)
          if (chunk === null || duckdb.data_chunk_get_size(chunk) === 0) return
          const piece = new ResultColumns()
          piece.add(chunk)
          take(piece)
        }
      } finally {
        duckdb.destroy_prepare_sync(statement)
      }
    } catch (thrown) {
      throw duckError(thrown, 'the historian could not run a query')
    }
  }

  /** A query that answers one number; NULL or no row is NaN. */
  async number(sql: string): Promise<number> {
    return (await this.read(sql)).float(0)[0] ?? Number.NaN
  }

  /** Stops the statement that runs now; it rejects. */
  interrupt(): void {
    duckdb.interrupt(this.raw)
  }

  close(): void {
    duckdb.disconnect_sync(this.raw)
  }
}

/** A text as a literal of SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** Microseconds since the epoch as a TIMESTAMP of SQL. */
export function sqlTime(timeUs: number): string {
  return `make_timestamp(${Math.trunc(timeUs)}::BIGINT)`
}

/** A list of texts as a list literal of SQL. */
export function sqlTexts(texts: readonly string[]): string {
  return `[${texts.map(sqlText).join(', ')}]`
}
