import type { RegistryChange } from '../registry.ts'
import type { DatabaseOptions } from './open-database.ts'
import { RegistryDatabase } from './registry-database.ts'

/** What the registry's database is asked; one at a time. */
export type RegistryRequest =
  | { readonly op: 'open' }
  | { readonly op: 'highestIds' }
  | { readonly op: 'documents'; readonly kind: string }
  | { readonly op: 'pages'; readonly what: 'assets' | 'signals'; readonly after: number }
  | { readonly op: 'write'; readonly changes: readonly RegistryChange[]; readonly isLast: boolean }
  | { readonly op: 'verify' }
  | { readonly op: 'backup'; readonly file: string }
  | { readonly op: 'standby'; readonly ifMissing: boolean }
  | { readonly op: 'close' }

/** Answers requests to one database. On a thread of its own for a file; a database in memory has no syncs that could hold up anybody. */
export class RegistryService {
  readonly #options: DatabaseOptions
  #database: RegistryDatabase | undefined

  constructor(options: DatabaseOptions) {
    this.#options = options
  }

  async answer(request: RegistryRequest): Promise<unknown> {
    switch (request.op) {
      case 'open': {
        const { registry, report } = await RegistryDatabase.open(this.#options)
        this.#database = registry
        return report
      }
      case 'highestIds':
        return this.#open.highestIds()
      case 'documents':
        return this.#open.documents(request.kind)
      case 'pages':
        return this.#open.pages(request.what, request.after)
      case 'write':
        return this.#open.write(request.changes, request.isLast)
      case 'verify':
        return this.#open.verify()
      case 'backup':
        return void (await this.#open.backup(request.file))
      case 'standby':
        if (!request.ifMissing || !this.#open.hasStandby) await this.#open.renewStandby()
        return this.#open.sizeBytes
      case 'close':
        this.#database?.close()
        this.#database = undefined
    }
  }

  get #open(): RegistryDatabase {
    if (this.#database === undefined) throw new Error('BUG: the registry is asked before it is opened')
    return this.#database
  }
}
