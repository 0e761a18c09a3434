import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { IConnectPacket } from 'mqtt-packet'
import { silentLog } from '../../kernel/log.ts'
import { createSqliteSessionStore } from './sqlite-session-store.ts'
import { RawClient } from './testing/raw-client.ts'
import { startTestBroker, type TestBroker } from './testing/test-broker.ts'

const text = (packet: { payload: Buffer | string }): string => packet.payload.toString()
const keptFor = (clientId: string, seconds: number): Partial<IConnectPacket> => ({ clientId, clean: false, properties: { sessionExpiryInterval: seconds } })

describe('sessions', () => {
  let host: TestBroker
  before(async () => {
    host = await startTestBroker({ settings: { maxQueuedMessages: 5 } })
  })
  after(() => host.broker.close())
  const connect = (version: 4 | 5 = 5, options: Partial<IConnectPacket> = {}): Promise<RawClient> => RawClient.connect(host.port, version, options)

  it('[MQTT-3.1.2-4] [MQTT-3.1.2-5] [MQTT-3.1.2-6] [MQTT-4.5.0-1] keeps QoS 1 and 2 messages for an absent client, and forgets them at a clean start', async () => {
    for (const version of [4, 5] as const) {
      const kept = version === 5 ? keptFor('absent-5', 60) : { clientId: 'absent-4', clean: false }
      const from = await connect(version)
      for (const clean of [false, true]) {
        const client = await connect(version, kept)
        await client.subscribe('absent/#')
        client.disconnect()
        for (const qos of [0, 1, 2] as const) from.publish('absent/x', String(qos), { qos, messageId: qos + (clean ? 10 : 1) })
        await from.expect('puback')
        await from.expect('pubrec')
        const back = await connect(version, { ...kept, clean })
        if (clean) await back.expectNothing()
        else {
          const [one, two] = [await back.expect('publish'), await back.expect('publish')]
          assert.deepEqual([text(one), text(two)], ['1', '2'])
          back.send({ cmd: 'puback', messageId: one.messageId ?? 0 })
          back.send({ cmd: 'pubrec', messageId: two.messageId ?? 0, reasonCode: 0 })
          await back.expect('pubrel')
          back.send({ cmd: 'pubcomp', messageId: two.messageId ?? 0 })
        }
        back.disconnect()
      }
    }
  })

  it('[MQTT-3.3.1-1] [MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-4.3.3-6] sends what was not acknowledged again, in order, under its identifiers', async () => {
    for (const version of [4, 5] as const) {
      const kept = version === 5 ? keptFor('again-5', 60) : { clientId: 'again-4', clean: false }
      const [from, client] = await Promise.all([connect(version), connect(version, kept)])
      await client.subscribe('again')
      for (let n = 1; n <= 3; n++) from.publish('again', String(n), { qos: n === 2 ? 1 : 2, messageId: n })
      const ids: (number | undefined)[] = []
      for (let n = 0; n < 3; n++) ids.push((await client.expect('publish')).messageId)
      client.send({ cmd: 'pubrec', messageId: ids[0] ?? 0 })
      await client.expect('pubrel')
      client.drop()
      const back = await connect(version, kept)
      assert.equal((await back.expect('pubrel')).messageId, ids[0])
      const second = await back.expect('publish')
      const third = await back.expect('publish')
      assert.deepEqual([second, third].map((packet) => [text(packet), packet.messageId, packet.dup]), [['2', ids[1], true], ['3', ids[2], true]])
      back.send({ cmd: 'pubcomp', messageId: ids[0] ?? 0 })
      back.send({ cmd: 'puback', messageId: ids[1] ?? 0 })
      back.send({ cmd: 'pubrec', messageId: ids[2] ?? 0 })
      await back.expect('pubrel')
      back.send({ cmd: 'pubcomp', messageId: ids[2] ?? 0 })
      await back.ping()
      back.drop()
      const last = await connect(version, kept)
      await last.expectNothing()
    }
  })

  it('[MQTT-4.3.3-10] knows over a reconnect which QoS 2 messages it has taken', async () => {
    const [client, to] = await Promise.all([connect(5, keptFor('taken', 60)), connect()])
    await to.subscribe('taken')
    client.publish('taken', 'x', { qos: 2, messageId: 5 })
    await client.expect('pubrec')
    client.drop()
    const back = await connect(5, keptFor('taken', 60))
    back.publish('taken', 'x', { qos: 2, messageId: 5, dup: true })
    await back.expect('pubrec')
    back.send({ cmd: 'pubrel', messageId: 5 })
    await back.expect('pubcomp')
    await to.expect('publish')
    await to.expectNothing()
  })

  it('[MQTT-3.1.2-25] [MQTT-4.1.0-2] ends a session when its expiry has passed, as CONNECT and DISCONNECT said', async () => {
    const present = async (options: Partial<IConnectPacket>): Promise<boolean> => {
      const client = await RawClient.open(host.port)
      const { sessionPresent } = await client.connect(options)
      client.drop()
      await new Promise((resolve) => setTimeout(resolve, 20))
      return sessionPresent
    }
    assert.equal(await present(keptFor('ends', 0)), false)
    assert.equal(await present(keptFor('ends', 5)), false)
    host.clock.advance(4_000)
    host.broker.sweep()
    assert.equal(await present(keptFor('ends', 5)), true)
    host.clock.advance(6_000)
    host.broker.sweep()
    assert.equal(await present(keptFor('ends', 5)), false)
    const client = await connect(5, keptFor('ends', 5))
    client.bytes('e0 07 00 05 11 0000000f')
    await client.expectClosed()
    host.clock.advance(10_000)
    host.broker.sweep()
    assert.equal(await present(keptFor('ends', 5)), true)
  })

  it('drops the oldest waiting message when the queue of an absent client is full, and counts it', async () => {
    const client = await connect(5, keptFor('full', 60))
    await client.subscribe('full')
    client.disconnect()
    const from = await connect()
    const before = host.broker.status().dropped.queue_full
    for (let n = 0; n < 8; n++) {
      from.publish('full', String(n), { qos: 1, messageId: n + 1 })
      await from.expect('puback')
    }
    const back = await connect(5, keptFor('full', 60))
    for (let n = 3; n < 8; n++) assert.equal(text(await back.expect('publish')), String(n))
    assert.equal(host.broker.status().dropped.queue_full - before, 3)
  })
})

