import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { RawClient } from './testing/raw-client.ts'
import { startTestBroker, type TestBroker } from './testing/test-broker.ts'

let host: TestBroker
before(async () => {
  host = await startTestBroker({ settings: { receiveMaximum: 5, maxTopicAliases: 3 } })
})
after(() => host.broker.close())

const connect = (version: 4 | 5 = 5, options = {}): Promise<RawClient> => RawClient.connect(host.port, version, options)
let topics = 0
const newTopic = (): string => `t/${++topics}`

async function pair(version: 4 | 5 = 5, options = {}): Promise<{ readonly topic: string; readonly from: RawClient; readonly to: RawClient }> {
  const topic = newTopic()
  const [from, to] = await Promise.all([connect(version), connect(version, options)])
  await to.subscribe(topic)
  return { topic, from, to }
}

describe('PUBLISH in', () => {
  it('[MQTT-3.3.1-4] [MQTT-3.3.1-2] closes at QoS 3, and at a repetition of QoS 0', async () => {
    for (const bytes of ['36 08 0003 612f62 0001 00', '38 06 0003 612f62 00']) {
      const client = await connect()
      client.bytes(bytes)
      assert.equal(await client.expectClosed(), 0x81)
    }
  })

  it('[MQTT-2.2.1-3] closes at packet identifier 0', async () => {
    for (const bytes of ['32 06 0001 61 0000 00', '34 06 0001 61 0000 00', '82 07 0000 00 0001 61 00', 'a2 06 0000 00 0001 61']) {
      const client = await connect()
      client.bytes(bytes)
      assert.equal(await client.expectClosed(), 0x82)
    }
  })

  it('[MQTT-3.3.2-2] [MQTT-4.7.3-1] [MQTT-4.7.3-2] [MQTT-1.5.4-1] closes at topic names that are none', async () => {
    for (const topic of ['612f23', '612b', '', '6100', 'c328', 'eda080']) {
      for (const version of [4, 5] as const) {
        const client = await connect(version)
        const bytes = Buffer.from(topic, 'hex')
        const body = Buffer.concat([Buffer.of(0, bytes.length), bytes, Buffer.from(version === 5 ? '00' : '')])
        client.bytes(Buffer.concat([Buffer.of(0x30, body.length), body]))
        await client.expectClosed()
      }
    }
  })

  it('[MQTT-4.7.3-4] [MQTT-1.5.4-3] passes topics on as they are: byte order mark, spaces, accents in both forms, empty levels', async () => {
    const [from, to] = await Promise.all([connect(), connect()])
    await to.subscribe('#')
    for (const topic of ['\ufeffx', ' / ', 'é', 'é', '//', '/a/', 'Ä/#'.slice(0, 2), '压力/泵', '😀']) {
      from.publish(topic, 'x')
      assert.equal((await to.expect('publish')).topic, topic)
    }
  })

  it('[MQTT-3.3.4-1] [MQTT-4.3.2-4] [MQTT-4.3.3-8] [MQTT-4.3.3-11] [MQTT-2.2.1-5] answers as the QoS asks', async () => {
    for (const version of [4, 5] as const) {
      const client = await connect(version)
      client.publish('x', '0')
      client.publish('x', '1', { qos: 1, messageId: 77 })
      assert.equal((await client.expect('puback')).messageId, 77)
      client.publish('x', '2', { qos: 2, messageId: 78 })
      assert.equal((await client.expect('pubrec')).messageId, 78)
      client.send({ cmd: 'pubrel', messageId: 78 })
      assert.equal((await client.expect('pubcomp')).messageId, 78)
    }
  })

  it('[MQTT-4.3.3-10] [MQTT-4.3.3-12] passes a repeated QoS 2 message on once, and a new one after PUBCOMP', async () => {
    const { topic, from, to } = await pair()
    for (const dup of [false, true, true]) {
      from.publish(topic, 'once', { qos: 2, messageId: 9, dup })
      await from.expect('pubrec')
    }
    from.send({ cmd: 'pubrel', messageId: 9 })
    await from.expect('pubcomp')
    from.publish(topic, 'again', { qos: 2, messageId: 9 })
    await from.expect('pubrec')
    const first = await to.expect('publish')
    assert.equal(first.payload.toString(), 'once')
    assert.equal(first.dup, false)
    assert.equal((await to.expect('publish')).payload.toString(), 'again')
    await to.expectNothing()
  })

  it('[MQTT-4.3.2-5] takes a QoS 1 message with a used identifier as a new one', async () => {
    const { topic, from, to } = await pair()
    for (const dup of [false, true]) {
      from.publish(topic, 'x', { qos: 1, messageId: 9, dup })
      await from.expect('puback')
      const { dup: repeated } = await to.expect('publish')
      assert.equal(repeated, false, '[MQTT-3.3.1-3]')
    }
  })

  it('answers PUBREL of an unknown identifier with PUBCOMP, in MQTT 5 with 0x92', async () => {
    const client = await connect()
    client.send({ cmd: 'pubrel', messageId: 55 })
    assert.equal((await client.expect('pubcomp')).reasonCode, 0x92)
    const old = await connect(4)
    old.send({ cmd: 'pubrel', messageId: 55 })
    assert.equal((await old.expect('pubcomp')).messageId, 55)
  })

  it('[MQTT-3.3.4-7] closes with 0x93 when more are unacknowledged than the receive maximum', async () => {
    const client = await connect()
    for (let messageId = 1; messageId <= 6; messageId++) client.publish('x', 'x', { qos: 2, messageId })
    for (let n = 0; n < 5; n++) {
      const packet = await client.next()
      if (packet?.cmd === 'disconnect') {
        assert.equal((packet as { reasonCode?: number }).reasonCode, 0x93)
        return
      }
    }
    assert.equal(await client.expectClosed(), 0x93)
  })

  it('gives the send quota back with PUBACK and PUBCOMP', async () => {
    const client = await connect()
    for (let messageId = 1; messageId <= 12; messageId++) {
      client.publish('x', 'x', { qos: 1, messageId })
      await client.expect('puback')
      client.publish('x', 'x', { qos: 2, messageId })
      await client.expect('pubrec')
      client.send({ cmd: 'pubrel', messageId })
      await client.expect('pubcomp')
    }
  })

  it('[MQTT-3.3.4-6] closes at a subscription identifier from a client', async () => {
    const client = await connect()
    client.bytes('30 07 0001 61 02 0b01 78')
    assert.equal(await client.expectClosed(), 0x81)
  })

  it('[MQTT-3.3.2-14] closes at a response topic with a wildcard', async () => {
    const client = await connect()
    client.bytes('30 0a 0001 61 05 08 0002 612b 78'.replace('05 08', '05 08'))
    assert.equal(await client.expectClosed(), 0x82)
  })

  it('refuses messages to topics of the server, and to those over the limits, and goes on', async () => {
    const client = await connect()
    client.publish('$SYS/broker/version', 'x', { qos: 1, messageId: 1 })
    assert.equal((await client.expect('puback')).reasonCode, 0x87)
    client.publish('a/'.repeat(40), 'x', { qos: 1, messageId: 2 })
    assert.equal((await client.expect('puback')).reasonCode, 0x90)
    client.publish('a/'.repeat(40), 'x', { qos: 2, messageId: 3 })
    assert.equal((await client.expect('pubrec')).reasonCode, 0x90)
    const old = await connect(4)
    old.publish('$SYS/broker/version', 'x', { qos: 1, messageId: 1 })
    await old.expect('puback')
    assert.ok(host.broker.status().dropped.topic_limit >= 2)
  })
})

