import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type, type TSchema } from 'typebox'
import { MillwrightError } from '../../kernel/error.ts'

/** The server that routes register on: its schemas type its handlers. */
export type TypedServer = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>

/** The answers of a route: one success, and a problem (RFC 9457) for all else. */
export function answer(schema: TSchema, status = 200): Record<string, unknown> {
  return { [status]: schema, default: { description: 'An error', content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } } }
}

export const idParameter = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200, description: 'Id' }) })

/** A person's name as it was given, without blanks around it. Throws PAYLOAD_INVALID for nothing but blanks. */
export function nameOf(by: string): string {
  if (by.trim() === '') throw new MillwrightError('PAYLOAD_INVALID', 'say who you are: a name is more than blanks')
  return by.trim()
}

/** Paging that all listings of intelligence take. */
export const pageParameters = {
  limit: Type.Optional(Type.Integer({ default: 100, minimum: 1, maximum: 1_000, description: 'Items of one page' })),
  cursor: Type.Optional(Type.String({ maxLength: 20, pattern: '^[0-9]{1,9}$', description: '"next" of the page before' })),
}

/** One page of a list at hand. */
export function pageOf<T, W>(all: readonly T[], { limit = 100, cursor }: { readonly limit?: number; readonly cursor?: string }, wire: (item: T) => W): { items: W[]; next: string | null; total: number } {
  const from = cursor === undefined ? 0 : Number(cursor)
  const next = from + limit < all.length ? String(from + limit) : null
  return { items: all.slice(from, from + limit).map(wire), next, total: all.length }
}
