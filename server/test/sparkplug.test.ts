import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, describe, test } from 'node:test'
import mqtt, { type MqttClient } from 'mqtt'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import { decodePayload } from '@millwright/model/sparkplug/decode-payload.ts'
import { EdgeSession, type EdgeMessage, type EdgeMetric } from '@millwright/model/sparkplug/edge-session.ts'
import { parseState } from '@millwright/model/sparkplug/state-message.ts'
import { endAll, MillwrightProcess } from './support/millwright-process.ts'

/** A client of other people that keeps few of the rules (will of QoS 0, bdSeq as UInt64, no STATE). */
interface SloppyEdge {
  on(event: string, listener: (...args: never[]) => void): void
  publishNodeBirth(payload: object): void
  publishDeviceBirth(device: string, payload: object): void
  publishDeviceData(device: string, payload: object): void
  stop(): void
}
const { newClient } = createRequire(import.meta.url)('sparkplug-client') as { newClient(config: object): SloppyEdge }

after(endAll)

const speed = (value: number): EdgeMetric => ({ name: 'Motor/speed', datatype: DataType.int32, value, timestampMs: Date.now() })

/** An edge node on MQTT.js, with its device `D`, that answers orders. */
async function edgeOn(port: number, node: string, lastBdSeq?: number) {
  const session = new EdgeSession({ group: 'G', node, primaryHost: 'millwright', ...(lastBdSeq === undefined ? {} : { lastBdSeq }) })
  const { willTopic, willPayload, subscriptions } = session.connect(Date.now())
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { clean: true, reconnectPeriod: 0, will: { topic: willTopic, payload: Buffer.from(willPayload), qos: 1, retain: false } })
  const publish = ({ topic, payload }: EdgeMessage, qos: 0 | 1 = 0): Promise<unknown> => client.publishAsync(topic, Buffer.from(payload), { qos })
  let births = 0
  const born = Promise.withResolvers<void>()
  client.on('message', (topic, payload) => {
    const { order } = session.received(topic, payload)
    if (order !== 'birth') return
    births++
    void publish(session.nodeBirth([], Date.now()))
    void publish(session.deviceBirth('D', [speed(-12)], Date.now())).then(() => born.resolve())
  })
  await new Promise<void>((resolve) => client.once('connect', () => resolve()))
  await client.subscribeAsync([...subscriptions], { qos: 1 })
  await born.promise
  return { client, session, publish, births: () => births }
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 300; i++) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`not within 15 s: ${what}`)
}

interface Samples {
  readonly values: readonly (number | null)[]
  readonly qualities: readonly unknown[]
}

async function samplesOf(millwright: MillwrightProcess, signal: string): Promise<Samples | undefined> {
  return (await millwright.getJson(`/api/v1/signals/${signal}/samples?from=-1h`).catch(() => undefined)) as Samples | undefined
}

async function watch(port: number, topic: string): Promise<{ client: MqttClient; seen: { topic: string; payload: Buffer; retain: boolean }[] }> {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 })
  const seen: { topic: string; payload: Buffer; retain: boolean }[] = []
  client.on('message', (at, payload, { retain }) => seen.push({ topic: at, payload, retain }))
  await new Promise<void>((resolve) => client.once('connect', () => resolve()))
  await client.subscribeAsync(topic, { qos: 1 })
  return { client, seen }
}