describe('topic aliases', () => {
  it('[MQTT-3.3.2-12] takes aliases of a client up to the maximum, and new meanings of them', async () => {
    const { topic, from, to } = await pair()
    const other = newTopic()
    await to.subscribe(other)
    from.publish(topic, '1', { properties: { topicAlias: 3 } })
    from.publish('', '2', { properties: { topicAlias: 3 } })
    from.publish(other, '3', { properties: { topicAlias: 3 } })
    from.publish('', '4', { properties: { topicAlias: 3 } })
    const got = []
    for (let n = 0; n < 4; n++) got.push((await to.expect('publish')).topic)
    assert.deepEqual(got, [topic, topic, other, other])
  })

  it('[MQTT-3.3.2-8] [MQTT-3.3.2-9] closes with 0x94 at alias 0 and above the maximum', async () => {
    for (const bytes of ['30 08 0001 61 03 230000 78', '30 08 0001 61 03 230004 78']) {
      const client = await connect()
      client.bytes(bytes)
      assert.equal(await client.expectClosed(), 0x94)
    }
  })

  it('[MQTT-3.3.2-7] closes at an alias without meaning, and forgets aliases with the connection', async () => {
    const client = await connect(5, { clientId: 'alias', properties: { sessionExpiryInterval: 60 } })
    client.publish('x', 'x', { properties: { topicAlias: 1 } })
    await client.ping()
    client.disconnect()
    const again = await connect(5, { clientId: 'alias', clean: false, properties: { sessionExpiryInterval: 60 } })
    again.publish('', 'x', { properties: { topicAlias: 1 } })
    assert.equal(await again.expectClosed(), 0x82)
  })

  it('[MQTT-3.1.2-29] [MQTT-3.1.2-30] [MQTT-3.3.2-11] uses as many aliases towards a client as it allows', async () => {
    const { topic, from, to } = await pair(5, { properties: { topicAliasMaximum: 1 } })
    const other = newTopic()
    await to.subscribe(other)
    for (const name of [topic, topic, other]) from.publish(name, 'x', { qos: 1, messageId: 1 })
    const got = [await to.expect('publish'), await to.expect('publish'), await to.expect('publish')]
    assert.deepEqual(got.map((packet) => [packet.topic, packet.properties?.topicAlias]), [[topic, 1], ['', 1], [other, undefined]])
    const plain = await pair()
    plain.from.publish(plain.topic, 'x')
    assert.equal((await plain.to.expect('publish')).properties?.topicAlias, undefined)
  })
})

