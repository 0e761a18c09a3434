import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { createGzip } from 'node:zlib'
import { connectAsync } from 'mqtt'
import { endAll, MillwrightProcess } from '../support/millwright-process.ts'
import { Ledger } from './ledger.ts'
import { Machines } from './machines.ts'
import { pause, quantile, scaled, until } from './scale.ts'

const MIB = 1024 * 1024
const BOMB_BYTES = scaled(1_000 * MIB, 10_000 * MIB)
const startMs = Date.now() - 3_600_000

let millwright: MillwrightProcess
let machines: Machines
const ledger = new Ledger('bystander', 5)
before(async () => {
  millwright = await MillwrightProcess.start({ flags: ['--log.level', 'warn'] })
  machines = await Machines.start({ port: millwright.mqttPort, ledger, connections: 2, messagesPerSecond: 100, startMs, clientPrefix: 'bystander' })
})
after(async () => {
  machines.stop()
  await millwright.stop()
  await endAll()
})

async function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}, path = '/api/v1/samples'): Promise<{ readonly status: number; readonly text: string; readonly ms: number }> {
  const started = performance.now()
  const answer = await fetch(millwright.url + path, { method: 'POST', body, headers })
  return { status: answer.status, text: await answer.text(), ms: performance.now() - started }
}

/** A body of zeros that grows a thousand times when it is unpacked, as long as the server reads it. */
function postBomb(): Promise<number> {
  return new Promise((resolve, reject) => {
    const gzip = createGzip()
    const call = request(`${millwright.url}/api/v1/samples`, { method: 'POST', headers: { 'content-encoding': 'gzip' } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
      call.destroy()
      gzip.destroy()
    })
    call.on('error', (error) => reject(error))
    gzip.on('error', () => undefined)
    gzip.pipe(call)
    const zeros = Buffer.alloc(MIB, 0x20)
    let written = 0
    const more = () => {
      while (written < BOMB_BYTES && !gzip.destroyed) {
        written += zeros.length
        if (!gzip.write(zeros)) return void gzip.once('drain', more)
      }
      gzip.end()
    }
    more()
  })
}

test('A5: bodies made to do harm are refused quickly, in little memory, and nobody else waits for them', { timeout: 120_000 }, async (t) => {
  await until('bystanders are there', 20_000, () => ledger.points > 100)
  const before = await millwright.residentBytes()
  machines.takeLatencies()
  const bombStarted = performance.now()
  assert.equal(await postBomb(), 413)
  const bombMs = performance.now() - bombStarted
  const deep = '['.repeat(100_000)
  const cases: readonly (readonly [string, string, number])[] = [
    ['nested arrays', `${deep}${']'.repeat(100_000)}`, 400],
    ['nested arrays without an end', deep, 400],
    ['nested objects', `{"path":"p/a","values":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`, 400],
    ['many keys', `{"path":"p/a","values":{${Array.from({ length: 200_000 }, (_, i) => `"..${i}/":1`).join(',')}}}`, 400],
    ['a key of 10 MB', `{"path":"p/a","values":{"${'k'.repeat(10_000_000)}":1}}`, 413],
    ['a text without an end', `{"path":"p/a","values":{"x":"${'k'.repeat(10_000_000)}`, 413],
  ]
  for (const [name, body, status] of cases) {
    const answer = await post(body)
    assert.equal(answer.status, status, `${name}: ${answer.text.slice(0, 300)}`)
    t.diagnostic(`${name}: ${answer.status} after ${Math.round(answer.ms)} ms`)
  }
  const declared = await new Promise<number>((resolve, reject) => {
    const call = request(`${millwright.url}/api/v1/samples`, { method: 'POST', headers: { 'content-length': String(100 * MIB) } }, (answer) => {
      resolve(answer.statusCode ?? 0)
      call.destroy()
    })
    call.on('error', reject)
    call.write('{"path":')
  })
  assert.equal(declared, 413, '100 MB are refused by what the header says')
  const grown = (await millwright.residentBytes()) - before
  assert.ok(grown < 512 * MIB, `memory grew by ${grown} bytes`)
  t.diagnostic(`bomb of ${BOMB_BYTES / MIB} MiB: 413 after ${Math.round(bombMs)} ms; memory ${(grown / MIB).toFixed(0)} MiB; bystanders acknowledged in ${Math.round(quantile(machines.takeLatencies(), 0.99))} ms (p99)`)
  assert.ok(machines.isConnected)
})

