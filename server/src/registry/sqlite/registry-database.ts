import { statSync } from 'node:fs'
import { backup, type DatabaseSync } from 'node:sqlite'
import type { RegistryChange } from '../registry.ts'
import { whereOfAssets } from './asset-page.ts'
import { ChangeWriter, type RegistryTables } from './change-writer.ts'
import { contradictionsOf, damageOf } from './check-registry.ts'
import { CheckedState, PageTable } from './checked-rows.ts'
import { DocumentTable } from './document-table.ts'
import type { DatabaseOptions } from './open-database.ts'
import { openOrRecover, type Recovery } from './recover.ts'
import { whereOfSignals } from './signal-page.ts'
import { StandbyCopy } from './standby-copy.ts'

/** Pages as texts, in the order of their numbers; `next` is where to go on, undefined at the end. */
export interface PagePiece {
  readonly pages: readonly number[]
  readonly json: readonly string[]
  readonly next: number | undefined
}

/** What was found and done when the file was opened. */
export interface OpeningReport {
  readonly copy: string | undefined
  readonly recovery: Recovery | undefined
}

/** Text of one piece, about, in UTF-16 units. */
const PIECE_LENGTH = 500_000

/** The registry in one SQLite file. Everything is synchronous: it lives on a thread of its own. */
export class RegistryDatabase {
  readonly #file: string
  readonly #database: DatabaseSync
  readonly #tables: RegistryTables
  readonly #standby: StandbyCopy | undefined
  #writer: ChangeWriter | undefined

  private constructor(database: DatabaseSync, file: string) {
    this.#file = file
    this.#database = database
    this.#tables = {
      assets: new PageTable(database, 'asset_pages', whereOfAssets),
      signals: new PageTable(database, 'signal_pages', whereOfSignals),
      documents: new DocumentTable(database),
      state: new CheckedState(database),
    }
    this.#standby = file === ':memory:' ? undefined : new StandbyCopy(file)
  }

  static async open(options: DatabaseOptions): Promise<{ readonly registry: RegistryDatabase; readonly report: OpeningReport }> {
    const { database, copy, recovery } = await openOrRecover(options)
    return { registry: new RegistryDatabase(database, options.file), report: { copy, recovery } }
  }

  highestIds(): { readonly asset: number; readonly series: number } {
    return { asset: this.#tables.state.get('highest-asset'), series: this.#tables.state.get('highest-series') }
  }

  documents(kind: string): [key: string, json: string][] {
    return this.#tables.documents.ofKind(kind)
  }

  /** Pages behind page `after`, at least one and no more than fit a piece. */
  pages(what: 'assets' | 'signals', after: number): PagePiece {
    const pages: number[] = []
    const json: string[] = []
    let length = 0
    for (let at = this.#tables[what].next(after); at !== undefined; at = this.#tables[what].next(at.page)) {
      pages.push(at.page)
      json.push(at.json)
      length += at.json.length
      if (length >= PIECE_LENGTH) return { pages, json, next: at.page }
    }
    return { pages, json, next: undefined }
  }

  /** Takes changes into the transaction that is open, or begins one. With `isLast` all of them are made durable. A throw takes all of them back. */
  write(changes: readonly RegistryChange[], isLast: boolean): void {
    try {
      if (this.#writer === undefined) {
        this.#database.exec('BEGIN IMMEDIATE')
        this.#writer = new ChangeWriter(this.#tables)
      }
      this.#writer.write(changes)
      if (isLast) this.#commit(this.#writer)
    } catch (thrown) {
      this.#writer = undefined
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw thrown
    }
  }

  verify(): string[] {
    const damage = damageOf(this.#database)
    return damage.length > 0 ? damage : contradictionsOf(this.#database)
  }

  backup(file: string): Promise<unknown> {
    return backup(this.#database, file, { rate: COPIED_AT_ONCE })
  }

  /** Whether there is a copy to fall back on. */
  get hasStandby(): boolean {
    return this.#standby?.exists ?? true
  }

  async renewStandby(): Promise<void> {
    await this.#standby?.renew(this.#database)
  }

  get sizeBytes(): number {
    return this.#file === ':memory:' ? 0 : statSync(this.#file).size
  }

  close(): void {
    this.#database.close()
  }

  #commit(writer: ChangeWriter): void {
    writer.finish()
    this.#standby?.reserveBeyond(writer.highest)
    this.#database.exec('COMMIT')
    this.#writer = undefined
  }
}

/** Pages that SQLite copies before it lets go for a moment. */
const COPIED_AT_ONCE = 2_000