describe('PUBLISH out', () => {
  it('[MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18] [MQTT-3.3.2-20] passes the properties on unaltered, in their order', async () => {
    const { topic, from, to } = await pair()
    const properties = {
      payloadFormatIndicator: true,
      contentType: 'text/plain',
      responseTopic: 'answer/here',
      correlationData: Buffer.from([1, 0, 255]),
      userProperties: { a: ['2', '1'], c: '3' },
    }
    for (const qos of [0, 1, 2] as const) {
      from.publish(topic, 'x', { qos, messageId: 1, properties })
      const packet = await to.expect('publish')
      assert.deepEqual({ ...packet.properties, userProperties: { ...packet.properties?.userProperties } }, properties)
    }
    to.received = Buffer.alloc(0)
    const pairs = '26 0001 62 0001 31  26 0001 61 0001 32  26 0001 62 0001 33'.replaceAll(' ', '')
    from.bytes(`30 ${(2 + topic.length + 1 + 21).toString(16)} 00${topic.length.toString(16).padStart(2, '0')} ${Buffer.from(topic).toString('hex')} 15 ${pairs}`)
    await to.expect('publish')
    assert.ok(to.received.includes(Buffer.from(pairs, 'hex')))
  })

  it('[MQTT-3.3.2-5] [MQTT-3.3.2-6] [MQTT-4.3.3-7] lets waiting messages expire, and says how long the others have left', async () => {
    const topic = newTopic()
    const kept = { clientId: 'expiry', clean: false, properties: { sessionExpiryInterval: 600 } }
    const absent = await connect(5, kept)
    await absent.subscribe(topic)
    absent.disconnect()
    const from = await connect()
    for (const [messageId, seconds] of [[1, 1], [2, 60]] as const) {
      from.publish(topic, String(seconds), { qos: 1, messageId, properties: { messageExpiryInterval: seconds } })
      await from.expect('puback')
    }
    host.clock.advance(20_000)
    const back = await connect(5, kept)
    const packet = await back.expect('publish')
    assert.equal(packet.payload.toString(), '60')
    assert.ok((packet.properties?.messageExpiryInterval ?? 0) <= 40 && (packet.properties?.messageExpiryInterval ?? 0) >= 38)
    await back.expectNothing()
    assert.ok(host.broker.status().dropped.expired > 0)
  })

  it('[MQTT-3.1.2-27] [MQTT-3.1.2-28] leaves out messages larger than the client takes, and goes on', async () => {
    const { topic, from, to } = await pair(5, { properties: { maximumPacketSize: 100 } })
    from.publish(topic, 'x'.repeat(200), { qos: 1, messageId: 1 })
    from.publish(topic, 'y'.repeat(200))
    from.publish(topic, 'small', { qos: 1, messageId: 2 })
    assert.equal((await to.expect('publish')).payload.toString(), 'small')
  })

  it('[MQTT-3.3.4-9] [MQTT-4.9.0-1] [MQTT-4.9.0-2] [MQTT-4.9.0-3] [MQTT-3.3.4-10] has no more unacknowledged than the client takes, and goes on answering', async () => {
    const { topic, from, to } = await pair(5, { properties: { receiveMaximum: 2 } })
    for (let n = 0; n < 4; n++) {
      from.publish(topic, String(n), { qos: n % 2 === 0 ? 1 : 2, messageId: n + 1 })
      await from.next()
      if (n % 2 === 1) {
        from.send({ cmd: 'pubrel', messageId: n + 1 })
        await from.expect('pubcomp')
      }
    }
    const first = await to.expect('publish')
    const second = await to.expect('publish')
    await to.expectNothing()
    await to.ping()
    from.publish(topic, 'zero')
    assert.equal((await to.expect('publish')).payload.toString(), 'zero')
    to.send({ cmd: 'puback', messageId: first.messageId ?? 0 })
    const third = await to.expect('publish')
    assert.equal(third.payload.toString(), '2')
    to.send({ cmd: 'pubrec', messageId: second.messageId ?? 0 })
    await to.expect('pubrel')
    await to.expectNothing()
    to.send({ cmd: 'pubcomp', messageId: second.messageId ?? 0 })
    assert.equal((await to.expect('publish')).payload.toString(), '3')
  })

  it('[MQTT-4.4.0-2] [MQTT-4.3.3-4] ends a delivery that the client refuses, and releases one that it received', async () => {
    const { topic, from, to } = await pair(5, { properties: { receiveMaximum: 1 } })
    for (let n = 1; n <= 3; n++) from.publish(topic, String(n), { qos: 2, messageId: n })
    const first = await to.expect('publish')
    to.send({ cmd: 'pubrec', messageId: first.messageId ?? 0, reasonCode: 0x97 })
    const second = await to.expect('publish')
    assert.equal(second.payload.toString(), '2')
    to.send({ cmd: 'pubrec', messageId: second.messageId ?? 0 })
    assert.equal((await to.expect('pubrel')).messageId, second.messageId)
    to.send({ cmd: 'pubcomp', messageId: second.messageId ?? 0 })
    assert.equal((await to.expect('publish')).payload.toString(), '3')
  })

  it('answers PUBREC of an unknown identifier with PUBREL 0x92, and closes at the wrong kind of acknowledgement', async () => {
    const { topic, from, to } = await pair()
    to.send({ cmd: 'pubrec', messageId: 999 })
    assert.equal((await to.expect('pubrel')).reasonCode, 0x92)
    from.publish(topic, 'x', { qos: 2, messageId: 1 })
    const { messageId = 0 } = await to.expect('publish')
    to.send({ cmd: 'puback', messageId })
    assert.equal(await to.expectClosed(), 0x82)
  })

  it('[MQTT-4.6.0-5] [MQTT-4.6.0-6] keeps the order of a publisher', async () => {
    const { topic, from, to } = await pair(4)
    for (let n = 0; n < 500; n++) from.publish(topic, String(n), { qos: 1, messageId: n + 1 })
    for (let n = 0; n < 500; n++) assert.equal((await to.expect('publish')).payload.toString(), String(n))
    for (let n = 0; n < 500; n++) assert.equal((await from.expect('puback')).messageId, n + 1)
  })
})

