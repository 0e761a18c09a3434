import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { MillwrightError } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { Registry } from '../../registry/registry.ts'

/** What the store needs of the registry. */
export type Documents = Pick<Registry, 'documents' | 'apply'>

const KIND = 'annotation'
/** Most annotations of a plant: years of remarks by many people. */
export const MAX_ANNOTATIONS = 50_000

/** As it is kept: signals by the id of their series, so that a rename does not lose them. */
const storedAnnotation = Type.Object(
  {
    id: Type.String(),
    from: Type.Number(),
    to: Type.Optional(Type.Number()),
    series: Type.Array(Type.Integer()),
    text: Type.String(),
    author: Type.String(),
    created: Type.Number(),
    changed: Type.Number(),
  },
  { additionalProperties: false },
)
export type StoredAnnotation = Static<typeof storedAnnotation>

/** Annotations as documents of the registry, with all of them in memory; read from it when first asked for. */
export class AnnotationStore {
  readonly #documents: Documents
  readonly #log: Log
  #loading: Promise<Map<string, StoredAnnotation>> | undefined
  #revision = 0

  constructor(documents: Documents, log: Log) {
    this.#documents = documents
    this.#log = log
  }

  /** Grows with each change. */
  get revision(): number {
    return this.#revision
  }

  async get(id: string): Promise<StoredAnnotation | undefined> {
    return (await this.#all()).get(id)
  }

  /** Those that touch `[fromMs, toMs]`, the latest first. */
  async touching(fromMs: number, toMs: number): Promise<StoredAnnotation[]> {
    const found = [...(await this.#all()).values()].filter(({ from, to = from }) => to >= fromMs && from <= toMs)
    return found.sort((a, b) => b.from - a.from || (a.id < b.id ? -1 : 1))
  }

  /** Durable when it settles. */
  async put(annotation: StoredAnnotation): Promise<void> {
    const all = await this.#all()
    if (!all.has(annotation.id) && all.size >= MAX_ANNOTATIONS) throw new MillwrightError('QUOTA_REACHED', `there are ${MAX_ANNOTATIONS} annotations already; delete some first`)
    await this.#documents.apply([{ op: 'putDocument', kind: KIND, key: annotation.id, json: JSON.stringify(annotation) }])
    all.set(annotation.id, annotation)
    this.#revision++
  }

  async remove(id: string): Promise<boolean> {
    const all = await this.#all()
    if (!all.has(id)) return false
    await this.#documents.apply([{ op: 'deleteDocument', kind: KIND, key: id }])
    all.delete(id)
    this.#revision++
    return true
  }

  #all(): Promise<Map<string, StoredAnnotation>> {
    this.#loading ??= this.#load().catch((thrown: unknown) => {
      this.#loading = undefined
      throw thrown
    })
    return this.#loading
  }

  async #load(): Promise<Map<string, StoredAnnotation>> {
    const all = new Map<string, StoredAnnotation>()
    for (const [id, json] of await this.#documents.documents(KIND)) {
      const read = annotationOf(json)
      if (read === undefined) this.#log.warn({ id }, 'an annotation could not be read and was left out')
      else all.set(id, read)
    }
    return all
  }
}

function annotationOf(json: string): StoredAnnotation | undefined {
  try {
    const parsed: unknown = JSON.parse(json)
    return Value.Check(storedAnnotation, parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}
