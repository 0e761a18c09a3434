import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { RawClient } from './testing/raw-client.ts'
import { startTestBroker, type TestBroker } from './testing/test-broker.ts'

let host: TestBroker
before(async () => {
  host = await startTestBroker()
})
after(() => host.broker.close())

const open = (version: 4 | 5 = 5): Promise<RawClient> => RawClient.open(host.port, version)
const connect = (version: 4 | 5 = 5, options = {}): Promise<RawClient> => RawClient.connect(host.port, version, options)

describe('CONNECT', () => {
  for (const [name, bytes] of [
    ['PINGREQ', 'c0 00'],
    ['PUBLISH', '30 05 0001 61 6262'],
    ['SUBSCRIBE', '82 06 0001 0001 61 00'],
    ['DISCONNECT', 'e0 00'],
    ['AUTH', 'f0 00'],
  ] as const) {
    it(`[MQTT-3.1.0-1] closes when the first packet is ${name}`, async () => {
      const client = await open()
      client.bytes(bytes)
      assert.equal(await client.expectClosed(), undefined)
    })
  }

  for (const version of [4, 5] as const) {
    it(`[MQTT-3.1.0-2] closes at a second CONNECT (level ${version})`, async () => {
      const client = await connect(version)
      client.sendConnect()
      assert.equal(await client.expectClosed(), version === 5 ? 0x82 : undefined)
    })

    it(`[MQTT-3.1.2-3] closes when the reserved connect flag is set (level ${version})`, async () => {
      const client = await open(version)
      client.bytes(version === 5 ? '10 0e 0004 4d515454 05 03 003c 00 0001 61' : '10 0d 0004 4d515454 04 03 003c 0001 61')
      assert.equal(await client.expectClosed(), version === 5 ? 0x81 : undefined)
    })

    it(`[MQTT-3.1.2-11] closes at will flags without a will (level ${version})`, async () => {
      for (const flags of ['0a', '22']) {
        const client = await open(version)
        client.bytes(version === 5 ? `10 0e 0004 4d515454 05 ${flags} 003c 00 0001 61` : `10 0d 0004 4d515454 04 ${flags} 003c 0001 61`)
        await client.expectClosed()
      }
    })

    it(`[MQTT-3.1.2-14] closes at will QoS 3 (level ${version})`, async () => {
      const client = await open(version)
      client.bytes(version === 5 ? '10 14 0004 4d515454 05 1e 003c 00 0001 61 00 0001 77 0001 78' : '10 12 0004 4d515454 04 1e 003c 0001 61 0001 77 0001 78')
      await client.expectClosed()
    })
  }

  it('[MQTT-3.1.2-1] closes at another protocol name', async () => {
    const client = await open(4)
    client.bytes('10 0d 0004 4d515458 04 02 003c 0001 61')
    await client.expectClosed()
  })

  it('[MQTT-3.1.2-2] answers an unknown protocol level with return code 1 and closes', async () => {
    const client = await open(4)
    client.bytes('10 0d 0004 4d515454 09 02 003c 0001 61')
    assert.equal(await client.expectClosed(), 1)
  })

  it('takes MQTT 3.1, which old gateways speak', async () => {
    const client = await open(4)
    client.bytes('10 0f 0006 4d5149736470 03 02 003c 0001 61')
    assert.equal((await client.expect('connack')).returnCode, 0)
    client.disconnect()
  })

  it('[MQTT-3.1.2-22 of 3.1.1] closes at a password without a user name, which MQTT 5 allows', async () => {
    const old = await open(4)
    old.bytes('10 10 0004 4d515454 04 42 003c 0001 61 0001 70')
    await old.expectClosed()
    const client = await open(5)
    client.bytes('10 11 0004 4d515454 05 42 003c 00 0001 61 0001 70')
    assert.equal((await client.expect('connack')).reasonCode, 0)
    client.disconnect()
  })

  it('[MQTT-3.1.4-1] closes at a CONNECT that is longer or shorter than its fields', async () => {
    for (const bytes of ['10 0e 0004 4d515454 04 02 003c 0001 61 ff', '10 0c 0004 4d515454 04 02 003c 0002 61']) {
      const client = await open(4)
      client.bytes(bytes)
      await client.expectClosed()
    }
  })

  it('[MQTT-1.5.4-1] [MQTT-1.5.4-2] closes at a client identifier that is not UTF-8 or holds U+0000', async () => {
    for (const id of ['c3 28', 'ed a0 80', '00 61', 'c0 80', 'f8 88']) {
      for (const version of [4, 5] as const) {
        const client = await open(version)
        client.bytes(version === 5 ? `10 0f 0004 4d515454 05 02 003c 00 0002 ${id.slice(0, 5)}` : `10 0e 0004 4d515454 04 02 003c 0002 ${id.slice(0, 5)}`)
        await client.expectClosed()
      }
    }
  })

  it('[MQTT-3.1.3-5] takes identifiers of 1 to 23 letters and digits, and longer ones', async () => {
    for (const clientId of ['a', '0123456789abcdefghijklm', 'NOPQRSTUVWXYZnopqrstuvw', 'x'.repeat(200)]) {
      const client = await connect(4, { clientId })
      client.disconnect()
    }
  })

  it('[MQTT-3.1.3-6] [MQTT-3.1.3-7] [MQTT-3.2.2-16] gives a client without identifier a new one and says which', async () => {
    const ids = new Set<string>()
    for (let n = 0; n < 3; n++) {
      const client = await open(5)
      client.bytes(`10 0d 0004 4d515454 05 ${n === 0 ? '00' : '02'} 003c 00 0000`)
      const { reasonCode, properties } = await client.expect('connack')
      assert.equal(reasonCode, 0)
      ids.add(properties?.assignedClientIdentifier ?? '')
      client.disconnect()
    }
    assert.equal(ids.size, 3)
    assert.ok(!ids.has(''))
  })

  it('[MQTT-3.1.3-8] [MQTT-3.1.3-7 of 3.1.1] refuses 3.1.1 without identifier and clean session with return code 2, and takes it with clean session', async () => {
    const refused = await open(4)
    refused.bytes('10 0c 0004 4d515454 04 00 003c 0000')
    assert.equal(await refused.expectClosed(), 2)
    const client = await open(4)
    client.bytes('10 0c 0004 4d515454 04 02 003c 0000')
    assert.equal((await client.expect('connack')).returnCode, 0)
    client.disconnect()
  })

  it('[MQTT-4.12.0-1] refuses an authentication method with 0x8C and closes', async () => {
    const client = await open()
    client.sendConnect({ properties: { authenticationMethod: 'SCRAM' } })
    assert.equal(await client.expectClosed(), 0x8c)
  })

  it('[MQTT-4.12.0-7] closes at AUTH from a client that named no method', async () => {
    const client = await connect()
    client.bytes('f0 00')
    assert.equal(await client.expectClosed(), 0x82)
  })

  it('refuses properties that are doubled, misplaced, zero where that is forbidden, or authentication data alone', async () => {
    for (const properties of ['11 00000001 11 00000001', '23 0001', '21 0000', '27 00000000', '17 02', '19 02', '16 0001 61', '7f 00', '01 01']) {
      const client = await open()
      const bytes = Buffer.from(properties.replaceAll(' ', ''), 'hex')
      const body = Buffer.concat([Buffer.from('00044d51545405020 03c'.replaceAll(' ', ''), 'hex'), Buffer.of(bytes.length), bytes, Buffer.from('000161', 'hex')])
      client.bytes(Buffer.concat([Buffer.of(0x10, body.length), body]))
      const reason = await client.expectClosed()
      assert.ok(reason === 0x81 || reason === 0x82, `${properties}: ${reason}`)
    }
  })

  it('[MQTT-3.2.2-2] [MQTT-3.2.2-3] says whether the session was there', async () => {
    for (const version of [4, 5] as const) {
      const kept = version === 5 ? { properties: { sessionExpiryInterval: 60 } } : {}
      const clientId = `present-${version}`
      const first = await open(version)
      assert.equal((await first.connect({ clientId, clean: false, ...kept })).sessionPresent, false)
      first.disconnect()
      const second = await open(version)
      assert.equal((await second.connect({ clientId, clean: false, ...kept })).sessionPresent, true)
      second.disconnect()
      const third = await open(version)
      assert.equal((await third.connect({ clientId, clean: true, ...kept })).sessionPresent, false)
      third.disconnect()
    }
  })

  it('tells an MQTT 5 client the limits', async () => {
    const client = await open()
    const { properties } = await client.connect({ keepalive: 120 })
    assert.equal(properties?.receiveMaximum, 1_024)
    assert.equal(properties?.maximumPacketSize, 1_048_576)
    assert.equal(properties?.topicAliasMaximum, 256)
    assert.equal(properties?.serverKeepAlive, 60)
    client.disconnect()
  })

  it('[MQTT-3.2.0-2] [MQTT-3.1.4-6] works through what came right after CONNECT, with one CONNACK', async () => {
    const client = await open()
    client.bytes('10 0e 0004 4d515454 05 02 003c 00 0001 71  82 07 0001 00 0001 74 00  30 05 0001 74 00 78  c0 00')
    await client.expect('connack')
    const kinds = [await client.next(), await client.next(), await client.next()].map((packet) => packet?.cmd)
    assert.deepEqual(kinds.sort(), ['pingresp', 'publish', 'suback'])
    client.disconnect()
  })

  it('[MQTT-3.1.4-3] ends the earlier connection of the same identifier with 0x8E', async () => {
    const first = await connect(5, { clientId: 'same' })
    const second = await connect(5, { clientId: 'same' })
    assert.equal(await first.expectClosed(), 0x8e)
    await second.ping()
    const old = await connect(4, { clientId: 'same-4' })
    await connect(4, { clientId: 'same-4' })
    assert.equal(await old.expectClosed(), undefined)
  })

  it('[MQTT-3.1.2-24] [MQTT-3.12.4-1] closes after one and a half keep alives without a packet, and answers pings', async () => {
    const client = await connect(5, { keepalive: 10 })
    host.clock.advance(9_000)
    await client.ping()
    host.clock.advance(14_000)
    host.broker.sweep()
    await client.ping()
    host.clock.advance(15_500)
    host.broker.sweep()
    assert.equal(await client.expectClosed(), 0x8d)
  })

  it('does not time out a client that asked for no keep alive', async () => {
    const client = await connect(5, { keepalive: 0 })
    host.clock.advance(100_000_000)
    host.broker.sweep()
    await client.ping()
    client.disconnect()
  })
})

