import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { after, beforeEach, describe, it } from 'node:test'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fastify, { type FastifyInstance } from 'fastify'
import fc from 'fast-check'
import { MemorySink } from '../../../test/support/memory-sink.ts'
import { ERROR_CODES, MillwrightError } from '../../kernel/error.ts'
import { HttpIngestCounters } from './counters.ts'
import { httpIngest } from './http-ingest.ts'

const NOW = 1_700_000_000_000_000
const MAX_BODY = 16_777_216

let sink = new MemorySink()
let counters = new HttpIngestCounters()
let app: FastifyInstance

/** A server as `api/` makes it, as far as ingest sees it. */
async function start(): Promise<void> {
  sink = new MemorySink()
  counters = new HttpIngestCounters()
  app = fastify({ ajv: { customOptions: { removeAdditional: false, coerceTypes: false } } })
  app.setErrorHandler(async (error, _request, reply) => {
    if (!(error instanceof MillwrightError)) return await reply.code(500).send({ code: 'INTERNAL', detail: String(error) })
    return await reply.code(ERROR_CODES[error.code].http).type('application/problem+json').send({ code: error.code, detail: error.message, context: error.detail })
  })
  const clock = { nowUs: () => NOW, monotonicMs: () => 0 }
  await app.register(httpIngest({ sink, clock, settings: { maxBodyBytes: MAX_BODY, lineTemplate: '{measurement}/{tags}' }, counters }))
}

/** All that answers may hold; a test looks at what its answer must have. */
interface AnswerBody {
  stored: number
  refused: { index: number; code: string }[]
  refusedCount: number
  code: string
  error: string
  message: string
  line: number
  results: unknown
}

const EMPTY: AnswerBody = { stored: 0, refused: [], refusedCount: 0, code: '', error: '', message: '', line: 0, results: undefined }

type Answer = { status: number; body: AnswerBody; headers: Record<string, unknown> }

async function post(url: string, payload: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await app.inject({ method: 'POST', url, payload, headers })
  return { status: answer.statusCode, body: answer.body === '' ? EMPTY : answer.json<AnswerBody>(), headers: answer.headers }
}

const seen = () => sink.stored.map((s) => `${s.path}=${JSON.stringify(s.value)}@${s.timeUs - NOW}`)

