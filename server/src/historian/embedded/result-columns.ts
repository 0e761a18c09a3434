import { DuckDBBlobValue, DuckDBDataChunk, type DuckDBVector } from '@duckdb/node-api'
import duckdb, { type DataChunk, type Vector } from '@duckdb/node-bindings'

/** The result of a query, column by column. Numbers come as typed arrays. */
export class ResultColumns {
  readonly #chunks: DataChunk[] = []
  #rows = 0

  /** Adds a piece of a result behind the ones before it. */
  add(chunk: DataChunk): void {
    this.#chunks.push(chunk)
    this.#rows += duckdb.data_chunk_get_size(chunk)
  }

  get rows(): number {
    return this.#rows
  }

  /** A DOUBLE column; NULL is NaN. */
  float(index: number): Float64Array {
    const column = new Float64Array(this.#rows)
    this.#each(index, (vector, at, length) => {
      const bytes = duckdb.vector_get_data(vector, length * 8)
      column.set(new Float64Array(bytes.buffer, bytes.byteOffset, length), at)
      eachNull(vector, length, (row) => (column[at + row] = Number.NaN))
    })
    return column
  }

  /** A UINTEGER column; NULL is 0. */
  uint(index: number): Uint32Array {
    const column = new Uint32Array(this.#rows)
    this.#each(index, (vector, at, length) => {
      const bytes = duckdb.vector_get_data(vector, length * 4)
      column.set(new Uint32Array(bytes.buffer, bytes.byteOffset, length), at)
      eachNull(vector, length, (row) => (column[at + row] = 0))
    })
    return column
  }

  /** A VARCHAR column. */
  text(index: number): (string | null)[] {
    return this.#objects(index, (item) => (typeof item === 'string' ? item : null))
  }

  /** A BLOB column. */
  blob(index: number): (Uint8Array | null)[] {
    return this.#objects(index, (item) => (item instanceof DuckDBBlobValue ? item.bytes : null))
  }

  #each(index: number, take: (vector: Vector, at: number, length: number) => void): void {
    let at = 0
    for (const chunk of this.#chunks) {
      const length = duckdb.data_chunk_get_size(chunk)
      if (length > 0) take(duckdb.data_chunk_get_vector(chunk, index), at, length)
      at += length
    }
  }

  #objects<T>(index: number, of: (item: ReturnType<DuckDBVector['getItem']>) => T): T[] {
    const items: T[] = []
    for (const chunk of this.#chunks) {
      const wrapped = new DuckDBDataChunk(chunk)
      if (wrapped.rowCount === 0) continue
      const vector = wrapped.getColumnVector(index)
      for (let row = 0; row < wrapped.rowCount; row++) items.push(of(vector.getItem(row)))
    }
    return items
  }
}

// One bit per row, 64 to a word, set where the row has a value; no mask at all where every row has one.
function eachNull(vector: Vector, length: number, take: (row: number) => void): void {
  const mask: Uint8Array | null = duckdb.vector_get_validity(vector, Math.ceil(length / 64) * 8)
  if (mask === null) return
  for (let row = 0; row < length; row++) {
    if (((mask[row >>> 3] as number) & (1 << (row & 7))) === 0) take(row)
  }
}
