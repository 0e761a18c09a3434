import { Check } from 'typebox/value'
import type { TSchema } from 'typebox'
import type { Given, GivenScalar, GivenTable } from './given.ts'
import { readBoolean, readNumber } from './literal.ts'
import { didYouMean } from './nearest-name.ts'
import type { Origin, Problem } from './problem.ts'
import { followReference, isReference } from './secret.ts'
import { choicesOf, entrySchema, expectation, variantsOf, type SettingSchema } from './setting-schema.ts'

const DEFAULT: Origin = { source: 'default' }
const ABSENT = Symbol('absent')

export interface Resolution {
  readonly value: unknown
  readonly problems: Problem[]
  /** Where each single setting came from, by its dotted path. */
  readonly origins: Map<string, Origin>
  /** What to show instead of a value that was fetched from elsewhere or must not be seen. */
  readonly hidden: Map<string, string>
}

/** Turns what was given into settings: defaults filled in, every value checked against the schema, every problem reported. */
export function resolveSettings(schema: SettingSchema, given: Given | undefined, environment: Readonly<Record<string, string | undefined>>): Resolution {
  const resolver = new Resolver(environment)
  const value = resolver.node(schema, given, { path: [], origin: DEFAULT, required: true })
  return { value, problems: resolver.problems, origins: resolver.origins, hidden: resolver.hidden }
}

interface Place {
  readonly path: readonly string[]
  /** Where the thing around it was said: for what is missing. */
  readonly origin: Origin
  readonly required: boolean
}