describe('millwright start as a Sparkplug host', { timeout: 100_000 }, () => {
  test('takes an edge node\'s life: births by its STATE, data, sudden death, a kill -9 of ours, and what comes after', async () => {
    let millwright = await MillwrightProcess.start()
    const { dataDir } = millwright
    try {
      const edge = await edgeOn(millwright.mqttPort, 'E')
      await edge.publish(edge.session.data('D', [{ name: 'Motor/speed', value: 7, timestampMs: Date.now() }], Date.now()), 1)
      await until('the value', async () => ((await samplesOf(millwright, 'G/E/D/Motor/speed'))?.values.at(-1) === 7 ? true : undefined))
      const watcher = await watch(millwright.mqttPort, '$sparkplug/certificates/#')
      await until('certificates', async () => (watcher.seen.length === 2 ? true : undefined))
      assert.deepEqual(watcher.seen.map(({ topic, retain }) => [topic, retain]).sort(), [['$sparkplug/certificates/spBv1.0/G/DBIRTH/E/D', true], ['$sparkplug/certificates/spBv1.0/G/NBIRTH/E', true]])
      // Other subscribers get deaths with the time of their delivery.
      const deaths = await watch(millwright.mqttPort, 'spBv1.0/+/NDEATH/+')
      const beforeMs = Date.now()
      edge.client.stream.destroy()
      await until('the death', async () => (deaths.seen.length > 0 ? true : undefined))
      assert.ok(Number(decodePayload(deaths.seen[0]?.payload ?? Buffer.alloc(0)).timestampMs) >= beforeMs)
      await until('the mark', async () => ((await samplesOf(millwright, 'G/E/D/Motor/speed'))?.qualities.at(-1) === 'good' ? undefined : true))
      const again = await edgeOn(millwright.mqttPort, 'E', edge.session.bdSeq)
      await until('the new birth', async () => ((await samplesOf(millwright, 'G/E/D/Motor/speed'))?.values.at(-1) === -12 ? true : undefined))
      // What is acknowledged is on disk, whatever happens.
      for (let i = 1; i <= 20; i++) await again.publish(again.session.data('D', [{ name: 'Motor/speed', value: 100 + i, timestampMs: Date.now() + i }], Date.now()), 1)
      await new Promise((resolve) => setTimeout(resolve, 5_500))
      await millwright.kill('SIGKILL')
      again.client.end(true)
      millwright = await MillwrightProcess.start({ dataDir })
      const restarted = await until('the mark of our absence', async () => {
        const samples = await samplesOf(millwright, 'G/E/D/Motor/speed')
        return samples !== undefined && samples.values.at(-1) === null ? samples : undefined
      })
      for (let i = 1; i <= 20; i++) assert.ok(restarted.values.includes(100 + i), `value ${100 + i}`)
      const state = await watch(millwright.mqttPort, 'spBv1.0/STATE/millwright')
      await until('our STATE', async () => (state.seen.length > 0 ? true : undefined))
      assert.equal(parseState(state.seen.at(-1)?.payload.toString() ?? '')?.online, true)
      await state.client.publishAsync('spBv1.0/STATE/millwright', JSON.stringify({ online: false, timestamp: Date.now() }), { qos: 1, retain: true })
      await until('our STATE put right', async () => (parseState(state.seen.at(-1)?.payload.toString() ?? '')?.online === true && state.seen.length >= 3 ? true : undefined))
      const third = await edgeOn(millwright.mqttPort, 'E', again.session.bdSeq)
      await until('the birth after our restart', async () => ((await samplesOf(millwright, 'G/E/D/Motor/speed'))?.values.at(-1) === -12 ? true : undefined))
      const stopped = new Promise<void>((resolve) => state.client.once('close', () => resolve()))
      third.client.end(true)
      await millwright.kill('SIGTERM')
      await stopped
      assert.equal(parseState(state.seen.at(-1)?.payload.toString() ?? '')?.online, false)
    } finally {
      await millwright.stop()
    }
  })

  test('asks an edge node that it does not know for its births', async () => {
    const millwright = await MillwrightProcess.start()
    try {
      const edge = await edgeOn(millwright.mqttPort, 'F')
      const other = new EdgeSession({ group: 'G', node: 'F' })
      other.connect(Date.now())
      other.nodeBirth([], Date.now())
      other.deviceBirth('X', [speed(1)], Date.now())
      // Data of a device without a birth, from the same client.
      await edge.publish(other.data('X', [{ name: 'Motor/speed', value: 1, timestampMs: Date.now() }], Date.now()))
      await until('the rebirth', async () => (edge.births() === 2 ? true : undefined))
      edge.client.end(true)
    } finally {
      await millwright.stop()
    }
  })

  test('understands sparkplug-client, an edge of other people that keeps few of the rules', async () => {
    const millwright = await MillwrightProcess.start()
    const sloppy = newClient({ serverUrl: `mqtt://127.0.0.1:${millwright.mqttPort}`, username: '', password: '', groupId: 'G', edgeNode: 'sloppy', clientId: 'sloppy', version: 'spBv1.0' })
    try {
      const born = new Promise<void>((resolve) => sloppy.on('birth', () => resolve()))
      await born
      const now = Date.now()
      sloppy.publishNodeBirth({ timestamp: now, metrics: [{ name: 'uptime', type: 'Int64', value: 5 }, { name: 'Node Control/Rebirth', type: 'Boolean', value: false }] })
      sloppy.publishDeviceBirth('D', { timestamp: now, metrics: [{ name: 'level', type: 'Int16', value: -300 }, { name: 'name', type: 'String', value: '泵 1' }] })
      sloppy.publishDeviceData('D', { timestamp: now + 1, metrics: [{ name: 'level', type: 'Int16', value: -12 }] })
      const samples = await until('the values', async () => {
        const found = await samplesOf(millwright, 'G/sloppy/D/level')
        return found?.values.at(-1) === -12 ? found : undefined
      })
      assert.deepEqual(samples.values, [-300, -12])
      assert.deepEqual((await samplesOf(millwright, 'G/sloppy/D/name'))?.values, ['泵 1'])
    } finally {
      sloppy.stop()
      await millwright.stop()
    }
  })
})
