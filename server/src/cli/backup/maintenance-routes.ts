import type { FastifyPluginAsync } from 'fastify'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { Type, type Static } from 'typebox'
import { MillwrightError } from '../../kernel/error.ts'
import { createBackup, type BackupParts } from './create-backup.ts'
import { verifyPlant } from './verify-plant.ts'

const backupBody = Type.Object({ folder: Type.String({ minLength: 1, maxLength: 4096, description: 'Absolute path of an empty folder on the server' }) }, { additionalProperties: false })

/**
 * What `millwright backup` and `millwright verify` ask of a running server: `POST /api/v1/backup` and `POST /api/v1/verify`, one at a time.
 */
export function maintenanceRoutes(parts: () => BackupParts): FastifyPluginAsync {
  return async (app) => {
    let isBusy = false
    async function alone<T>(work: () => Promise<T>): Promise<T> {
      if (isBusy) throw new MillwrightError('OVERLOADED', 'a backup or verification is under way; try again when it is done')
      isBusy = true
      try {
        return await work()
      } finally {
        isBusy = false
      }
    }
    app.post('/api/v1/backup', { schema: { tags: ['maintenance'], summary: 'Back the plant up into a folder', body: backupBody } }, async (request) => {
      const { folder } = request.body as Static<typeof backupBody>
      const { dataDir } = parts()
      if (!isAbsolute(folder)) throw new MillwrightError('BAD_REQUEST', 'the folder must be an absolute path')
      if (isInside(folder, dataDir)) throw new MillwrightError('BAD_REQUEST', `the backup must not lie inside of the data folder ${resolve(dataDir)}`)
      const manifest = await alone(() => createBackup(parts(), folder))
      return { folder, files: manifest.files.length, sizeBytes: manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0), createdAt: manifest.createdAt }
    })
    app.post('/api/v1/verify', { schema: { tags: ['maintenance'], summary: 'Read and check every file' } }, async () => await alone(() => verifyPlant(parts().plant)))
  }
}

/** Tells whether `folder` is `parent` or lies in it. */
export function isInside(folder: string, parent: string): boolean {
  const way = relative(resolve(parent), join(resolve(folder)))
  return way === '' || (!way.startsWith('..') && !isAbsolute(way))
}
