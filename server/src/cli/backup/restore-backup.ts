import { constants, existsSync } from 'node:fs'
import { copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { MillwrightError } from '../../kernel/error.ts'
import { DATA_VERSION, holderOf, openDataFolder } from '../data-folder.ts'
import { readManifest, verifyBackup, type BackupManifest } from './manifest.ts'

export interface RestoreResult {
  readonly manifest: BackupManifest
  /** Where the former data folder is now, if there was one. */
  readonly former: string | undefined
}

/**
 * Puts a backup in the place of a data folder. The backup is verified first and copied beside the place; only a whole copy takes it. A folder that holds
 * something is refused, or with `force` renamed, never deleted.
 */
export async function restoreBackup(backup: string, dataFolder: string, options: { readonly force: boolean; readonly now: Date }): Promise<RestoreResult> {
  const data = resolve(dataFolder)
  const manifest = await readManifest(backup)
  if (manifest.dataVersion > DATA_VERSION) throw new MillwrightError('UNSUPPORTED', `the backup holds data of version ${manifest.dataVersion}; this Millwright knows up to ${DATA_VERSION}`)
  const holder = holderOf(data)
  if (holder !== undefined) throw new MillwrightError('FOLDER_IN_USE', `${data} is in use by millwright ${holder.command} (process ${holder.pid}); stop it first`)
  const isTaken = existsSync(data) && (await readdir(data)).length > 0
  if (isTaken && !options.force) throw new MillwrightError('CONFLICT', `${data} is not empty; --force sets it aside (it is renamed, not deleted)`)
  const problems = await verifyBackup(backup, manifest)
  if (problems.length > 0) throw new MillwrightError('CORRUPT_FILE', `the backup is damaged, nothing was changed:\n${problems.map((problem) => `  ${problem}`).join('\n')}`, { detail: { problems } })
  const stamp = options.now.toISOString().replaceAll(/[:.]/g, '-')
  const draft = `${data}.restoring-${stamp}`
  try {
    await copyFiles(backup, draft, manifest)
    // Gives it its version and checks that it can be locked.
    openDataFolder(draft, 'restore', options.now).release()
  } catch (thrown) {
    await rm(draft, { recursive: true, force: true })
    throw thrown
  }
  const former = isTaken ? `${data}.before-${stamp}` : undefined
  if (former !== undefined) await rename(data, former)
  else if (existsSync(data)) await rm(data, { recursive: true })
  await rename(draft, data)
  return { manifest, former }
}

async function copyFiles(from: string, to: string, manifest: BackupManifest): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const { path } of manifest.files) {
    const target = join(to, path)
    await mkdir(dirname(target), { recursive: true })
    await copyFile(join(from, path), target, constants.COPYFILE_FICLONE)
    const handle = await open(target, 'r+')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}
