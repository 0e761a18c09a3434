import type { Asset } from '@millwright/model/asset.ts'
import type { Signal } from '@millwright/model/signal.ts'
import { backup, type DatabaseSync } from 'node:sqlite'
import { MillwrightError } from '../../kernel/error.ts'
import type { Registry, RegistryChange } from '../registry.ts'
import { ChangeWriter } from './change-writer.ts'
import { registryError } from './database-error.ts'
import { openDatabase, type SqliteRegistryOptions } from './open-database.ts'
import { ASSET_COLUMNS, assetOfRow, rowOf, SIGNAL_COLUMNS, signalOfRow, type Row } from './rows.ts'

/** Rows of one piece of {@link Registry.assets} and {@link Registry.signals}. */
const PIECE_ROWS = 1_000
/** Problems that {@link Registry.verify} names at most of one kind. */
const MAX_PROBLEMS = 100

/** Opens the registry in one SQLite file, which is made if missing. Rejects with CORRUPT_FILE, UNSUPPORTED (a newer form), DISK_FAILED. */
export async function openSqliteRegistry(options: SqliteRegistryOptions): Promise<Registry> {
  return new SqliteRegistry(await openDatabase(options), options.file)
}

class SqliteRegistry implements Registry {
  readonly #database: DatabaseSync
  readonly #file: string
  readonly #writer: ChangeWriter
  #isClosed = false

  constructor(database: DatabaseSync, file: string) {
    this.#database = database
    this.#file = file
    this.#writer = new ChangeWriter(database)
  }

  // A path sorts behind its own beginnings, so this order puts parents before children.
  async *assets(): AsyncGenerator<readonly Asset[]> {
    const rows = this.#guard(() => {
      const statement = this.#database.prepare(`SELECT ${ASSET_COLUMNS} FROM assets ORDER BY path`)
      statement.setReturnArrays(true)
      return statement.iterate()
    })
    for (;;) {
      const piece = this.#guard(() => takeSome(rows, assetOfRow))
      if (piece.length > 0) yield piece
      if (piece.length < PIECE_ROWS) return
    }
  }

  async *signals(): AsyncGenerator<readonly Signal[]> {
    const statement = this.#guard(() => {
      const prepared = this.#database.prepare(`SELECT ${SIGNAL_COLUMNS} FROM signals WHERE series > ? ORDER BY series LIMIT ${PIECE_ROWS}`)
      prepared.setReturnArrays(true)
      return prepared
    })
    let last = -1
    for (;;) {
      const piece = this.#guard(() => statement.all(last).map((row) => signalOfRow(rowOf(row))))
      if (piece.length > 0) yield piece
      if (piece.length < PIECE_ROWS) return
      last = piece.at(-1)?.series ?? last
    }
  }

  async documents(kind: string): Promise<ReadonlyMap<string, string>> {
    const rows = this.#guard(() => this.#database.prepare('SELECT key, json FROM documents WHERE kind = ? ORDER BY key').all(kind))
    return new Map(rows.map((row) => [String(row['key']), String(row['json'])]))
  }

  async highestIds(): Promise<{ readonly asset: number; readonly series: number }> {
    const rows = this.#guard(() => this.#database.prepare('SELECT what, id FROM highest').all())
    const ids = new Map(rows.map((row) => [row['what'], Number(row['id'])]))
    return { asset: ids.get('asset') ?? 0, series: ids.get('series') ?? 0 }
  }

  async apply(changes: readonly RegistryChange[]): Promise<void> {
    if (changes.length === 0) return
    this.#guard(() => {
      this.#database.exec('BEGIN IMMEDIATE')
      try {
        this.#writer.write(changes)
        this.#database.exec('COMMIT')
      } catch (thrown) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
        throw thrown
      }
    })
  }

  async verify(): Promise<readonly string[]> {
    return this.#guard(() => {
      const damage = this.#column(`PRAGMA integrity_check(${MAX_PROBLEMS})`).filter((line) => line !== 'ok')
      if (damage.length > 0) return damage
      const orphans = this.#column(`SELECT 'signal ' || series || ' belongs to no asset' FROM signals WHERE asset NOT IN (SELECT id FROM assets) LIMIT ${MAX_PROBLEMS}`)
      const twins = this.#column(`SELECT 'path "' || path || '" names ' || count(*) || ' assets' FROM assets GROUP BY path HAVING count(*) > 1 LIMIT ${MAX_PROBLEMS}`)
      const twinSignals = this.#column(
        `SELECT 'signal name "' || name || '" is used ' || count(*) || ' times by asset ' || asset FROM signals GROUP BY asset, name HAVING count(*) > 1 LIMIT ${MAX_PROBLEMS}`,
      )
      return [...orphans, ...twins, ...twinSignals]
    })
  }

  async backup(file: string): Promise<void> {
    this.#guard(() => undefined)
    try {
      await backup(this.#database, file)
    } catch (thrown) {
      throw registryError(thrown, file)
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#database.close()
  }

  #column(sql: string): string[] {
    return this.#database.prepare(sql).all().map((row) => String(Object.values(row)[0]))
  }

  #guard<T>(work: () => T): T {
    if (this.#isClosed) throw new MillwrightError('STOPPING', `registry ${this.#file} is closed`)
    try {
      return work()
    } catch (thrown) {
      throw registryError(thrown, this.#file)
    }
  }
}

function takeSome<T>(rows: Iterator<unknown>, read: (row: Row) => T): T[] {
  const piece: T[] = []
  while (piece.length < PIECE_ROWS) {
    const next = rows.next()
    if (next.done === true) break
    piece.push(read(rowOf(next.value)))
  }
  return piece
}
