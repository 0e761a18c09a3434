import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Value } from 'typebox/value'
import { arenaTableSchema, type WireArenaTable } from '@millwright/model/wire/arena.ts'
import type { Log } from '../../kernel/log.ts'
import type { ArenaTable } from './arena-table.ts'

/** Tables that came with the release, one JSON a line, as `millwright arena --json` writes them. */
const RELEASED = resolve(import.meta.dirname, '../../../../docs/intelligence/arena-results.jsonl')
/** Leaderboards that are kept; of those beyond, the ones run longest ago leave. */
export const MAX_TABLES = 150

export interface TableStoreOptions {
  readonly folder: string
  /** Names of the recorded collections, in the order of a release whose lines do not name theirs. */
  readonly contests: readonly string[]
  readonly log: Log
  readonly released?: string
}

/** Leaderboards as files: the newest of each collection, over those that came with the release. */
export class TableStore {
  readonly #options: TableStoreOptions
  readonly #tables = new Map<string, WireArenaTable>()

  private constructor(options: TableStoreOptions) {
    this.#options = options
  }

  /** Reads what is there. What cannot be read is left out and told in the log. */
  static async open(options: TableStoreOptions): Promise<TableStore> {
    const store = new TableStore(options)
    await mkdir(options.folder, { recursive: true })
    for (const table of await releasedTables(options.released ?? RELEASED, options)) store.#tables.set(table.contest, table)
    for (const file of (await readdir(options.folder)).filter((name) => name.endsWith('.json'))) {
      const table = parsed(await readFile(join(options.folder, file), 'utf8'))
      if (table !== undefined) store.#tables.set(table.contest, table)
      else options.log.warn({ file }, 'a result of the arena cannot be read; run it again')
    }
    return store
  }

  list(): WireArenaTable[] {
    return [...this.#tables.values()]
  }

  get(contest: string): WireArenaTable | undefined {
    return this.#tables.get(contest)
  }

  /** Keeps it over a restart; rejects as the file system does, and then it holds until the end of the process. */
  async put(table: WireArenaTable): Promise<void> {
    this.#tables.set(table.contest, table)
    const file = this.#fileOf(table.contest)
    await writeFile(`${file}.new`, JSON.stringify(table), { flush: true })
    await rename(`${file}.new`, file)
    const oldest = this.#tables.size <= MAX_TABLES ? undefined : this.list().filter(({ made, contest }) => made !== null && contest !== table.contest).sort((a, b) => (a.made ?? 0) - (b.made ?? 0))[0]
    if (oldest === undefined) return
    this.#tables.delete(oldest.contest)
    await rm(this.#fileOf(oldest.contest), { force: true })
  }

  #fileOf(contest: string): string {
    return join(this.#options.folder, `${contest.replaceAll(/[^\w-]/g, '-')}.json`)
  }
}

/** A table as the API has it: what was not told is null. */
export function wireTable({ title, protocol, halves, measured, code, columns, rows }: ArenaTable, about: Pick<WireArenaTable, 'contest' | 'made' | 'tookMs' | 'by'>): WireArenaTable {
  // A share of nothing is no number: JSON could not say it either.
  const told = (value: number | undefined) => (value === undefined || !Number.isFinite(value) ? null : value)
  return {
    ...about,
    title,
    protocol,
    halves: halves ?? null,
    measured: measured ?? about.made,
    code: code ?? null,
    columns: columns.map(({ name, digits }) => ({ name, digits })),
    rows: rows.map(({ who, on, values, costUs, limit }) => ({ who, on, values: columns.map((_, index) => told(values[index])), costUs: told(costUs), limit: limit ?? null })),
  }
}

function parsed(text: string): WireArenaTable | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Value.Check(arenaTableSchema, value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The tables of the release, in the order of the collections; none where the file did not come along. */
async function releasedTables(file: string, { contests, log }: Pick<TableStoreOptions, 'contests' | 'log'>): Promise<WireArenaTable[]> {
  if (!existsSync(file)) return []
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  return lines.flatMap((line, index) => {
    try {
      const table = JSON.parse(line) as ArenaTable & { readonly contest?: string }
      const wire = wireTable(table, { contest: table.contest ?? contests[index] ?? `collection ${index + 1}`, made: null, tookMs: null, by: null })
      if (Value.Check(arenaTableSchema, wire)) return [wire]
    } catch {
      // Told below.
    }
    log.warn({ file, line: index + 1 }, 'a table of the arena that came with the release cannot be read')
    return []
  })
}
