import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { MillwrightError, messageOf, systemCode } from '../kernel/error.ts'

/**
 * Version of the data folder's layout. It grows when an older Millwright could no longer read what a newer one writes.
 */
export const DATA_VERSION = 1

/** File in the data folder that holds its version. */
export const VERSION_FILE = 'version.json'
const LOCK_FILE = 'lock.db'
const HOLDER_FILE = 'holder.json'

/** Who works on a data folder, and where its API is, so that other commands can reach it. */
export interface Holder {
  readonly pid: number
  readonly host: string
  readonly command: string
  /** ISO 8601. */
  readonly since: string
  /** Such as `http://127.0.0.1:7420`; undefined until it listens. */
  readonly url?: string
}

/** A data folder that is ours alone until {@link release}. */
export interface DataFolder {
  readonly folder: string
  /** Tells other commands where this process's API is. */
  announce(url: string): void
  /** Lets go. Safe to call twice. The operating system does it too when the process dies, however it dies. */
  release(): void
}

/**
 * Takes the data folder for this process, creating it if need be. Throws `FOLDER_IN_USE` naming who has it, `UNSUPPORTED` when a
 * newer Millwright wrote it, `DISK_FAILED` when it cannot be written.
 *
 * The lock is SQLite's own on a file of its own: the operating system holds it for the process (fcntl, LockFileEx), so no crash leaves it behind.
 */
export function openDataFolder(folder: string, command: string, now: Date): DataFolder {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (thrown) {
    throw new MillwrightError('DISK_FAILED', `the data folder ${folder} cannot be created: ${messageOf(thrown)}`, { cause: thrown })
  }
  const lock = takeLock(folder)
  held.add(lock)
  const letGo = () => {
    if (held.delete(lock)) lock.close()
  }
  try {
    checkVersion(folder)
    const holder: Holder = { pid: process.pid, host: hostname(), command, since: now.toISOString() }
    writeWhole(folder, HOLDER_FILE, holder)
    return {
      folder,
      announce: (url) => writeWhole(folder, HOLDER_FILE, { ...holder, url }),
      release: letGo,
    }
  } catch (thrown) {
    letGo()
    throw thrown
  }
}

/** Who works on the folder right now; undefined when nobody does (or there is no such folder). */
export function holderOf(folder: string): Holder | undefined {
  let lock: DatabaseSync
  try {
    // Asking must not create a data folder, and must not open the lock file besides SQLite: closing it would drop our own lock (fcntl).
    if (!existsSync(join(folder, LOCK_FILE))) return undefined
    lock = takeLock(folder)
  } catch (thrown) {
    if (thrown instanceof MillwrightError && thrown.code === 'FOLDER_IN_USE') return readHolder(folder) ?? UNKNOWN_HOLDER
    return undefined
  }
  lock.close()
  return undefined
}

/** The locks of this process. A connection that nobody refers to would be collected, and its lock with it. */
const held = new Set<DatabaseSync>()

const UNKNOWN_HOLDER: Holder = { pid: 0, host: 'unknown', command: 'unknown', since: 'unknown' }

function takeLock(folder: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    // The wait covers another process that only asks who holds the folder.
    database = new DatabaseSync(join(folder, LOCK_FILE), { timeout: 300 })
    // EXCLUSIVE keeps the file locked until it is closed. Rollback journal in memory: nothing is ever written but the header.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS held (once INTEGER); COMMIT')
    return database
  } catch (thrown) {
    database?.close()
    if (!/locked|busy/i.test(messageOf(thrown))) {
      throw new MillwrightError('DISK_FAILED', `the data folder ${folder} cannot be locked: ${messageOf(thrown)}`, { cause: thrown })
    }
    const holder = readHolder(folder)
    const who = holder === undefined ? 'another Millwright' : `millwright ${holder.command} (process ${holder.pid} on ${holder.host}, since ${holder.since})`
    throw new MillwrightError('FOLDER_IN_USE', `the data folder ${folder} is in use by ${who}; stop it first, or give this one another folder with --data`, { detail: { folder, ...holder } })
  }
}

function checkVersion(folder: string): void {
  const file = join(folder, VERSION_FILE)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (thrown) {
    if (systemCode(thrown) !== 'ENOENT') throw new MillwrightError('DISK_FAILED', `${file} cannot be read: ${messageOf(thrown)}`, { cause: thrown })
    writeWhole(folder, VERSION_FILE, { dataVersion: DATA_VERSION })
    return
  }
  const version = fieldOf(text, 'dataVersion')
  if (typeof version !== 'number') throw new MillwrightError('CORRUPT_FILE', `${file} does not say the version of the data folder; put {"dataVersion": ${DATA_VERSION}} there if this Millwright wrote it`)
  if (version > DATA_VERSION) {
    throw new MillwrightError('UNSUPPORTED', `the data folder ${folder} was written by a newer Millwright (data version ${version}; this one knows up to ${DATA_VERSION}): start that one, or restore a backup that is older`)
  }
}

function readHolder(folder: string): Holder | undefined {
  try {
    const text = readFileSync(join(folder, HOLDER_FILE), 'utf8')
    const [pid, host, command, since, url] = ['pid', 'host', 'command', 'since', 'url'].map((name) => fieldOf(text, name))
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof command !== 'string' || typeof since !== 'string') return undefined
    return { pid, host, command, since, ...(typeof url === 'string' ? { url } : {}) }
  } catch {
    // It is a courtesy beside the lock: without it the holder is only nameless.
    return undefined
  }
}

function fieldOf(json: string, name: string): unknown {
  try {
    const parsed: unknown = JSON.parse(json)
    return typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, name) : undefined
  } catch {
    return undefined
  }
}

/** Readers see the old file or the new one, never half of it. */
function writeWhole(folder: string, name: string, content: object): void {
  try {
    const draft = join(folder, `${name}.new`)
    writeFileSync(draft, `${JSON.stringify(content)}\n`)
    renameSync(draft, join(folder, name))
  } catch (thrown) {
    throw new MillwrightError('DISK_FAILED', `the data folder ${folder} cannot be written: ${messageOf(thrown)}`, { cause: thrown })
  }
}
