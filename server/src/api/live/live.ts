import { randomUUID } from 'node:crypto'
import { Type } from 'typebox'
import type { ApiServer, RouteParts } from '../api-parts.ts'
import { assetAt, signalAt, type PlacedSignal } from '../plant-names.ts'
import { parameterProblem, RequestProblem } from '../problem.ts'
import { answers } from '../route-schema.ts'
import { GZIP_HEAD, LiveFrame, takesGzip } from './live-frame.ts'
import { LiveHub } from './live-hub.ts'
import type { Selection } from './live-feed.ts'

/** How soon a browser comes back after a cut. */
const RETRY = new LiveFrame('retry: 1000\n\n')

const liveParameters = Type.Object(
  {
    under: Type.Optional(Type.String({ maxLength: 1_000, description: 'All signals of this asset and below', examples: ['acme/line1'] })),
    signals: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 1_000 }), { minItems: 1, maxItems: 1_000, description: 'Paths of signals, separated by commas or as repeated parameters' }),
    ),
  },
  { additionalProperties: false },
)

const stream = Type.String({
  examples: [
    'event: signals\ndata: {"signals":[{"path":"acme/line1/press3/temperature","kind":"number","unit":"Cel"}]}\n\n' +
      'event: values\nid: 5f1c:17\ndata: {"signals":[0],"times":[1767225600000],"values":[21.5]}\n\n',
  ],
})

/** Live values as server-sent events. Answers the hub, for the metrics. */
export function registerLive(app: ApiServer, parts: RouteParts): LiveHub {
  const { model, live, clock, settings } = parts
  const hub = new LiveHub({
    model,
    live,
    clock,
    intervalMs: settings.liveIntervalMs,
    heartbeatMs: settings.liveHeartbeatMs,
    frozenMs: settings.liveFrozenMs,
    maxClients: settings.maxLiveClients,
    run: randomUUID().slice(0, 8),
  })
  app.addHook('preClose', async () => hub.close())
  app.get(
    '/api/v1/live',
    {
      exposeHeadRoute: false,
      schema: {
        tags: ['samples'],
        operationId: 'live',
        summary: 'Watch signals live',
        description:
          'Server-sent events. "signals" names the signals; the others refer to them by place. "values" brings columns: places, times in milliseconds, values, and qualities ' +
          '(left out while all are good): the last values at once, then changes. A slow client gets fewer, newer values; one that accepts gzip gets it packed. After a reconnect with Last-Event-ID come the values that changed since.',
        querystring: liveParameters,
        response: answers({ 200: { description: 'A stream without end', media: { 'text/event-stream': stream } } }, ['NAME_INVALID', 'NOT_FOUND', 'SIGNAL_UNKNOWN', 'LIMIT_REACHED', 'OVERLOADED']),
      },
    },
    async ({ query, headers, raw }, reply) => {
      const selection = chooseSelection(parts, query)
      if (hub.isFull) throw new RequestProblem('OVERLOADED', `there are ${hub.clients} live streams, and no more are allowed`, [], { 'retry-after': '30' })
      if (raw.destroyed) return reply
      reply.hijack()
      const response = reply.raw
      const isPacked = takesGzip(headers['accept-encoding'])
      void reply.headers({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no', ...(isPacked && { 'content-encoding': 'gzip' }) })
      for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) response.setHeader(name, value)
      response.writeHead(200)
      if (isPacked) response.write(GZIP_HEAD)
      response.write(isPacked ? RETRY.packed : RETRY.plain)
      const lastEventId = headers['last-event-id']
      const client = hub.connect(selection, response, { lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined, isPacked })
      response.once('close', () => hub.disconnect(client))
      response.once('error', () => hub.disconnect(client))
      return reply
    },
  )
  return hub
}

function chooseSelection({ model, settings }: RouteParts, { under, signals }: { readonly under?: string; readonly signals?: readonly string[] }): Selection {
  const limit = settings.maxLiveSignals
  if (under !== undefined && signals !== undefined) throw parameterProblem('BAD_REQUEST', 'signals', 'cannot be combined with "under"')
  if (signals !== undefined) {
    const paths = [...new Set(signals)]
    for (const path of paths) signalAt(model, path, { parameter: 'signals' })
    return { key: `signals ${JSON.stringify(paths)}`, signals: () => paths.flatMap((path) => placed(path, model.signal(path))) }
  }
  if (under === undefined) throw parameterProblem('BAD_REQUEST', 'under', 'give "under" or "signals"')
  assetAt(model, under)
  if (model.seriesUnder(under, limit + 1).length > limit) {
    throw parameterProblem('LIMIT_REACHED', 'under', `more than ${limit} signals lie there; watch a smaller part, or list the signals`)
  }
  return {
    key: `under ${under}`,
    signals: () => (model.asset(under) === undefined ? [] : model.seriesUnder(under, limit).flatMap((series) => placed(model.signalPath(series), model.signalBySeries(series)))),
  }
}

function placed(path: string | undefined, signal: PlacedSignal['signal'] | undefined): PlacedSignal[] {
  return path === undefined || signal === undefined ? [] : [{ path, signal }]
}
