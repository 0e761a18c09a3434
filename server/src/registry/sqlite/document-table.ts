import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { arrays, damaged, rowOf, type RowDigest } from './checked-rows.ts'
import { rowChecksum } from './row-checksum.ts'

/** The small documents of other parts. Each read proves the checksum; each write keeps the digest. */
export class DocumentTable {
  readonly #ofKind: StatementSync
  readonly #checksum: StatementSync
  readonly #put: StatementSync
  readonly #delete: StatementSync

  constructor(database: DatabaseSync) {
    this.#ofKind = arrays(database, 'SELECT key, json, checksum FROM documents WHERE kind = ? ORDER BY key')
    this.#checksum = arrays(database, 'SELECT checksum FROM documents WHERE kind = ? AND key = ?')
    this.#put = database.prepare('INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)')
    this.#delete = database.prepare('DELETE FROM documents WHERE kind = ? AND key = ?')
  }

  /** Key and JSON of each document of a kind, by key. Throws CORRUPT_FILE when one is damaged. */
  ofKind(kind: string): [key: string, json: string][] {
    return this.#ofKind.all(kind).map((answer) => {
      const [key, json, checksum] = rowOf(answer)
      if (typeof key !== 'string' || typeof json !== 'string' || documentChecksum(kind, key, json) !== checksum) throw damaged(whereOfDocument(kind, key))
      return [key, json]
    })
  }

  put(kind: string, key: string, json: string, digest: RowDigest): void {
    const checksum = documentChecksum(kind, key, json)
    digest.replaced(this.#before(kind, key), checksum)
    this.#put.run(kind, key, json, checksum)
  }

  delete(kind: string, key: string, digest: RowDigest): void {
    const before = this.#before(kind, key)
    if (before === undefined) return
    digest.replaced(before, undefined)
    this.#delete.run(kind, key)
  }

  #before(kind: string, key: string): number | undefined {
    const answer = this.#checksum.get(kind, key)
    const checksum = answer === undefined ? undefined : rowOf(answer)[0]
    return typeof checksum === 'number' ? checksum : undefined
  }
}

export function documentChecksum(kind: string, key: string, json: string): number {
  return rowChecksum('documents', kind, key, json)
}

/** The document in words. */
export function whereOfDocument(kind: unknown, key: unknown): string {
  return `document ${String(key)} of kind ${String(kind)}`
}
