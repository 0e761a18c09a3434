import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { MillwrightError } from '../../kernel/error.ts'
import { CsvReader } from './csv-reader.ts'
import type { Encoding } from './detect.ts'

/** A place in a file to go on from: everything before it has been read. For Parquet the offset counts rows. */
export interface Checkpoint {
  readonly offset: number
  readonly line: number
}

/** Some rows of a file with the line of each. `checkpoint` is behind them, where reading could begin again. */
export interface RowBatch {
  readonly rows: readonly (readonly string[])[]
  readonly lines: readonly number[]
  readonly checkpoint: Checkpoint | undefined
  /** How far into the file this is, of {@link RowSource.size}. */
  readonly at: number
}

/** A table in a file, as rows of texts, piece by piece. */
export interface RowSource {
  readonly size: number
  rows(from: Checkpoint): AsyncIterable<RowBatch>
}

const PIECE_BYTES = 256 * 1024

/** Reads a text file from a checkpoint on. Both encodings keep the byte 0x0A for line breaks, so that pieces are cut at them. */
export function csvSource(file: string, size: number, options: { readonly encoding: Encoding; readonly delimiter: string }): RowSource {
  async function* rows(from: Checkpoint): AsyncIterable<RowBatch> {
    let found: { rows: string[][]; lines: number[] } = { rows: [], lines: [] }
    const reader = new CsvReader(
      options.delimiter,
      (fields, line) => {
        found.rows.push(fields)
        found.lines.push(line)
      },
      from.line,
    )
    const take = () => {
      const taken = found
      found = { rows: [], lines: [] }
      return taken
    }
    const decoder = new TextDecoder(options.encoding, { ignoreBOM: from.offset > 0 })
    let offset = from.offset
    for await (const piece of createReadStream(file, { start: from.offset, highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>) {
      const cut = piece.lastIndexOf(0x0a) + 1
      reader.push(decoder.decode(piece.subarray(0, cut), { stream: true }))
      const checkpoint = cut > 0 && !reader.isInsideRow ? { offset: offset + cut, line: reader.line } : undefined
      offset += piece.length
      yield { ...take(), checkpoint, at: offset }
      reader.push(decoder.decode(piece.subarray(cut), { stream: true }))
    }
    reader.push(decoder.decode())
    reader.end()
    yield { ...take(), checkpoint: { offset, line: reader.line }, at: offset }
  }
  return { size, rows }
}

/** The first bytes of a file. */
export async function readHead(file: string, bytes: number): Promise<Uint8Array> {
  const handle = await open(file, 'r')
  try {
    const { bytesRead, buffer } = await handle.read(new Uint8Array(bytes), 0, bytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** Memory that DuckDB may use to read a Parquet file. */
const PARQUET_MEMORY = '512MB'

/** A Parquet file as a table of texts, read by DuckDB: its columns, and the rows. Times come as ISO 8601, with +00 where the file says that they are UTC. */
export async function openParquet(file: string): Promise<{ readonly columns: readonly string[]; readonly source: RowSource; readonly head: readonly string[][]; close(): void }> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: PARQUET_MEMORY, threads: '2', autoinstall_known_extensions: 'false' })
  const connection = await instance.connect()
  const from = `read_parquet('${file.replaceAll("'", "''")}')`
  try {
    await connection.run("SET TimeZone = 'UTC'")
    const described = await connection.runAndReadAll(`SELECT * FROM ${from} LIMIT 0`)
    const columns = described.columnNames()
    const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${from}`)
    const size = Number(counted.getRows()[0]?.[0] ?? 0)
    const select = `SELECT ${columns.map((name) => `CAST("${name.replaceAll('"', '""')}" AS VARCHAR)`).join(', ')} FROM ${from}`
    async function* rows(start: Checkpoint): AsyncIterable<RowBatch> {
      let at = start.offset
      const result = await connection.stream(`${select} OFFSET ${at}`)
      for (;;) {
        const chunk = await result.fetchChunk()
        if (chunk === null || chunk.rowCount === 0) return
        const texts = chunk.getRows().map((row) => row.map((value) => (value === null ? '' : String(value))))
        const lines = texts.map((_, index) => at + index + 1)
        at += texts.length
        yield { rows: texts, lines, checkpoint: { offset: at, line: at + 1 }, at }
      }
    }
    const first = await connection.runAndReadAll(`${select} LIMIT 100`)
    const head = first.getRows().map((row) => row.map((value) => (value === null ? '' : String(value))))
    return { columns, source: { size, rows }, head, close: () => connection.closeSync() }
  } catch (thrown) {
    connection.closeSync()
    throw new MillwrightError('IMPORT_FAILED', 'the file cannot be read as Parquet', { cause: thrown })
  }
}
