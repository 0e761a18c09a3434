import duckdb, { type Appender, type Connection, type DataChunk } from '@duckdb/node-bindings'
import type { NumberColumns, TextColumns, WaveformColumns } from '@millwright/model/sample-batch.ts'
import { US_PER_SECOND } from '@millwright/model/time.ts'
import type { StoredEvent } from '../historian.ts'
import { Extent } from './extent.ts'
import { COLUMNS, recentTable, type Table } from './tables.ts'

/** Time of arrival is kept where it differs from the device's time by more than this. */
export const RECEIVED_APART_US = 10 * US_PER_SECOND

const TYPES: Readonly<Record<string, number>> = { UINTEGER: 8, DOUBLE: 11, TIMESTAMP: 12, VARCHAR: 17, BLOB: 18 }
const CHUNK_ROWS = duckdb.vector_size()
const MASK_BYTES = CHUNK_ROWS / 8

/**
 * Fills one reused DataChunk per table from sample columns and appends it whole: a few `memcpy` per 2,048 samples
 * (performance.md, technique 5). One writer belongs to one transaction.
 */
export class ChunkWriter {
  readonly #appender: Appender
  readonly #chunk: DataChunk
  readonly #columns: Columns
  readonly #table: Table
  #at = 0
  /** What was written so far. */
  readonly extent = new Extent()

