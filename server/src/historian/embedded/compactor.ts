import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE } from '@millwright/model/time.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { HistorianSettings } from '../settings.ts'
import type { ColdFile } from './cold-file.ts'
import type { ColdStore } from './cold-store.ts'
import { type DuckConnection, sqlText } from './duck.ts'
import type { Leases } from './leases.ts'
import { chooseMerge, type Run, runsOf } from './merge-policy.ts'
import { type Generation, type RecentStore, rowsOf } from './recent-store.ts'
import { buildRollups } from './rollup-builder.ts'
import { writeRun } from './sorted-copy.ts'
import { columnNames, recentTable, TABLES, type Table } from './tables.ts'
import type { Turn } from './turn.ts'

/** A day is closed when it ended this long ago: most late samples are in by then. */
const CLOSED_AFTER_US = 2 * US_PER_HOUR
/** Most waveforms of one file. A sort holds some three copies of them, and DuckDB cannot put values beyond 4 KiB on disk while it sorts: 128 of 25.6 kHz times 0.64 s are 8 MiB. */
const WAVEFORM_ROWS = 128

/** What a compactor works on. */
export interface CompactorParts {
  readonly recent: RecentStore
  readonly cold: ColdStore
  readonly connection: DuckConnection
  /** Keeps appends, seals and drops apart. */
  readonly writing: Turn
  readonly leases: Leases
  readonly settings: HistorianSettings
  readonly clock: Clock
  readonly log: Log
}

/** Moves recent generations to the cold store and keeps its files few. One call at a time. */
export class Compactor {
  readonly #parts: CompactorParts
  #runs = 0
  #failed = 0
  #rows = 0
  #lastMs = 0

  constructor(parts: CompactorParts) {
    this.#parts = parts
  }

  get statistics(): { readonly runs: number; readonly failed: number; readonly rows: number; readonly lastMs: number } {
    return { runs: this.#runs, failed: this.#failed, rows: this.#rows, lastMs: this.#lastMs }
  }

  /** Runs one round of {@link flush} and merges; a round that fails is counted, and what it was to move stays where it can be read. */
  async counted(round: () => Promise<void>): Promise<void> {
    try {
      await round()
    } catch (thrown) {
      this.#failed++
      throw thrown
    }
  }

  /** Seals the active generation and moves all sealed ones. */
  async flush(): Promise<void> {
    const { recent, writing, clock } = this.#parts
    const startMs = clock.monotonicMs()
    const sealed = await writing.take(() => recent.seal())
    const waiting = recent.generations.filter((generation) => generation.sealedAt !== undefined)
    if (!sealed && waiting.length === 0) return
    for (const generation of waiting) await this.#move(generation)
    this.#runs++
    this.#lastMs = clock.monotonicMs() - startMs
  }

  /** Does one merge where one is due; answers whether it did. `eager` merges closed days for any second run. */
  async mergeOnce(eager: boolean): Promise<boolean> {
    const { cold } = this.#parts
    for (const table of TABLES) {
      for (const day of cold.days(table)) {
        const chosen = chooseMerge(runsOf(cold.filesOfDay(table, day)), { closed: this.isClosed(day), eager })
        if (chosen.length === 0) continue
        await this.#merge(table, day, chosen)
        return true
      }
    }
    return false
  }

  /** Makes the rollups of one file where they are missing and can last; answers whether it did. */
  async rollOnce(): Promise<boolean> {
    const { cold, connection, settings } = this.#parts
    const holdUs = settings.holdMinutes * US_PER_MINUTE
    for (const day of cold.days('numbers')) {
      const files = cold.filesOfDay('numbers', day)
      const file = files.find((each) => each.rollups?.holdUs !== holdUs)
      if (file === undefined || !this.isClosed(day) || runsOf(files).length > 1) continue
      if ((await cold.sound([file])).length > 0) await cold.publish({ add: [await buildRollups(connection, cold, file, holdUs)], remove: [file] })
      return true
    }
    return false
  }

  /** Tells whether a day has ended long enough ago. */
  isClosed(day: number): boolean {
    return (day + 1) * US_PER_DAY + CLOSED_AFTER_US <= this.#parts.clock.nowUs()
  }

  async #move(generation: Generation): Promise<void> {
    const { recent, cold, writing, leases } = this.#parts
    const { generation: number, sealedAt = 0 } = generation
    if (number > cold.manifest.flushed) {
      const add: ColdFile[] = []
      for (const table of TABLES) {
        if (generation.extents[table].rows > 0) add.push(...(await this.#write(table, number, sealedAt)))
      }
      // From here on the rows are cold: readers that begin now take them from the files.
      await cold.publish({ add, remove: [], flushed: { generation: number, position: sealedAt } })
      this.#rows += rowsOf(generation)
    }
    recent.forget(number)
    await leases.drained()
    await writing.take(() => recent.drop(number))
  }

  async #write(table: Table, generation: number, position: number): Promise<ColdFile[]> {
    const { connection, cold } = this.#parts
    const name = recentTable(table, generation)
    const days = await connection.read(`SELECT DISTINCT (epoch_us(time) // ${US_PER_DAY})::DOUBLE AS day FROM ${name} ORDER BY day`)
    const value = table === 'numbers' ? 'CASE WHEN isnan(value) THEN NULL ELSE value END AS value' : 'value'
    const columns = columnNames(table).replace(/\bvalue\b/, value)
    const files: ColdFile[] = []
    for (const day of days.float(0)) {
      const source = `SELECT ${columns}, rowid AS age FROM ${name}`
      files.push(...(await writeRun(connection, cold, { table, day, low: generation, high: generation, revision: cold.manifest.revision + 1, source, position }, this.#fileRows(table))))
    }
    return files
  }

  async #merge(table: Table, day: number, runs: readonly Run[]): Promise<void> {
    const { connection, cold, leases } = this.#parts
    const files = runs.flatMap((run) => run.files)
    const sound = await cold.sound(files)
    const low = Math.min(...runs.map((run) => run.low))
    const high = Math.max(...runs.map((run) => run.high))
    // A damaged input was set aside just now; the next round merges what is left.
    if (sound.length < files.length) return
    const source = sound
      .map((file) => `SELECT ${columnNames(table)}, ${file.high} AS age FROM read_parquet(${sqlText(cold.pathOf(file))}, hive_partitioning = false)`)
      .join(' UNION ALL ')
    const add = await writeRun(
      connection,
      cold,
      { table, day, low, high, revision: cold.manifest.revision + 1, source, position: cold.manifest.position },
      this.#fileRows(table),
    )
    await cold.publish({ add, remove: files })
    await leases.drained()
    await cold.erase(files)
  }

  // Texts and waveforms are larger than numbers; the bound is on memory.
  #fileRows(table: Table): number {
    const { fileRows } = this.#parts.settings
    return table === 'waveforms' ? Math.min(WAVEFORM_ROWS, Math.max(100, Math.floor(fileRows / 1000))) : table === 'numbers' ? fileRows : Math.max(1000, Math.floor(fileRows / 8))
  }
}