describe('POST /api/v1/samples', () => {
  beforeEach(start)
  after(async () => await app.close())

  it('takes one message, an array, lines, and columns, whatever the content type says', async () => {
    const one = '{"path":"p/a","ts":1700000000001,"values":{"t":1}}'
    for (const [body, count] of [[one, 1], [`[${one}, ${one}]`, 2], [`${one}\n${one}\n`, 2], [JSON.stringify(JSON.parse(one), null, 2), 1], ['{"path":"p/a","ts":[1700000000001,1700000000002],"values":{"t":[1,2],"u":[3,4]}}', 4]] as const) {
      for (const type of ['application/json', 'text/plain', 'application/octet-stream', 'application/x-www-form-urlencoded']) {
        const { status, body: answer } = await post('/api/v1/samples', body, { 'content-type': type })
        assert.equal(status, 200)
        assert.deepEqual(answer, { stored: count, refused: [], refusedCount: 0 })
      }
    }
    assert.equal(seen()[0], 'p/a/t=1@1000')
  })

  it('reports item by item what it refused, and keeps the rest', async () => {
    const body = '[{"path":"p/a","values":{"t":1,"u":NaN}},{"path":"p/../x","values":{"t":1}},{"values":{"t":1}},5,{"path":"p/b","ts":"tomorrow","values":{"t":1}},{"path":"p/b","values":{"t":2}}]'
    const { status, body: answer } = await post('/api/v1/samples', body)
    assert.equal(status, 200)
    assert.equal(answer.stored, 2)
    assert.deepEqual(answer.refused.map((r: { index: number; code: string }) => [r.index, r.code]), [[0, 'PAYLOAD_INVALID'], [1, 'NAME_INVALID'], [2, 'PAYLOAD_INVALID'], [3, 'PAYLOAD_INVALID'], [4, 'TIME_INVALID']])
    assert.deepEqual(seen(), ['p/a/t=1@0', 'p/b/t=2@0'])
    assert.equal(sink.letters.length, 5)
  })

  it('lets a broken line of NDJSON spoil no other', async () => {
    const { body: answer } = await post('/api/v1/samples', '{"path":"p/a","values":{"t":1}}\n{"path":"p/a","values":{"t":\n\n{"path":"p/a","values":{"t":3}}', { 'content-type': 'application/x-ndjson' })
    assert.equal(answer.stored, 2)
    assert.deepEqual(answer.refused.map((r: { index: number }) => r.index), [1])
  })

  it('answers a problem when nothing could be taken', async () => {
    for (const body of ['', '[]', 'hello', '{"path":"p/a"}', '[1,2', '{"path":"p/a","values":{"t":NaN}}', '[{},,]', '[']) {
      const { status, body: answer } = await post('/api/v1/samples', body)
      assert.equal(status, 400, body)
      assert.equal(answer.code, 'PAYLOAD_INVALID', body)
    }
    assert.deepEqual(sink.stored, [])
  })

  it('counts requests, samples and the bytes that came', async () => {
    const body = Buffer.from('{"path":"p/a","values":{"t":1,"u":2}}')
    const packed = gzipSync(body)
    await post('/api/v1/samples', body)
    await post('/api/v1/samples', packed, { 'content-encoding': 'gzip' })
    await post('/api/v1/samples', 'no')
    await post('/write?precision=ms', 'm f=1 1700000000001\nm f=2 1700000000002')
    assert.deepEqual({ ...counters }, { requests: 4, samples: 6, bytes: body.length + packed.length + 2 + 39 })
  })

  it('unpacks gzip, deflate and zstd, and refuses what it cannot unpack', async () => {
    const body = Buffer.from('{"path":"p/a","values":{"t":1}}')
    for (const [encoding, packed] of [['gzip', gzipSync(body)], ['deflate', deflateSync(body)], ['zstd', zstdCompressSync(body)]] as const) {
      assert.equal((await post('/api/v1/samples', packed, { 'content-encoding': encoding })).body.stored, 1)
    }
    assert.equal((await post('/api/v1/samples', body, { 'content-encoding': 'br' })).status, 415)
    assert.equal((await post('/api/v1/samples', body, { 'content-encoding': 'gzip' })).body.code, 'PAYLOAD_INVALID')
    assert.equal((await post('/api/v1/samples', gzipSync(body).subarray(0, 20), { 'content-encoding': 'gzip' })).status, 400)
  })

  it('answers only when the samples are durable', async () => {
    sink.isHeld = true
    let isAnswered = false
    const answer = post('/api/v1/samples', '{"path":"p/a","values":{"t":1}}').then((got) => {
      isAnswered = true
      return got
    })
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(isAnswered, false)
    sink.release()
    assert.equal((await answer).status, 200)
  })

  it('asks to come back later, storing nothing, while the sink is paused', async () => {
    for (const [paused, status] of [['queue', 503], ['disk', 507], ['failed', 503]] as const) {
      sink.setPaused(paused)
      for (const url of ['/api/v1/samples', '/write', '/api/v2/write']) {
        const { status: actual, headers } = await post(url, '{"path":"p/a","values":{"t":1}}')
        assert.equal(actual, status)
        assert.ok(Number(headers['retry-after']) > 0)
      }
    }
    assert.deepEqual(sink.stored, [])
    assert.equal(sink.open.length, 0)
  })

  it('asks to come back later when the disk fills while it waits', async () => {
    sink.isHeld = true
    const answer = post('/api/v1/samples', '{"path":"p/a","values":{"t":1}}')
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    sink.setPaused('disk')
    assert.equal((await answer).status, 507)
    sink.release()
    sink.setPaused(undefined)
    sink.outcome = { status: 'later', retryInMs: 2500, reason: 'stopping' }
    const later = await post('/api/v1/samples', '{"path":"p/a","values":{"t":1}}')
    assert.equal(later.status, 503)
    assert.equal(later.headers['retry-after'], '3')
  })

  it('refuses bodies and messages that are too large', async () => {
    assert.equal((await post('/api/v1/samples', Buffer.alloc(MAX_BODY + 1, 0x20))).status, 413)
    assert.equal((await post('/api/v1/samples', `{"path":"${'x'.repeat(5_000_000)}`)).status, 413)
  })

  it('gives the same for a body in any pieces', async () => {
    const body = '[{"path":"p/a","values":{"t":1,"s":"]}\\"{["}} ,\n{"path":"p/b","values":{"温度":2}}, 7, {"path":"p/c","values":{"n":{"t":3}}}]'
    const whole = (await post('/api/v1/samples', body)).body
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(body.length), { maxLength: 5 }), async (cuts) => {
        const bytes = Buffer.from(body)
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length]
        const pieces = at.slice(1).map((end, i) => bytes.subarray(at[i], end))
        const answer = await app.inject({ method: 'POST', url: '/api/v1/samples', payload: Readable.from(pieces), headers: { 'content-type': 'application/json' } })
        assert.deepEqual(answer.json(), whole)
      }),
      { numRuns: 50, seed: 31 },
    )
  })
})

