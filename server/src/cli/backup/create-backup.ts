import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import { DATA } from '../../plant/open-plant.ts'
import type { Plant } from '../../plant/plant.ts'
import { DATA_VERSION } from '../data-folder.ts'
import { writeManifest, type BackupManifest } from './manifest.ts'

/** How long a backup waits for history to take in what is durable. */
const CATCH_UP_MS = 60_000

export interface BackupParts {
  readonly plant: Plant
  /** The data folder that the plant works on. */
  readonly dataDir: string
  readonly version: string
  readonly now: Date
}

/**
 * Copies a plant into a folder, which must be empty or not exist, while it goes on working. What was durable when the call was made is in it. History is
 * copied before the model, so that every series in it has its name.
 */
export async function createBackup({ plant, dataDir, version, now }: BackupParts, folder: string): Promise<BackupManifest> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (thrown) {
    throw new MillwrightError('DISK_FAILED', `the folder ${folder} cannot be made: ${messageOf(thrown)}`, { cause: thrown })
  }
  if ((await readdir(folder)).length > 0) throw new MillwrightError('CONFLICT', `${folder} is not empty; a backup needs a folder of its own`)
  if (!(await plant.historyCaughtUp(CATCH_UP_MS))) {
    throw new MillwrightError('OVERLOADED', `history did not take in within ${CATCH_UP_MS / 1000} s what is durable; try again when less arrives`)
  }
  await plant.history.backup(join(folder, DATA.history))
  await plant.registry.backup(join(folder, DATA.registry))
  const sessions = join(dataDir, DATA.mqtt)
  if (existsSync(sessions)) await copyDatabase(sessions, join(folder, DATA.mqtt))
  return await writeManifest(folder, { millwright: version, dataVersion: DATA_VERSION, createdAt: now.toISOString() })
}

/** A consistent copy of a database that others may be writing to. */
async function copyDatabase(from: string, to: string): Promise<void> {
  const database = new DatabaseSync(from, { readOnly: true, timeout: 5_000 })
  try {
    await backup(database, to)
  } finally {
    database.close()
  }
}
