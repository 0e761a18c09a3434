import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import mqtt, { type MqttClient } from 'mqtt'
import { Status } from '@millwright/model/quality.ts'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import { decodePayload } from '@millwright/model/sparkplug/decode-payload.ts'
import { EdgeSession, type EdgeMessage, type EdgeMetric } from '@millwright/model/sparkplug/edge-session.ts'
import { parseState } from '@millwright/model/sparkplug/state-message.ts'
import { describeSource } from '../../../../test/contracts/source.ts'
import { MemorySink } from '../../../../test/support/memory-sink.ts'
import { Mosquitto, mosquittoCommand } from '../../../../test/support/mosquitto.ts'
import { systemClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { SourceSupervisor } from '../../supervisor.ts'
import { HostDirectory } from '../host-directory.ts'
import type { HostEvent } from '../host/host-events.ts'
import { sparkplugConnector } from './connector.ts'

const skip = mosquittoCommand === undefined ? 'mosquitto is not installed (apt-get install mosquitto)' : undefined
const settings = { clientId: 'millwright', hostId: 'mw' }
const STATE = 'spBv1.0/STATE/mw'

const partsFor = (sink: MemorySink) => ({ name: 'outside', sink, clock: systemClock, environment: () => undefined })
const testConnector = (hosts = new HostDirectory(), events: HostEvent[] = []) => sparkplugConnector({ hosts, onEvent: (event) => void events.push(event), memoryFile: () => undefined })
const temperature = (value: number): EdgeMetric => ({ name: 'temperature', datatype: DataType.double, value, timestampMs: Date.now() })

async function connect(url: string): Promise<MqttClient> {
  return mqtt.connectAsync(url, { reconnectPeriod: 0 })
}

const publish = (client: MqttClient, { topic, payload }: EdgeMessage) => client.publishAsync(topic, Buffer.from(payload), { qos: 1 })

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (condition()) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`not within 10 s: ${what}`)
}

describeSource({
  name: 'sparkplug on mosquitto',
  skip,
  // A host's session is a clean one (Sparkplug 3.0, 5.1): the broker keeps nothing for it.
  isAcknowledged: false,
  start: async () => {
    const broker = await Mosquitto.start()
    const url = `mqtt://127.0.0.1:${broker.port}`
    return {
      create: (sink) => testConnector().create({ ...settings, url }, partsFor(sink)),
      createUnreachable: (sink) => testConnector().create({ ...settings, url: 'mqtt://127.0.0.1:1' }, partsFor(sink)),
      say: async (value) => {
        const client = await connect(url)
        const session = new EdgeSession({ group: 'G', node: 'E' })
        session.connect(Date.now())
        await publish(client, session.nodeBirth([temperature(value)], Date.now()))
        await client.endAsync()
      },
      cut: async () => {
        await broker.end()
        await broker.run()
      },
      stop: async () => await broker.stop(),
    }
  },
})

function supervise(url: string, sink: MemorySink, kind = testConnector()): SourceSupervisor {
  return new SourceSupervisor({
    name: 'outside', create: () => kind.create({ ...settings, url }, partsFor(sink)), sink, clock: systemClock, log: silentLog, random: Math.random,
    backoff: { firstMs: 20, maxMs: 100, factor: 2 }, openTimeoutMs: 5_000, silenceMs: 60_000,
  })
}

describe('a Sparkplug host at an outside broker', { skip: skip ?? false, timeout: 60_000 }, () => {
  it('is born with its will\'s time, says so again when somebody says otherwise, and dies before it goes', async () => {
    const broker = await Mosquitto.start()
    const url = `mqtt://127.0.0.1:${broker.port}`
    const watcher = await connect(url)
    const seen: string[] = []
    watcher.on('message', (_topic, payload) => seen.push(payload.toString()))
    await watcher.subscribeAsync(STATE, { qos: 1 })
    const supervisor = supervise(url, new MemorySink())
    supervisor.start()
    try {
      await until('birth', () => seen.length === 1)
      const birth = parseState(seen[0] ?? '')
      assert.equal(birth?.online, true)
      await watcher.publishAsync(STATE, JSON.stringify({ online: false, timestamp: 5 }), { qos: 1, retain: true })
      await until('birth again', () => seen.length === 3)
      assert.deepEqual(parseState(seen[2] ?? ''), birth)
      await supervisor.stop()
      await until('death', () => seen.length === 4)
      const death = parseState(seen[3] ?? '')
      assert.equal(death?.online, false)
      assert.ok((death?.timestamp ?? 0) >= (birth?.timestamp ?? Infinity))
    } finally {
      await supervisor.stop()
      await watcher.endAsync()
      await broker.stop()
    }
  })

  it('asks edge nodes that were born before it came for a rebirth, and marks their signals when the broker is gone', async () => {
    const broker = await Mosquitto.start()
    const url = `mqtt://127.0.0.1:${broker.port}`
    const edge = await connect(url)
    const session = new EdgeSession({ group: 'G', node: 'E' })
    session.connect(Date.now())
    const commands: Uint8Array[] = []
    edge.on('message', (topic, payload) => {
      commands.push(payload)
      if (session.received(topic, payload).order === 'birth') void publish(edge, session.nodeBirth([temperature(2)], Date.now()))
    })
    await edge.subscribeAsync('spBv1.0/G/NCMD/E', { qos: 1 })
    await publish(edge, session.nodeBirth([temperature(1)], Date.now()))
    const sink = new MemorySink()
    const [hosts, events]: [HostDirectory, HostEvent[]] = [new HostDirectory(), []]
    const supervisor = supervise(url, sink, testConnector(hosts, events))
    supervisor.start()
    try {
      await until('open', () => supervisor.status.state === 'open')
      await publish(edge, session.data(undefined, [{ name: 'temperature', value: 1.5, timestampMs: Date.now() }], Date.now()))
      await until('the birth', () => sink.stored.length === 1)
      assert.deepEqual(sink.stored.map(({ path, value }) => [path, value]), [['G/E/temperature', 2]])
      assert.equal(commands.length, 1)
      assert.equal(decodePayload(commands[0] ?? new Uint8Array()).seq, undefined)
      assert.deepEqual(hosts.nodes().map(({ source, group, node, state, waitsFor }) => [source, group, node, state, waitsFor]), [['outside', 'G', 'E', 'online', undefined]])
      assert.equal(hosts.askForRebirth('outside', 'G', 'E'), true)
      await until('the birth that somebody asked for', () => commands.length === 2 && hosts.nodes()[0]?.births === 2)
      assert.equal(hosts.askForRebirth('outside', 'G', 'nobody'), false)
      const before = sink.stored.length
      await broker.end()
      await until('the mark', () => sink.stored.length === before + 1)
      assert.equal(sink.stored.at(-1)?.status, Status.uncertainLastUsable)
      // It is still known, over any number of attempts, and what happened was told.
      await until('another attempt', () => supervisor.counters.attempts > 2)
      assert.deepEqual(hosts.nodes().map(({ state, births }) => [state, births]), [['offline', 2]])
      assert.deepEqual(events.map(({ kind }) => kind), ['edge.rebirth-requested', 'edge.online', 'edge.rebirth-requested', 'edge.offline'])
    } finally {
      await supervisor.stop()
      edge.end(true)
      await broker.stop()
    }
  })
})
