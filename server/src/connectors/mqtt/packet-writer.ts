import { NO_BYTES, type Message, type ProtocolVersion, type Qos } from './message.ts'
import { PACKET } from './packets.ts'
import { PROPERTY } from './properties.ts'
import { connectReturnCode, REASON, type ReasonCode } from './reason-codes.ts'

/** The answer to PINGREQ. */
export const PINGRESP: Buffer = Buffer.of(PACKET.pingresp << 4, 0)

/** How many bytes a variable byte integer takes. */
export function varintSize(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4
}

function putVarint(into: Buffer, at: number, value: number): number {
  let left = value
  let next = at
  while (left >= 0x80) {
    into[next++] = (left & 0x7f) | 0x80
    left >>>= 7
  }
  into[next++] = left
  return next
}

/** A packet of the given first byte around its body. */
function frame(first: number, parts: readonly Uint8Array[]): Buffer {
  let size = 0
  for (const part of parts) size += part.length
  const packet = Buffer.allocUnsafe(1 + varintSize(size) + size)
  packet[0] = first
  let at = putVarint(packet, 1, size)
  for (const part of parts) {
    packet.set(part, at)
    at += part.length
  }
  return packet
}

function varint(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(varintSize(value))
  putVarint(bytes, 0, value)
  return bytes
}

function u16Property(id: number, value: number): Buffer {
  return Buffer.of(id, value >> 8, value & 0xff)
}

function u32Property(id: number, value: number): Buffer {
  const bytes = Buffer.allocUnsafe(5)
  bytes[0] = id
  bytes.writeUInt32BE(value >>> 0, 1)
  return bytes
}

function textProperty(id: number, value: string): Buffer {
  const text = Buffer.from(value, 'utf8')
  return Buffer.concat([Buffer.of(id, text.length >> 8, text.length & 0xff), text])
}

/** What a CONNACK of MQTT 5 tells besides its reason; absent ones are left out. */
export interface ConnackProperties {
  readonly sessionSeconds?: number
  readonly receiveMaximum?: number
  readonly maximumPacketSize?: number
  readonly topicAliasMaximum?: number
  readonly assignedClientId?: string
  readonly serverKeepAlive?: number
  readonly reasonText?: string
}

/** CONNACK; the reason text is left out when the packet would be larger than the client takes. */
export function connack(version: ProtocolVersion, sessionPresent: boolean, reason: ReasonCode, told: ConnackProperties, maxBytes: number): Buffer {
  if (version !== 5) return Buffer.of(PACKET.connack << 4, 2, sessionPresent ? 1 : 0, connectReturnCode(reason))
  const parts: Buffer[] = []
  if (told.sessionSeconds !== undefined) parts.push(u32Property(PROPERTY.sessionExpiry, told.sessionSeconds))
  if (told.receiveMaximum !== undefined) parts.push(u16Property(PROPERTY.receiveMaximum, told.receiveMaximum))
  if (told.maximumPacketSize !== undefined) parts.push(u32Property(PROPERTY.maximumPacketSize, told.maximumPacketSize))
  if (told.assignedClientId !== undefined) parts.push(textProperty(PROPERTY.assignedClientId, told.assignedClientId))
  if (told.topicAliasMaximum !== undefined) parts.push(u16Property(PROPERTY.topicAliasMaximum, told.topicAliasMaximum))
  if (told.serverKeepAlive !== undefined) parts.push(u16Property(PROPERTY.serverKeepAlive, told.serverKeepAlive))
  const head = Buffer.of(sessionPresent ? 1 : 0, reason)
  return withReasonText(PACKET.connack << 4, head, parts, told.reasonText, maxBytes)
}

/** DISCONNECT of MQTT 5; the reason text is left out when the packet would be larger than the client takes. */
export function disconnect(reason: ReasonCode, reasonText: string, maxBytes: number): Buffer {
  return withReasonText(PACKET.disconnect << 4, Buffer.of(reason), [], reasonText, maxBytes)
}

