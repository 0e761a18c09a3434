import fastifySwagger from '@fastify/swagger'
import { problemSchema } from '@millwright/model/wire/problem.ts'
import type { ApiServer } from './api-parts.ts'
import { PROBLEM_TYPE } from './problem.ts'
import { TAGS } from './route-schema.ts'

const DESCRIPTION =
  'Everything that the platform knows and keeps. Times in are ISO 8601, milliseconds, or relative (-1h); times out are milliseconds since the epoch, UTC. ' +
  'Samples come in columns. Paths of assets and signals stand in addresses as they are, percent-encoded. Errors are application/problem+json (RFC 9457).'

/** Lets the OpenAPI 3.1 document be made from the schemas of all routes that are registered from now on. */
export function describeApi(app: ApiServer, version: string): void {
  app.addSchema({ $id: 'Problem', ...problemSchema })
  void app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Millwright API', version, description: DESCRIPTION, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      servers: [{ url: '/' }],
      tags: TAGS.map((tag) => ({ ...tag })),
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => (typeof json.$id === 'string' ? json.$id : `def-${index}`) },
    transform: ({ schema, url, route }) => ({ schema: completed(named(schema), route.method, url), url: shownUrl(url, route.constraints) }),
  })
}

/** `…/signals/*` with a view is shown as `…/signals/{path}/samples`. */
function shownUrl(url: string, constraints: unknown): string {
  const view = typeof constraints === 'object' && constraints !== null && 'view' in constraints ? `/${String(constraints.view)}` : ''
  return url.endsWith('/*') ? `${url.slice(0, -1)}:path${view}` : url
}

/** What routes of other parts leave out: a name for the operation, and the form of its errors. */
function completed<T extends object>(schema: T, method: string | readonly string[], url: string): T {
  const words = `${[method].flat().join(' ')} ${url}`.toLowerCase().match(/[a-z0-9]+/g) ?? []
  const operationId = words.map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('')
  const response = { default: { description: 'An error', content: { [PROBLEM_TYPE]: { schema: { $ref: 'Problem#' } } } } }
  return { operationId, response, ...schema }
}

/** The rest of the address is the parameter `path`. */
function named<T extends { readonly params?: unknown }>(schema: T): T {
  const params = schema?.params
  if (typeof params !== 'object' || params === null || !('properties' in params)) return schema
  const properties = params.properties as Readonly<Record<string, unknown>>
  if (properties['*'] === undefined) return schema
  return { ...schema, params: { type: 'object', required: ['path'], properties: { path: properties['*'] } } }
}
