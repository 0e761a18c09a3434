import { join } from 'node:path'
import type { Log } from '../../kernel/log.ts'
import { messageOf } from '../../kernel/error.ts'
import type { FileSystem } from './file-system.ts'

/** Files kept in quarantine; the oldest go first, so that a dying disk does not fill itself. */
export const MAX_QUARANTINED = 16

const NOTE = '.reason.txt'
const MAX_NOTE_BYTES = 4096

/** A file that was found damaged, and why. */
export interface Quarantined {
  readonly file: string
  readonly reason: string
}

/** The folder where damaged files are set aside, each with a text that says why, for those who want to look. */
export class Quarantine {
  readonly #fileSystem: FileSystem
  readonly #dir: string
  readonly #folder: string
  readonly #log: Log
  #files: Quarantined[] = []

  constructor(options: { readonly fileSystem: FileSystem; readonly dir: string; readonly log: Log }) {
    this.#fileSystem = options.fileSystem
    this.#dir = options.dir
    this.#folder = join(options.dir, 'quarantine')
    this.#log = options.log
  }

  get files(): readonly Quarantined[] {
    return this.#files
  }

  /** Reads what earlier runs set aside. */
  async open(): Promise<void> {
    await this.#fileSystem.makeFolder(this.#folder)
    const names = await this.#fileSystem.list(this.#folder)
    for (const name of [...names].sort()) {
      if (!name.endsWith(NOTE)) continue
      this.#files.push({ file: name.slice(0, -NOTE.length), reason: await this.#readNote(name) })
    }
  }

  /** Keeps a copy of a file (its good part goes on being used), or the file itself. Never rejects: a full disk must not stop a start. */
  async setAside(name: string, reason: string, how: 'copy' | 'move'): Promise<void> {
    const kept = this.#freeName(name)
    this.#files.push({ file: kept, reason })
    this.#log.error({ file: name, reason }, 'a journal file is damaged and was set aside')
    try {
      const target = join(this.#folder, kept)
      if (how === 'copy') await this.#fileSystem.copy(join(this.#dir, name), target)
      else await this.#fileSystem.rename(join(this.#dir, name), target)
      await this.#writeNote(kept, reason)
      await this.#removeOldest()
    } catch (failure) {
      this.#log.warn({ file: name, error: messageOf(failure) }, 'a damaged journal file could not be kept in quarantine')
    }
  }

  /** Names damage that was met while reading; the file stays where it is. */
  note(name: string, reason: string): void {
    if (this.#files.some(({ file }) => file === name)) return
    this.#files.push({ file: name, reason })
    if (this.#files.length > MAX_QUARANTINED) this.#files.shift()
    this.#log.error({ file: name, reason }, 'a journal file is damaged')
  }

  #freeName(name: string): string {
    let kept = name
    for (let n = 2; this.#files.some(({ file }) => file === kept); n++) kept = `${name}.${n}`
    return kept
  }

  async #writeNote(name: string, reason: string): Promise<void> {
    const path = join(this.#folder, name + NOTE)
    await this.#fileSystem.remove(path)
    const file = await this.#fileSystem.open(path, 'create')
    try {
      await file.write(Buffer.from(reason.slice(0, MAX_NOTE_BYTES / 4)), 0)
    } finally {
      await file.close()
    }
  }

  async #readNote(name: string): Promise<string> {
    try {
      const file = await this.#fileSystem.open(join(this.#folder, name), 'read')
      try {
        const bytes = Buffer.alloc(MAX_NOTE_BYTES)
        return bytes.toString('utf8', 0, await file.read(bytes, 0))
      } finally {
        await file.close()
      }
    } catch (failure) {
      return `its note cannot be read: ${messageOf(failure)}`
    }
  }

  async #removeOldest(): Promise<void> {
    while (this.#files.length > MAX_QUARANTINED) {
      const oldest = this.#files.shift()
      if (oldest === undefined) return
      await this.#fileSystem.remove(join(this.#folder, oldest.file))
      await this.#fileSystem.remove(join(this.#folder, oldest.file + NOTE))
    }
  }
}