describe('wills', () => {
  let host: TestBroker
  before(async () => {
    host = await startTestBroker()
  })
  after(() => host.broker.close())
  const connect = (version: 4 | 5 = 5, options: Partial<IConnectPacket> = {}): Promise<RawClient> => RawClient.connect(host.port, version, options)
  const will = (topic: string, more = {}) => ({ topic, payload: Buffer.from('gone'), qos: 1 as const, retain: false, ...more })

  for (const version of [4, 5] as const) {
    it(`[MQTT-3.1.2-7] [MQTT-3.1.2-8] [MQTT-3.1.2-9] [MQTT-3.1.2-16] publishes the will when the connection breaks (level ${version})`, async () => {
      const watcher = await connect(version)
      await watcher.subscribe(`will/${version}`)
      const client = await connect(version, { will: will(`will/${version}`) })
      client.drop()
      const packet = await watcher.expect('publish')
      assert.deepEqual([text(packet), packet.qos, packet.retain], ['gone', 1, false])
    })

    it(`[MQTT-3.1.2-10] [MQTT-3.1.2-12] [MQTT-3.14.4-3] publishes none after DISCONNECT (level ${version})`, async () => {
      const watcher = await connect(version)
      await watcher.subscribe(`none/${version}`)
      const client = await connect(version, { will: will(`none/${version}`) })
      client.disconnect()
      await watcher.expectNothing()
    })

    it(`publishes the will after a protocol error and after a missed keep alive (level ${version})`, async () => {
      const watcher = await connect(version, { keepalive: 0 })
      await watcher.subscribe(`fault/${version}`)
      const client = await connect(version, { will: will(`fault/${version}`) })
      client.bytes('00 00')
      await watcher.expect('publish')
      await connect(version, { keepalive: 2, will: will(`fault/${version}`) })
      host.clock.advance(3_100)
      host.broker.sweep()
      await watcher.expect('publish')
    })
  }

  it('[MQTT-3.1.2-17] retains a will that asks for it', async () => {
    const client = await connect(5, { will: will('retained-will', { retain: true }) })
    client.drop()
    await new Promise((resolve) => setTimeout(resolve, 30))
    const watcher = await connect()
    await watcher.subscribe('retained-will')
    assert.equal((await watcher.expect('publish')).retain, true)
  })

  it('publishes the will after DISCONNECT with reason 0x04', async () => {
    const watcher = await connect()
    await watcher.subscribe('with-will')
    const client = await connect(5, { will: will('with-will') })
    client.bytes('e0 01 04')
    await watcher.expect('publish')
  })

  it('[MQTT-3.1.2-26] waits for the will delay, and drops the will when the client is back before', async () => {
    const watcher = await connect(5, { keepalive: 0 })
    await watcher.subscribe('delayed')
    const options = { ...keptFor('delayed', 60), will: will('delayed', { properties: { willDelayInterval: 10 } }) }
    const client = await connect(5, options)
    client.drop()
    await watcher.expectNothing()
    const back = await connect(5, options)
    host.clock.advance(11_000)
    host.broker.sweep()
    await watcher.expectNothing()
    back.drop()
    await watcher.expectNothing()
    host.clock.advance(11_000)
    host.broker.sweep()
    await watcher.expect('publish')
  })

  it('publishes a delayed will when the session ends first', async () => {
    const watcher = await connect(5, { keepalive: 0 })
    await watcher.subscribe('early')
    const client = await connect(5, { ...keptFor('early', 5), will: will('early', { properties: { willDelayInterval: 600 } }) })
    client.drop()
    await watcher.expectNothing()
    host.clock.advance(6_000)
    host.broker.sweep()
    await watcher.expect('publish')
  })

  it('passes properties of the will on, with its whole expiry', async () => {
    const watcher = await connect()
    await watcher.subscribe('properties')
    const properties = { messageExpiryInterval: 50, contentType: 'x', userProperties: { k: 'v' } }
    const client = await connect(5, { will: will('properties', { properties }) })
    client.drop()
    const packet = await watcher.expect('publish')
    assert.equal(packet.properties?.contentType, 'x')
    assert.equal(packet.properties?.messageExpiryInterval, 50)
    assert.equal(packet.properties?.userProperties?.['k'], 'v')
  })

  it('takes the will of a machine as samples', async () => {
    const client = await connect(5, { will: will('mw/v1/press/running', { payload: Buffer.from('false') }) })
    client.drop()
    await new Promise((resolve) => setTimeout(resolve, 30))
    assert.ok(host.intake.taken.includes('mw/v1/press/running false'))
  })
})

