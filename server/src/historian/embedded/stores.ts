import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import { messageOf } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { HistorianSettings } from '../settings.ts'
import { HISTORY_FOLDER } from './backup.ts'
import { ColdStore } from './cold-store.ts'
import { Duck, type DuckConnection, sqlText } from './duck.ts'
import { duckError } from './duck-error.ts'
import { loadManifest } from './manifest.ts'
import { rebuildManifest } from './manifest-rebuild.ts'
import { Quarantine } from './quarantine.ts'
import { RecentStore } from './recent-store.ts'
import { examineFile } from './sorted-copy.ts'

/** Both stores, opened and agreeing with each other. */
export interface Stores {
  readonly recent: RecentStore
  readonly cold: ColdStore
  readonly quarantine: Quarantine
}

/**
 * Opens the historian's folder. Nothing that is damaged stops it: a recent store is set aside and begun anew where the
 * cold one ends, a manifest is rebuilt, a file is left out.
 */
export async function openStores(dir: string, settings: HistorianSettings, clock: Clock, log: Log): Promise<Stores> {
  const quarantine = new Quarantine(path.join(dir, 'quarantine'), clock, log)
  await quarantine.load()
  const history = path.join(dir, HISTORY_FOLDER)
  const config = duckConfig(dir, settings)
  const known = await loadManifest(history)
  const manifest = known !== 'absent' && !('problem' in known) ? known : undefined
  const recentFolder = path.join(dir, 'recent')
  let recent = manifest === undefined ? await openKnown(recentFolder, config, quarantine) : undefined
  const cold = await ColdStore.open(history, quarantine, async () => {
    // A duck of its own: the recent store may not exist, and the footers must be read before it can be begun.
    const duck = await Duck.open(':memory:', config)
    try {
      const connection = await duck.connect()
      const rebuilt = await rebuildManifest(history, quarantine, (place, table) => examineFile(connection, place, table), recent?.generations[0]?.generation)
      connection.close()
      return rebuilt
    } finally {
      duck.close()
    }
  })
  const fresh = { generation: cold.manifest.flushed + 1, position: cold.manifest.position }
  recent ??= await openOrBegin(recentFolder, config, fresh, quarantine)
  await dropFlushed(recent, cold.manifest.flushed)
  await lockDown(recent, dir, settings)
  return { recent, cold, quarantine }
}

/** Replaying a log of `checkpoint_threshold` needs this much where it cannot be helped by space on disk. */
const OPENING_MIB = 256

function duckConfig(dir: string, settings: HistorianSettings): Record<string, string> {
  return {
    threads: String(settings.threads),
    memory_limit: `${Math.max(settings.memoryMiB, OPENING_MIB)}MiB`,
    temp_directory: path.join(dir, 'temp'),
    max_temp_directory_size: '16GiB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // The log of a commit is written into the file when it is this long; 16 MiB, the default, is a second of a busy plant.
    checkpoint_threshold: '64MiB',
    // The bytes of Parquet files are left to the system's page cache.
    enable_external_file_cache: 'false',
  }
}

/** From here on no statement, whoever wrote it, reaches beyond the historian's folder. */
async function lockDown(recent: RecentStore, dir: string, settings: HistorianSettings): Promise<void> {
  const connection = await recent.duck.connect()
  // Footers of Parquet files are kept between statements; time without a zone is UTC.
  await connection.run("SET GLOBAL parquet_metadata_cache = true; SET GLOBAL TimeZone = 'UTC'")
  await lowerMemory(connection, settings.memoryMiB)
  // A database that failed must not write to its file once another one has it open; a sound one is told to before it is closed.
  await connection.run('PRAGMA disable_checkpoint_on_shutdown')
  await connection.run(
    `SET allowed_directories = [${sqlText(path.resolve(dir))}]; SET enable_external_access = false; SET lock_configuration = true`,
  )
  connection.close()
}

/** What was replayed from the log may be in memory until it is in the file; it is written there only where the limit needs it, since a disk may be full. */
async function lowerMemory(connection: DuckConnection, memoryMiB: number): Promise<void> {
  const lower = `SET GLOBAL memory_limit = '${memoryMiB}MiB'`
  try {
    await connection.run(lower)
  } catch {
    await connection.run('CHECKPOINT')
    await connection.run(lower)
  }
}

/** Opens the recent store only where there is one. */
async function openKnown(folder: string, config: Record<string, string>, quarantine: Quarantine): Promise<RecentStore | undefined> {
  if (!existsSync(path.join(folder, 'recent.duckdb'))) return undefined
  try {
    return await RecentStore.open(folder, config, { generation: 1, position: 0 })
  } catch (thrown) {
    await setAsideDamaged(folder, thrown, quarantine)
    return undefined
  }
}

async function openOrBegin(folder: string, config: Record<string, string>, fresh: { generation: number; position: number }, quarantine: Quarantine): Promise<RecentStore> {
  try {
    return await RecentStore.open(folder, config, fresh)
  } catch (thrown) {
    await setAsideDamaged(folder, thrown, quarantine)
    return RecentStore.open(folder, config, fresh)
  }
}

// A disk that is full, or memory that is short, says nothing about the file.
async function setAsideDamaged(folder: string, thrown: unknown, quarantine: Quarantine): Promise<void> {
  const { code } = duckError(thrown, 'cannot open the recent history')
  if (code === 'DISK_FULL' || code === 'OVERLOADED') throw thrown
  const file = path.join(folder, 'recent.duckdb')
  await quarantine.take(file, messageOf(thrown))
  await quarantine.takeSilently(`${file}.wal`)
}

/** A crash between publishing a generation's files and dropping its tables leaves both. */
async function dropFlushed(recent: RecentStore, flushed: number): Promise<void> {
  const done = recent.generations.filter(({ generation, sealedAt }) => sealedAt !== undefined && generation <= flushed)
  for (const { generation } of done) {
    recent.forget(generation)
    await recent.drop(generation)
  }
}