function withReasonText(first: number, head: Buffer, properties: readonly Buffer[], text: string | undefined, maxBytes: number): Buffer {
  const bare = Buffer.concat(properties)
  if (text !== undefined) {
    const full = Buffer.concat([bare, textProperty(PROPERTY.reasonString, text)])
    const packet = frame(first, [head, varint(full.length), full])
    if (packet.length <= maxBytes) return packet
  }
  return frame(first, [head, varint(bare.length), bare])
}

/** SUBACK, or UNSUBACK, which in MQTT 3.1.1 has no codes. */
export function subscriptionAck(type: number, version: ProtocolVersion, packetId: number, codes: readonly number[]): Buffer {
  const head = Buffer.of(packetId >> 8, packetId & 0xff)
  if (version === 5) return frame(type << 4, [head, Buffer.of(0), Buffer.from(codes)])
  return frame(type << 4, [head, type === PACKET.suback ? Buffer.from(codes.map((code) => (code >= 0x80 ? 0x80 : code))) : NO_BYTES])
}

/** PUBREL. */
export function pubrel(packetId: number): Buffer {
  return Buffer.of((PACKET.pubrel << 4) | 2, 2, packetId >> 8, packetId & 0xff)
}

/** PUBREL that answers a PUBREC whose identifier is not known (MQTT 5.0, 3.6.2.1). */
export function pubrelNotFound(packetId: number): Buffer {
  return Buffer.of((PACKET.pubrel << 4) | 2, 3, packetId >> 8, packetId & 0xff, REASON.packetIdNotFound)
}

/** How one PUBLISH goes to one client. */
export interface PublishShape {
  readonly version: ProtocolVersion
  readonly qos: Qos
  readonly dup: boolean
  readonly retain: boolean
  readonly packetId: number
  readonly identifiers: readonly number[]
  /** 0 when there is none. */
  readonly alias: number
  /** Whether the topic is spelled out; without it the alias stands for it. */
  readonly spellTopic: boolean
  /** Undefined when the message never expires. */
  readonly expirySeconds: number | undefined
}

/** A PUBLISH to a client. */
export function publish(message: Message, shape: PublishShape): Buffer {
  const topicSize = shape.spellTopic ? Buffer.byteLength(message.topic) : 0
  const idSize = shape.qos > 0 ? 2 : 0
  const extra = shape.version === 5 ? deliveryProperties(shape) : NO_BYTES
  const propertySize = extra.length + message.properties.length
  const headSize = shape.version === 5 ? varintSize(propertySize) + propertySize : 0
  const size = 2 + topicSize + idSize + headSize + message.payload.length
  const packet = Buffer.allocUnsafe(1 + varintSize(size) + size)
  packet[0] = (PACKET.publish << 4) | (shape.dup ? 8 : 0) | (shape.qos << 1) | (shape.retain ? 1 : 0)
  let at = putVarint(packet, 1, size)
  at = packet.writeUInt16BE(topicSize, at)
  if (topicSize > 0) at += packet.write(message.topic, at, topicSize, 'utf8')
  if (idSize > 0) at = packet.writeUInt16BE(shape.packetId, at)
  if (shape.version === 5) {
    at = putVarint(packet, at, propertySize)
    packet.set(extra, at)
    packet.set(message.properties, at + extra.length)
    at += propertySize
  }
  packet.set(message.payload, at)
  return packet
}

function deliveryProperties(shape: PublishShape): Buffer {
  if (shape.expirySeconds === undefined && shape.alias === 0 && shape.identifiers.length === 0) return NO_BYTES
  const parts: Buffer[] = []
  if (shape.expirySeconds !== undefined) parts.push(u32Property(PROPERTY.messageExpiry, shape.expirySeconds))
  if (shape.alias !== 0) parts.push(u16Property(PROPERTY.topicAlias, shape.alias))
  for (const identifier of shape.identifiers) parts.push(Buffer.of(PROPERTY.subscriptionId), varint(identifier))
  return Buffer.concat(parts)
}
