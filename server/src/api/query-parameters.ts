import { didYouMean } from '../config/nearest-name.ts'
import type { WireProblemItem } from '@millwright/model/wire/problem.ts'
import { RequestProblem } from './problem.ts'

/** The part of JSON Schema that query parameters are declared in. */
interface ParameterSchema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly maxItems?: number
  readonly items?: ParameterSchema
  readonly default?: unknown
}

/** An object schema whose properties are the parameters of a route. */
export interface ParametersSchema {
  readonly properties: Readonly<Record<string, ParameterSchema>>
  readonly required?: readonly string[]
}

type Read = { readonly value: unknown } | { readonly problem: string }

/**
 * Reads a query string strictly by its schema: text becomes what the schema says, unknown and repeated parameters are refused,
 * all problems are told at once. Lists are separated by commas, or given by repeating the parameter.
 */
export function readQueryParameters(schema: ParametersSchema, query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys(schema.properties)
  const problems: WireProblemItem[] = []
  const values: Record<string, unknown> = {}
  for (const [parameter, given] of Object.entries(query)) {
    const declared = Object.hasOwn(schema.properties, parameter) ? schema.properties[parameter] : undefined
    if (declared === undefined) {
      problems.push({ parameter: parameter.slice(0, 100), detail: `there is no such parameter here${didYouMean(parameter, names) || known(names)}` })
      continue
    }
    const read = readOne(declared, given)
    if ('problem' in read) problems.push({ parameter, detail: read.problem })
    else values[parameter] = read.value
  }
  for (const parameter of names) {
    const fallback = schema.properties[parameter]?.default
    if (values[parameter] === undefined && fallback !== undefined) values[parameter] = fallback
  }
  for (const parameter of schema.required ?? []) {
    if (values[parameter] === undefined && query[parameter] === undefined) problems.push({ parameter, detail: 'is required' })
  }
  const first = problems[0]
  if (first !== undefined) throw new RequestProblem('BAD_REQUEST', `parameter "${first.parameter}": ${first.detail}`, problems)
  return values
}

function known(names: readonly string[]): string {
  return names.length === 0 ? '; this address takes none' : `; there are ${names.join(', ')}`
}

function readOne(schema: ParameterSchema, given: unknown): Read {
  if (schema.type === 'array') return readList(schema, given)
  if (typeof given !== 'string') return { problem: 'is given more than once' }
  return readText(schema, given)
}

function readList(schema: ParameterSchema, given: unknown): Read {
  const texts = (Array.isArray(given) ? given.map(String) : [String(given)]).flatMap((text) => text.split(','))
  const limit = schema.maxItems ?? 1_000
  if (texts.length > limit) return { problem: `takes at most ${limit} values, not ${texts.length}` }
  const values: unknown[] = []
  for (const text of texts) {
    const read = readText(schema.items ?? {}, text.trim())
    if ('problem' in read) return read
    values.push(read.value)
  }
  return { value: values }
}

function readText(schema: ParameterSchema, text: string): Read {
  if (schema.enum !== undefined) return readChoice(schema.enum, text)
  if (schema.type === 'boolean') return text === 'true' || text === 'false' ? { value: text === 'true' } : { problem: `expected true or false, got "${shown(text)}"` }
  if (schema.type === 'integer') return readInteger(schema, text)
  if (text === '') return { problem: 'must not be empty' }
  const longest = schema.maxLength ?? 2_000
  return text.length <= longest ? { value: text } : { problem: `must have at most ${longest} characters` }
}

function readChoice(choices: readonly unknown[], text: string): Read {
  if (choices.includes(text)) return { value: text }
  const names = choices.map(String)
  return { problem: `expected one of ${names.join(', ')}, got "${shown(text)}"${didYouMean(text, names)}` }
}

function readInteger(schema: ParameterSchema, text: string): Read {
  const low = schema.minimum ?? Number.MIN_SAFE_INTEGER
  const high = schema.maximum ?? Number.MAX_SAFE_INTEGER
  const value = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value >= low && value <= high) return { value }
  return { problem: `expected a whole number from ${low} to ${high}, got "${shown(text)}"` }
}

function shown(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`
}
