import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { aggregatesSchema, samplesSchema } from '@millwright/model/wire/samples.ts'
import type { ApiServer, RouteParts } from '../api-parts.ts'
import { withDeadline } from '../gate.ts'
import { assetAt, signalAt, type PlacedSignal } from '../plant-names.ts'
import { bodyProblem } from '../problem.ts'
import { answers } from '../route-schema.ts'
import { MEDIA_TYPES, acceptedFormat } from './answer-format.ts'
import { queryBody, type QueryBody } from './sample-options.ts'
import { readSampleRequest, type SampleRequest } from './sample-request.ts'
import { jsonPieces, type JsonPart } from './json-pieces.ts'
import { samplesJson } from './sample-json.ts'
import { readFirstPages, shapeProblem } from './sample-pages.ts'
import { goneSignal, jsonLimit, readJson, samplesMedia, sendExport, started } from './samples.ts'

const queryMedia = {
  description: 'One result per signal, in the order asked (of "under" those that can be shown so); each has its own "next", for the samples of that signal',
  media: { ...samplesMedia.media, [MEDIA_TYPES.json]: Type.Object({ results: Type.Array(Type.Union([samplesSchema, aggregatesSchema])) }) },
}

/** Samples of several signals that are read at once. */
const READ_TOGETHER = 20_000

/** The history of several signals in one call. */
export function registerQuery(app: ApiServer, parts: RouteParts): void {
  const { settings, clock, timeZone } = parts
  app.post(
    '/api/v1/query',
    {
      schema: {
        tags: ['samples'],
        operationId: 'query',
        summary: 'Read the history of several signals',
        body: queryBody,
        response: answers({ 200: queryMedia }, ['NAME_INVALID', 'NOT_FOUND', 'SIGNAL_UNKNOWN', 'PAYLOAD_INVALID', 'TIME_INVALID', 'QUERY_INVALID', 'TYPE_MISMATCH', 'LIMIT_REACHED', 'NOT_ACCEPTABLE', 'QUERY_TOO_EXPENSIVE', 'OVERLOADED']),
      },
    },
    async ({ body, headers }, reply) => {
      const chosen = chooseSignals(parts, body)
      const format = body.format ?? acceptedFormat(headers.accept)
      const maxLimit = format === 'json' ? settings.maxSamplesPerAnswer : Number.POSITIVE_INFINITY
      const where = (name: string) => ({ pointer: `/${name}` })
      const request = readSampleRequest(body, { nowUs: clock.nowUs(), timeZone, maxLimit, where })
      const signals = showable(chosen, request, body)
      void reply.header('vary', 'Accept')
      const gone = goneSignal(reply)
      if (format !== 'json') return await sendExport(reply, parts, { signals, request: { ...request, signal: gone }, format, named: true, name: 'query' })
      const leave = await parts.queries.enter()
      try {
        const stream = Readable.from(await started(results(parts, signals, request, gone), parts.log), { objectMode: false, highWaterMark: 64 * 1024 })
        stream.once('close', leave)
        return await reply.type(`${MEDIA_TYPES.json}; charset=utf-8`).send(stream)
      } catch (error) {
        leave()
        throw error
      }
    },
  )
}

function chooseSignals({ model, settings }: RouteParts, { signals, under }: QueryBody): PlacedSignal[] {
  const limit = settings.maxSignalsPerQuery
  if ((signals === undefined) === (under === undefined)) throw bodyProblem('QUERY_INVALID', '/signals', 'give either "signals" or "under"')
  if (signals !== undefined) {
    if (signals.length > limit) throw bodyProblem('LIMIT_REACHED', '/signals', `at most ${limit} signals can be asked for at once, not ${signals.length}`)
    return signals.map((path, index) => signalAt(model, path, { pointer: `/signals/${index}` }))
  }
  const asset = assetAt(model, under ?? '')
  const series = model.seriesUnder(asset.path, limit + 1)
  if (series.length > limit) throw bodyProblem('LIMIT_REACHED', '/under', `more than ${limit} signals lie there; ask for a smaller part, or for SQL`)
  return series.flatMap((id) => {
    const signal = model.signalBySeries(id)
    const path = model.signalPath(id)
    return signal === undefined || path === undefined ? [] : [{ path, signal }]
  })
}

/** Of an asset's signals those that can be shown in the shape that is asked for; of named ones each must be such. */
function showable(signals: readonly PlacedSignal[], request: SampleRequest, { under }: QueryBody): readonly PlacedSignal[] {
  if (under !== undefined) return signals.filter((placed) => shapeProblem(placed, request) === undefined)
  for (const [index, placed] of signals.entries()) {
    const problem = shapeProblem(placed, request)
    if (problem !== undefined) throw bodyProblem('TYPE_MISMATCH', `/signals/${index}`, problem)
  }
  return signals
}

/** The results as pieces of one JSON text, of which only one result is in memory at a time. */
async function* results(parts: RouteParts, signals: readonly PlacedSignal[], asked: SampleRequest, gone: AbortSignal): AsyncGenerator<string> {
  const late = AbortSignal.timeout(parts.settings.queryTimeoutMs)
  const request = { ...asked, signal: AbortSignal.any([gone, late]) }
  const deadline = parts.clock.monotonicMs() + parts.settings.queryTimeoutMs
  const answers = request.shape.kind === 'raw' && !signals.some(({ signal }) => signal.kind === 'waveform') ? together(parts, signals, request) : oneByOne(parts, signals, request)
  let separator = ''
  yield '{"results":['
  for (;;) {
    const next = await withDeadline(answers.next(), Math.max(1, deadline - parts.clock.monotonicMs()))
    if (next.done === true) break
    if (separator !== '') yield separator
    yield* jsonPieces(next.value)
    separator = ','
  }
  yield ']}'
}

async function* oneByOne(parts: RouteParts, signals: readonly PlacedSignal[], request: SampleRequest): AsyncGenerator<readonly JsonPart[]> {
  for (const placed of signals) yield await readJson(parts, placed, request)
}

async function* together({ history, settings }: RouteParts, signals: readonly PlacedSignal[], request: SampleRequest): AsyncGenerator<readonly JsonPart[]> {
  const limit = jsonLimit(request, settings)
  for await (const [placed, page] of readFirstPages(history, signals, request, { limit, together: READ_TOGETHER })) {
    yield samplesJson(placed.path, placed.signal.kind, page, request.quality)
  }
}
