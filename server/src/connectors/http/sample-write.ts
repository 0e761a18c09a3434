import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../kernel/clock.ts'
import { ERROR_CODES, MillwrightError } from '../../kernel/error.ts'
import { checkLength, unpackedBody } from './body.ts'
import type { HttpIngestCounters } from './counters.ts'
import { JsonItems } from './json-items.ts'
import type { SampleMessages, SampleRequest } from './sample-messages.ts'
import { checkOpen, settled, WriteLater } from './settle.ts'

export interface SampleWriteParts {
  readonly messages: SampleMessages
  readonly clock: Clock
  readonly maxBodyBytes: number
  readonly counters: HttpIngestCounters
}

/** Samples that may be on their way to the disk before more of the body is read. */
const MAX_UNSETTLED_SAMPLES = 100_000

/** Takes `POST /api/v1/samples`: 200 with what was stored and refused, item by item; a problem when nothing could be taken. */
export async function writeSamples(parts: SampleWriteParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  try {
    const result = await readBody(parts, request)
    if (result.messages === 0 && result.refusedCount === 0) {
      throw new MillwrightError('PAYLOAD_INVALID', 'the body holds no message; send {"path": "plant/pump1", "ts": …, "values": {"pressure": 3.2}}, an array of such, or one on each line')
    }
    if (result.taken === 0 && result.refusedCount > 0) throw allRefused(result)
    return await reply.code(200).send({ stored: result.taken, refused: result.refused, refusedCount: result.refusedCount })
  } catch (thrown) {
    if (thrown instanceof WriteLater) reply.header('retry-after', String(thrown.retryAfterS))
    if (thrown instanceof MillwrightError && ERROR_CODES[thrown.code].http === 413) reply.header('connection', 'close')
    throw thrown
  }
}

async function readBody(parts: SampleWriteParts, request: FastifyRequest): Promise<SampleRequest> {
  const { messages, clock, maxBodyBytes, counters } = parts
  counters.requests++
  const { sink } = messages
  checkOpen(sink)
  checkLength(request.headers['content-length'], maxBodyBytes)
  const result = messages.request(clock.nowUs(), `http ${request.ip}`)
  const items = new JsonItems((bytes, start, end) => result.take(bytes, start, end), { byLine: isByLine(request.headers['content-type']) })
  let settledSamples = 0
  let counted = 0
  for await (const piece of unpackedBody(request.body, request.headers['content-encoding'], maxBodyBytes, counters)) {
    items.take(piece)
    counters.samples += result.taken - counted
    counted = result.taken
    if (result.taken - settledSamples >= MAX_UNSETTLED_SAMPLES) {
      settledSamples = result.taken
      await settled(sink)
    } else void sink.commit()
  }
  try {
    items.finish()
  } catch (thrown) {
    if (!(thrown instanceof MillwrightError)) throw thrown
    result.breakOff(thrown.code, thrown.message)
  }
  counters.samples += result.taken - counted
  await settled(sink)
  return result
}

function allRefused(result: SampleRequest): MillwrightError {
  const first = result.refused[0]
  const message = first === undefined ? 'nothing could be taken' : `nothing could be taken; message ${first.index}: ${first.message}`
  return new MillwrightError('PAYLOAD_INVALID', message, { detail: { stored: 0, refused: result.refused, refusedCount: result.refusedCount } })
}

function isByLine(contentType: string | undefined): boolean {
  return contentType !== undefined && /ndjson|jsonl|json-lines|jsonlines/i.test(contentType)
}
