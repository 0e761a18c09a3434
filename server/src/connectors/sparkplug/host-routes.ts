import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, FastifyPluginAsync, RawServerDefault } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type, type TSchema } from 'typebox'
import { edgeNodesSchema, memberState, rebirthAnswerSchema, rebirthFieldsSchema, type WireEdgeNode } from '@millwright/model/wire/sparkplug.ts'
import { US_PER_MS } from '@millwright/model/time.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { HeardNode, HostDirectory } from './host-directory.ts'

type TypedServer = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>

const DEFAULT_LIMIT = 1_000
const MAX_LIMIT = 10_000
const listParameters = Type.Object(
  {
    state: Type.Optional(memberState),
    limit: Type.Optional(Type.Integer({ default: DEFAULT_LIMIT, minimum: 1, maximum: MAX_LIMIT, description: 'Edge nodes in the answer at most' })),
  },
  { additionalProperties: false },
)
const answer = (schema: TSchema) => ({ 200: schema, default: { description: 'An error', content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } } })

/** The edge nodes that are heard, and the request to say all again. */
export function hostRoutes(hosts: HostDirectory): FastifyPluginAsync {
  return async (app) => {
    const typed: TypedServer = app.withTypeProvider<TypeBoxTypeProvider>()
    const list = { tags: ['sparkplug'], operationId: 'sparkplugNodes', summary: 'Sparkplug edge nodes that were heard since the start, and how they are', querystring: listParameters, response: answer(edgeNodesSchema) }
    typed.get('/api/v1/sparkplug/nodes', { schema: list }, async ({ query: { state, limit = DEFAULT_LIMIT } }) => {
      const nodes = hosts.nodes().filter((node) => state === undefined || node.state === state)
      return { nodes: nodes.slice(0, limit).map(wireNode), total: nodes.length }
    })
    const rebirth = { tags: ['sparkplug'], operationId: 'askForRebirth', summary: 'Ask an edge node to send its births again', body: rebirthFieldsSchema, response: answer(rebirthAnswerSchema) }
    typed.post('/api/v1/sparkplug/rebirths', { schema: rebirth }, async ({ body: { source, group, node } }) => {
      if (!hosts.askForRebirth(source, group, node)) throw new MillwrightError('NOT_FOUND', `no edge node ${group}/${node} was heard by ${source}`)
      return { asked: true }
    })
  }
}

const ms = (timeUs: number): number | null => (timeUs === 0 ? null : timeUs / US_PER_MS)

function wireNode({ assetPath, bornUs, diedUs, lastMessageUs, bdSeq, waitsFor, sequenceErrors, metrics, devices, state, ...rest }: HeardNode): WireEdgeNode {
  return {
    ...rest, state, path: assetPath, born: ms(bornUs), died: state === 'online' ? null : ms(diedUs), lastMessage: ms(lastMessageUs), bdSeq: bdSeq ?? null, waitsFor: waitsFor ?? null, missing: sequenceErrors,
    metrics: devices.reduce((sum, device) => sum + device.metrics, metrics),
    devices: devices.map(({ device, assetPath: path, state: its, metrics: count }) => ({ device, path, state: its, metrics: count })),
  }
}
