import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { NumberColumns, SampleBatch } from '@millwright/model/sample-batch.ts'
import { US_PER_DAY } from '@millwright/model/time.ts'
import type { StoredEvent } from '../historian.ts'
import { ChunkWriter, Columns } from './chunk-writer.ts'
import { Duck, type DuckConnection } from './duck.ts'
import { duckError } from './duck-error.ts'
import { Extent } from './extent.ts'
import { COLUMNS, columnNames, recentTable, TABLES, type Table } from './tables.ts'


/** What arrived between two compactions. It moves to the cold store as a whole. */
export interface Generation {
  readonly generation: number
  readonly extents: Readonly<Record<Table, Extent>>
  /** The journal position behind it, once it is sealed. */
  sealedAt: number | undefined
}

/** After this many samples, about a millisecond, an append lets waiting reads in: a read takes several turns of the thread. */
const ROWS_PER_BREATH = 4 * 2048

/**
 * The recent part of the history: tables in one DuckDB file, with the journal position in the same transactions. Rows are
 * only ever appended, so the order of rows is the order of writing. A generation is sealed, moved and dropped whole.
 */
export class RecentStore {
  readonly file: string
  readonly duck: Duck
  readonly #writer: DuckConnection
  readonly #columns = new Columns()
  #generations: Generation[]
  #position: number

  private constructor(file: string, duck: Duck, writer: DuckConnection, generations: Generation[], position: number) {
    this.file = file
    this.duck = duck
    this.#writer = writer
    this.#generations = generations
    this.#position = position
  }

  /**
   * Opens `recent.duckdb` in `folder` and reads every row once, so that damage shows now and not in some answer later. A new
   * file begins at `fresh`. Rejects where the file is damaged.
   */
  static async open(folder: string, config: Readonly<Record<string, string>>, fresh: { readonly generation: number; readonly position: number }): Promise<RecentStore> {
    await mkdir(folder, { recursive: true })
    const file = path.join(folder, 'recent.duckdb')
    const duck = await Duck.open(file, config)
    try {
      const writer = await duck.connect()
      const known = await writer.number(`SELECT count(*)::DOUBLE FROM duckdb_tables() WHERE table_name = 'generations'`)
      if (known === 0) await createFresh(writer, fresh)
      const { generations, position } = await load(writer)
      return new RecentStore(file, duck, writer, generations, position)
    } catch (thrown) {
      duck.close()
      throw thrown
    }
  }

  /** The journal position behind all that is stored. */
  get position(): number {
    return this.#position
  }

  /** All generations that were not dropped, oldest first; the last one takes the appends. */
  get generations(): readonly Generation[] {
    return this.#generations
  }

  get rows(): number {
    return this.#generations.reduce((sum, each) => sum + rowsOf(each), 0)
  }

  async bytes(): Promise<number> {
    const sizes = await Promise.all([this.file, `${this.file}.wal`].map((each) => stat(each).then((found) => found.size, () => 0)))
    return sizes.reduce((sum, size) => sum + size, 0)
  }

  /** Stores all in one transaction. Must not run beside itself or {@link seal}. */
  async append(input: { readonly batches: readonly SampleBatch[]; readonly events: readonly StoredEvent[]; readonly next: number }): Promise<void> {
    const active = this.#active()
    await this.#writer.run('BEGIN')
    try {
      const extents = new Map<Table, Extent>()
      for (const table of TABLES) extents.set(table, await this.#appendTable(table, active.generation, input))
      await this.#writer.run(`UPDATE position SET next = ${Math.trunc(input.next)}; COMMIT`)
      for (const [table, extent] of extents) active.extents[table].widen(extent)
      this.#position = input.next
    } catch (thrown) {
      await this.#writer.run('ROLLBACK').catch(() => undefined)
      throw duckError(thrown, 'samples could not be stored')
    }
  }

  /** Ends the active generation and begins the next. Answers false where there is nothing to end. */
  async seal(): Promise<boolean> {
    const active = this.#active()
    if (rowsOf(active) === 0) return false
    const next = active.generation + 1
    const position = this.#position
    await this.#inTransaction([
      ...createTables(next),
      `INSERT INTO generations VALUES (${next}, NULL)`,
      `UPDATE generations SET sealed_at = ${Math.trunc(position)} WHERE generation = ${active.generation}`,
    ])
    active.sealedAt = position
    this.#generations = [...this.#generations, emptyGeneration(next)]
    return true
  }

  /** Makes the generation invisible to reads that begin now; its tables stay until {@link drop}. */
  forget(generation: number): void {
    this.#generations = this.#generations.filter((each) => each.generation !== generation)
  }

  /** Reads every row; rejects where one cannot be read. */
  async readThrough(): Promise<void> {
    for (const { generation } of this.#generations) for (const table of TABLES) await readThrough(this.#writer, table, generation)
  }

  /** Frees the tables of a generation that no reader has in hand. */
  async drop(generation: number): Promise<void> {
    await this.#inTransaction([
      ...TABLES.map((table) => `DROP TABLE IF EXISTS ${recentTable(table, generation)}`),
      `DELETE FROM generations WHERE generation = ${generation}`,
    ])
    await this.#writer.run('CHECKPOINT').catch(() => undefined)
  }

  async close(): Promise<void> {
    await this.#writer.run('CHECKPOINT').catch(() => undefined)
    this.#writer.close()
    this.duck.close()
  }

  #active(): Generation {
    const active = this.#generations.at(-1)
    if (active === undefined) throw new Error('BUG: the recent store has no active generation')
    return active
  }

  async #inTransaction(statements: readonly string[]): Promise<void> {
    try {
      await this.#writer.run(['BEGIN', ...statements, 'COMMIT'].join(';'))
    } catch (thrown) {
      await this.#writer.run('ROLLBACK').catch(() => undefined)
      throw thrown
    }
  }

  async #appendTable(table: Table, generation: number, input: { readonly batches: readonly SampleBatch[]; readonly events: readonly StoredEvent[] }): Promise<Extent> {
    const some = table === 'events' ? input.events.length > 0 : input.batches.some((batch) => batch[table].length > 0)
    if (!some) return new Extent()
    const extent = new Extent()
    const slices = table === 'events' ? [(writer: ChunkWriter) => writer.events(input.events)] : slicesOf(table, input.batches)
    let writer = new ChunkWriter(this.#writer.raw, table, generation, this.#columns)
    const close = (): void => {
      writer.close()
      extent.widen(writer.extent)
    }
    try {
      for (const write of slices) {
        write(writer)
        if (writer.extent.rows < ROWS_PER_BREATH) continue
        // Nothing is left open meanwhile: a thread that ended with an appender open could hang in its end.
        close()
        await new Promise<void>((resolve) => setImmediate(resolve))
        writer = new ChunkWriter(this.#writer.raw, table, generation, this.#columns)
      }
      close()
    } catch (thrown) {
      writer.abandon()
      throw thrown
    }
    return extent
  }
}

