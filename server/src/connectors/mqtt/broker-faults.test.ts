import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { RawClient } from './testing/raw-client.ts'
import { startTestBroker, type TestBroker, type TestBrokerOptions } from './testing/test-broker.ts'

const hosts: TestBroker[] = []
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.broker.close()
})
async function start(options: TestBrokerOptions = {}): Promise<TestBroker> {
  const host = await startTestBroker(options)
  hosts.push(host)
  return host
}
const soon = (ms = 50): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe('the promise to machines', () => {
  it('commits all messages of one read once, and acknowledges them in order when that is durable', async () => {
    const { port, sink } = await start()
    const client = await RawClient.connect(port, 4)
    sink.manual = true
    for (let n = 1; n <= 50; n++) client.publish('mw/v1/a/b', String(n), { qos: n % 2 === 0 ? 1 : 2, messageId: n })
    await client.expectNothing()
    assert.ok(sink.commits <= 10, `${sink.commits} commits`)
    sink.manual = false
    sink.settle()
    for (let n = 1; n <= 50; n++) assert.equal((await client.expect(n % 2 === 0 ? 'puback' : 'pubrec')).messageId, n)
  })

  it('acknowledges nothing when the samples were not stored, and closes so that the client sends again', async () => {
    const { port, sink, broker } = await start()
    const client = await RawClient.connect(port)
    sink.manual = true
    client.publish('mw/v1/a/b', '1', { qos: 1, messageId: 1 })
    await soon()
    sink.settle({ status: 'later', retryInMs: 0, reason: 'stopping' })
    assert.equal(await client.expectClosed(), undefined)
    assert.equal(broker.status().closed.not_stored, 1)
  })

  it('commits samples of QoS 0 too', async () => {
    const { port, sink, intake } = await start()
    const client = await RawClient.connect(port)
    client.publish('mw/v1/a/b', '1')
    await client.ping()
    assert.equal(intake.taken.length, 1)
    assert.equal(sink.commits, 1)
  })

  it('tells an MQTT 5 client that nothing of its message could be taken, and acknowledges it to a 3.1.1 client', async () => {
    const { port, broker } = await start()
    const client = await RawClient.connect(port)
    client.publish('mw/v1/a/b', 'bad', { qos: 1, messageId: 1 })
    assert.equal((await client.expect('puback')).reasonCode, 0x99)
    client.publish('mw/v1/a/b', 'bad', { qos: 2, messageId: 2 })
    assert.equal((await client.expect('pubrec')).reasonCode, 0x99)
    client.publish('mw/v1/a/b', 'good', { qos: 2, messageId: 2 })
    assert.equal((await client.expect('pubrec')).reasonCode ?? 0, 0)
    const old = await RawClient.connect(port, 4)
    old.publish('mw/v1/a/b', 'bad', { qos: 1, messageId: 1 })
    await old.expect('puback')
    assert.equal(broker.status().refusedPayloads, 3)
  })

  it('passes samples on to subscribers as well', async () => {
    const { port } = await start()
    const [from, to] = await Promise.all([RawClient.connect(port), RawClient.connect(port)])
    await to.subscribe('mw/v1/#')
    from.publish('mw/v1/a/b', '5', { qos: 1, messageId: 1 })
    assert.equal((await to.expect('publish')).payload.toString(), '5')
  })
})

