import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt'
import { startTestBroker, type TestBroker } from './testing/test-broker.ts'

for (const protocolVersion of [4, 5] as const) {
  describe(`MQTT.js with protocol level ${protocolVersion}`, () => {
    let host: TestBroker
    const clients: MqttClient[] = []
    before(async () => {
      host = await startTestBroker()
    })
    after(async () => {
      await Promise.all(clients.map((client) => client.endAsync(true)))
      await host.broker.close()
    })

    async function connect(options: IClientOptions = {}): Promise<MqttClient> {
      const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${host.port}`, { protocolVersion, reconnectPeriod: 0, ...options }, false)
      clients.push(client)
      return client
    }

    for (const qos of [0, 1, 2] as const) {
      it(`brings QoS ${qos} messages from one client to another`, async () => {
        const [subscriber, publisher] = await Promise.all([connect(), connect()])
        await subscriber.subscribeAsync(`q${qos}/#`, { qos: 2 })
        const got = collect(subscriber, 100)
        for (let n = 0; n < 100; n++) publisher.publish(`q${qos}/t`, String(n), { qos })
        const packets = await got
        assert.deepEqual(packets.map(({ payload }) => Number(payload.toString())), Array.from({ length: 100 }, (_, n) => n))
        assert.ok(packets.every((packet) => packet.qos === qos))
      })
    }

    it('gives a later subscriber the retained message', async () => {
      const [publisher, subscriber] = await Promise.all([connect(), connect()])
      await publisher.publishAsync('kept/a', 'one', { qos: 1, retain: true })
      const got = collect(subscriber, 1)
      await subscriber.subscribeAsync('kept/+', { qos: 1 })
      const [packet] = await got
      assert.equal(packet?.payload.toString(), 'one')
      assert.equal(packet?.retain, true)
    })

    it('acknowledges samples only after they are durable', async () => {
      const publisher = await connect()
      host.sink.manual = true
      let acknowledged = false
      const publishing = publisher.publishAsync('mw/v1/a/b', '1', { qos: 1 }).then(() => (acknowledged = true))
      await new Promise((resolve) => setTimeout(resolve, 50))
      assert.equal(acknowledged, false)
      host.sink.manual = false
      host.sink.settle()
      await publishing
      assert.deepEqual(host.intake.taken.pop(), 'mw/v1/a/b 1')
    })
  })
}

function collect(client: MqttClient, count: number): Promise<IPublishPacket[]> {
  return new Promise((resolve) => {
    const packets: IPublishPacket[] = []
    client.on('message', (_topic, _payload, packet) => {
      packets.push(packet)
      if (packets.length === count) resolve(packets)
    })
  })
}
