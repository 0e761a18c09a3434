import { ByteReader } from './byte-reader.ts'
import { NO_BYTES, type ProtocolVersion, type Qos } from './message.ts'
import { IN, NO_PROPERTIES, PROPERTY, readProperties, type Properties } from './properties.ts'
import { malformed, ProtocolFault, protocolError, REASON } from './reason-codes.ts'
import { checkTopicFilter, checkTopicName } from './topics.ts'

/** Control packet types (MQTT 5.0, 2.1.2). */
export const PACKET = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
  auth: 15,
} as const

export interface WillPacket {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: Qos
  readonly retain: boolean
  readonly properties: Properties
}

export interface ConnectPacket {
  readonly version: ProtocolVersion
  readonly cleanStart: boolean
  readonly keepAliveSeconds: number
  readonly clientId: string
  readonly will: WillPacket | undefined
  readonly username: string | undefined
  readonly password: Buffer | undefined
  readonly properties: Properties
}

/** The protocol of a CONNECT packet, read before all else so that the answer can be in it; throws when it is not one of ours. */
export function readProtocol(packet: ByteReader): ProtocolVersion {
  const name = packet.text()
  const level = packet.u8()
  if (name === 'MQTT' && (level === 4 || level === 5)) return level
  if (name === 'MQIsdp' && level === 3) return 3
  throw new ProtocolFault(REASON.unsupportedVersion, `protocol ${JSON.stringify(name.slice(0, 16))} level ${level} is not MQTT 3.1.1 or 5.0`)
}

/** The rest of a CONNECT packet after {@link readProtocol} (MQTT 5.0, 3.1). The password and payload are copies. */
export function readConnect(packet: ByteReader, version: ProtocolVersion): ConnectPacket {
  const flags = packet.u8()
  if ((flags & 0x01) !== 0) throw malformed('the reserved connect flag is set')
  const hasWill = (flags & 0x04) !== 0
  const willQos = (flags >> 3) & 0x03
  const hasPassword = (flags & 0x40) !== 0
  const hasUsername = (flags & 0x80) !== 0
  if (willQos > 2) throw malformed('the will has QoS 3')
  if (!hasWill && (flags & 0x38) !== 0) throw malformed('will flags without a will')
  if (version !== 5 && hasPassword && !hasUsername) throw malformed('a password without a user name')
  const keepAliveSeconds = packet.u16()
  const properties = version === 5 ? readProperties(packet, IN.connect) : NO_PROPERTIES
  const clientId = packet.text()
  const will = hasWill ? readWill(packet, version, willQos as Qos, (flags & 0x20) !== 0) : undefined
  const username = hasUsername ? packet.text() : undefined
  const password = hasPassword ? Buffer.from(packet.binary()) : undefined
  packet.finish()
  return { version, cleanStart: (flags & 0x02) !== 0, keepAliveSeconds, clientId, will, username, password, properties }
}

function readWill(packet: ByteReader, version: ProtocolVersion, qos: Qos, retain: boolean): WillPacket {
  const properties = version === 5 ? readProperties(packet, IN.will) : NO_PROPERTIES
  const topic = packet.text()
  checkTopicName(topic)
  return { topic, payload: Buffer.from(packet.binary()), qos, retain, properties }
}

/** A PUBACK, PUBREC, PUBREL or PUBCOMP. */
export interface AckPacket {
  readonly packetId: number
  readonly reason: number
}

const ACK_REASONS: ReadonlySet<number> = new Set([0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99])
const RELEASE_REASONS: ReadonlySet<number> = new Set([0x00, 0x92])

export function readAck(packet: ByteReader, version: ProtocolVersion, type: number): AckPacket {
  const packetId = packetIdentifier(packet)
  if (version !== 5 || packet.left === 0) {
    packet.finish()
    return { packetId, reason: 0 }
  }
  const reason = packet.u8()
  const known = type === PACKET.puback || type === PACKET.pubrec ? ACK_REASONS : RELEASE_REASONS
  if (!known.has(reason)) throw protocolError(`the reason code ${reason} is not one of this packet's`)
  if (packet.left > 0) readProperties(packet, IN.ack)
  packet.finish()
  return { packetId, reason }
}

/** One line of a SUBSCRIBE packet. */
export interface SubscribeLine {
  readonly filter: string
  readonly qos: Qos
  readonly noLocal: boolean
  readonly retainAsPublished: boolean
  /** 0 sends retained messages, 1 only when the subscription is new, 2 never. */
  readonly retainHandling: number
}