describe('back-pressure', () => {
  it('takes no messages while the sink is paused, answers pings, keeps others going, and loses nothing', async () => {
    const { port, sink, intake, clock, broker } = await start({ settings: { maxHeldBytes: 2_048 } })
    const [from, to] = await Promise.all([RawClient.connect(port, 4, { keepalive: 10 }), RawClient.connect(port, 4, { keepalive: 0 })])
    await to.subscribe('other')
    sink.setPaused('disk')
    for (let n = 1; n <= 20; n++) from.publish('mw/v1/a/b', String(n), { qos: 1, messageId: n })
    await from.ping()
    await from.ping()
    await to.ping()
    assert.equal(intake.taken.length, 0)
    assert.equal(broker.status().paused, true)
    clock.advance(60_000)
    broker.sweep()
    for (let n = 21; n <= 400; n++) from.publish('mw/v1/a/b', String(n), { qos: 1, messageId: n })
    await soon()
    assert.ok(broker.status().heldBytes <= 2_048 + 65_536)
    sink.setPaused(undefined)
    for (let n = 1; n <= 400; n++) assert.equal((await from.expect('puback')).messageId, n)
    assert.equal(intake.taken.length, 400)
    await from.ping()
  })

  it('works through what a client sent before it left during a pause, its DISCONNECT included', async () => {
    const { port, sink, intake } = await start()
    const watcher = await RawClient.connect(port)
    await watcher.subscribe('left')
    const from = await RawClient.connect(port, 4, { will: { topic: 'left', payload: Buffer.from('x'), qos: 0, retain: false } })
    sink.setPaused('queue')
    from.publish('mw/v1/a/b', '1')
    from.disconnect()
    await soon()
    assert.equal(intake.taken.length, 0)
    sink.setPaused(undefined)
    await watcher.expectNothing()
    assert.equal(intake.taken.length, 1)
  })

  it('stops reading a client whose messages wait for the disk, and goes on when they are durable', async () => {
    const { port, sink, intake } = await start({ settings: { maxUnsettledReads: 2 } })
    const client = await RawClient.connect(port, 4)
    sink.manual = true
    for (let n = 1; n <= 20; n++) {
      client.publish('mw/v1/a/b', String(n), { qos: 1, messageId: n })
      await soon(2)
    }
    assert.equal(intake.taken.length, 2)
    sink.manual = false
    sink.settle()
    for (let n = 1; n <= 20; n++) assert.equal((await client.expect('puback')).messageId, n)
  })

  it('answers each ping once, also those between messages that wait again and again', async () => {
    const { port, sink } = await start({ settings: { maxUnsettledReads: 2 } })
    const client = await RawClient.connect(port, 4)
    sink.manual = true
    for (let n = 1; n <= 12; n++) {
      client.publish('mw/v1/a/b', String(n), { qos: 1, messageId: n })
      client.bytes('c0 00')
      await soon(3)
      if (n % 3 === 0) sink.settle()
    }
    sink.manual = false
    sink.settle()
    const kinds: (string | undefined)[] = []
    for (let n = 0; n < 24; n++) kinds.push((await client.next())?.cmd)
    assert.equal(kinds.filter((kind) => kind === 'pingresp').length, 12)
    assert.equal(kinds.filter((kind) => kind === 'puback').length, 12)
    await client.expectNothing()
  })

  it('drops QoS 0 messages of a subscriber that takes nothing, ends it after a while, and serves the others meanwhile', async () => {
    const { port, broker, clock } = await start({ settings: { maxOutBytes: 65_536, stallSeconds: 5 } })
    const { connect } = await import('node:net')
    const frozen = connect({ port, host: '127.0.0.1' })
    frozen.on('error', () => undefined)
    frozen.write(Buffer.from('100d00044d5154540402000000017a8206000100012300', 'hex'))
    await soon()
    frozen.pause()
    const [from, healthy] = await Promise.all([RawClient.connect(port, 4), RawClient.connect(port, 4, { keepalive: 0 })])
    await healthy.subscribe('flood', { qos: 0 })
    const payload = Buffer.alloc(60_000)
    let got = 0
    for (let round = 0; round < 200 && broker.status().dropped.client_slow === 0; round++) {
      from.publish('flood', payload)
      await healthy.expect('publish')
      got++
    }
    assert.ok(got > 1)
    assert.ok(broker.status().dropped.client_slow > 0)
    clock.advance(6_000)
    broker.sweep()
    assert.equal(broker.status().closed.stalled, 1)
    frozen.destroy()
  })
})

