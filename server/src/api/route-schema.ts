import { Type, type TObject, type TSchema } from 'typebox'
import { pathSchema } from '@millwright/model/wire/asset.ts'
import { ERROR_CODES, type ErrorCode } from '../kernel/error.ts'
import { PROBLEM_TYPE } from './problem.ts'

/** Sections of the OpenAPI document, in the order of its page. */
export const TAGS = [
  { name: 'assets', description: 'The plant model: equipment' },
  { name: 'signals', description: 'The plant model: variables of equipment' },
  { name: 'model', description: 'Bulk edits, export and import of the plant model' },
  { name: 'samples', description: 'History, newest values and live changes' },
  { name: 'annotations', description: 'Remarks of people on times' },
  { name: 'intelligence', description: 'Anomalies, what people say of them, labels and models' },
  { name: 'sql', description: 'Read-only SQL over the history' },
  { name: 'ingest', description: 'Samples come in' },
  { name: 'sparkplug', description: 'Sparkplug B edge nodes: those that are heard, and those that Millwright is itself' },
  { name: 'status', description: 'Health and metrics' },
] as const

export type Tag = (typeof TAGS)[number]['name']

/** Errors that every route may give. */
const COMMON: readonly ErrorCode[] = ['BAD_REQUEST', 'HOST_REFUSED', 'INTERNAL', 'STOPPING']

export interface MediaAnswer {
  readonly description: string
  /** Schema by media type. */
  readonly media: Readonly<Record<string, TSchema>>
}

/** The responses of a route: its successes, and the errors that it may give, by status. */
export function answers(successes: Readonly<Record<number, TSchema | MediaAnswer>>, codes: readonly ErrorCode[]): Record<string, unknown> {
  const responses: Record<string, unknown> = {}
  for (const [status, answer] of Object.entries(successes)) {
    responses[status] = 'media' in answer ? mediaResponse(answer as MediaAnswer) : answer
  }
  for (const [status, named] of byStatus([...COMMON, ...codes])) {
    responses[status] = { description: named.join(', '), content: { [PROBLEM_TYPE]: { schema: { $ref: 'Problem#' } } } }
  }
  return responses
}

function mediaResponse({ description, media }: MediaAnswer): Record<string, unknown> {
  return { description, content: Object.fromEntries(Object.entries(media).map(([type, schema]) => [type, { schema }])) }
}

function byStatus(codes: readonly ErrorCode[]): Map<string, ErrorCode[]> {
  const statuses = new Map<string, ErrorCode[]>()
  for (const code of codes) {
    const status = String(ERROR_CODES[code].http)
    statuses.set(status, [...(statuses.get(status) ?? []), code])
  }
  return statuses
}

/** Answer without a body. */
export function noContent(description: string): TSchema {
  return Type.Null({ description })
}

/** The path parameter of routes that end in `*`; the document shows it as `{path}`. */
export const wildcardPath: TObject<{ '*': typeof pathSchema }> = Type.Object({ '*': pathSchema })
