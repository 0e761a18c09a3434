import { Ajv, type ErrorObject } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import type { WireProblemItem } from '@millwright/model/wire/problem.ts'
import { didYouMean } from '../config/nearest-name.ts'
import { RequestProblem } from './problem.ts'
import { readQueryParameters, type ParametersSchema } from './query-parameters.ts'

/** Most problems of a body that are told at once. */
const MAX_ITEMS = 20

/** Checks bodies without changing them (nothing is coerced or dropped), and reads query strings strictly. */
export function createValidatorCompiler(): FastifySchemaCompiler<unknown> {
  const ajv = new Ajv({ removeAdditional: false, coerceTypes: false, useDefaults: false, discriminator: true, strict: false, verbose: true })
  return ({ schema, httpPart }) => {
    if (httpPart === 'querystring') return readQuery(schema)
    const validate = ajv.compile(schema as object)
    return (data: unknown) => (validate(data) ? { value: data } : { error: bodyError(httpPart, validate.errors ?? []) })
  }
}

function readQuery(schema: unknown) {
  return (query: unknown) => {
    try {
      return { value: readQueryParameters(schema as ParametersSchema, query as Record<string, unknown>) }
    } catch (error) {
      if (error instanceof Error) return { error }
      throw error
    }
  }
}

function bodyError(httpPart: string | undefined, errors: readonly ErrorObject[]): RequestProblem {
  const where = httpPart === 'params' ? 'BAD_REQUEST' : 'PAYLOAD_INVALID'
  const items = tellingErrors(errors).slice(0, MAX_ITEMS).map(itemOf)
  const first = items[0] ?? { pointer: '', detail: 'is not what was expected' }
  return new RequestProblem(where, `${first.pointer === '' ? 'the body' : first.pointer} ${first.detail}`, items)
}

/** Of a value that fits none of several alternatives only the summary tells something. */
function tellingErrors(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf')
  if (unions.length === 0) return errors
  return errors.filter((error) => error.keyword === 'anyOf' || !unions.some((union) => error.schemaPath.startsWith(`${union.schemaPath}/`)))
}

function itemOf(error: ErrorObject): WireProblemItem {
  const pointer = error.instancePath
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(error.params.additionalProperty)
      const names = Object.keys((error.parentSchema as { properties?: object }).properties ?? {})
      return { pointer: `${pointer}/${escapePointer(name)}`, detail: `is not known here${didYouMean(name, names) || `; there are ${names.join(', ')}`}` }
    }
    case 'required':
      return { pointer: `${pointer}/${escapePointer(String(error.params.missingProperty))}`, detail: 'is required' }
    case 'type':
      return { pointer, detail: `must be ${withArticle(String(error.params.type))}, got ${shown(error.data)}` }
    case 'enum': {
      const names = (error.params.allowedValues as readonly unknown[]).map(String)
      return { pointer, detail: `must be one of ${names.join(', ')}, got ${shown(error.data)}${typeof error.data === 'string' ? didYouMean(error.data, names) : ''}` }
    }
    case 'discriminator':
      return { pointer: `${pointer}/${String(error.params.tag)}`, detail: `must name a known kind, got ${shown(error.params.tagValue)}` }
    case 'anyOf':
      return { pointer, detail: `must be ${alternatives(error)}, got ${shown(error.data)}` }
    default:
      return { pointer, detail: `${error.message ?? 'is not what was expected'}, got ${shown(error.data)}` }
  }
}

function alternatives(error: ErrorObject): string {
  const schemas = error.schema as readonly { readonly type?: string; readonly enum?: readonly unknown[] }[]
  return schemas.map((schema) => (schema.enum === undefined ? withArticle(schema.type ?? 'something else') : `one of ${schema.enum.join(', ')}`)).join(' or ')
}

function withArticle(type: string): string {
  return type === 'null' ? 'null' : /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}

/** A value for a message; large ones are only described, so that a hostile one costs nothing. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'string') return JSON.stringify(value.length <= 60 ? value : `${value.slice(0, 60)}…`)
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
