import { constants } from 'node:fs'
import { copyFile, mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import { MillwrightError } from '../../kernel/error.ts'
import { filePath, ROLLUPS } from './cold-file.ts'
import type { ColdStore } from './cold-store.ts'
import { syncFile, syncFolder } from './durable-file.ts'
import { saveManifest } from './manifest.ts'

/** The folder of the cold store inside the historian's folder. */
export const HISTORY_FOLDER = 'history'

/**
 * Copies the cold store as it is now. Its files never change, so they are copied while appends go on; the manifest is written
 * last, so that an interrupted copy is not taken for a whole one. The caller holds a lease and has compacted before.
 */
export async function copyCold(cold: ColdStore, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).length > 0) throw new MillwrightError('CONFLICT', `${folder} is not empty; give an empty folder`)
  const manifest = cold.manifest
  const target = path.join(folder, HISTORY_FOLDER)
  await mkdir(target)
  for (const file of manifest.files) {
    for (const part of [file.table, ...(file.rollups === undefined ? [] : ROLLUPS)]) {
      const to = path.join(target, filePath(file, part))
      await mkdir(path.dirname(to), { recursive: true })
      await copyFile(cold.pathOf(file, part), to, constants.COPYFILE_FICLONE)
      await syncFile(to)
      await syncFolder(path.dirname(to))
    }
  }
  await saveManifest(target, manifest)
}
