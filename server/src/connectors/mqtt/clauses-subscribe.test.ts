import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { RawClient } from './testing/raw-client.ts'
import { startTestBroker, type TestBroker } from './testing/test-broker.ts'

let host: TestBroker
before(async () => {
  host = await startTestBroker({ settings: { closedTopics: ['test/nosubscribe'], maxSubscriptionsPerClient: 10 } })
})
after(() => host.broker.close())

const connect = (version: 4 | 5 = 5, options = {}): Promise<RawClient> => RawClient.connect(host.port, version, options)
const text = (packet: { payload: Buffer | string }): string => packet.payload.toString()

describe('SUBSCRIBE and UNSUBSCRIBE', () => {
  it('[MQTT-3.8.3-1] [MQTT-3.8.3-2] [MQTT-3.8.3-5] [MQTT-3.10.3-2] closes at packets without a filter, with wrong options or wrong text', async () => {
    for (const [version, bytes] of [
      [4, '82 02 0001'], [5, '82 03 0001 00'], [4, 'a2 02 0001'], [5, 'a2 03 0001 00'],
      [4, '82 06 0001 0001 61 03'], [4, '82 06 0001 0001 61 04'], [5, '82 07 0001 00 0001 61 03'],
      [5, '82 07 0001 00 0001 61 c0'], [5, '82 07 0001 00 0001 61 30'], [4, '82 07 0001 0002 c328 00'],
      [5, '82 08 0001 00 0002 6100 00'], [4, '82 05 0001 0000 00'], [5, '82 09 0001 02 0b00 0001 61 00'], [5, '82 0b 0001 04 0b01 0b02 0001 61 00'],
      [4, '82 05 0001 0001 61'],
    ] as const) {
      const client = await connect(version)
      client.bytes(bytes)
      const reason = await client.expectClosed()
      assert.ok(version === 4 ? reason === undefined : reason === 0x81 || reason === 0x82, `${bytes}: ${reason}`)
    }
  })

  it('[MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.8.2-1] [MQTT-4.8.2-2] closes at filters that are none', async () => {
    for (const filter of ['a#', '#/a', 'a/#/b', 'a+', '+a', 'a/b+/c', '$share/x', '$share//a', '$share/a+/b', '$share/a#/b', '$share/g/', '$share/']) {
      const client = await connect()
      client.bytes(Buffer.concat([Buffer.of(0x82, 6 + filter.length, 0, 1, 0, 0, filter.length), Buffer.from(filter), Buffer.of(0)]))
      assert.equal(await client.expectClosed(), 0x81, filter)
    }
  })

  it('[MQTT-3.8.3-4] closes at no local on a shared subscription', async () => {
    const client = await connect()
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '$share/g/a', qos: 0, nl: true }] })
    assert.equal(await client.expectClosed(), 0x82)
  })

  it('[MQTT-3.8.4-1] [MQTT-3.8.4-2] [MQTT-3.8.4-5] [MQTT-3.8.4-6] [MQTT-3.8.4-7] [MQTT-3.9.3-1] [MQTT-3.9.3-2] [MQTT-2.2.1-6] answers each filter in order', async () => {
    for (const version of [4, 5] as const) {
      const client = await connect(version)
      const subscriptions = (['a', 'b', 'test/nosubscribe', `${'d/'.repeat(40)}e`, 'c'] as const).map((topic, n) => ({ topic, qos: [2, 1, 0, 0, 0][n] as 0 | 1 | 2 }))
      client.send({ cmd: 'subscribe', messageId: 4_711, subscriptions })
      const suback = await client.expect('suback')
      assert.equal(suback.messageId, 4_711)
      assert.deepEqual(suback.granted, version === 5 ? [2, 1, 0x80, 0x8f, 0] : [2, 1, 0x80, 0x80, 0])
    }
  })

  it('refuses subscriptions beyond the limit, and replaces at the limit', async () => {
    const client = await connect()
    for (let n = 0; n < 10; n++) assert.deepEqual(await client.subscribe(`limit/${n}`), [2])
    assert.deepEqual(await client.subscribe('limit/10'), [0x97])
    assert.deepEqual(await client.subscribe('limit/9', { qos: 1 }), [1])
  })

  it('[MQTT-3.8.4-3] [MQTT-3.8.4-8] [MQTT-4.8.2-3] replaces a subscription of the same filter, and delivers at the lower QoS', async () => {
    const [from, to] = await Promise.all([connect(), connect()])
    for (const granted of [0, 1, 2] as const) {
      await to.subscribe('lower', { qos: granted })
      for (const qos of [0, 1, 2] as const) {
        from.publish('lower', 'x', { qos, messageId: granted * 10 + qos + 1 })
        const packet = await to.expect('publish')
        assert.equal(packet.qos, Math.min(granted, qos))
      }
      await to.ping()
    }
  })

  it('[MQTT-3.3.4-2] [MQTT-3.3.4-3] [MQTT-3.3.4-4] sends one copy for overlapping subscriptions, with the highest QoS and all identifiers', async () => {
    const [from, to] = await Promise.all([connect(), connect()])
    await to.subscribe('over/#', { qos: 1 }, 268_435_455)
    await to.subscribe('over/+', { qos: 2 }, 2)
    await to.subscribe('over/a', { qos: 0 })
    from.publish('over/a', 'x', { qos: 2, messageId: 1 })
    const packet = await to.expect('publish')
    assert.equal(packet.qos, 2)
    assert.deepEqual([packet.properties?.subscriptionIdentifier].flat().sort(), [2, 268_435_455])
    await to.expectNothing()
  })

  it('[MQTT-3.8.3-3] does not send a message back to its publisher that asked so', async () => {
    const client = await connect()
    await client.subscribe('local', { nl: true })
    await client.subscribe('both', { nl: true })
    await client.subscribe('both/#')
    client.publish('local', 'x')
    await client.expectNothing()
    client.publish('both', 'y')
    assert.equal(text(await client.expect('publish')), 'y')
    const other = await connect()
    other.publish('local', 'z')
    assert.equal(text(await client.expect('publish')), 'z')
  })

  it('[MQTT-3.10.4-1] [MQTT-3.10.4-2] [MQTT-3.10.4-4] [MQTT-3.10.4-5] [MQTT-3.10.4-6] [MQTT-3.11.3-1] [MQTT-3.11.3-2] ends exactly the named subscriptions', async () => {
    for (const version of [4, 5] as const) {
      const [from, client] = await Promise.all([connect(version), connect(version)])
      for (const topic of ['u/+', 'u/a', 'u/b']) await client.subscribe(topic, { qos: 0 })
      client.send({ cmd: 'unsubscribe', messageId: 99, unsubscriptions: ['u/+', 'u/#', 'u/a'] })
      const unsuback = await client.expect('unsuback')
      assert.equal(unsuback.messageId, 99)
      if (version === 5) assert.deepEqual((unsuback as { granted?: unknown }).granted, [0, 0x11, 0])
      from.publish('u/a', 'no')
      from.publish('u/b', 'yes')
      assert.equal(text(await client.expect('publish')), 'yes')
      await client.expectNothing()
    }
  })

  it('[MQTT-3.10.4-3] completes what had begun before UNSUBSCRIBE', async () => {
    const [from, to] = await Promise.all([connect(), connect()])
    await to.subscribe('begun')
    from.publish('begun', 'x', { qos: 2, messageId: 1 })
    const { messageId = 0 } = await to.expect('publish')
    to.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['begun'] })
    await to.expect('unsuback')
    to.send({ cmd: 'pubrec', messageId })
    await to.expect('pubrel')
  })

  it('[MQTT-3.3.2-3] [MQTT-4.7.2-1] matches as the specification says', async () => {
    const cases: readonly (readonly [string, string, boolean])[] = [
      ['sport/tennis/player1/#', 'sport/tennis/player1', true], ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
      ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true], ['sport/#', 'sport', true], ['#', 'a/b', true],
      ['sport/tennis/+', 'sport/tennis/player1', true], ['sport/tennis/+', 'sport/tennis/player1/ranking', false], ['sport/+', 'sport', false],
      ['sport/+', 'sport/', true], ['+/+', '/finance', true], ['/+', '/finance', true], ['+', '/finance', false], ['+/tennis/#', 'a/tennis', true],
      ['#', '$x/a', false], ['+/a', '$x/a', false], ['$x/#', '$x/a', true], ['$x/+', '$x/a', true], ['a', 'A', false], ['a/', 'a', false], ['a//b', 'a/b', false],
    ]
    const from = await connect()
    for (const [filter, topic, matches] of cases) {
      const to = await connect()
      await to.subscribe(filter, { qos: 0 })
      from.publish(topic, 'x')
      await from.ping()
      to.bytes('c0 00')
      const packet = await to.next()
      assert.equal(packet?.cmd === 'publish', matches, `${filter} and ${topic}`)
      to.drop()
    }
  })

  it('publishes $SYS topics, which # does not match', async () => {
    const client = await connect()
    await client.subscribe('#', { qos: 0 })
    host.clock.advance(20_000)
    host.broker.sweep()
    await client.expectNothing()
    await client.subscribe('$SYS/broker/version', { qos: 0 })
    assert.match(text(await client.expect('publish')), /^millwright /)
  })
})

