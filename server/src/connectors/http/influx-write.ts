import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../kernel/clock.ts'
import { ERROR_CODES, MillwrightError } from '../../kernel/error.ts'
import { LineProtocolReader, type LineRefusal } from '../payload/line-protocol.ts'
import type { LineSeriesTable } from '../payload/line-series.ts'
import { LINE_PRECISIONS, type LinePrecision } from '../payload/line-time.ts'
import type { SampleSink } from '../sink.ts'
import { checkLength, unpackedBody } from './body.ts'
import type { HttpIngestCounters } from './counters.ts'
import { checkOpen, settled, WriteLater } from './settle.ts'

export interface InfluxWriteParts {
  readonly sink: SampleSink
  readonly table: LineSeriesTable
  readonly clock: Clock
  readonly maxBodyBytes: number
  readonly counters: HttpIngestCounters
}

/** Refusals that an answer names one by one. */
const MAX_NAMED = 20
/** Samples that may be on their way to the disk before more of the body is read. */
const MAX_UNSETTLED_SAMPLES = 100_000

/** What became of a body of lines. */
interface Written {
  readonly taken: number
  readonly lines: number
  readonly refusedCount: number
  readonly refused: readonly LineRefusal[]
}

/** The answer of InfluxDB 1.x to a write: 204, or 400 with `{"error"}`; good lines are stored in any case. */
export async function writeV1(parts: InfluxWriteParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  return await answered(reply, (code, message) => ({ error: message, code }), async () => await writeLines(parts, request, 'db'))
}

/** The answer of InfluxDB 2.x to a write: 204, or 400 with `{"code", "message", "line"}`; good lines are stored in any case. */
export async function writeV2(parts: InfluxWriteParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  return await answered(reply, (code, message, line) => ({ code, message, ...(line !== undefined && { line }) }), async () => await writeLines(parts, request, 'bucket'))
}

type Body = (code: string, message: string, line?: number) => object

async function answered(reply: FastifyReply, body: Body, write: () => Promise<Written>): Promise<FastifyReply> {
  try {
    const written = await write()
    if (written.refusedCount === 0) return await reply.code(204).send()
    const message = messageFor(written)
    return await reply.code(400).header('x-influxdb-error', headerText(message)).send(body('invalid', message, written.refused[0]?.line))
  } catch (thrown) {
    if (!(thrown instanceof MillwrightError)) throw thrown
    const { http } = ERROR_CODES[thrown.code]
    if (thrown instanceof WriteLater) reply.header('retry-after', String(thrown.retryAfterS))
    if (http === 413) reply.header('connection', 'close')
    return await reply.code(http).header('x-influxdb-error', headerText(thrown.message)).send(body(influxCode(http), thrown.message))
  }
}

async function writeLines(parts: InfluxWriteParts, request: FastifyRequest, databaseName: 'db' | 'bucket'): Promise<Written> {
  const { sink, table, clock, maxBodyBytes, counters } = parts
  counters.requests++
  checkOpen(sink)
  checkLength(request.headers['content-length'], maxBodyBytes)
  const refused: LineRefusal[] = []
  let refusedCount = 0
  const reader = new LineProtocolReader({
    sink,
    table,
    precision: precisionOf(parameter(request, 'precision')),
    database: parameter(request, databaseName) ?? '',
    receivedUs: clock.nowUs(),
    sender: `http ${request.ip}`,
    onRefused: (refusal) => {
      refusedCount++
      if (refused.length < MAX_NAMED) refused.push(refusal)
      sink.refuse({ source: 'http', where: refusal.where, refusal: refusal.refusal, count: refusal.count, excerpt: `line ${refusal.line}` })
    },
  })
  let rest: Uint8Array = new Uint8Array(0)
  let unsettled = 0
  for await (const piece of unpackedBody(request.body, request.headers['content-encoding'], maxBodyBytes, counters)) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    const before = reader.taken
    const at = reader.take(bytes, 0, bytes.length, false)
    rest = bytes.subarray(at)
    unsettled += reader.taken - before
    counters.samples += reader.taken - before
    if (unsettled >= MAX_UNSETTLED_SAMPLES) {
      await settled(sink)
      unsettled = 0
    } else void sink.commit()
  }
  const before = reader.taken
  reader.take(rest, 0, rest.length, true)
  counters.samples += reader.taken - before
  await settled(sink)
  return { taken: reader.taken, lines: reader.lines, refusedCount, refused }
}

/** Clients tell a partial write by these words and do not send it again. */
function messageFor({ taken, refusedCount, refused }: Written): string {
  const named = refused.map(({ line, where, refusal }) => `line ${line} (${where.slice(0, 100)}): ${refusal.message}`).join('; ')
  const more = refusedCount > refused.length ? `; and ${refusedCount - refused.length} more` : ''
  return taken > 0 ? `partial write: ${named}${more} dropped=${refusedCount}` : `unable to parse: ${named}${more}`
}

function precisionOf(text: string | undefined): LinePrecision {
  if (text === undefined || text === '') return 'ns'
  const precision = LINE_PRECISIONS.find((one) => one === text)
  if (precision === undefined) throw new MillwrightError('BAD_REQUEST', `precision must be one of ${LINE_PRECISIONS.join(', ')}, not "${text.slice(0, 20)}"`)
  return precision
}

function parameter(request: FastifyRequest, name: string): string | undefined {
  const query = request.query
  if (typeof query !== 'object' || query === null) return undefined
  const value: unknown = Reflect.get(query, name)
  return typeof value === 'string' ? value : undefined
}

/** The `code` of InfluxDB's API for a status. */
function influxCode(http: number): string {
  if (http === 413) return 'request too large'
  return http >= 500 ? 'unavailable' : 'invalid'
}

/** Text that may stand in a header: one line of printable ASCII. */
function headerText(text: string): string {
  return text.slice(0, 500).replace(/[^\x20-\x7e]/g, '?')
}
