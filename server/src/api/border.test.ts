import assert from 'node:assert/strict'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { hostName } from './border.ts'
import { openTestApi, type TestApi } from './test-api.ts'

let api: TestApi
let port: number
before(async () => {
  api = await openTestApi({ settings: { allowedHosts: ['plant.example'], allowedOrigins: ['https://mes.example'], headersTimeoutMs: 300, requestTimeoutMs: 600, maxBodyBytes: 64 * 1024 } })
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  port = (api.app.server.address() as AddressInfo).port
})
after(() => api.close())

const put = { method: 'PUT', url: '/api/v1/assets/a', payload: {} } as const

/** Says something to the server over a bare socket, and hears all that it answers until it hangs up. */
function say(...pieces: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    let heard = ''
    const socket = connect(port, '127.0.0.1', () => pieces.forEach((piece) => socket.write(piece)))
    socket.on('data', (data) => (heard += String(data)))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(heard))
  })
}

test('a foreign host name is refused, loopback names and configured ones are taken', async () => {
  for (const host of ['evil.example', 'evil.example:7420', '127.0.0.1.evil.example', '10.0.0.5']) {
    const answer = await api.app.inject({ url: '/healthz', headers: { host } })
    assert.equal(answer.statusCode, 421, host)
    assert.equal(answer.json().code, 'HOST_REFUSED')
  }
  for (const host of ['localhost', 'localhost:7420', '127.0.0.1:7420', '127.1.2.3', '[::1]:7420', 'plant.example:80', 'PLANT.example']) {
    assert.equal((await api.app.inject({ url: '/healthz', headers: { host } })).statusCode, 200, host)
  }
  assert.match(await say('GET /healthz HTTP/1.0\r\n\r\n'), /421/, 'no host at all')
  assert.equal(hostName('[FE80::1]:1'), 'fe80::1')
})

test('changes from a foreign origin are refused, reading is not shared with it', async () => {
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
    const answer = await api.app.inject({ ...put, headers: { host: 'localhost', ...headers } })
    assert.equal(answer.statusCode, 403)
    assert.equal(answer.json().code, 'ORIGIN_REFUSED')
  }
  const read = await api.app.inject({ url: '/healthz', headers: { host: 'localhost', origin: 'https://evil.example' } })
  assert.equal(read.headers['access-control-allow-origin'], undefined)
  assert.equal(read.headers['cross-origin-resource-policy'], 'same-origin')
})

test('our own origin and configured ones may change things', async () => {
  assert.equal((await api.app.inject({ ...put, headers: { host: 'localhost:1', origin: 'http://localhost:1' } })).statusCode, 201)
  const foreign = await api.app.inject({ ...put, headers: { host: 'localhost', origin: 'https://mes.example' } })
  assert.equal(foreign.statusCode, 200)
  assert.equal(foreign.headers['access-control-allow-origin'], 'https://mes.example')
  const preflight = await api.app.inject({ method: 'OPTIONS', url: '/api/v1/assets/a', headers: { host: 'localhost', origin: 'https://mes.example', 'access-control-request-method': 'PUT' } })
  assert.equal(preflight.statusCode, 204)
})

test('every answer carries the security headers, errors too', async () => {
  for (const url of ['/', '/healthz', '/nothing', '/api/docs']) {
    const { headers } = await api.app.inject(url)
    assert.match(String(headers['content-security-policy']), /default-src 'self'/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
  }
})

test('a wrong address, method or content type is told with what would be right', async () => {
  const nothing = await api.app.inject('/api/v1/asets')
  assert.equal(nothing.statusCode, 404)
  assert.match(nothing.json().detail, /did you mean "\/api\/v1\/assets"/)
  const method = await api.app.inject({ method: 'DELETE', url: '/api/v1/signals' })
  assert.equal(method.statusCode, 405)
  assert.equal(method.headers.allow, 'GET, HEAD')
  assert.equal((await api.app.inject({ method: 'POST', url: '/api/v1/signals/a/b/samples', payload: {} })).statusCode, 405)
  const type = await api.app.inject({ ...put, payload: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  assert.equal(type.statusCode, 415)
  assert.equal(type.json().code, 'UNSUPPORTED')
})

test('a body that is no JSON, empty, too large or too deep is refused and the server goes on', async () => {
  const json = { 'content-type': 'application/json' }
  for (const [payload, status] of [['{"a":', 400], ['', 400], [`{"description":"${'x'.repeat(70_000)}"}`, 413], ['['.repeat(30_000), 400], ['{"__proto__":{"x":1}}', 400]] as const) {
    const answer = await api.app.inject({ ...put, payload, headers: json })
    assert.equal(answer.statusCode, status, payload.slice(0, 20))
    assert.equal(answer.headers['content-type'], 'application/problem+json')
  }
  assert.equal((await api.app.inject('/healthz')).statusCode, 200)
})

test('an address that is no UTF-8 is refused as a problem', async () => {
  const answer = await api.app.inject('/api/v1/assets/%ff%fe')
  assert.equal(answer.statusCode, 400)
  assert.equal(answer.json().code, 'BAD_REQUEST')
})

test('what is no HTTP, has huge headers, or dawdles is answered and hung up on', async () => {
  assert.match(await say('\u0016\u0003\u0001 hello\r\n\r\n'), /400 [\s\S]*problem\+json/)
  assert.match(await say(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`), /^HTTP\/1.1 431/)
  assert.match(await say('GET / HTTP/1.1\r\nHost: lo'), /^HTTP\/1.1 408[\s\S]*REQUEST_TIMEOUT/)
  assert.match(await say('PUT /api/v1/assets/slow HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{'), /^HTTP\/1.1 408/)
})
