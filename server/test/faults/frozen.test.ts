import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { connectAsync } from 'mqtt'
import { generate } from 'mqtt-packet'
import { endAll, MillwrightProcess } from '../support/millwright-process.ts'
import { Ledger } from './ledger.ts'
import { Machines, mqttSocket } from './machines.ts'
import { pause, quantile, scaled, until } from './scale.ts'

const MIB = 1024 * 1024
const FROZEN = 100
/** Of the MQTT subscribers, those with QoS 1: the broker sends them no more than 1,024 unacknowledged messages, which fit into the sockets, so they stay, within their queues. */
const UNACKNOWLEDGING = 20
const SECONDS = scaled(5, 120)

let millwright: MillwrightProcess
before(async () => {
  // A client that takes nothing is cut off after 3 s instead of 30 s, so that the test sees it.
  millwright = await MillwrightProcess.start({ flags: ['--log.level', 'warn', '--api.live-frozen-ms', '3000', '--mqtt.stall-seconds', '3'] })
})
after(async () => {
  await millwright.stop()
  await endAll()
})

interface Status {
  readonly live: { readonly clients: number; readonly frozen: number }
  readonly sources: readonly { readonly name: string; readonly clients: number }[]
}

test(`A13: ${FROZEN} live streams and ${FROZEN} MQTT subscribers that read nothing are bounded or cut off; others get all in time`, { timeout: scaled(180_000, 900_000) }, async (t) => {
  const ledger = new Ledger('plant', 400)
  const machines = await Machines.start({ port: millwright.mqttPort, ledger, connections: 2, messagesPerSecond: 60, startMs: Date.now() - 3_600_000 })
  t.after(() => machines.stop())
  await until('machines are there', 20_000, () => ledger.points > 1_000)

  // The honest ones: an MQTT subscriber that notes how late each message is, and a live stream.
  const subscriber = await connectAsync({ port: millwright.mqttPort, host: '127.0.0.1', clientId: 'honest', reconnectPeriod: 0 })
  t.after(() => subscriber.endAsync(true))
  const lateMs: number[] = []
  subscriber.on('message', (_topic, payload) => lateMs.push(Date.now() - Number(payload.toString())))
  await subscriber.subscribeAsync('clock', { qos: 0 })
  const clock = await mqttSocket(millwright.mqttPort, 'clock')
  const tick = setInterval(() => clock.write(generate({ cmd: 'publish', topic: 'clock', payload: String(Date.now()), qos: 0, dup: false, retain: false })), 100)
  t.after(() => {
    clearInterval(tick)
    clock.destroy()
  })
  const live = new AbortController()
  t.after(() => live.abort())
  let liveBytes = 0
  void readLive(live.signal, (bytes) => (liveBytes += bytes)).catch(() => undefined)
  await pause(2_000)
  const quietMs = quantile(lateMs.splice(0), 0.99)
  const quietAck = quantile(machines.takeLatencies(), 0.99)
  const before = await millwright.residentBytes()

  const frozen: Socket[] = []
  t.after(() => frozen.forEach((socket) => socket.destroy()))
  for (let i = 0; i < FROZEN; i++) {
    frozen.push(await frozenSocket(millwright.httpPort, `GET /api/v1/live?under=plant HTTP/1.1\r\nHost: localhost\r\n\r\n`))
    const hello = generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId: `frozen${i}`, clean: true, keepalive: 0 })
    frozen.push(await frozenSocket(millwright.mqttPort, Buffer.concat([hello, generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'mw/#', qos: i < UNACKNOWLEDGING ? 1 : 0 }] })])))
  }
  const started = performance.now()
  let peak = before
  let cutMs = 0
  await until('the frozen ones are cut off', SECONDS * 1_000 + 120_000, async () => {
    peak = Math.max(peak, await millwright.residentBytes())
    const { live: streams, sources } = (await millwright.getJson('/api/v1/status')) as Status
    const clients = sources.find(({ name }) => name === 'mqtt')?.clients ?? Infinity
    if (cutMs === 0 && streams.clients <= 1 && clients <= 4 + UNACKNOWLEDGING) cutMs = performance.now() - started
    return cutMs > 0 && performance.now() - started > SECONDS * 1_000
  })
  const bytesBefore = liveBytes
  await until('the honest stream goes on', 20_000, () => liveBytes > bytesBefore)
  assert.ok(machines.isConnected && subscriber.connected)
  assert.ok(peak - before < 700 * MIB, `memory grew by ${peak - before} bytes`)
  assert.ok(lateMs.length > SECONDS * 2, 'the honest subscriber got little')
  t.diagnostic(`cut off after ${(cutMs / 1000).toFixed(1)} s; memory +${Math.round((peak - before) / MIB)} MiB; honest subscriber p99 ${quietMs} ms before, ${quantile(lateMs, 0.99)} ms meanwhile; acknowledgement p99 ${Math.round(quietAck)} ms before, ${Math.round(quantile(machines.takeLatencies(), 0.99))} ms meanwhile`)
})

async function readLive(signal: AbortSignal, took: (bytes: number) => void): Promise<void> {
  const answer = await fetch(`${millwright.url}/api/v1/live?under=plant`, { signal })
  for await (const piece of answer.body ?? []) took((piece as Uint8Array).length)
}

/** A socket that sends its request and then takes nothing. */
function frozenSocket(port: number, hello: string | Buffer): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.pause()
      socket.write(hello)
      socket.off('error', reject)
      socket.on('error', () => undefined)
      resolve(socket)
    })
    socket.once('error', reject)
  })
}
