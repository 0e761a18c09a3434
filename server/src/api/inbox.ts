import { Type } from 'typebox'
import { usToMs } from '@millwright/model/time.ts'
import { acceptSchema, inboxEntrySchema, pathsSchema, type WireInboxEntry } from '@millwright/model/wire/inbox.ts'
import type { InboxEntry } from '../plant/inbox.ts'
import type { ApiServer, RouteParts } from './api-parts.ts'
import { answers } from './route-schema.ts'

const inboxParameters = Type.Object(
  {
    state: Type.Optional(Type.Unsafe<'waiting' | 'rejected'>({ type: 'string', enum: ['waiting', 'rejected'] })),
    limit: Type.Optional(Type.Integer({ default: 100, minimum: 1, maximum: 10_000 })),
    offset: Type.Optional(Type.Integer({ default: 0, minimum: 0 })),
  },
  { additionalProperties: false },
)

const inboxAnswer = Type.Object({ items: Type.Array(inboxEntrySchema), total: Type.Integer() }, { additionalProperties: false })
const decided = Type.Object({ decided: Type.Integer() }, { additionalProperties: false })

/** The inbox of discovered signals: list, accept, reject, forget. */
export function registerInbox(app: ApiServer, { inbox }: RouteParts): void {
  app.get(
    '/api/v1/inbox',
    {
      schema: {
        tags: ['model'],
        operationId: 'listInbox',
        summary: 'List signals that machines named and nobody has decided on',
        querystring: inboxParameters,
        response: answers({ 200: inboxAnswer }, []),
      },
    },
    async ({ query: { state, limit = 100, offset = 0 } }) => {
      const entries = inbox.inbox().filter((entry) => state === undefined || entry.state === state)
      return { items: entries.slice(offset, offset + limit).map(wireEntry), total: entries.length }
    },
  )
  app.post(
    '/api/v1/inbox/accept',
    {
      schema: {
        tags: ['model'],
        operationId: 'acceptInbox',
        summary: 'Create signals of the inbox, all or none',
        body: acceptSchema,
        response: answers({ 200: decided }, ['PAYLOAD_INVALID', 'NAME_INVALID', 'NOT_FOUND', 'CONFLICT']),
      },
    },
    async ({ body }) => {
      await inbox.accept(body.signals)
      return { decided: body.signals.length }
    },
  )
  app.post(
    '/api/v1/inbox/reject',
    {
      schema: {
        tags: ['model'],
        operationId: 'rejectInbox',
        summary: 'Reject signals: their samples are refused from now on',
        body: pathsSchema,
        response: answers({ 200: decided }, ['PAYLOAD_INVALID', 'NOT_FOUND']),
      },
    },
    async ({ body }) => {
      await inbox.reject(body.paths)
      return { decided: body.paths.length }
    },
  )
  app.post(
    '/api/v1/inbox/forget',
    {
      schema: {
        tags: ['model'],
        operationId: 'forgetInbox',
        summary: 'Take entries out; a signal that is still sent appears again',
        body: pathsSchema,
        response: answers({ 200: decided }, ['PAYLOAD_INVALID']),
      },
    },
    async ({ body }) => {
      await inbox.forget(body.paths)
      return { decided: body.paths.length }
    },
  )
}

function wireEntry(entry: InboxEntry): WireInboxEntry {
  const { assetPath: _, name: __, firstSeenUs, lastSeenUs, ...rest } = entry
  return { ...rest, firstSeen: usToMs(firstSeenUs), lastSeen: usToMs(lastSeenUs) }
}