describe('abuse', () => {
  it('A1: ends an unknown peer at the header of a packet that is too large', async () => {
    const { port, broker } = await start()
    const clients = await Promise.all(Array.from({ length: 100 }, () => RawClient.open(port, 4)))
    for (const client of clients) client.bytes('10 80 c2 d7 5f')
    for (const client of clients) await client.expectClosed()
    assert.equal(broker.status().closed.protocol, 100)
    assert.equal(broker.status().heldBytes, 0)
  })

  it('A2: ends peers that do not complete CONNECT or a packet in time', async () => {
    const { port, broker, clock } = await start()
    const slow = await RawClient.open(port)
    slow.bytes('10')
    const begun = await RawClient.connect(port, 4, { keepalive: 0 })
    begun.bytes('30 20 00')
    await soon()
    clock.advance(6_000)
    broker.sweep()
    assert.equal(await slow.expectClosed(), undefined)
    assert.equal(broker.status().closed.connect_deadline, 1)
    clock.advance(6_000)
    broker.sweep()
    await begun.expectClosed()
    assert.equal(broker.status().closed.packet_deadline, 1)
  })

  it('A2: closes the peer that waited longest when too many have not said who they are', async () => {
    const { port, broker } = await start({ settings: { maxWaitingConnections: 10 } })
    const idle = []
    for (let n = 0; n < 15; n++) idle.push(await RawClient.open(port))
    const client = await RawClient.connect(port)
    await client.ping()
    assert.ok(broker.status().closed.evicted >= 5)
    assert.equal(idle[0]?.closed, true)
  })

  it('refuses connections and sessions over their limits', async () => {
    const { port } = await start({ settings: { maxConnections: 2, maxSessions: 2 } })
    await RawClient.connect(port)
    await RawClient.connect(port)
    const third = await RawClient.open(port)
    third.sendConnect()
    assert.equal(await third.expectClosed(), 0x97)
    const old = await RawClient.open(port, 4)
    old.sendConnect()
    assert.equal(await old.expectClosed(), 3)
  })

  it('asks the authority about clients, messages, subscriptions and wills (A7)', async () => {
    const { port, intake } = await start({
      authority: {
        connect: async ({ username }) => (username === 'good' ? 'allowed' : 'bad_credentials'),
        mayPublish: (_client, topic) => !topic.includes('secret'),
        maySubscribe: (_client, filter) => !filter.includes('secret'),
      },
    })
    const refused = await RawClient.open(port)
    refused.sendConnect({ username: 'bad' })
    assert.equal(await refused.expectClosed(), 0x86)
    const old = await RawClient.open(port, 4)
    old.sendConnect()
    assert.equal(await old.expectClosed(), 4)
    const will = await RawClient.open(port)
    will.sendConnect({ username: 'good', will: { topic: 'secret', payload: Buffer.from('x'), qos: 0, retain: false } })
    assert.equal(await will.expectClosed(), 0x87)
    const client = await RawClient.connect(port, 5, { username: 'good' })
    assert.deepEqual(await client.subscribe('secret/#'), [0x87])
    client.publish('mw/secret', '1', { qos: 1, messageId: 1 })
    assert.equal((await client.expect('puback')).reasonCode, 0x87)
    assert.equal(intake.taken.length, 0)
  })

  it('survives sockets that vanish at any point of a conversation', async () => {
    const { port, broker } = await start()
    const bytes = Buffer.from('100e00044d5154540502003c00000171' + '8207000100000174' + '00' + '3205000174000178'.slice(0, 10) + 'c000', 'hex')
    for (let cut = 1; cut < bytes.length; cut++) {
      const client = await RawClient.open(port)
      client.bytes(bytes.subarray(0, cut))
      if (cut % 3 === 0) await soon(1)
      client.drop()
    }
    await soon()
    assert.equal(broker.status().clients, 0)
    assert.equal(broker.status().waiting, 0)
  })
})

describe('the platform as a client of its own broker', () => {
  it('publishes, and listens with the retained messages first', async () => {
    const { port, broker } = await start()
    broker.publish('plant/state', 'on', { retain: true, qos: 1 })
    const heard: string[] = []
    const end = broker.subscribeLocal('plant/#', ({ topic, payload }) => void heard.push(`${topic} ${payload.toString()}`))
    const client = await RawClient.connect(port)
    await client.subscribe('plant/state')
    assert.equal((await client.expect('publish')).payload.toString(), 'on')
    client.publish('plant/x', '1')
    await client.ping()
    end()
    client.publish('plant/x', '2')
    await client.ping()
    assert.deepEqual(heard, ['plant/state on', 'plant/x 1'])
  })
})
