import duckdb, { type Appender, type DataChunk } from '@duckdb/node-bindings'
import type { DuckConnection } from './duck.ts'

const CHUNK_ROWS = duckdb.vector_size()

/** A temporary table of DOUBLE columns that is filled fast and read by SQL. */
export class DoubleTable {
  readonly #connection: DuckConnection
  readonly #name: string
  readonly #appender: Appender
  readonly #chunk: DataChunk
  readonly #columns: readonly Float64Array<ArrayBuffer>[]
  #rows = 0

  private constructor(connection: DuckConnection, name: string, columns: number) {
    this.#connection = connection
    this.#name = name
    this.#appender = duckdb.appender_create_ext(connection.raw, 'temp', 'main', name)
    this.#chunk = duckdb.create_data_chunk(Array.from({ length: columns }, () => duckdb.create_logical_type(duckdb.Type.DOUBLE)))
    this.#columns = Array.from({ length: columns }, () => new Float64Array(CHUNK_ROWS))
  }

  static async create(connection: DuckConnection, name: string, columns: readonly string[]): Promise<DoubleTable> {
    await connection.run(`CREATE OR REPLACE TEMP TABLE ${name} (${columns.map((column) => `"${column}" DOUBLE`).join(', ')})`)
    return new DoubleTable(connection, name, columns.length)
  }

  /** Adds a row, one number per column. */
  row(...values: readonly number[]): void {
    for (let column = 0; column < values.length; column++) (this.#columns[column] as Float64Array)[this.#rows] = values[column] as number
    this.#rows++
    if (this.#rows === CHUNK_ROWS) this.#flush()
  }

  /** Ends the filling; the rows can be read then. */
  close(): void {
    this.#flush()
    duckdb.appender_close_sync(this.#appender)
  }

  async drop(): Promise<void> {
    await this.#connection.run(`DROP TABLE IF EXISTS temp.${this.#name}`)
  }

  #flush(): void {
    if (this.#rows === 0) return
    this.#columns.forEach((column, index) => {
      duckdb.copy_data_to_vector(duckdb.data_chunk_get_vector(this.#chunk, index), 0, column.buffer, 0, this.#rows * 8)
    })
    duckdb.data_chunk_set_size(this.#chunk, this.#rows)
    duckdb.append_data_chunk(this.#appender, this.#chunk)
    duckdb.data_chunk_reset(this.#chunk)
    this.#rows = 0
  }
}
