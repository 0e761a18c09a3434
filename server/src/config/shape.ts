import type { Given, GivenEntry, GivenScalar } from './given.ts'
import type { Problem } from './problem.ts'
import { choicesOf, entrySchema, type SettingSchema } from './setting-schema.ts'
import { readYaml } from './yaml-source.ts'

/**
 * Brings what one source gave into the shape of the schema, so that sources can be laid over each other: a plain value in the place of a section
 * becomes its `shorthand` key, and a text from a variable or flag in the place of a list or table is read as YAML (or as a list with commas).
 */
export function shaped(schema: SettingSchema, given: Given, problems: Problem[]): Given {
  if (given.form === 'scalar') {
    if (schema.shorthand !== undefined && !looksLikeTable(given)) {
      return { form: 'table', origin: given.origin, entries: new Map([[schema.shorthand, { origin: given.origin, node: given }]]) }
    }
    return given.asText && isStructured(schema) ? shaped(schema, parsed(schema, given, problems), problems) : given
  }
  if (given.form === 'list') return given
  const inner = entrySchema(schema)
  const entries = new Map<string, GivenEntry>()
  for (const [key, entry] of given.entries) {
    const below = schema.properties?.[key] ?? inner
    entries.set(key, below === undefined ? entry : { origin: entry.origin, node: shaped(below, entry.node, problems) })
  }
  return { ...given, entries }
}

function looksLikeTable(given: GivenScalar): boolean {
  return given.asText && typeof given.value === 'string' && given.value.trimStart().startsWith('{')
}

function isStructured(schema: SettingSchema): boolean {
  if (schema.type === 'object' || schema.type === 'array') return true
  return schema.anyOf !== undefined && choicesOf(schema) === undefined && schema.anyOf.every(isStructured)
}

function parsed(schema: SettingSchema, given: GivenScalar, problems: Problem[]): Given {
  const text = String(given.value)
  if (schema.type === 'array' && !text.trimStart().startsWith('[')) {
    const items = text.split(',').map((part): Given => ({ ...given, value: part.trim() }))
    return { form: 'list', origin: given.origin, items: text.trim() === '' ? [] : items }
  }
  const result = readYaml(text, '', given.origin)
  problems.push(...result.problems)
  if (result.given === undefined) return { form: 'table', origin: given.origin, entries: new Map() }
  // A scalar again is no table: marked as read, so that it is not parsed for ever.
  return result.given.form === 'scalar' ? { ...result.given, asText: false } : result.given
}
