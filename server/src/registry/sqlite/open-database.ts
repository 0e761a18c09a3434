import { accessSync, constants, existsSync } from 'node:fs'
import { backup, DatabaseSync } from 'node:sqlite'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import { CheckedState } from './checked-rows.ts'
import { requireSound } from './check-registry.ts'
import { registryError } from './database-error.ts'
import { APPLICATION_ID, MIGRATIONS, type Migration } from './schema.ts'

/** A file to open and what opening it needs. */
export interface DatabaseOptions {
  readonly file: string
  /** For the names of copies. */
  readonly nowUs: number
  /** The steps to bring the file to; other than the built-in ones in tests only. */
  readonly migrations?: readonly Migration[] | undefined
}

/** An open file, and the copy that was kept of it when it was brought to a newer form. */
export interface OpenedDatabase {
  readonly database: DatabaseSync
  readonly copy: string | undefined
}

/**
 * Opens the file, made if missing, brings it to the newest form and proves that all in it is as it was written. An older file is copied beside itself
 * first. Throws CORRUPT_FILE, UNSUPPORTED (a newer form), DISK_FAILED, DISK_FULL.
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenedDatabase> {
  const { file } = options
  let database: DatabaseSync | undefined
  try {
    const isNew = !existsSync(file)
    database = new DatabaseSync(file, { timeout: 5000 })
    configure(database)
    if (!isNew) refuseForeignFile(database, file)
    const copy = await migrate(database, options, isNew)
    requireSound(database, file)
    return { database, copy }
  } catch (thrown) {
    database?.close()
    throw damageUnlessDisk(thrown, file)
  }
}

/**
 * A rollback journal and not a WAL: each commit leaves all that was acknowledged in one file, where every row has a checksum. Of a WAL, SQLite
 * ignores in silence what follows a flipped bit. TRUNCATE with FULL syncs before a commit settles (https://sqlite.org/pragma.html#pragma_synchronous).
 */
export function configure(database: DatabaseSync): void {
  database.exec('PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -16384')
}

/** An integer that a PRAGMA answers. */
export function pragma(database: DatabaseSync, name: string): number {
  const value = database.prepare(`PRAGMA ${name}`).get()?.[name]
  return typeof value === 'number' ? value : 0
}

/** Runs `work` as one transaction. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (thrown) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw thrown
  }
}

function refuseForeignFile(database: DatabaseSync, file: string): void {
  const tables = database.prepare(`SELECT count(*) AS n, count(*) FILTER (WHERE name IN ('state', 'asset_pages')) AS ours FROM sqlite_schema`).get()
  if (tables?.['n'] === 0 || pragma(database, 'application_id') === APPLICATION_ID) return
  // With our tables in it, it is ours with a damaged header.
  if (tables?.['ours'] === 2) throw new MillwrightError('CORRUPT_FILE', `registry ${file} is damaged: its header is not what Millwright wrote`)
  throw new MillwrightError('UNSUPPORTED', `registry ${file}: this SQLite file was not made by Millwright`, { detail: { file } })
}

async function migrate(database: DatabaseSync, options: DatabaseOptions, isNew: boolean): Promise<string | undefined> {
  const { file } = options
  const migrations = options.migrations ?? MIGRATIONS
  const newest = migrations.at(-1)?.version ?? 0
  const first = MIGRATIONS[0]?.version ?? 0
  const version = pragma(database, 'user_version')
  if (version === newest) return undefined
  if (version > 0 && version < first && database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'assets' AND type = 'table'`).get() !== undefined) {
    throw new MillwrightError('UNSUPPORTED', `registry ${file}: form ${version} is from before the first release; export the plant model with the Millwright that made it, and import it here`)
  }
  if (!isNew && pragma(database, 'application_id') === APPLICATION_ID) {
    // The form stands in the header and, with a checksum, in the content: where they differ, it is damage and not another version.
    if (new CheckedState(database).get('form') !== version) throw new MillwrightError('CORRUPT_FILE', `registry ${file} is damaged: its header says form ${version}`)
    if (version > newest) throw newerForm(file, version, newest)
  }
  const copy = !isNew && version > 0 ? `${file}.before-v${newest}-${new Date(options.nowUs / 1000).toISOString().replaceAll(':', '')}` : undefined
  if (copy !== undefined) await backup(database, copy)
  for (const step of migrations) if (step.version > version) runStep(database, step, first)
  return copy
}

function newerForm(file: string, version: number, newest: number): MillwrightError {
  const message = `registry ${file}: the file has form ${version}, made by a newer Millwright; this one knows forms up to ${newest}. Start the newer program, or restore the copy that it made before it changed the file`
  return new MillwrightError('UNSUPPORTED', message, { detail: { file, version, newest } })
}

function runStep(database: DatabaseSync, step: Migration, first: number): void {
  inTransaction(database, () => {
    database.exec(step.sql)
    const state = new CheckedState(database)
    if (step.version === first) for (const what of ['highest-asset', 'highest-series', 'rows', 'digest'] as const) state.set(what, 0)
    state.set('form', step.version)
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${step.version}`)
  })
}

// What SQLite says of a flipped bit depends on where it fell: "no such table", "read-only", "malformed". If the disk is well, the file is not.
function damageUnlessDisk(thrown: unknown, file: string): MillwrightError {
  const error = registryError(thrown, file)
  if (thrown instanceof MillwrightError || error.code !== 'DISK_FAILED' || !existsSync(file)) return error
  try {
    accessSync(file, constants.R_OK | constants.W_OK)
  } catch {
    return error
  }
  if (error.detail['result'] === SQLITE_IOERR || error.detail['result'] === SQLITE_NOMEM) return error
  return new MillwrightError('CORRUPT_FILE', `registry ${file} is damaged: ${messageOf(thrown)}`, { cause: thrown, detail: { file } })
}

const SQLITE_NOMEM = 7
const SQLITE_IOERR = 10
