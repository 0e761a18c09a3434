import assert from 'node:assert/strict'
import { request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { constants, createGunzip } from 'node:zlib'
import { after, before, test } from 'node:test'
import { openTestApi, type TestApi } from '../test-api.ts'

let api: TestApi
let port: number
before(async () => {
  api = await openTestApi({ settings: { liveIntervalMs: 20, liveHeartbeatMs: 50, liveFrozenMs: 200, maxLiveClients: 5, maxLiveSignals: 10 } })
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  port = (api.app.server.address() as AddressInfo).port
})
after(() => api.close())

interface LiveEvent {
  readonly event: string
  readonly id: string | undefined
  readonly data: { readonly signals: readonly unknown[]; readonly times?: readonly number[]; readonly values?: readonly unknown[]; readonly qualities?: readonly string[] }
}

/** A client of the stream that reads events as a browser would. */
class EventReader {
  readonly #response: IncomingMessage
  readonly #bytes: Readable
  #text = ''
  comments = 0

  constructor(response: IncomingMessage) {
    this.#response = response
    this.#bytes = response.headers['content-encoding'] === 'gzip' ? response.pipe(createGunzip({ flush: constants.Z_SYNC_FLUSH })) : response
    this.#bytes.setEncoding('utf8')
  }

  static open(query: string, lastEventId?: string, encoding?: string): Promise<EventReader> {
    return new Promise((resolve, reject) => {
      const headers = { ...(lastEventId !== undefined && { 'last-event-id': lastEventId }), ...(encoding !== undefined && { 'accept-encoding': encoding }) }
      request({ port, host: '127.0.0.1', path: `/api/v1/live?${query}`, headers }, (response) => resolve(new EventReader(response))).on('error', reject).end()
    })
  }

  get headers() {
    return this.#response.headers
  }

  /** The next event; comments are counted and passed over. */
  async next(): Promise<LiveEvent> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end >= 0) {
        const block = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        if (block.startsWith(':')) this.comments++
        const fields = new Map(block.split('\n').map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]))
        const data = fields.get('data')
        if (data !== undefined) return { event: fields.get('event') ?? 'message', id: fields.get('id'), data: JSON.parse(data) }
        continue
      }
      const piece: string | null = this.#bytes.read()
      if (piece !== null) this.#text += piece
      else await this.#more()
    }
  }

  #more(): Promise<void> {
    const bytes = this.#bytes
    return new Promise((resolve, reject) => {
      const done = () => {
        bytes.off('readable', done).off('close', done)
        if (bytes.destroyed) reject(new Error('the stream ended'))
        else resolve()
      }
      bytes.on('readable', done).on('close', done)
    })
  }

  close(): void {
    this.#response.destroy()
  }
}


const metric = async (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec((await api.app.inject('/metrics')).body)?.[1])

test('a client gets the signals, their last values at once, then changes', async () => {
  await api.write('a/press', 'temperature', [[10, 20.5]])
  await api.write('a/press', 'running', [[10, true]])
  const reader = await EventReader.open('under=a')
  assert.match(String(reader.headers['content-type']), /^text\/event-stream/)
  assert.ok(reader.headers['content-security-policy'])
  const signals = await reader.next()
  assert.deepEqual(signals, { event: 'signals', id: undefined, data: { signals: [{ path: 'a/press/running', kind: 'boolean' }, { path: 'a/press/temperature', kind: 'number' }] } })
  const first = await reader.next()
  assert.deepEqual(first.data.values, [true, 20.5])
  assert.deepEqual(first.data.qualities, undefined, 'all are good')
  await api.write('a/press', 'temperature', [[9, 20.6], [8, 20.7]])
  const change = await reader.next()
  assert.deepEqual(change.data.signals, [1])
  assert.deepEqual(change.data.values, [20.7], 'the newest of a group')
  await api.write('a/press', 'temperature', [[7, null, 0x8000_0000]])
  const bad = await reader.next()
  assert.deepEqual([bad.data.values, bad.data.qualities], [[null], ['bad']])
  reader.close()
})

test('signals are chosen by name, and unknown ones are refused', async () => {
  await api.write('b', 'x', [[10, 1]])
  await api.write('b', 'y', [[10, 2]])
  const reader = await EventReader.open('signals=b/y,b/x')
  assert.deepEqual((await reader.next()).data.signals, [{ path: 'b/y', kind: 'number' }, { path: 'b/x', kind: 'number' }])
  assert.deepEqual((await reader.next()).data.values, [2, 1])
  reader.close()
  for (const [query, code] of [['signals=b/z', 'SIGNAL_UNKNOWN'], ['under=zz', 'NOT_FOUND'], ['', 'BAD_REQUEST'], ['under=b&signals=b/x', 'BAD_REQUEST']]) {
    assert.equal((await api.app.inject(`/api/v1/live?${query}`)).json().code, code, query)
  }
})