describe('InfluxDB writes', () => {
  beforeEach(start)
  after(async () => await app.close())

  it('takes lines as both versions send them', async () => {
    assert.equal((await post('/write?db=telegraf&precision=s&u=me&p=x&rp=&consistency=any', 'm,host=a v=1 1700000001')).status, 204)
    assert.equal((await post('/api/v2/write?org=o&bucket=b&precision=ms', gzipSync('m,host=a v=2 1700000000002\nm,host=a v=3 1700000000003\n'), { 'content-encoding': 'gzip', 'content-type': 'text/plain; charset=utf-8' })).status, 204)
    assert.deepEqual(seen(), ['m/host=a/v=1@1000000', 'm/host=a/v=2@2000', 'm/host=a/v=3@3000'])
  })

  it('names the lines that it refused and stores the others', async () => {
    const v1 = await post('/write?db=x', 'm v=1\nnonsense\nm v=2')
    assert.equal(v1.status, 400)
    assert.match(v1.body.error, /^partial write: line 2 \(nonsense\): .* dropped=1$/)
    const v2 = await post('/api/v2/write?bucket=x', 'nonsense')
    assert.equal(v2.status, 400)
    assert.equal(v2.body.code, 'invalid')
    assert.equal(v2.body.line, 1)
    assert.match(v2.body.message, /^unable to parse/)
    assert.equal(sink.stored.length, 2)
    assert.equal((await post('/write?db=x&precision=fortnight', 'm v=1')).status, 400)
    assert.equal((await post('/write?db=x', '')).status, 204)
  })

  it('answers what clients ask before they write', async () => {
    for (const method of ['GET', 'HEAD'] as const) {
      const ping = await app.inject({ method, url: '/ping' })
      assert.equal(ping.statusCode, 204)
      assert.match(String(ping.headers['x-influxdb-version']), /^1\.8/)
    }
    assert.deepEqual((await post('/query', 'q=CREATE+DATABASE+%22telegraf%22', { 'content-type': 'application/x-www-form-urlencoded' })).body, { results: [{ statement_id: 0 }] })
    assert.equal((await app.inject({ method: 'GET', url: '/query?q=SHOW%20DATABASES' })).json().results[0].series[0].name, 'databases')
    assert.equal((await app.inject({ method: 'GET', url: '/query?q=SELECT%201' })).statusCode, 400)
    assert.equal((await app.inject({ method: 'GET', url: '/health' })).json().status, 'pass')
  })

  it('refuses a bomb quickly and stays in its memory', async () => {
    await app.listen({ port: 0, host: '127.0.0.1' })
    const bomb = gzipSync(Buffer.alloc(100_000_000, 'm,host=a v=1 1700000000000000000\n'), { level: 9 })
    const before = process.memoryUsage().rss
    const status = await send((app.server.address() as AddressInfo).port, bomb)
    assert.equal(status, 413)
    assert.ok(process.memoryUsage().rss - before < 128_000_000)
    assert.equal(await send((app.server.address() as AddressInfo).port, gzipSync('m v=1')), 204)
  })
})

/** Sends a packed body over a real socket. */
function send(port: number, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: '/write?db=x', headers: { 'content-encoding': 'gzip', 'content-length': body.length } })
    request.on('response', (response) => resolve(response.resume().statusCode ?? 0))
    request.on('error', reject)
    request.end(body)
  })
}
