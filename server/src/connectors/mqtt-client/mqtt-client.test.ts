import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import mqtt from 'mqtt'
import { describeSource } from '../../../test/contracts/source.ts'
import { MemorySink } from '../../../test/support/memory-sink.ts'
import { Mosquitto, mosquittoCommand } from '../../../test/support/mosquitto.ts'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { SourceSupervisor } from '../supervisor.ts'
import { mqttClientConnector } from './connector.ts'

const skip = mosquittoCommand === undefined ? 'mosquitto is not installed (apt-get install mosquitto)' : undefined
const settings = { clientId: 'millwright', topics: ['factory/#'], prefix: 'factory/', under: 'acme' }

function partsFor(sink: MemorySink) {
  return { name: 'outside', sink, clock: systemClock, environment: () => undefined }
}

describeSource({
  name: 'mqtt-client on mosquitto',
  skip,
  isAcknowledged: true,
  start: async () => {
    const broker = await Mosquitto.start()
    const url = `mqtt://127.0.0.1:${broker.port}`
    return {
      create: (sink) => mqttClientConnector.create({ ...settings, url }, partsFor(sink)),
      createUnreachable: (sink) => mqttClientConnector.create({ ...settings, url: 'mqtt://127.0.0.1:1' }, partsFor(sink)),
      say: async (value) => await publish(url, [{ topic: 'factory/press3', payload: JSON.stringify({ temperature: value }) }]),
      cut: async () => {
        await broker.end()
        await broker.run()
      },
      stop: async () => await broker.stop(),
    }
  },
})

describe('the client of an outside broker', { skip: skip ?? false, timeout: 60_000 }, () => {
  it('shares its topics, acknowledges many messages with one sync, and loses none over a restart of the broker', async () => {
    const broker = await Mosquitto.start()
    const url = `mqtt://127.0.0.1:${broker.port}`
    const sink = new MemorySink()
    const create = () => mqttClientConnector.create({ ...settings, url, topics: ['$share/g/factory/#'] }, partsFor(sink))
    const supervisor = new SourceSupervisor({
      name: 'outside',
      create,
      sink,
      clock: systemClock,
      log: silentLog,
      random: Math.random,
      backoff: { firstMs: 20, maxMs: 100, factor: 2 },
      openTimeoutMs: 5_000,
      silenceMs: 60_000,
    })
    supervisor.start()
    try {
      await until(() => supervisor.status.state === 'open')
      await publish(url, Array.from({ length: 3_000 }, (_, i) => ({ topic: `factory/m${i % 7}`, payload: `{"ts":${1_700_000_000_000 + i},"values":{"n":${i}}}` })))
      await until(() => sink.stored.length >= 3_000)
      assert.ok(sink.commits < 2_000, `${sink.commits} commits`)
      await broker.end()
      await until(() => supervisor.status.state !== 'open')
      await broker.run()
      await until(() => supervisor.status.state === 'open')
      await publish(url, [{ topic: 'factory/m0', payload: '{"n":-1}' }, { topic: 'factory/m0', payload: 'broken' }])
      await until(() => sink.stored.some((sample) => sample.value === -1) && sink.letters.length > 0)
      const values = new Set(sink.stored.map((sample) => sample.value))
      for (let i = -1; i < 3_000; i++) assert.ok(values.has(i), `${i} is missing`)
      assert.equal(sink.stored[0]?.path, 'acme/m0/n')
      assert.equal(sink.letters[0]?.source, 'outside')
    } finally {
      await supervisor.stop()
      await broker.stop()
    }
    assert.equal(supervisor.status.state, 'stopped')
  })
})

describe('settings of an outside broker', () => {
  it('are checked before anything is opened', () => {
    assert.deepEqual(mqttClientConnector.check({ ...settings, url: 'mqtt://broker:1883' }), [])
    assert.notDeepEqual(mqttClientConnector.check({ ...settings, url: 'mqtt://user:secret@broker' }), [])
    assert.notDeepEqual(mqttClientConnector.check({ ...settings, url: 'mqtt://broker', under: 'a/#' }), [])
    assert.notDeepEqual(mqttClientConnector.check({ ...settings, url: 'mqtt://broker', colour: 'red' }), [])
  })

  it('name the variable of the password when it is not set', async () => {
    const source = mqttClientConnector.create({ ...settings, url: 'mqtt://127.0.0.1:1', passwordVariable: 'BROKER_PASSWORD' }, partsFor(new MemorySink()))
    await assert.rejects(source.open(AbortSignal.timeout(1000)), { code: 'CONFIG_INVALID', message: /BROKER_PASSWORD/ })
  })
})

async function publish(url: string, messages: readonly { topic: string; payload: string }[]): Promise<void> {
  const client = await mqtt.connectAsync(url)
  await Promise.all(messages.map(({ topic, payload }) => client.publishAsync(topic, payload, { qos: 1 })))
  await client.endAsync()
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!isTrue()) {
    assert.ok(Date.now() < deadline, 'waited too long')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