describe('DISCONNECT and fixed headers', () => {
  it('[MQTT-3.14.1-1] [MQTT-2.1.3-1] closes at wrong reserved flags', async () => {
    for (const bytes of ['e1 00', 'c1 00', '61 02 0001', '60 02 0001', '80 07 0001 00 0001 61 00', 'a0 06 0001 00 0001 61', '41 02 0001', '51 02 0001', '73 02 0001', 'f1 00', '00 00']) {
      const client = await connect()
      client.bytes(bytes)
      assert.ok(([0x81, 0x82] as unknown[]).includes(await client.expectClosed()), bytes)
    }
    const old = await connect(4)
    old.bytes('e1 00')
    assert.equal(await old.expectClosed(), undefined)
  })

  it('closes at packets that only a server sends', async () => {
    for (const bytes of ['20 02 0000', '90 04 0001 00 00', 'b0 04 0001 00 00', 'd0 00']) {
      const client = await connect()
      client.bytes(bytes)
      assert.equal(await client.expectClosed(), 0x82)
    }
  })

  it('[MQTT-1.5.5-1] closes at a remaining length that is too long or not in its shortest form', async () => {
    for (const bytes of ['c0 80 00', '30 ff ff ff ff 01']) {
      const client = await connect()
      client.bytes(bytes)
      assert.equal(await client.expectClosed(), 0x81)
    }
  })

  it('[MQTT-3.2.2-15] refuses a packet over the maximum at its header with 0x95', async () => {
    const client = await connect()
    client.bytes('30 81 80 80 01')
    assert.equal(await client.expectClosed(), 0x95)
    const old = await connect(4)
    old.bytes('30 81 80 80 01')
    assert.equal(await old.expectClosed(), undefined)
  })

  it('closes at a session expiry in DISCONNECT that CONNECT did not ask for', async () => {
    const client = await connect()
    client.bytes('e0 07 00 05 11 0000000a')
    assert.equal(await client.expectClosed(), 0x82)
  })
})