export interface SubscribePacket {
  readonly packetId: number
  /** 0 when there is none. */
  readonly identifier: number
  readonly lines: readonly SubscribeLine[]
}

export function readSubscribe(packet: ByteReader, version: ProtocolVersion): SubscribePacket {
  const packetId = packetIdentifier(packet)
  const properties = version === 5 ? readProperties(packet, IN.subscribe) : NO_PROPERTIES
  const lines: SubscribeLine[] = []
  while (packet.left > 0) lines.push(readSubscribeLine(packet, version))
  if (lines.length === 0) throw protocolError('SUBSCRIBE without a topic filter')
  return { packetId, identifier: properties.numbers.get(PROPERTY.subscriptionId) ?? 0, lines }
}

function readSubscribeLine(packet: ByteReader, version: ProtocolVersion): SubscribeLine {
  const filter = packet.text()
  const shared = checkTopicFilter(filter)
  const options = packet.u8()
  const qos = options & 0x03
  if (qos === 3 || (options & (version === 5 ? 0xc0 : 0xfc)) !== 0) throw malformed('reserved subscription options are set')
  const retainHandling = (options >> 4) & 0x03
  if (retainHandling === 3) throw protocolError('retain handling 3')
  const noLocal = (options & 0x04) !== 0
  if (noLocal && shared) throw protocolError('no local on a shared subscription')
  return { filter, qos: qos as Qos, noLocal, retainAsPublished: (options & 0x08) !== 0, retainHandling }
}

export interface UnsubscribePacket {
  readonly packetId: number
  readonly filters: readonly string[]
}

export function readUnsubscribe(packet: ByteReader, version: ProtocolVersion): UnsubscribePacket {
  const packetId = packetIdentifier(packet)
  if (version === 5) readProperties(packet, IN.unsubscribe)
  const filters: string[] = []
  while (packet.left > 0) {
    const filter = packet.text()
    checkTopicFilter(filter)
    filters.push(filter)
  }
  if (filters.length === 0) throw protocolError('UNSUBSCRIBE without a topic filter')
  return { packetId, filters }
}

export interface DisconnectPacket {
  readonly reason: number
  readonly sessionSeconds: number | undefined
}

const DISCONNECT_REASONS: ReadonlySet<number> = new Set([
  0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99,
])

export function readDisconnect(packet: ByteReader, version: ProtocolVersion): DisconnectPacket {
  if (version !== 5 || packet.left === 0) {
    packet.finish()
    return { reason: 0, sessionSeconds: undefined }
  }
  const reason = packet.u8()
  if (!DISCONNECT_REASONS.has(reason)) throw protocolError(`the reason code ${reason} is not one of a client's DISCONNECT`)
  const properties = packet.left > 0 ? readProperties(packet, IN.disconnect) : NO_PROPERTIES
  packet.finish()
  return { reason, sessionSeconds: properties.numbers.get(PROPERTY.sessionExpiry) }
}

/** An AUTH packet is read for its form only: no authentication method is offered yet. */
export function readAuth(packet: ByteReader): void {
  if (packet.left === 0) return
  const reason = packet.u8()
  if (reason !== 0x00 && reason !== 0x18 && reason !== 0x19) throw protocolError(`the reason code ${reason} is not one of AUTH`)
  if (packet.left > 0) readProperties(packet, IN.auth)
  packet.finish()
}

/** The parts of a PUBLISH that is not on the fast path: one with properties (MQTT 5.0, 3.3). */
export interface PublishProperties {
  readonly expirySeconds: number | undefined
  readonly alias: number
  readonly forwarded: Buffer
}

export const NO_PUBLISH_PROPERTIES: PublishProperties = { expirySeconds: undefined, alias: 0, forwarded: NO_BYTES }

export function readPublishProperties(packet: ByteReader): PublishProperties {
  const { numbers, forwarded } = readProperties(packet, IN.publish)
  return { expirySeconds: numbers.get(PROPERTY.messageExpiry), alias: numbers.get(PROPERTY.topicAlias) ?? 0, forwarded }
}

function packetIdentifier(packet: ByteReader): number {
  const packetId = packet.u16()
  if (packetId === 0) throw protocolError('the packet identifier is 0')
  return packetId
}
