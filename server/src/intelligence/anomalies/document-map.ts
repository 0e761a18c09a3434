import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { MillwrightError } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { Registry } from '../../registry/registry.ts'

/** What is kept needs of the registry. */
export type Documents = Pick<Registry, 'documents' | 'apply'>

export interface DocumentMapOptions<T> {
  readonly documents: Documents
  /** Kind of the documents in the registry. */
  readonly kind: string
  readonly schema: TSchema & { readonly static?: T }
  /** Brings a document that an older version wrote to the present form, before it is checked. */
  readonly upgrade?: (read: unknown) => unknown
  /** Most of them. */
  readonly max: number
  /** Which one goes when there is no room; undefined: the new one is refused. */
  readonly dropFirst?: (all: ReadonlyMap<string, T>) => string | undefined
  readonly log: Log
}

/** Small documents of one kind, checked when read, all in memory, bounded, durable when a change settles. */
export class DocumentMap<T> {
  readonly #options: DocumentMapOptions<T>
  readonly #all: Map<string, T>

  private constructor(options: DocumentMapOptions<T>, all: Map<string, T>) {
    this.#options = options
    this.#all = all
  }

  /** Reads them; one that cannot be read is left out and told. */
  static async open<T>(options: DocumentMapOptions<T>): Promise<DocumentMap<T>> {
    const all = new Map<string, T>()
    for (const [key, json] of await options.documents.documents(options.kind)) {
      const read = options.upgrade === undefined ? parse(json) : options.upgrade(parse(json))
      // The schema is that of T, and the check has just held.
      if (Value.Check(options.schema, read)) all.set(key, read as T)
      else options.log.warn({ kind: options.kind, key }, 'a document could not be read and was left out')
    }
    return new DocumentMap(options, all)
  }

  get all(): ReadonlyMap<string, T> {
    return this.#all
  }

  get(key: string): T | undefined {
    return this.#all.get(key)
  }

  /** Visible at once, durable when it settles. */
  async put(key: string, value: T): Promise<void> {
    const { documents, kind, max, dropFirst } = this.#options
    const dropped = !this.#all.has(key) && this.#all.size >= max ? dropFirst?.(this.#all) : undefined
    if (!this.#all.has(key) && this.#all.size >= max && dropped === undefined) throw new MillwrightError('QUOTA_REACHED', `there are ${max} documents of the kind ${kind} already; delete some first`)
    if (dropped !== undefined) this.#all.delete(dropped)
    this.#all.set(key, value)
    await documents.apply([...(dropped === undefined ? [] : [{ op: 'deleteDocument' as const, kind, key: dropped }]), { op: 'putDocument', kind, key, json: JSON.stringify(value) }])
  }

  /** Shows another version of one that is there, without keeping it: progress. */
  show(key: string, value: T): void {
    if (this.#all.has(key)) this.#all.set(key, value)
  }

  async remove(key: string): Promise<boolean> {
    if (!this.#all.delete(key)) return false
    await this.#options.documents.apply([{ op: 'deleteDocument', kind: this.#options.kind, key }])
    return true
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
