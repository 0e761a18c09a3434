import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { MillwrightError } from '../../kernel/error.ts'
import { rowChecksum } from './row-checksum.ts'

/** The single numbers that a registry keeps. `rows` and `digest` are the count and the sum (mod 2^32) of all checksums, so that a lost row is noticed. */
export const STATE = ['form', 'highest-asset', 'highest-series', 'rows', 'digest'] as const
export type StateName = (typeof STATE)[number]

/** What `node:sqlite` answers with `setReturnArrays`, whose declared type speaks of objects. */
export function rowOf(answer: unknown): readonly unknown[] {
  if (!Array.isArray(answer)) throw new Error('BUG: the statement does not return arrays')
  return answer
}

/** A statement that answers arrays, which are made twice as fast as objects. */
export function arrays(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql)
  statement.setReturnArrays(true)
  return statement
}

/** A row that is not what was written. */
export function damaged(what: string): MillwrightError {
  return new MillwrightError('CORRUPT_FILE', `registry: ${what} is damaged: its checksum is wrong`, { detail: { damaged: what } })
}

/** Single numbers, each with a checksum. */
export class CheckedState {
  readonly #get: StatementSync
  readonly #put: StatementSync

  constructor(database: DatabaseSync) {
    this.#get = arrays(database, 'SELECT value, checksum FROM state WHERE what = ?')
    this.#put = database.prepare('INSERT OR REPLACE INTO state VALUES (?, ?, ?)')
  }

  /** Throws CORRUPT_FILE where it is missing or damaged. */
  get(what: StateName): number {
    const answer = this.#get.get(what)
    const [value, checksum] = answer === undefined ? [] : rowOf(answer)
    if (typeof value !== 'number' || rowChecksum('state', what, value) !== checksum) throw damaged(`the number "${what}"`)
    return value
  }

  set(what: StateName, value: number): void {
    this.#put.run(what, value, rowChecksum('state', what, value))
  }
}

/** Count and sum of the checksums of all rows, as they change within a transaction. */
export class RowDigest {
  rows = 0
  sum = 0

  replaced(before: number | undefined, after: number | undefined): void {
    if (before !== undefined) {
      this.rows--
      this.sum = (this.sum - before) >>> 0
    }
    if (after !== undefined) {
      this.rows++
      this.sum = (this.sum + after) >>> 0
    }
  }
}

/** A page as it is stored. */
export interface StoredPage {
  readonly page: number
  readonly json: string
  readonly checksum: number
}

/** A table of pages. Each read proves the checksum; each write keeps the digest. */
export class PageTable {
  readonly name: 'asset_pages' | 'signal_pages'
  readonly #where: (page: number) => string
  readonly #get: StatementSync
  readonly #next: StatementSync
  readonly #put: StatementSync
  readonly #delete: StatementSync

  constructor(database: DatabaseSync, name: PageTable['name'], where: (page: number) => string) {
    this.name = name
    this.#where = where
    this.#get = arrays(database, `SELECT page, json, checksum FROM ${name} WHERE page = ?`)
    this.#next = arrays(database, `SELECT page, json, checksum FROM ${name} WHERE page > ? ORDER BY page LIMIT 1`)
    this.#put = database.prepare(`INSERT OR REPLACE INTO ${name} VALUES (?, ?, ?)`)
    this.#delete = database.prepare(`DELETE FROM ${name} WHERE page = ?`)
  }

  /** Throws CORRUPT_FILE when the page is damaged. */
  get(page: number): StoredPage | undefined {
    return this.#proven(this.#get.get(page))
  }

  /** The first page behind `page`. Throws CORRUPT_FILE when it is damaged. */
  next(page: number): StoredPage | undefined {
    return this.#proven(this.#next.get(page))
  }

  /** Stores a page in the place of one whose checksum was `before`; without `json` there is none any more. */
  replace(page: number, before: number | undefined, json: string | undefined, digest: RowDigest): void {
    const after = json === undefined ? undefined : rowChecksum(this.name, page, json)
    if (json !== undefined && after !== undefined) this.#put.run(page, json, after)
    else if (before !== undefined) this.#delete.run(page)
    digest.replaced(before, after)
  }

  #proven(answer: unknown): StoredPage | undefined {
    if (answer === undefined) return undefined
    const [page, json, checksum] = rowOf(answer)
    if (typeof page !== 'number' || typeof json !== 'string' || typeof checksum !== 'number') throw damaged(`a row of ${this.name}`)
    if (rowChecksum(this.name, page, json) !== checksum) throw damaged(this.#where(page))
    return { page, json, checksum }
  }
}