/** Values and messages that are not what they should be, each with a good value `ok` beside it where that is possible. */
const BAD: readonly { readonly what: string; readonly values?: string; readonly whole?: string; readonly goodIsKept: boolean }[] = [
  { what: 'not a number', values: '"ok":1,"bad":NaN', goodIsKept: true },
  { what: 'infinity', values: '"ok":1,"bad":Infinity', goodIsKept: true },
  { what: 'minus infinity', values: '"ok":1,"bad":-Infinity', goodIsKept: true },
  { what: 'a number beyond double', values: '"ok":1,"bad":1e999', goodIsKept: true },
  { what: 'an empty name', values: '"ok":1,"":2', goodIsKept: true },
  { what: 'a name of two points', values: '"ok":1,"..":2', goodIsKept: true },
  { what: 'a control character in a name', values: '"ok":1,"a\\u0000b":2', goodIsKept: true },
  { what: 'a line break in a name', values: '"ok":1,"a\\nb":2', goodIsKept: true },
  { what: 'a slash in a name', values: '"ok":1,"a/b":2', goodIsKept: true },
  { what: 'a wildcard in a name', values: '"ok":1,"a#b":2', goodIsKept: true },
  { what: 'a name of 1 MB', values: `"ok":1,"${'n'.repeat(1_000_000)}":2`, goodIsKept: true },
  { what: 'nesting of 100,000', values: `"ok":1,"bad":${'['.repeat(100_000)}${']'.repeat(100_000)}`, goodIsKept: false },
  { what: 'a text for a number', values: '"ok":1,"number":"text"', goodIsKept: true },
  { what: 'a time in the year 99999', whole: '"ts":3093527980800000,"values":{"ok":1}', goodIsKept: false },
  { what: 'a time in the year 9999', whole: '"ts":253402214400000,"values":{"ok":1}', goodIsKept: false },
  { what: 'a date in the year 9999', whole: '"ts":"9999-12-31T00:00:00Z","values":{"ok":1}', goodIsKept: false },
  { what: 'a time before all time', whole: '"ts":-1e300,"values":{"ok":1}', goodIsKept: false },
  { what: 'a time that is a word', whole: '"ts":"tomorrow","values":{"ok":1}', goodIsKept: false },
  { what: 'broken JSON', whole: '"values":{"ok":1', goodIsKept: false },
  { what: 'no values', whole: '"value":', goodIsKept: false },
  { what: 'values that are a list', whole: '"values":[1,2]', goodIsKept: false },
]

interface Letters {
  readonly groups: readonly { readonly source: string; readonly code: string; readonly count: number }[]
  readonly letters: readonly { readonly message: string; readonly where: string }[]
}
const letters = async () => (await millwright.getJson('/api/v1/dead-letters?limit=1000')) as Letters
const refusedBy = ({ groups }: Letters, source: string) => groups.reduce((sum, group) => sum + (group.source.startsWith(source) ? group.count : 0), 0)
const isKept = async (path: string) => (await fetch(`${millwright.url}/api/v1/signals/${path}/last`)).status === 200

test(`${BAD.length} kinds of bad payload over HTTP and MQTT: told or recorded with what was wrong, the good part kept, counted, others undisturbed`, { timeout: 120_000 }, async (t) => {
  assert.equal((await post('{"path":"bad/seed","values":{"number":1}}')).status, 200)
  const client = await connectAsync({ port: millwright.mqttPort, host: '127.0.0.1', clientId: 'bad', protocolVersion: 5, reconnectPeriod: 0 })
  let closed = 0
  client.on('close', () => closed++)
  for (const [index, { what, values, whole, goodIsKept }] of BAD.entries()) {
    const message = whole ?? `"ts":${startMs},"values":{${values}}`
    for (const way of ['http', 'mqtt'] as const) {
      const path = `bad/${way}${index}`
      // The signal `number` is a number before a text comes for it.
      assert.equal((await post(`{"path":"${path}","values":{"number":1}}`)).status, 200)
      const before = refusedBy(await letters(), way)
      if (way === 'http') {
        const answer = await post(`{"path":"${path}",${message}}`)
        assert.equal(answer.status, goodIsKept ? 200 : 400, `${what}: ${answer.text.slice(0, 300)}`)
        const told = JSON.parse(answer.text) as { refused?: { message: string }[]; detail?: string; context?: unknown }
        const reason = told.refused?.[0]?.message ?? told.detail ?? ''
        assert.ok(reason.length > 10 && reason.length < 2_000, `${what}: the answer tells no reason: ${answer.text.slice(0, 300)}`)
        assert.equal(await isKept(`${path}/ok`), goodIsKept, `${what} over HTTP`)
      } else if (message.length < MIB - 200) {
        // QoS 1 of MQTT 5 brings the reason code; a message that is good in part is taken.
        await client.publishAsync(`mw/v1/${path}`, `{${message}}`, { qos: 1 }).catch((error: unknown) => assert.equal(goodIsKept, false, `${what}: ${String(error)}`))
        assert.equal(await isKept(`${path}/ok`), goodIsKept, `${what} over MQTT`)
      } else continue
      const now = await letters()
      assert.ok(refusedBy(now, way) > before, `${what} over ${way} was not counted`)
      assert.ok(now.letters.some(({ message: reason }) => reason.length > 10), what)
    }
  }
  // 2^63 cannot be held exactly and is refused; a time of the next century is taken and flagged.
  const far = await post(`{"path":"bad/far","ts":"2150-01-01T00:00:00Z","values":{"big":9223372036854775808,"x":1}}`)
  assert.equal(far.status, 200, far.text)
  assert.match(far.text, /has more digits than a number keeps/)
  const { ingest } = (await millwright.getJson('/api/v1/status')) as { ingest: { ahead: number; refused: Record<string, number> } }
  assert.ok(ingest.ahead >= 1)
  assert.equal(closed, 0, 'the connection that sent bad payloads was closed')
  await client.endAsync()
  machines.pause()
  await until('bystanders are acknowledged', 20_000, () => machines.unacked === 0)
  await pause(100)
  const { missing, wrong, doubled, examples } = await ledger.balance(millwright, startMs, startMs + 3_600_000)
  assert.deepEqual([missing, wrong, doubled, machines.isConnected], [0, 0, 0, true], examples.join('; '))
  t.diagnostic(`refused by code: ${JSON.stringify(ingest.refused)}`)
})
