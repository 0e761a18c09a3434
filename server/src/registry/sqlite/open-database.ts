import { existsSync } from 'node:fs'
import { backup, DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import { registryError } from './database-error.ts'
import { APPLICATION_ID, MIGRATIONS, type Migration } from './schema.ts'

/** Where a registry file is and what opening it needs. */
export interface SqliteRegistryOptions {
  readonly file: string
  readonly clock: Clock
  readonly log: Log
  /** The steps to bring the file to; other than the built-in ones in tests only. */
  readonly migrations?: readonly Migration[]
}

/** Opens the file, made if missing, and brings it to the newest form. An older file is copied beside itself first. */
export async function openDatabase(options: SqliteRegistryOptions): Promise<DatabaseSync> {
  const { file } = options
  let database: DatabaseSync | undefined
  try {
    const isNew = !existsSync(file)
    database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: 5000 })
    // WAL with FULL syncs at every commit: what has settled survives a power cut (https://sqlite.org/pragma.html#pragma_synchronous).
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -16384')
    if (!isNew) refuseForeignFile(database, file)
    await migrate(database, options, isNew)
    return database
  } catch (thrown) {
    database?.close()
    throw registryError(thrown, file)
  }
}

/** An integer that a PRAGMA answers. */
export function pragma(database: DatabaseSync, name: string): number {
  const row = database.prepare(`PRAGMA ${name}`).get()
  const value = row?.[name]
  return typeof value === 'number' ? value : 0
}

function refuseForeignFile(database: DatabaseSync, file: string): void {
  const tables = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n']
  if (tables === 0 || pragma(database, 'application_id') === APPLICATION_ID) return
  throw new MillwrightError('CORRUPT_FILE', `registry ${file}: this SQLite file was not made by Millwright`, { detail: { file } })
}

async function migrate(database: DatabaseSync, options: SqliteRegistryOptions, isNew: boolean): Promise<void> {
  const { file, log } = options
  const migrations = options.migrations ?? MIGRATIONS
  const newest = migrations.at(-1)?.version ?? 0
  const version = pragma(database, 'user_version')
  if (version > newest) {
    const message = `registry ${file}: the file has form ${version}, made by a newer Millwright; this one knows forms up to ${newest}. Start the newer program, or restore the copy that it made before it changed the file`
    throw new MillwrightError('UNSUPPORTED', message, { detail: { file, version, newest } })
  }
  if (version === newest) return
  if (!isNew && version > 0) {
    const copy = `${file}.before-v${newest}-${new Date(options.clock.nowUs() / 1000).toISOString().replaceAll(':', '')}`
    await backup(database, copy)
    log.info({ file, copy, from: version, to: newest }, 'registry is brought to a newer form; a copy was kept')
  }
  for (const step of migrations) {
    if (step.version > version) runStep(database, step)
  }
}

function runStep(database: DatabaseSync, step: Migration): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec(step.sql)
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${step.version}; COMMIT`)
  } catch (thrown) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw thrown
  }
}