  constructor(connection: Connection, table: Table, generation: number, columns: Columns) {
    this.#appender = duckdb.appender_create(connection, null, recentTable(table, generation))
    this.#chunk = columns.chunkOf(table)
    this.#columns = columns
    // An earlier writer may have ended in the middle.
    columns.clear()
    duckdb.data_chunk_reset(this.#chunk)
    this.#table = table
  }

  numbers(from: NumberColumns, receivedUs: number): void {
    const into = this.#columns
    for (let start = 0; start < from.length; ) {
      const count = Math.min(from.length - start, CHUNK_ROWS - this.#at)
      this.#keys(from, start, count, receivedUs)
      const at = this.#at
      for (let i = 0; i < count; i++) into.values[at + i] = from.values[start + i] as number
      this.#advance(count)
      start += count
    }
  }

  texts(from: TextColumns, receivedUs: number): void {
    for (let start = 0; start < from.length; ) {
      const count = Math.min(from.length - start, CHUNK_ROWS - this.#at)
      this.#keys(from, start, count, receivedUs)
      const vector = duckdb.data_chunk_get_vector(this.#chunk, 2)
      for (let i = 0; i < count; i++) this.#text(vector, this.#columns.textMask, this.#at + i, from.values[start + i] ?? null)
      this.#advance(count)
      start += count
    }
  }

  waveforms(from: WaveformColumns, receivedUs: number): void {
    for (let i = 0; i < from.length; i++) {
      this.#keys(from, i, 1, receivedUs)
      this.#columns.values[this.#at] = from.rateHz[i] as number
      const block = from.values[i] ?? new Float32Array()
      duckdb.vector_assign_string_element_len(
        duckdb.data_chunk_get_vector(this.#chunk, 3),
        this.#at,
        new Uint8Array(block.buffer, block.byteOffset, block.byteLength),
      )
      this.#advance(1)
    }
  }

  events(events: readonly StoredEvent[]): void {
    for (const event of events) {
      const at = this.#at
      this.#time(at, event.timeUs)
      duckdb.vector_assign_string_element(duckdb.data_chunk_get_vector(this.#chunk, 1), at, event.kind)
      this.#text(duckdb.data_chunk_get_vector(this.#chunk, 2), this.#columns.textMask, at, event.path)
      duckdb.vector_assign_string_element(duckdb.data_chunk_get_vector(this.#chunk, 3), at, event.data)
      this.#advance(1)
    }
  }

  /** Appends what is left and closes; the rows are in the transaction then. */
  close(): void {
    this.#flush()
    duckdb.appender_close_sync(this.#appender)
  }

  /** Forgets what was not flushed: an appender that is merely dropped would write it, outside of any transaction, when it is collected. */
  abandon(): void {
    duckdb.appender_clear(this.#appender)
  }

  #keys(from: { readonly series: Uint32Array; readonly timesUs: Float64Array; readonly status: Uint32Array }, start: number, count: number, receivedUs: number): void {
    const into = this.#columns
    const at = this.#at
    for (let i = 0; i < count; i++) {
      const timeUs = from.timesUs[start + i] as number
      into.series[at + i] = from.series[start + i] as number
      into.status[at + i] = from.status[start + i] as number
      this.#time(at + i, timeUs)
      if (Math.abs(receivedUs - timeUs) > RECEIVED_APART_US) into.receive(at + i, receivedUs)
    }
  }

  #time(at: number, timeUs: number): void {
    this.extent.add(timeUs)
    putInt64(this.#columns.times, at, timeUs)
  }

  #text(vector: duckdb.Vector, mask: Uint8Array, at: number, text: string | null): void {
    if (text === null) setNull(mask, at)
    else duckdb.vector_assign_string_element(vector, at, text)
  }

  #advance(count: number): void {
    this.#at += count
    if (this.#at === CHUNK_ROWS) this.#flush()
  }

  #flush(): void {
    const rows = this.#at
    if (rows === 0) return
    this.#columns.copyTo(this.#chunk, this.#table, rows)
    duckdb.data_chunk_set_size(this.#chunk, rows)
    duckdb.append_data_chunk(this.#appender, this.#chunk)
    duckdb.data_chunk_reset(this.#chunk)
    this.#columns.clear()
    this.#at = 0
  }
}

/** Memory of one chunk, used by one writer at a time and again and again. */
export class Columns {
  readonly series = new Uint32Array(CHUNK_ROWS)
  readonly status = new Uint32Array(CHUNK_ROWS)
  readonly values = new Float64Array(CHUNK_ROWS)
  /** Pairs of low and high words: 64-bit integers without a BigInt per sample. */
  readonly times = new Uint32Array(CHUNK_ROWS * 2)
  readonly textMask = new Uint8Array(MASK_BYTES).fill(0xff)
  readonly #received = new Uint32Array(CHUNK_ROWS * 2)
  readonly #receivedMask = new Uint8Array(MASK_BYTES)
  readonly #chunks = new Map<Table, DataChunk>()

  chunkOf(table: Table): DataChunk {
    const known = this.#chunks.get(table)
    if (known !== undefined) return known
    const chunk = duckdb.create_data_chunk(COLUMNS[table].map(([, type]) => duckdb.create_logical_type(TYPES[type] as number)))
    this.#chunks.set(table, chunk)
    return chunk
  }

  receive(at: number, receivedUs: number): void {
    putInt64(this.#received, at, receivedUs)
    this.#receivedMask[at >>> 3] = (this.#receivedMask[at >>> 3] as number) | (1 << (at & 7))
  }

  copyTo(chunk: DataChunk, table: Table, rows: number): void {
    const maskBytes = Math.ceil(rows / 64) * 8
    COLUMNS[table].forEach(([name, type], index) => {
      const vector = duckdb.data_chunk_get_vector(chunk, index)
      if (name === 'series') copy(vector, this.series, rows * 4)
      else if (name === 'time') copy(vector, this.times, rows * 8)
      else if (name === 'status') copy(vector, this.status, rows * 4)
      else if (type === 'DOUBLE') copy(vector, this.values, rows * 8)
      else if (name === 'received') {
        copy(vector, this.#received, rows * 8)
        copyMask(vector, this.#receivedMask, maskBytes)
      } else if ((table === 'texts' && name === 'value') || name === 'path') {
        copyMask(vector, this.textMask, maskBytes)
      }
    })
  }

  clear(): void {
    this.#receivedMask.fill(0)
    this.textMask.fill(0xff)
  }
}

function copy(vector: duckdb.Vector, from: Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>, bytes: number): void {
  duckdb.copy_data_to_vector(vector, 0, from.buffer, 0, bytes)
}

function copyMask(vector: duckdb.Vector, mask: Uint8Array<ArrayBuffer>, bytes: number): void {
  duckdb.vector_ensure_validity_writable(vector)
  duckdb.copy_data_to_vector_validity(vector, 0, mask.buffer, 0, bytes)
}

function putInt64(words: Uint32Array, at: number, value: number): void {
  const high = Math.floor(value / 0x1_0000_0000)
  words[at * 2] = value - high * 0x1_0000_0000
  words[at * 2 + 1] = high
}

function setNull(mask: Uint8Array, at: number): void {
  mask[at >>> 3] = (mask[at >>> 3] as number) & ~(1 << (at & 7))
}
