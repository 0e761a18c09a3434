import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { aggregatesSchema, samplesSchema, waveformsSchema } from '@millwright/model/wire/samples.ts'
import { lastName } from '@millwright/model/path.ts'
import type { ApiServer, RouteParts } from '../api-parts.ts'
import type { Log } from '../../kernel/log.ts'
import { signalAt, type PlacedSignal } from '../plant-names.ts'
import { answers, wildcardPath } from '../route-schema.ts'
import { MEDIA_TYPES, acceptedFormat } from './answer-format.ts'
import { openParquet } from './parquet-answer.ts'
import { csvRows } from './sample-csv.ts'
import { elementsOf, jsonPieces, jsonText, SLICE_ELEMENTS, type JsonPart } from './json-pieces.ts'
import { bucketsJson, samplesJson } from './sample-json.ts'
import { DEFAULT_LIMIT, samplesParameters } from './sample-options.ts'
import { checkShape, readBucketPage, readSamplePage } from './sample-pages.ts'
import { readSampleRequest, type SampleRequest } from './sample-request.ts'
import type { ApiSettings } from '../settings.ts'
import { readWaveforms } from './waveforms.ts'

/** Longest time for which the taker of one big answer keeps its turn. */
const HOLD_MS = 10_000

/** Answers that samples come in. */
export const samplesMedia = {
  description: 'Samples or, with "every", aggregates; of a waveform signal its waveforms',
  media: {
    [MEDIA_TYPES.json]: Type.Union([samplesSchema, aggregatesSchema, waveformsSchema]),
    [MEDIA_TYPES.csv]: Type.String({ examples: ['time,value,quality\r\n2026-01-01T00:00:00.000Z,21.5,good\r\n'] }),
    [MEDIA_TYPES.parquet]: Type.Unsafe<string>({ type: 'string', format: 'binary' }),
  },
}

/** The history of one signal: samples, points of a plot, or aggregates; as JSON, CSV or Parquet. */
export function registerSamples(app: ApiServer, parts: RouteParts): void {
  const { model, settings, clock, timeZone } = parts
  app.get(
    '/api/v1/signals/*',
    {
      constraints: { view: 'samples' },
      schema: {
        tags: ['samples'],
        operationId: 'getSamples',
        summary: 'Read the history of a signal',
        params: wildcardPath,
        querystring: samplesParameters,
        response: answers({ 200: samplesMedia }, ['NAME_INVALID', 'SIGNAL_UNKNOWN', 'TIME_INVALID', 'QUERY_INVALID', 'TYPE_MISMATCH', 'NOT_ACCEPTABLE', 'QUERY_TOO_EXPENSIVE', 'OVERLOADED']),
      },
    },
    async ({ params, query, headers }, reply) => {
      const placed = signalAt(model, params['*'].slice(0, -'/samples'.length))
      const format = query.format ?? acceptedFormat(headers.accept)
      const maxLimit = format === 'json' ? settings.maxSamplesPerAnswer : Number.POSITIVE_INFINITY
      const where = (parameter: string) => ({ parameter })
      const request = readSampleRequest(query, { nowUs: clock.nowUs(), timeZone, maxLimit, where })
      checkShape(placed, request)
      void reply.header('vary', 'Accept')
      const gone = goneSignal(reply)
      if (format === 'json') {
        const read = (late: AbortSignal) => readJson(parts, placed, { ...request, signal: AbortSignal.any([gone, late]) })
        return await sendJson(reply, parts, await parts.queries.run(settings.queryTimeoutMs, read))
      }
      return await sendExport(reply, parts, { signals: [placed], request: { ...request, signal: gone }, format, named: false, name: lastName(placed.path) })
    },
  )
}

/** Samples of one signal in a JSON answer, at most. */
export function jsonLimit(request: SampleRequest, settings: Pick<ApiSettings, 'maxSamplesPerAnswer'>): number {
  return request.limit ?? Math.min(DEFAULT_LIMIT, settings.maxSamplesPerAnswer)
}

/** Aborts when the connection ends before the answer is out. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  return gone.signal
}

/** One signal's answer in its wire form. */
export async function readJson({ history, settings }: RouteParts, placed: PlacedSignal, request: SampleRequest): Promise<JsonPart[]> {
  const limit = jsonLimit(request, settings)
  const { shape } = request
  if (shape.kind === 'buckets') return bucketsJson(placed.path, shape, await readBucketPage(history, placed, request, shape, limit))
  if (placed.signal.kind === 'waveform') return [JSON.stringify(await readWaveforms(history, placed, request, { waveforms: limit, points: settings.maxSamplesPerAnswer }))]
  return samplesJson(placed.path, placed.signal.kind, await readSamplePage(history, placed, request, limit), request.quality)
}

/** A small answer at once; a big one piece by piece, few of them at a time. */
async function sendJson(reply: FastifyReply, { answers: turns, log }: RouteParts, parts: readonly JsonPart[]): Promise<FastifyReply> {
  void reply.type(`${MEDIA_TYPES.json}; charset=utf-8`)
  if (elementsOf(parts) <= SLICE_ELEMENTS) return await reply.send(jsonText(parts))
  const leave = await turns.enter()
  const stream = Readable.from(await started(jsonPieces(parts), log), { objectMode: false, highWaterMark: 64 * 1024 })
  // Whoever takes the answer slowly does not keep others waiting for theirs.
  setTimeout(leave, HOLD_MS).unref()
  stream.once('close', leave)
  return await reply.send(stream)
}

export interface ExportQuestion {
  readonly signals: readonly PlacedSignal[]
  readonly request: SampleRequest
  readonly format: 'csv' | 'parquet'
  /** Whether each row names its signal. */
  readonly named: boolean
  /** Name of the file that a browser saves. */
  readonly name: string
}

/** Streams an export as fast as it is taken. It holds one of the few turns for expensive work until it ends. */
export async function sendExport(reply: FastifyReply, parts: RouteParts, question: ExportQuestion): Promise<FastifyReply> {
  const leave = await parts.expensive.enter()
  try {
    const stream =
      question.format === 'csv'
        ? Readable.from(await started(csvRows({ history: parts.history, ...question }), parts.log), { objectMode: false, highWaterMark: 64 * 1024 })
        : await openParquet(parts, question.signals, question.request)
    stream.once('close', leave)
    const file = `${question.name}.${question.format}`
    void reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file)}`)
    return await reply.type(question.format === 'csv' ? `${MEDIA_TYPES.csv}; charset=utf-8; header=present` : MEDIA_TYPES.parquet).send(stream)
  } catch (error) {
    leave()
    throw error
  }
}

/** Draws the first two pieces before the answer begins, so that an early failure is still told as an error. */
export async function started(pieces: AsyncGenerator<string>, log: Log): Promise<AsyncGenerator<string>> {
  const first = await pieces.next()
  const second = await pieces.next()
  return (async function* () {
    try {
      if (first.done !== true) yield first.value
      if (second.done !== true) yield second.value
      yield* pieces
    } catch (error) {
      // The answer has begun: the caller only sees the connection end before the answer does.
      log.warn({ err: error }, 'an answer broke off')
      throw error
    } finally {
      await pieces.return(undefined)
    }
  })()
}
