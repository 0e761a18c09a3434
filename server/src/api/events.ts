import { Type } from 'typebox'
import { isUnder } from '@millwright/model/path.ts'
import { usToMs } from '@millwright/model/time.ts'
import { eventsSchema } from '@millwright/model/wire/event.ts'
import type { ApiServer, RouteParts } from './api-parts.ts'
import { checkPath } from './plant-names.ts'
import { answers } from './route-schema.ts'

/** As many as the event log keeps at hand. */
const MAX_EVENTS = 1_000

const parameters = Type.Object(
  {
    under: Type.Optional(Type.String({ maxLength: 1_000, description: 'Only events of this asset and what lies below it' })),
    limit: Type.Optional(Type.Integer({ default: 100, minimum: 1, maximum: MAX_EVENTS })),
  },
  { additionalProperties: false },
)

/** What happened since the start; all that ever happened is the SQL table `events`. */
export function registerEvents(app: ApiServer, { events }: RouteParts): void {
  app.get(
    '/api/v1/events',
    {
      schema: {
        tags: ['status'],
        operationId: 'listEvents',
        summary: 'The newest events since the start; older ones are in the SQL table "events"',
        querystring: parameters,
        response: answers({ 200: eventsSchema }, ['NAME_INVALID']),
      },
    },
    async ({ query: { under, limit = 100 } }) => {
      const asset = under === undefined ? undefined : checkPath(under, 'under')
      const chosen = events.latest(MAX_EVENTS).filter(({ path }) => asset === undefined || (path !== null && isUnder(path, asset)))
      return { events: chosen.slice(0, limit).map(({ timeUs, kind, path, data }) => ({ time: usToMs(timeUs), kind, path, data: { ...data } })) }
    },
  )
}