describe('shared subscriptions', () => {
  it('[MQTT-4.8.2-1] gives each message to one member, in turn, and every message to an ordinary subscriber', async () => {
    const [from, one, two, all] = await Promise.all([connect(), connect(), connect(), connect()])
    await one.subscribe('$share/g/turn/#')
    await two.subscribe('$share/g/turn/#')
    await all.subscribe('turn/#')
    for (let n = 0; n < 6; n++) from.publish('turn/x', String(n))
    assert.deepEqual([text(await one.expect('publish')), text(await one.expect('publish')), text(await one.expect('publish'))], ['0', '2', '4'])
    assert.deepEqual([text(await two.expect('publish')), text(await two.expect('publish')), text(await two.expect('publish'))], ['1', '3', '5'])
    for (let n = 0; n < 6; n++) assert.equal(text(await all.expect('publish')), String(n))
  })

  it('sends no retained messages to a member', async () => {
    const [from, member] = await Promise.all([connect(), connect()])
    from.publish('shared-kept', 'x', { retain: true })
    await from.ping()
    await member.subscribe('$share/g/shared-kept')
    await member.expectNothing()
  })

  it('gives QoS 1 messages of a member whose session ended to another one, but not QoS 2 messages that had begun', async () => {
    const [from, one] = await Promise.all([connect(), connect()])
    await one.subscribe('$share/h/left', { qos: 2 })
    from.publish('left', 'one', { qos: 1, messageId: 1 })
    from.publish('left', 'two', { qos: 2, messageId: 2 })
    await one.expect('publish')
    await one.expect('publish')
    const two = await connect()
    await two.subscribe('$share/h/left', { qos: 2 })
    one.drop()
    const packet = await two.expect('publish')
    assert.equal(text(packet), 'one')
    await two.expectNothing()
  })

  it('[MQTT-4.8.2-4] [MQTT-4.8.2-5] completes a QoS 2 message with its member when that is back', async () => {
    const kept = { clientId: 'member', clean: false, properties: { sessionExpiryInterval: 60 } }
    const [from, one, two] = await Promise.all([connect(), connect(5, kept), connect()])
    await one.subscribe('$share/k/back')
    from.publish('back', 'x', { qos: 2, messageId: 1 })
    const { messageId } = await one.expect('publish')
    await two.subscribe('$share/k/back')
    one.drop()
    await two.expectNothing()
    const again = await connect(5, kept)
    const repeated = await again.expect('publish')
    assert.equal(repeated.messageId, messageId)
    assert.equal(repeated.dup, true)
  })

  it('[MQTT-4.8.2-6] gives a message that a member refused to nobody else', async () => {
    const [from, one, two] = await Promise.all([connect(), connect(), connect()])
    await one.subscribe('$share/r/refused')
    from.publish('refused', 'x', { qos: 1, messageId: 1 })
    const { messageId = 0 } = await one.expect('publish')
    await two.subscribe('$share/r/refused')
    one.send({ cmd: 'puback', messageId, reasonCode: 0x80 })
    await one.ping()
    one.drop()
    await two.expectNothing()
  })
})
