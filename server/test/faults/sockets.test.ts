import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { generate, type Packet } from 'mqtt-packet'
import { endAll, MillwrightProcess } from '../support/millwright-process.ts'
import { Ledger } from './ledger.ts'
import { Machines, mqttSocket } from './machines.ts'
import { pause, quantile, scaled, seeded, until } from './scale.ts'

const MIB = 1024 * 1024
const SLOW_SOCKETS = scaled(500, 2_000)
const FUZZ_PACKETS = scaled(100_000, 10_000_000)

let millwright: MillwrightProcess
const startMs = Date.now() - 3_600_000
before(async () => {
  millwright = await MillwrightProcess.start({ flags: ['--log.level', 'warn', '--api.max-connections', '5000'] })
})
after(async () => {
  await millwright.stop()
  await endAll()
})

/** Sockets of somebody who means no good; what the other side does to them is no error. */
async function openSockets(port: number, count: number): Promise<Socket[]> {
  return await Promise.all(
    Array.from({ length: count }, () => {
      return new Promise<Socket>((resolve, reject) => {
        const socket = connect({ port, host: '127.0.0.1' }, () => {
          socket.off('error', reject)
          socket.on('error', () => undefined)
          resolve(socket)
        })
        socket.once('error', reject)
        socket.resume()
      })
    }),
  )
}

const open = (sockets: readonly Socket[]) => sockets.filter((socket) => !socket.closed).length

test('A1: 100 sockets that announce a CONNECT of 200 MB are closed at its header', async (t) => {
  const other = await mqttSocket(millwright.mqttPort, 'well-behaved')
  t.after(() => other.destroy())
  const before = await millwright.residentBytes()
  const sockets = await openSockets(millwright.mqttPort, 100)
  // Remaining length 200,000,000 (MQTT 3.1.1, 2.2.3), then as much of the body as the broker takes.
  const header = Buffer.from([0x10, 0x80, 0x84, 0xaf, 0x5f, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60])
  const started = performance.now()
  for (const socket of sockets) {
    socket.write(header)
    socket.write(Buffer.alloc(MIB))
  }
  const ms = await until('all are closed', 20_000, () => open(sockets) === 0)
  const grown = (await millwright.residentBytes()) - before
  assert.ok(grown < 64 * MIB, `memory grew by ${grown} bytes`)
  assert.equal(other.closed, false)
  t.diagnostic(`all closed ${Math.round(ms)} ms (${Math.round(performance.now() - started)} ms with the writes); memory ${(grown / MIB).toFixed(1)} MiB`)
})

test(`A2: ${SLOW_SOCKETS} sockets that send a byte now and then, on MQTT, as headers and as bodies on HTTP, are dropped; others connect meanwhile`, { timeout: 120_000 }, async (t) => {
  const mqtt = await openSockets(millwright.mqttPort, SLOW_SOCKETS)
  const headers = await openSockets(millwright.httpPort, SLOW_SOCKETS)
  const bodies = await openSockets(millwright.httpPort, SLOW_SOCKETS)
  const http = [...headers, ...bodies]
  for (const socket of bodies) socket.write('POST /api/v1/samples HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000\r\n\r\n')
  const [connectPacket, request] = [Buffer.from([0x10, 60, 0, 4, 0x4d, 0x51, 0x54, 0x54]), Buffer.from('GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nX-Slow: 1\r\n')]
  const started = performance.now()
  let at = 0
  const drip = setInterval(() => {
    for (const socket of mqtt) if (!socket.closed) socket.write(connectPacket.subarray(at % connectPacket.length, (at % connectPacket.length) + 1))
    for (const socket of bodies) if (!socket.closed) socket.write(' ')
    for (const socket of headers) if (!socket.closed) socket.write(request.subarray(at % request.length, (at % request.length) + 1))
    at++
  }, 2_000)
  t.after(() => {
    clearInterval(drip)
    for (const socket of [...mqtt, ...http]) socket.destroy()
  })
  const latencies: number[] = []
  let mqttMs = 0
  await until('all are dropped', 60_000, async () => {
    const before = performance.now()
    const client = await mqttSocket(millwright.mqttPort, `quick-${latencies.length}`)
    latencies.push(performance.now() - before)
    client.destroy()
    await millwright.getJson('/api/v1/status')
    if (mqttMs === 0 && open(mqtt) === 0) mqttMs = performance.now() - started
    return mqttMs > 0 && open(http) === 0
  })
  assert.ok(quantile(latencies, 0.99) < 10_000, 'nobody else can connect')
  t.diagnostic(`MQTT dropped after ${(mqttMs / 1000).toFixed(1)} s, HTTP after ${((performance.now() - started) / 1000).toFixed(1)} s; others connect in ${Math.round(quantile(latencies, 0.99))} ms (p99)`)
})