describe('a broker that starts again on its store', () => {
  it('has sessions, subscriptions, messages on their way, identifiers and retained messages', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mw-mqtt-'))
    const file = join(folder, 'sessions.sqlite')
    const start = async (): Promise<{ host: TestBroker; stop(): Promise<void> }> => {
      const store = createSqliteSessionStore({ file, log: silentLog, random: Math.random })
      const host = await startTestBroker({ store })
      return { host, stop: () => host.broker.close().then(() => store.close()) }
    }
    const first = await start()
    const client = await RawClient.connect(first.host.port, 5, keptFor('restart', 600))
    await client.subscribe('restart/#', { qos: 2 }, 42)
    const from = await RawClient.connect(first.host.port, 5, keptFor('sender', 600))
    for (let n = 1; n <= 3; n++) {
      from.publish(`restart/${n}`, String(n), { qos: 2, messageId: n, properties: { userProperties: { n: String(n) } } })
      await from.expect('pubrec')
    }
    from.publish('kept/a', 'retained', { qos: 1, messageId: 9, retain: true })
    await from.expect('puback')
    const ids: number[] = []
    for (let n = 0; n < 3; n++) ids.push((await client.expect('publish')).messageId ?? 0)
    client.send({ cmd: 'pubrec', messageId: ids[0] ?? 0 })
    await client.expect('pubrel')
    await first.stop()

    const second = await start()
    const back = await RawClient.connect(second.host.port, 5, keptFor('restart', 600))
    assert.equal((await back.expect('pubrel')).messageId, ids[0])
    const repeated = [await back.expect('publish'), await back.expect('publish')]
    assert.deepEqual(repeated.map((packet) => [packet.messageId, packet.dup, text(packet), packet.properties?.userProperties?.['n']]), [[ids[1], true, '2', '2'], [ids[2], true, '3', '3']])
    const again = await RawClient.connect(second.host.port, 5, keptFor('sender', 600))
    again.publish('restart/1', '1', { qos: 2, messageId: 1, dup: true })
    await again.expect('pubrec')
    await back.expectNothing()
    again.publish('restart/new', 'new', { qos: 1, messageId: 20 })
    await again.expect('puback')
    const fresh = await back.expect('publish')
    assert.equal(text(fresh), 'new')
    assert.equal(fresh.properties?.subscriptionIdentifier, 42)
    const reader = await RawClient.connect(second.host.port)
    await reader.subscribe('kept/#')
    assert.equal(text(await reader.expect('publish')), 'retained')
    await second.stop()
    rmSync(folder, { recursive: true })
  })
})
