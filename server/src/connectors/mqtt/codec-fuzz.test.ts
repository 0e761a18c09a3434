import assert from 'node:assert/strict'
import { Duplex } from 'node:stream'
import { describe, it } from 'node:test'
import { generate, parser, type Packet } from 'mqtt-packet'
import { ByteReader } from './byte-reader.ts'
import { createMqttBroker } from './broker.ts'
import { checkFirstByte, readHeader, type FrameHeader } from './inlet.ts'
import { readConnect, readDisconnect, readProtocol, readSubscribe, readUnsubscribe } from './packets.ts'
import { ProtocolFault } from './reason-codes.ts'
import { createVolatileSessionStore } from './session-store.ts'
import { defaultMqttSettings, TestClock, TestIntake, TestSink } from './testing/test-broker.ts'
import { createLog } from '../../kernel/log.ts'

const SEED = 20_261_123
const PACKETS = 100_000

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const random = seeded(SEED)
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T

const TOPICS = ['a', 'a/b', 'mw/v1/x/y', '$SYS/x', '压力', 'a'.repeat(300)] as const
const FILTERS = ['#', '+', 'a/+', '$share/g/a', 'a/#', 'mw/#'] as const

function validPacket(): Packet {
  const messageId = 1 + Math.floor(random() * 20)
  switch (Math.floor(random() * 10)) {
    case 0:
      return { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 5, clientId: `c${Math.floor(random() * 5)}`, clean: random() < 0.5, keepalive: 10, properties: { sessionExpiryInterval: 10, receiveMaximum: 3 } }
    case 1:
      return { cmd: 'subscribe', messageId, subscriptions: [{ topic: pick(FILTERS), qos: pick([0, 1, 2]) }] }
    case 2:
      return { cmd: 'unsubscribe', messageId, unsubscriptions: [pick(FILTERS)] }
    case 3:
      return { cmd: pick(['puback', 'pubrec', 'pubrel', 'pubcomp']), messageId } as Packet
    case 4:
      return { cmd: 'pingreq' }
    case 5:
      return random() < 0.1 ? { cmd: 'disconnect', reasonCode: 0 } : { cmd: 'pingreq' }
    default:
      return {
        cmd: 'publish', topic: pick(TOPICS), payload: 'x'.repeat(Math.floor(random() * 50)), qos: pick([0, 1, 2]), dup: false, retain: random() < 0.2, messageId,
        properties: random() < 0.5 ? {} : { messageExpiryInterval: 5, topicAlias: 1, userProperties: { a: 'b' } },
      }
  }
}

function mutated(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  for (let flips = Math.floor(random() * 3); flips > 0; flips--) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256)
  const shape = random()
  if (shape < 0.1) return copy.subarray(0, Math.floor(random() * copy.length))
  if (shape < 0.2) return Buffer.concat([copy, Buffer.of(Math.floor(random() * 256))])
  return copy
}

/** A socket in memory. */
class Wire extends Duplex {
  override _read(): void {
    // Bytes are pushed by the test.
  }

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    done()
  }
}

describe('packets from anybody (A3)', () => {
  it(`${PACKETS} mutated packets never make the broker fail, hang or grow`, async () => {
    const bugs: string[] = []
    const log = createLog('silent')
    log.error = ((detail: unknown, text: string) => void bugs.push(`${text} ${JSON.stringify(detail)}`)) as typeof log.error
    const sink = new TestSink()
    const broker = createMqttBroker({
      settings: { ...defaultMqttSettings(), maxRetainedMessages: 100 },
      sink, intake: new TestIntake(sink), store: createVolatileSessionStore(), clock: new TestClock(), log, random,
    })
    const hello = generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 5, clientId: 'fuzz', clean: true, keepalive: 0 })
    let wire = new Wire()
    for (let sent = 0; sent < PACKETS; sent++) {
      if (wire.destroyed || wire.writableEnded || sent % 50 === 0) {
        wire.destroy()
        wire = new Wire()
        broker.serve(wire, 'fuzz')
        if (random() < 0.95) wire.push(hello)
        await new Promise((resolve) => setImmediate(resolve))
      }
      wire.push(mutated(generate(validPacket(), { protocolVersion: 5 })))
      if (sent % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    wire.destroy()
    await new Promise((resolve) => setTimeout(resolve, 20))
    const status = broker.status()
    assert.deepEqual(bugs, [])
    assert.equal(status.clients, 0)
    assert.ok(status.closed.protocol > 1_000)
    assert.ok(status.messagesIn > 1_000)
    assert.ok(status.sessions < 20)
    await broker.close()
  })

  it('reads valid packets as mqtt-packet does, and refuses others only by ProtocolFault', () => {
    for (let n = 0; n < 20_000; n++) {
      const bytes = generate(validPacket(), { protocolVersion: 5 })
      const theirs = oracle(bytes)
      assert.deepEqual(ours(bytes), theirs)
      const broken = mutated(bytes)
      try {
        ours(broken)
      } catch (fault) {
        assert.ok(fault instanceof ProtocolFault, String(fault))
      }
    }
  })
})

/** What our decoders make of the packets that have one: the fields that tell them apart. */
function ours(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined
  const header: FrameHeader = { first: 0, bodyAt: 0, end: 0 }
  readHeader(bytes, 0, header, 5)
  if (header.bodyAt === 0 || header.end > bytes.length) return undefined
  const type = header.first >> 4
  checkFirstByte(header.first, 5, type !== 1)
  const reader = new ByteReader(bytes, header.bodyAt, header.end)
  if (type === 1) {
    const connect = readConnect(reader, readProtocol(reader))
    return [connect.clientId, connect.cleanStart, connect.keepAliveSeconds]
  }
  if (type === 8) {
    const { packetId, lines } = readSubscribe(reader, 5)
    return [packetId, lines.map(({ filter, qos }) => [filter, qos])]
  }
  if (type === 10) {
    const { packetId, filters } = readUnsubscribe(reader, 5)
    return [packetId, filters]
  }
  if (type === 14) return [readDisconnect(reader, 5).reason]
  return undefined
}

function oracle(bytes: Buffer): unknown {
  let seen: unknown
  const parsing = parser({ protocolVersion: 5 })
  parsing.on('packet', (packet) => {
    if (packet.cmd === 'connect') seen = [packet.clientId, packet.clean, packet.keepalive]
    if (packet.cmd === 'subscribe') seen = [packet.messageId, packet.subscriptions.map(({ topic, qos }) => [topic, qos])]
    if (packet.cmd === 'unsubscribe') seen = [packet.messageId, packet.unsubscriptions]
    if (packet.cmd === 'disconnect') seen = [packet.reasonCode]
  })
  parsing.parse(bytes)
  return seen
}