test(`A3: ${FUZZ_PACKETS} broken packets over real sockets: no crash, no growth, others undisturbed`, { timeout: scaled(240_000, 7_200_000) }, async (t) => {
  const random = seeded(20_261_125)
  const ledger = new Ledger('bystander', 5)
  const machines = await Machines.start({ port: millwright.mqttPort, ledger, connections: 2, messagesPerSecond: 100, startMs, clientPrefix: 'bystander' })
  t.after(() => machines.stop())
  const before = await millwright.residentBytes()
  let sockets = 0
  for (let sent = 0; sent < FUZZ_PACKETS; sockets++) {
    const [socket] = await openSockets(millwright.mqttPort, 1)
    assert.ok(socket !== undefined)
    const packets = Array.from({ length: 200 }, () => mangled(random))
    sent += packets.length
    const hello = random() < 0.95 ? [generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 5, clientId: `fuzz${sockets % 7}`, clean: true, keepalive: 5 }, { protocolVersion: 5 })] : []
    // Most packets stand alone, so that the first broken one does not hide the rest from the decoder.
    const writes = random() < 0.5 ? [Buffer.concat([...hello, ...packets])] : [...hello, ...packets]
    for (const bytes of writes) socket.write(bytes)
    socket.end()
    await Promise.race([new Promise((resolve) => socket.once('close', resolve)), pause(2_000)])
    socket.destroy()
  }
  const grown = (await millwright.residentBytes()) - before
  const acked = machines.ackedMessages
  await until('the bystanders go on', 20_000, () => machines.ackedMessages > acked)
  assert.ok(machines.isConnected && millwright.isAlive)
  assert.equal(/BUG/.test(millwright.output), false, millwright.output)
  assert.ok(grown < 256 * MIB, `memory grew by ${grown} bytes`)
  const latencies = machines.takeLatencies()
  t.diagnostic(`${sockets} connections, memory ${(grown / MIB).toFixed(1)} MiB; bystanders acknowledged in ${Math.round(quantile(latencies, 0.99))} ms (p99)`)
  machines.pause()
  await until('all is acknowledged', 20_000, () => machines.unacked === 0)
  const { missing, wrong, doubled, examples } = await ledger.balance(millwright, startMs, startMs + 3_600_000)
  assert.deepEqual([missing, wrong, doubled], [0, 0, 0], examples.join('; '))
})

/** A packet that was valid before a few of its bytes were changed, cut or repeated. */
function mangled(random: () => number): Buffer {
  const messageId = 1 + Math.floor(random() * 20)
  const kinds: Packet[] = [
    { cmd: 'publish', topic: `mw/v1/fuzz/${Math.floor(random() * 9)}`, payload: '{"values":{"x":1}}', qos: 1, dup: false, retain: random() < 0.2, messageId, properties: { topicAlias: 1, userProperties: { a: 'b' } } },
    { cmd: 'publish', topic: 'fuzz', payload: 'x'.repeat(Math.floor(random() * 100)), qos: 2, dup: false, retain: false, messageId },
    { cmd: 'subscribe', messageId, subscriptions: [{ topic: 'fuzz/#', qos: 2 }] },
    { cmd: 'unsubscribe', messageId, unsubscriptions: ['fuzz/#'] },
    { cmd: 'pubrel', messageId },
    { cmd: 'pingreq' },
  ]
  const bytes = generate(kinds[Math.floor(random() * kinds.length)] as Packet, { protocolVersion: 5 })
  const shape = random()
  if (shape < 0.4) return bytes
  if (shape < 0.5) return bytes.subarray(0, Math.floor(random() * bytes.length))
  if (shape < 0.55) return Buffer.concat([bytes, bytes.subarray(1)])
  const copy = Buffer.from(bytes)
  for (let flips = 1 + Math.floor(random() * 3); flips > 0; flips--) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256)
  return copy
}