test('after a reconnect come the values that changed since, and all of them when the server does not know the client', async () => {
  await api.write('c', 'x', [[10, 1]])
  await api.write('c', 'y', [[10, 2]])
  const watcher = await EventReader.open('under=c')
  const lost = await EventReader.open('under=c')
  await lost.next()
  const seen = await lost.next()
  lost.close()
  await watcher.next()
  await watcher.next()
  await api.write('c', 'y', [[5, 3]])
  await watcher.next()
  const again = await EventReader.open('under=c', seen.id)
  await again.next()
  assert.deepEqual((await again.next()).data.values, [3])
  again.close()
  const stranger = await EventReader.open('under=c', 'other:7')
  await stranger.next()
  assert.deepEqual((await stranger.next()).data.values, [1, 3])
  stranger.close()
  watcher.close()
})

test('signals that come later, go, or are renamed are told', async () => {
  await api.write('d', 'x', [[10, 1]])
  const reader = await EventReader.open('under=d')
  await reader.next()
  await reader.next()
  await api.write('d', 'y', [[10, 2]])
  assert.deepEqual((await reader.next()).data.signals, [{ path: 'd/x', kind: 'number' }, { path: 'd/y', kind: 'number' }])
  assert.deepEqual((await reader.next()).data.values, [1, 2])
  await api.app.inject({ method: 'PATCH', url: '/api/v1/signals/d/x', payload: { path: 'd/z' } })
  assert.deepEqual((await reader.next()).data.signals, [{ path: 'd/y', kind: 'number' }, { path: 'd/z', kind: 'number' }])
  reader.close()
})

test('a client that takes gzip is told the same, packed, signs of life included', async () => {
  await api.write('p', 'text', [[10, '温度 '.repeat(2_000)]])
  const plain = await EventReader.open('under=p')
  const packed = await EventReader.open('under=p', undefined, 'gzip')
  assert.deepEqual([plain.headers['content-encoding'], packed.headers['content-encoding']], [undefined, 'gzip'])
  assert.deepEqual([await packed.next(), await packed.next()], [await plain.next(), await plain.next()])
  setTimeout(() => void api.write('p', 'text', [[9, 'after a while']]), 200)
  assert.deepEqual((await packed.next()).data.values, ['after a while'])
  assert.ok(packed.comments >= 1)
  for (const reader of [plain, packed]) reader.close()
})

test('a quiet stream shows that it lives', async () => {
  await api.write('e', 'x', [[10, 1]])
  const reader = await EventReader.open('under=e')
  await reader.next()
  await reader.next()
  setTimeout(() => void api.write('e', 'x', [[9, 2]]), 200)
  await reader.next()
  assert.ok(reader.comments >= 1)
  reader.close()
})

test('more clients or signals than allowed are refused', async () => {
  await api.write('f', 'x', [[10, 1]])
  const readers = await Promise.all(Array.from({ length: 5 }, () => EventReader.open('under=f')))
  const sixth = await EventReader.open('under=f')
  assert.equal(sixth.headers['content-type'], 'application/problem+json')
  for (const reader of [...readers, sixth]) reader.close()
  for (let index = 0; index < 11; index++) await api.write('many', `s${index}`, [[1, index]])
  assert.equal((await api.app.inject('/api/v1/live?under=many')).json().code, 'LIMIT_REACHED')
})

test('a client that takes nothing gets less, then is cut off, while others see every change', async () => {
  await api.write('g', 'text', [[100_000, 'begin']])
  const frozenBefore = await metric('millwright_live_frozen_total')
  const frozen = await EventReader.open('under=g')
  const healthy = await EventReader.open('under=g')
  await healthy.next()
  await healthy.next()
  // Nobody reads `frozen`: its buffers fill with texts of 200 KB until the server holds back.
  for (let index = 0; index < 60; index++) {
    const text = `${index} ${'x'.repeat(200_000)}`
    await api.write('g', 'text', [[50_000 - index, text]])
    const seen = await healthy.next()
    assert.equal(seen.data.values?.[0], text)
  }
  for (let tries = 0; tries < 100 && (await metric('millwright_live_frozen_total')) === frozenBefore; tries++) await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(await metric('millwright_live_frozen_total'), frozenBefore + 1)
  assert.ok((await metric('millwright_live_frames_thinned_total')) > 0)
  await api.write('g', 'text', [[1, 'still here']])
  assert.deepEqual((await healthy.next()).data.values, ['still here'])
  healthy.close()
  frozen.close()
})
