import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt'
import { Mosquitto, mosquittoCommand } from '../../test/support/mosquitto.ts'
import { openLink, type LinkOptions } from './broker-link.ts'

const skip = mosquittoCommand === undefined ? 'mosquitto is not installed (apt-get install mosquitto)' : false
const message = (verb: string, text: string) => ({ topic: `spBv1.0/G/${verb}/E`, payload: Buffer.from(text) })
const silent = { onMessage: () => undefined, onLost: () => undefined }

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (condition()) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`not within 15 s: ${what}`)
}

describe('the link of an edge node', { skip, timeout: 60_000 }, () => {
  let broker: Mosquitto
  let watcher: MqttClient
  const seen: IPublishPacket[] = []
  const options = (more: Partial<LinkOptions['settings']> = {}): LinkOptions => ({
    url: `mqtt://127.0.0.1:${broker.port}`, clientId: 'edge', will: message('NDEATH', 'dead'), subscriptions: ['spBv1.0/G/NCMD/E'], settings: { protocol: '5', keepAliveS: 30, ...more },
  })
  const verbs = () => seen.map(({ topic, payload }) => `${topic.split('/')[2]} ${payload.toString()}`)

  before(async () => {
    broker = await Mosquitto.start()
    watcher = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 })
    watcher.on('message', (_topic, _payload, packet) => seen.push(packet))
    await watcher.subscribeAsync('spBv1.0/#', { qos: 2 })
  })
  after(async () => {
    watcher?.end(true)
    await broker?.stop()
  })

  for (const protocol of ['5', '3.1.1'] as const) {
    test(`births and data have QoS 0 and are not retained; a clean end tells the death (MQTT ${protocol})`, async () => {
      seen.length = 0
      const link = await openLink(options({ protocol }), silent)
      const fenced = Promise.withResolvers<void>()
      link.publish(message('NBIRTH', 'born'))
      link.publish(message('NDATA', '1'))
      link.fence(fenced.resolve)
      await fenced.promise
      await link.close(message('NDEATH', 'dead'))
      await until('the death', () => verbs().includes('NDEATH dead'))
      assert.deepEqual(verbs(), ['NBIRTH born', 'NDATA 1', 'NDEATH dead'])
      assert.deepEqual(seen.map(({ qos, retain }) => [qos, retain]), [[0, false], [0, false], [1, false]])
    })
  }

  test('a link that breaks is told once, and its will of QoS 1 is the death; commands come', async () => {
    seen.length = 0
    const [lost, came]: [string[], string[]] = [[], []]
    const link = await openLink(options(), { onMessage: (topic, payload) => void came.push(`${topic} ${Buffer.from(payload).toString()}`), onLost: (reason) => void lost.push(reason) })
    await watcher.publishAsync('spBv1.0/G/NCMD/E', 'x')
    await until('the command', () => came.length === 1)
    assert.deepEqual(came, ['spBv1.0/G/NCMD/E x'])
    await broker.end()
    await until('lost', () => lost.length === 1)
    // What is told to it now goes nowhere, and harms nobody.
    link.publish(message('NDATA', 'late'))
    link.fence(() => assert.fail('nobody answers'))
    await link.close(message('NDEATH', 'dead'))
    await broker.run()
    assert.equal(lost.length, 1)
    await assert.rejects(openLink({ ...options(), url: 'mqtt://127.0.0.1:1' }, silent), { code: 'SOURCE_UNREACHABLE' })
    await assert.rejects(openLink(options({ caFile: '/nowhere/ca.pem' }), silent), { code: 'CONFIG_INVALID', message: /\/nowhere\/ca\.pem cannot be read/ })
  })
})