describe('retained messages', () => {
  it('[MQTT-3.3.1-5] [MQTT-3.3.1-6] [MQTT-3.3.1-7] [MQTT-3.3.1-8] keeps the last one, and forgets it at an empty one', async () => {
    const topic = newTopic()
    const from = await connect()
    const retained = async (): Promise<string | undefined> => {
      const client = await connect()
      await client.subscribe(topic)
      client.bytes('c0 00')
      const packet = await client.next()
      client.disconnect()
      return packet?.cmd === 'publish' ? `${packet.payload.toString()} ${packet.qos} ${packet.retain}` : undefined
    }
    from.publish(topic, 'one', { qos: 1, messageId: 1, retain: true })
    from.publish(topic, 'two', { qos: 2, messageId: 2, retain: true })
    from.publish(topic, 'live', { qos: 1, messageId: 3 })
    await from.expect('puback')
    await from.expect('pubrec')
    await from.expect('puback')
    assert.equal(await retained(), 'two 2 true')
    from.publish(topic, '', { qos: 1, messageId: 4, retain: true })
    await from.expect('puback')
    assert.equal(await retained(), undefined)
  })

  it('[MQTT-3.3.1-12] [MQTT-3.3.1-13] sets the RETAIN flag of live messages as the subscription asks', async () => {
    const topic = newTopic()
    const [from, plain, published] = await Promise.all([connect(), connect(), connect()])
    await plain.subscribe(topic)
    await published.subscribe(topic, { rap: true })
    for (const retain of [true, false]) {
      from.publish(topic, 'x', { retain })
      assert.equal((await plain.expect('publish')).retain, false)
      assert.equal((await published.expect('publish')).retain, retain)
    }
  })

  it('[MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11] [MQTT-3.8.4-4] sends them at the times that retain handling says', async () => {
    const topic = newTopic()
    const from = await connect()
    from.publish(topic, 'kept', { retain: true, qos: 1, messageId: 1 })
    await from.expect('puback')
    for (const [rh, counts] of [[0, [1, 1]], [1, [1, 0]], [2, [0, 0]]] as const) {
      const client = await connect()
      for (const count of counts) {
        await client.subscribe(topic, { rh, qos: 1 })
        for (let n = 0; n < count; n++) {
          const { messageId = 0, retain } = await client.expect('publish')
          assert.equal(retain, true)
          client.send({ cmd: 'puback', messageId })
        }
        await client.ping()
      }
    }
  })

  it('sends many of them to a client that takes few at once', async () => {
    const topic = newTopic()
    const from = await connect(4)
    for (let n = 0; n < 300; n++) from.publish(`${topic}/${n}`, String(n), { retain: true, qos: 1, messageId: n + 1 })
    for (let n = 0; n < 300; n++) await from.expect('puback')
    const client = await connect(5, { properties: { receiveMaximum: 3 } })
    await client.subscribe(`${topic}/#`, { qos: 1 })
    const seen = new Set<string>()
    while (seen.size < 300) {
      const { messageId = 0, payload } = await client.expect('publish')
      seen.add(payload.toString())
      client.send({ cmd: 'puback', messageId })
    }
  })

  it('forgets those that expired', async () => {
    const topic = newTopic()
    const from = await connect()
    from.publish(topic, 'x', { retain: true, qos: 1, messageId: 1, properties: { messageExpiryInterval: 5 } })
    await from.expect('puback')
    host.clock.advance(6_000)
    const client = await connect()
    await client.subscribe(topic)
    await client.expectNothing()
  })
})
