import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, readFile, rename, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { Type, type Static } from 'typebox'
import { Check } from 'typebox/value'
import { MillwrightError, messageOf, systemCode } from '../../kernel/error.ts'

export const MANIFEST_FILE = 'backup.json'
/** Version of a backup's own layout. */
export const BACKUP_FORMAT = 1

const manifestSchema = Type.Object({
  format: Type.Integer(),
  millwright: Type.String(),
  dataVersion: Type.Integer(),
  createdAt: Type.String(),
  files: Type.Array(Type.Object({ path: Type.String(), sizeBytes: Type.Integer({ minimum: 0 }), sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) })),
})

/** What a backup consists of. It is written last: a folder without it is no backup. */
export type BackupManifest = Static<typeof manifestSchema>

/** Sums up the files of a finished copy and writes the manifest, durably. */
export async function writeManifest(folder: string, about: Omit<BackupManifest, 'files' | 'format'>): Promise<BackupManifest> {
  const files = []
  for (const path of await filesBelow(folder)) {
    const file = join(folder, path)
    files.push({ path, sizeBytes: (await stat(file)).size, sha256: await sha256Of(file) })
  }
  const manifest: BackupManifest = { format: BACKUP_FORMAT, ...about, files }
  const draft = join(folder, `${MANIFEST_FILE}.new`)
  const handle = await open(draft, 'w')
  try {
    await handle.writeFile(`${JSON.stringify(manifest, undefined, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, join(folder, MANIFEST_FILE))
  return manifest
}

/** Reads a manifest. Throws `NOT_FOUND` when there is none, `CORRUPT_FILE`, or `UNSUPPORTED` for one of a newer form. */
export async function readManifest(folder: string): Promise<BackupManifest> {
  let content: unknown
  try {
    content = JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8'))
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') throw new MillwrightError('NOT_FOUND', `${folder} is no backup: it has no ${MANIFEST_FILE} (one that was broken off has none either)`)
    throw new MillwrightError('CORRUPT_FILE', `${MANIFEST_FILE} cannot be read: ${messageOf(thrown)}`, { cause: thrown })
  }
  if (!Check(manifestSchema, content)) throw new MillwrightError('CORRUPT_FILE', `${join(folder, MANIFEST_FILE)} is damaged`)
  if (content.format > BACKUP_FORMAT) throw new MillwrightError('UNSUPPORTED', `the backup was written by a newer Millwright (${content.millwright}); restore it with that one`)
  const outside = content.files.find(({ path }) => isAbsolute(path) || path.split('/').includes('..'))
  if (outside !== undefined) throw new MillwrightError('CORRUPT_FILE', `the backup names a file outside of it: ${outside.path}`)
  return content
}

/** Reads every file of a backup; what is missing, cut or changed, by file. */
export async function verifyBackup(folder: string, manifest: BackupManifest): Promise<string[]> {
  const problems: string[] = []
  for (const { path, sizeBytes, sha256 } of manifest.files) {
    const file = join(folder, path)
    try {
      const { size } = await stat(file)
      if (size !== sizeBytes) problems.push(`${path}: has ${size} bytes, not ${sizeBytes}`)
      else if ((await sha256Of(file)) !== sha256) problems.push(`${path}: its content has changed`)
    } catch (thrown) {
      problems.push(`${path}: ${systemCode(thrown) === 'ENOENT' ? 'is missing' : messageOf(thrown)}`)
    }
  }
  return problems
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) hash.update(piece)
  return hash.digest('hex')
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}
