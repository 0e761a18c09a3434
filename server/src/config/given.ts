import type { Origin } from './problem.ts'

/** What somebody wrote, before the schema is asked, with the place where it stands. */
export type Given = GivenScalar | GivenList | GivenTable

export interface GivenScalar {
  readonly form: 'scalar'
  readonly origin: Origin
  readonly value: string | number | boolean | bigint | null
  /** From a variable or a flag: all is text there, and the schema says what it stands for. */
  readonly asText: boolean
}

export interface GivenList {
  readonly form: 'list'
  readonly origin: Origin
  readonly items: readonly Given[]
}

export interface GivenTable {
  readonly form: 'table'
  readonly origin: Origin
  readonly entries: ReadonlyMap<string, GivenEntry>
}

export interface GivenEntry {
  /** Where the key stands. */
  readonly origin: Origin
  readonly node: Given
}

/** `upper` laid over `lower`: tables merge key by key, anything else is replaced. */
export function overlay(lower: Given, upper: Given): Given {
  if (lower.form !== 'table' || upper.form !== 'table') return upper
  const entries = new Map(lower.entries)
  for (const [key, entry] of upper.entries) {
    const below = entries.get(key)
    entries.set(key, below === undefined ? entry : { origin: entry.origin, node: overlay(below.node, entry.node) })
  }
  return { form: 'table', origin: lower.origin, entries }
}

/** A table with one value at the end of `path`. */
export function givenAt(path: readonly string[], node: Given): Given {
  return path.reduceRight<Given>((inner, key) => ({ form: 'table', origin: node.origin, entries: new Map([[key, { origin: node.origin, node: inner }]]) }), node)
}

/** A text from a variable or a flag. */
export function givenText(value: string, origin: Origin): GivenScalar {
  return { form: 'scalar', origin, value, asText: true }
}
