import { existsSync, fsyncSync, openSync, closeSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { requireSound } from './check-registry.ts'
import { CheckedState } from './checked-rows.ts'
import { configure, inTransaction } from './open-database.ts'

/**
 * Ids that a copy sets aside beyond those given when it was made. After a start from the copy none of the ids given since is given again, or
 * samples of an old signal would appear in a new one.
 */
const RESERVED_IDS = 65_536

type Ids = { readonly asset: number; readonly series: number }

/** The copy beside a registry file that a start falls back on when the file is damaged: `registry.db` has `registry.backup.db`. */
export class StandbyCopy {
  readonly file: string
  /** Ids up to which the copy has set aside; none without a copy. */
  #reserved: Ids | undefined

  constructor(registryFile: string) {
    this.file = standbyFile(registryFile)
    this.#reserved = existsSync(this.file) ? reservedIn(this.file) : undefined
  }

  get exists(): boolean {
    return existsSync(this.file)
  }

  /** Copies the registry, proves the copy and puts it in the place of the last one. Throws CORRUPT_FILE when what was copied is damaged; the last one stays then. */
  async renew(database: DatabaseSync): Promise<void> {
    const draft = `${this.file}.new`
    rmSync(draft, { force: true })
    await backup(database, draft, { rate: COPIED_AT_ONCE })
    const copy = new DatabaseSync(draft)
    try {
      configure(copy)
      requireSound(copy, draft)
      this.#reserved = reserve(copy, new CheckedState(copy))
    } finally {
      copy.close()
    }
    // A journal that a crash left behind belongs to the copy that goes, and would be rolled back into the one that comes.
    for (const journal of [`${draft}-journal`, `${this.file}-journal`]) rmSync(journal, { force: true })
    renameSync(draft, this.file)
    syncFolder(this.file)
  }

  /** Makes sure that the copy never gives ids up to `highest` again. Call it before they become durable. A copy in which that fails is removed. */
  reserveBeyond(highest: Ids): void {
    if (this.#reserved === undefined || (highest.asset <= this.#reserved.asset && highest.series <= this.#reserved.series)) return
    try {
      const copy = new DatabaseSync(this.file)
      try {
        configure(copy)
        const state = new CheckedState(copy)
        raise(copy, state, highest)
        this.#reserved = reserve(copy, state)
      } finally {
        copy.close()
      }
    } catch {
      this.#reserved = undefined
      rmSync(this.file, { force: true })
    }
  }
}

/** Pages that SQLite copies before it lets go for a moment. */
const COPIED_AT_ONCE = 2_000

/** Where the copy of a registry file is. */
export function standbyFile(registryFile: string): string {
  return `${registryFile.replace(/\.db$/, '')}.backup.db`
}

function raise(copy: DatabaseSync, state: CheckedState, highest: Ids): void {
  inTransaction(copy, () => {
    state.set('highest-asset', Math.max(highest.asset, state.get('highest-asset')))
    state.set('highest-series', Math.max(highest.series, state.get('highest-series')))
  })
}

function reserve(copy: DatabaseSync, state: CheckedState): Ids {
  return inTransaction(copy, () => {
    const reserved = { asset: Math.min(state.get('highest-asset') + RESERVED_IDS, MAX_ID), series: Math.min(state.get('highest-series') + RESERVED_IDS, MAX_ID) }
    state.set('highest-asset', reserved.asset)
    state.set('highest-series', reserved.series)
    return reserved
  })
}

const MAX_ID = 2 ** 31 - 2

function reservedIn(file: string): Ids | undefined {
  const copy = new DatabaseSync(file, { readOnly: true })
  try {
    const state = new CheckedState(copy)
    return { asset: state.get('highest-asset'), series: state.get('highest-series') }
  } catch {
    return undefined
  } finally {
    copy.close()
  }
}

function syncFolder(file: string): void {
  // Windows cannot open a folder; there the rename is durable with the next sync of the volume.
  if (process.platform === 'win32') return
  const folder = openSync(dirname(file), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
