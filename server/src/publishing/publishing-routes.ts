import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, FastifyPluginAsync, RawServerDefault } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { publishersSchema, type WirePublisher } from '@millwright/model/wire/sparkplug.ts'
import { US_PER_MS } from '@millwright/model/time.ts'
import type { EdgeClient } from './edge-client.ts'

type TypedServer = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>

/** What is published, and how it goes. */
export function publishingRoutes(clients: readonly EdgeClient[]): FastifyPluginAsync {
  return async (app) => {
    const typed: TypedServer = app.withTypeProvider<TypeBoxTypeProvider>()
    const schema = {
      tags: ['sparkplug'], operationId: 'sparkplugPublishers', summary: 'Edge nodes that Millwright is at brokers of others, and how they are',
      response: { 200: publishersSchema, default: { description: 'An error', content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } } },
    }
    typed.get('/api/v1/sparkplug/publishers', { schema }, async () => ({ publishers: clients.map(wirePublisher) }))
  }
}

const ms = (timeUs: number): number | null => (timeUs === 0 ? null : timeUs / US_PER_MS)

function wirePublisher({ name, settings, status, restarts }: EdgeClient): WirePublisher {
  const { group, node, primaryHost, urls } = settings
  const base = { name, group, node, primaryHost: primaryHost ?? null, restarts }
  if (status === undefined) {
    return {
      ...base, state: 'connecting', url: urls[0] ?? '', since: null, error: null, bdSeq: 0, devices: 0, metrics: 0, notPublished: 0, births: 0, rebirthsAsked: 0, linksLost: 0,
      messages: 0, live: 0, historical: 0, unchanged: 0, writesRefused: 0, backlogBytes: 0, lagBytes: 0, skippedBytes: 0, lastSent: null,
    }
  }
  const { sinceUs, error, beyondLimit, waveforms, lastSentUs, ...rest } = status
  return { ...base, ...rest, since: ms(sinceUs), error: error ?? null, notPublished: beyondLimit + waveforms, lastSent: ms(lastSentUs) }
}
