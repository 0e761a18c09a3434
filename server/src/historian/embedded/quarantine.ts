import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'

/** A file that was set aside, with why. */
export interface Quarantined {
  readonly file: string
  readonly reason: string
}

/** Where damaged files are set aside, each with a text that says why, so that nothing is lost to whoever repairs. */
export class Quarantine {
  readonly #folder: string
  readonly #clock: Clock
  readonly #log: Log
  readonly #list: Quarantined[] = []

  constructor(folder: string, clock: Clock, log: Log) {
    this.#folder = folder
    this.#clock = clock
    this.#log = log
  }

  /** Reads what earlier runs set aside. */
  async load(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => [])
    for (const name of names.filter((each) => each.endsWith('.reason.txt')).sort()) {
      const reason = await readFile(path.join(this.#folder, name), 'utf8').catch(() => 'unknown')
      this.#list.push({ file: name.slice(0, -'.reason.txt'.length), reason: reason.trim() })
    }
  }

  get list(): readonly Quarantined[] {
    return this.#list
  }

  /** Moves `file` here. A file that is gone is only noted. */
  async take(file: string, reason: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const name = `${Math.floor(this.#clock.nowUs() / 1000)}-${this.#list.length}-${path.basename(file)}`
    await rename(file, path.join(this.#folder, name)).catch(() => undefined)
    await writeFile(path.join(this.#folder, `${name}.reason.txt`), `${reason}\n`).catch(() => undefined)
    this.#list.push({ file: name, reason })
    this.#log.error({ file, reason }, 'a damaged file was set aside')
  }

  /** Moves what belongs to a file that was set aside. */
  async takeSilently(file: string): Promise<void> {
    await rename(file, path.join(this.#folder, `${this.#list.at(-1)?.file ?? '0'}${path.extname(file)}`)).catch(() => undefined)
  }
}