class Resolver {
  readonly problems: Problem[] = []
  readonly origins = new Map<string, Origin>()
  readonly hidden = new Map<string, string>()
  readonly #environment: Readonly<Record<string, string | undefined>>

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment
  }

  node(schema: SettingSchema, given: Given | undefined, place: Place): unknown {
    if (given === undefined) return this.#missing(schema, place)
    // `section:` with nothing behind it is an empty section in YAML's eyes of most people.
    const table = given.form === 'table' ? given : isNothing(given) ? emptyTable(given.origin) : undefined
    const variants = variantsOf(schema)
    if (variants !== undefined && table !== undefined) {
      const chosen = table.entries.get(variants.key)
      const name = chosen?.node.form === 'scalar' ? String(chosen.node.value) : undefined
      const branch = name === undefined ? undefined : variants.branches.get(name)
      if (branch !== undefined) return this.#object(branch, table, place)
      const names = [...variants.branches.keys()]
      const message = name === undefined ? `is missing: expected one of ${names.join(', ')}` : `expected one of ${names.join(', ')}, not "${name}"${didYouMean(name, names)}`
      return this.#refuse(chosen?.node.origin ?? given.origin, [...place.path, variants.key], message)
    }
    if (schema.properties !== undefined && table !== undefined) return this.#object(schema, table, place)
    const inner = entrySchema(schema)
    if (inner !== undefined && table !== undefined) return this.#record(schema, inner, table, place)
    if (schema.type === 'array' && given.form === 'list') return this.#list(schema, given.items, given.origin, place)
    if (given.form !== 'scalar') return this.#unexpected(schema, given.origin, given.form === 'list' ? 'a list' : 'a table', place)
    return this.#scalar(schema, given, place)
  }

  #missing(schema: SettingSchema, place: Place): unknown {
    if ('default' in schema && schema.properties === undefined) {
      this.origins.set(place.path.join('.'), DEFAULT)
      return structuredClone(schema.default)
    }
    if (!place.required && !('default' in schema)) return ABSENT
    if (schema.properties !== undefined) return this.#object(schema, emptyTable(place.origin), place)
    if (entrySchema(schema) !== undefined) return {}
    return this.#refuse(place.origin, place.path, `is missing: expected ${expectation(schema, place.path.at(-1) ?? '')}`)
  }

  #object(schema: SettingSchema, given: GivenTable, place: Place): unknown {
    const properties = schema.properties ?? {}
    const value: Record<string, unknown> = {}
    for (const [key, { origin }] of given.entries) {
      if (!Object.hasOwn(properties, key)) this.#refuse(origin, [...place.path, key], `is no setting${didYouMean(key, Object.keys(properties))}`)
    }
    for (const [key, inner] of Object.entries(properties)) {
      const entry = given.entries.get(key)
      const required = schema.required?.includes(key) ?? false
      const resolved = this.node(inner, entry?.node, { path: [...place.path, key], origin: given.origin, required })
      if (resolved !== ABSENT) value[key] = resolved
    }
    return value
  }

  #record(schema: SettingSchema, inner: SettingSchema, given: GivenTable, place: Place): unknown {
    if (schema.maxProperties !== undefined && given.entries.size > schema.maxProperties) {
      return this.#refuse(given.origin, place.path, `holds ${given.entries.size} entries; at most ${schema.maxProperties} are taken`)
    }
    const names = new RegExp(Object.keys(schema.patternProperties ?? {})[0] ?? '')
    const value: [string, unknown][] = []
    for (const [key, { origin, node }] of given.entries) {
      if (!names.test(key)) this.#refuse(origin, [...place.path, key], `is no name: expected the form ${names.source}`)
      else value.push([key, this.node(inner, node, { path: [...place.path, key], origin, required: true })])
    }
    // fromEntries defines properties, so that an entry named __proto__ is an entry.
    return Object.fromEntries(value)
  }

  #list(schema: SettingSchema, items: readonly Given[], origin: Origin, place: Place): unknown {
    const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema
    if (items.length < minItems || items.length > maxItems) return this.#unexpected(schema, origin, `one of ${items.length}`, place)
    this.origins.set(place.path.join('.'), origin)
    return items.map((item, index) => this.node(schema.items ?? {}, item, { path: [...place.path, String(index)], origin, required: true }))
  }

  #scalar(schema: SettingSchema, given: GivenScalar, place: Place): unknown {
    const path = place.path.join('.')
    this.origins.set(path, given.origin)
    const name = place.path.at(-1) ?? ''
    let value = typeof given.value === 'string' ? readText(schema, given, name) : given.value
    if (typeof value === 'string' && isReference(value)) {
      const fetched = followReference(value, this.#environment)
      if ('problem' in fetched) return this.#refuse(given.origin, place.path, fetched.problem)
      this.hidden.set(path, value)
      value = fetched.value
    } else if (schema.secret === true) {
      this.hidden.set(path, '(hidden)')
      if (given.origin.source !== 'variable') return this.#refuse(given.origin, place.path, 'is a secret, which does not belong here: write ${env:NAME} or ${file:PATH}, which name where it is')
    }
    if (Check(schema as TSchema, value)) return value
    return this.#unexpected(schema, given.origin, this.hidden.has(path) ? 'what it refers to' : shown(given.value), place)
  }

  #unexpected(schema: SettingSchema, origin: Origin, got: string, place: Place): unknown {
    const choices = choicesOf(schema)
    const near = choices === undefined ? '' : didYouMean(got.replaceAll('"', ''), choices.map(String))
    return this.#refuse(origin, place.path, `expected ${expectation(schema, place.path.at(-1) ?? '')}, not ${got}${near}`)
  }

  #refuse(origin: Origin, path: readonly string[], message: string): undefined {
    this.problems.push({ origin, path: path.join('.'), message })
    return undefined
  }
}

function isNothing(given: Given): boolean {
  return given.form === 'scalar' && given.value === null
}

function emptyTable(origin: Origin): GivenTable {
  return { form: 'table', origin, entries: new Map() }
}

/** A text as the schema means it: numbers with units everywhere; numbers, booleans and null only where all is text (variables, flags). */
function readText(schema: SettingSchema, given: GivenScalar, name: string): string | number | boolean | bigint | null {
  const text = String(given.value)
  const branches = schema.anyOf ?? [schema]
  if (branches.some((branch) => branch.type === 'string' && (!('const' in branch) || branch.const === text))) return text
  for (const branch of branches) {
    if (branch.type === 'integer' || branch.type === 'number') {
      const isPlain = /^[\d.+-]/.test(text.trim()) && !/[a-zA-Z]$/.test(text.trim())
      const number = given.asText || !isPlain ? readNumber(text, name) : undefined
      if (number !== undefined) return number
    }
    if (branch.type === 'boolean' && given.asText) {
      const truth = readBoolean(text)
      if (truth !== undefined) return truth
    }
    if (branch.type === 'null' && given.asText && text === 'null') return null
  }
  return text
}

function shown(value: GivenScalar['value']): string {
  if (typeof value !== 'string') return String(value)
  return value.length > 60 ? `"${value.slice(0, 60)}…"` : `"${value}"`
}
