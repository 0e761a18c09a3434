import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml'
import { messageOf } from '../kernel/error.ts'
import type { Given, GivenEntry } from './given.ts'
import type { Origin, Problem } from './problem.ts'

/** Largest settings file, in characters: a plant of thousands of connections is far below it. */
export const MAX_YAML_LENGTH = 4 * 1024 * 1024
/** Most values in a file, counted after aliases are followed: what an alias bomb runs into. */
export const MAX_YAML_VALUES = 200_000
/** Deepest nesting. */
export const MAX_YAML_DEPTH = 32

export interface YamlResult {
  readonly given: Given | undefined
  readonly problems: readonly Problem[]
}

/** Reads YAML 1.2 (and so JSON) with the line and column of every value. Never throws. `at` replaces the places, for YAML inside a variable. */
export function readYaml(text: string, file: string, at?: Origin): YamlResult {
  const start: Origin = at ?? { source: 'file', file, line: 1, column: 1 }
  if (text.length > MAX_YAML_LENGTH) return failure(start, `is ${text.length} characters long; at most ${MAX_YAML_LENGTH} are read`)
  const lines = new LineCounter()
  const place = (offset: number | undefined): Origin => {
    if (at !== undefined) return at
    const { line, col } = lines.linePos(offset ?? 0)
    return { source: 'file', file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, intAsBigInt: false, logLevel: 'silent' })
    const faults = [...document.errors, ...document.warnings]
    if (faults.length > 0) return { given: undefined, problems: faults.map((fault) => ({ origin: place(fault.pos[0]), path: '', message: fault.message })) }
    const problems: Problem[] = []
    const given = document.contents === null ? undefined : new Reader(document, place, problems).read(document.contents, 0)
    return { given: problems.length === 0 ? given : undefined, problems }
  } catch (thrown) {
    // The parser recurses: nesting of many thousands ends its stack.
    return failure(start, thrown instanceof RangeError ? `is nested too deeply; at most ${MAX_YAML_DEPTH} levels are read` : messageOf(thrown))
  }
}

function failure(origin: Origin, message: string): YamlResult {
  return { given: undefined, problems: [{ origin, path: '', message }] }
}

class Reader {
  readonly #document: Document
  readonly #place: (offset: number | undefined) => Origin
  readonly #problems: Problem[]
  /** What each alias stands for: looking it up costs a walk through the document. */
  readonly #targets = new Map<Node, Node | undefined>()
  #values = 0

  constructor(document: Document, place: (offset: number | undefined) => Origin, problems: Problem[]) {
    this.#document = document
    this.#place = place
    this.#problems = problems
  }

  read(node: Node, depth: number): Given {
    const origin = this.#place(node.range?.[0])
    const nothing: Given = { form: 'scalar', origin, value: null, asText: false }
    if (++this.#values > MAX_YAML_VALUES || depth > MAX_YAML_DEPTH) {
      this.#refuse(origin, this.#values > MAX_YAML_VALUES ? `holds more than ${MAX_YAML_VALUES} values (with its aliases)` : `is nested deeper than ${MAX_YAML_DEPTH} levels`)
      return nothing
    }
    if (isAlias(node)) {
      if (!this.#targets.has(node)) this.#targets.set(node, node.resolve(this.#document))
      const target = this.#targets.get(node)
      if (target !== undefined) return this.read(target, depth + 1)
      this.#refuse(origin, `the alias *${node.source} names nothing that stands before it`)
      return nothing
    }
    if (isMap<Node, Node | null>(node)) return this.#table(node.items, origin, depth)
    if (isSeq<Node>(node)) {
      const items: Given[] = []
      for (const item of node.items) if (this.#problems.length === 0) items.push(this.read(item, depth + 1))
      return { form: 'list', origin, items }
    }
    return isScalar(node) ? { form: 'scalar', origin, value: plain(node.value), asText: false } : nothing
  }

  #table(items: readonly { readonly key: Node; readonly value: Node | null }[], origin: Origin, depth: number): Given {
    const entries = new Map<string, GivenEntry>()
    for (const { key, value } of items) {
      if (this.#problems.length > 0) break
      const keyOrigin = this.#place(key.range?.[0])
      if (!isScalar(key)) this.#refuse(keyOrigin, 'a name must be a plain text')
      else entries.set(String(key.value), { origin: keyOrigin, node: value === null ? { form: 'scalar', origin: keyOrigin, value: null, asText: false } : this.read(value, depth + 1) })
    }
    return { form: 'table', origin, entries }
  }

  /** One report is enough for a limit: whatever follows is not read. */
  #refuse(origin: Origin, message: string): void {
    if (this.#problems.length === 0) this.#problems.push({ origin, path: '', message })
  }
}

function plain(value: unknown): string | number | boolean | bigint | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return value
  return value === null || value === undefined ? null : String(value)
}