/** The writing of batches in pieces of at most {@link ROWS_PER_BREATH} numbers. */
function* slicesOf(table: Exclude<Table, 'events'>, batches: readonly SampleBatch[]): Generator<(writer: ChunkWriter) => void> {
  for (const { numbers, texts, waveforms, receivedUs } of batches) {
    if (table === 'texts') yield (writer) => writer.texts(texts, receivedUs)
    else if (table === 'waveforms') yield (writer) => writer.waveforms(waveforms, receivedUs)
    else for (let from = 0; from < numbers.length; from += ROWS_PER_BREATH) yield (writer) => writer.numbers(part(numbers, from, Math.min(numbers.length, from + ROWS_PER_BREATH)), receivedUs)
  }
}

function part({ series, timesUs, values, status }: NumberColumns, from: number, to: number): NumberColumns {
  return { length: to - from, series: series.subarray(from, to), timesUs: timesUs.subarray(from, to), values: values.subarray(from, to), status: status.subarray(from, to) }
}

/** How many rows all tables of a generation hold. */
export function rowsOf(generation: Generation): number {
  return TABLES.reduce((sum, table) => sum + generation.extents[table].rows, 0)
}

function emptyGeneration(generation: number): Generation {
  return {
    generation,
    extents: { numbers: new Extent(), texts: new Extent(), waveforms: new Extent(), events: new Extent() },
    sealedAt: undefined,
  }
}

function createTables(generation: number): string[] {
  return TABLES.map((table) => `CREATE TABLE ${recentTable(table, generation)} (${COLUMNS[table].map(([name, type]) => `${name} ${type}`).join(', ')})`)
}

async function createFresh(writer: DuckConnection, fresh: { readonly generation: number; readonly position: number }): Promise<void> {
  await writer.run(
    [
      'BEGIN',
      'CREATE TABLE generations (generation UBIGINT, sealed_at BIGINT)',
      'CREATE TABLE position (next BIGINT)',
      `INSERT INTO position VALUES (${Math.trunc(fresh.position)})`,
      `INSERT INTO generations VALUES (${fresh.generation}, NULL)`,
      ...createTables(fresh.generation),
      'COMMIT',
    ].join(';'),
  )
}

async function load(writer: DuckConnection): Promise<{ generations: Generation[]; position: number }> {
  const rows = await writer.read('SELECT generation::DOUBLE, sealed_at::DOUBLE FROM generations ORDER BY generation')
  const numbers = rows.float(0)
  const sealed = rows.float(1)
  const generations: Generation[] = []
  for (let i = 0; i < rows.rows; i++) {
    const generation = emptyGeneration(numbers[i] as number)
    for (const table of TABLES) generation.extents[table].widen(await readThrough(writer, table, generation.generation))
    const sealedAt = sealed[i] as number
    generation.sealedAt = Number.isNaN(sealedAt) ? undefined : sealedAt
    generations.push(generation)
  }
  const position = await writer.number('SELECT next::DOUBLE FROM position')
  if (generations.length === 0 || Number.isNaN(position)) throw new Error('the recent store does not say where it ends')
  return { generations, position }
}

/** Reads every column of every row: DuckDB checks the checksum of each block that it touches. */
async function readThrough(writer: DuckConnection, table: Table, generation: number): Promise<Extent> {
  // A plain count, minimum or maximum would be answered from statistics without reading.
  const touched = `bit_xor(hash(${columnNames(table)}))`
  const days = await writer.read(
    `SELECT count(*)::DOUBLE, epoch_us(min(time))::DOUBLE, epoch_us(max(time))::DOUBLE, ${touched}
     FROM ${recentTable(table, generation)} GROUP BY epoch_us(time) // ${US_PER_DAY}`,
  )
  const [rows, minUs, maxUs] = [days.float(0), days.float(1), days.float(2)]
  const extent = new Extent()
  for (let day = 0; day < days.rows; day++) extent.widen(Extent.of(rows[day] as number, minUs[day] as number, maxUs[day] as number))
  return extent
}
