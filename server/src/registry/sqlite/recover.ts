import { copyFileSync, existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { MillwrightError } from '../../kernel/error.ts'
import { openDatabase, type DatabaseOptions, type OpenedDatabase } from './open-database.ts'
import { standbyFile } from './standby-copy.ts'

/** What happened to a registry file that was damaged. */
export interface Recovery {
  /** What is damaged, in words. */
  readonly problems: readonly string[]
  /** Where the damaged file was put. */
  readonly setAside: string
  /** When the copy was made that is used instead. */
  readonly copiedAtUs: number
}

/**
 * Opens a registry file; when it is damaged it is set aside, and the last sound copy takes its place, so that no start is blocked. Throws like
 * `openDatabase`; CORRUPT_FILE only where there is no sound copy either, and then nothing was changed.
 */
export async function openOrRecover(options: DatabaseOptions): Promise<OpenedDatabase & { readonly recovery: Recovery | undefined }> {
  try {
    return { ...(await openDatabase(options)), recovery: undefined }
  } catch (damage) {
    if (!(damage instanceof MillwrightError) || damage.code !== 'CORRUPT_FILE') throw damage
    const recovery = await putCopyInPlace(options, damage)
    return { ...(await openDatabase(options)), recovery }
  }
}

async function putCopyInPlace(options: DatabaseOptions, damage: MillwrightError): Promise<Recovery> {
  const { file, nowUs } = options
  const copy = standbyFile(file)
  if (!existsSync(copy)) throw damage
  const draft = `${file}.restoring`
  const copiedAtUs = Math.round(statSync(copy).mtimeMs * 1000)
  removeDatabase(draft)
  copyFileSync(copy, draft)
  try {
    const { database } = await openDatabase({ ...options, file: draft })
    database.close()
  } catch (alsoDamaged) {
    removeDatabase(draft)
    throw new MillwrightError('CORRUPT_FILE', `${damage.message}. Its copy ${copy} is damaged too. Restore a backup ("millwright restore")`, { cause: alsoDamaged, detail: damage.detail })
  }
  const setAside = `${file}.damaged-${new Date(nowUs / 1000).toISOString().replaceAll(/[:.]/g, '-')}`
  for (const suffix of SIDE_FILES) if (existsSync(file + suffix)) renameSync(file + suffix, setAside + suffix)
  renameSync(draft, file)
  removeDatabase(draft)
  const { problems } = damage.detail
  return { problems: Array.isArray(problems) ? problems.map(String) : [damage.message], setAside, copiedAtUs }
}

/** A database file and what SQLite puts beside it. */
const SIDE_FILES = ['', '-journal', '-wal', '-shm']

function removeDatabase(file: string): void {
  for (const suffix of SIDE_FILES) rmSync(file + suffix, { force: true })
}
