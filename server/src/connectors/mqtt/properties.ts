import type { ByteReader } from './byte-reader.ts'
import { malformed, ProtocolFault, protocolError, REASON } from './reason-codes.ts'

/** The packets (and the will) that have properties, as bits. */
export const IN = { connect: 1, will: 2, publish: 4, ack: 8, subscribe: 16, unsubscribe: 32, disconnect: 64, auth: 128 } as const

const EVERYWHERE = 255
const MESSAGE = IN.will | IN.publish

/** Property identifiers (MQTT 5.0, 2.2.2.2). */
export const PROPERTY = {
  payloadFormat: 0x01,
  messageExpiry: 0x02,
  contentType: 0x03,
  responseTopic: 0x08,
  correlationData: 0x09,
  subscriptionId: 0x0b,
  sessionExpiry: 0x11,
  assignedClientId: 0x12,
  serverKeepAlive: 0x13,
  authMethod: 0x15,
  authData: 0x16,
  requestProblemInfo: 0x17,
  willDelay: 0x18,
  requestResponseInfo: 0x19,
  serverReference: 0x1c,
  reasonString: 0x1f,
  receiveMaximum: 0x21,
  topicAliasMaximum: 0x22,
  topicAlias: 0x23,
  userProperty: 0x26,
  maximumPacketSize: 0x27,
} as const

type FieldType = 'u8' | 'u16' | 'u32' | 'varint' | 'text' | 'binary' | 'pair'

/** What clients may send: type and the packets it is allowed in. Properties that only a server sends are absent. */
const FIELDS: ReadonlyMap<number, { readonly type: FieldType; readonly allowed: number }> = new Map([
  [PROPERTY.payloadFormat, { type: 'u8', allowed: MESSAGE }],
  [PROPERTY.messageExpiry, { type: 'u32', allowed: MESSAGE }],
  [PROPERTY.contentType, { type: 'text', allowed: MESSAGE }],
  [PROPERTY.responseTopic, { type: 'text', allowed: MESSAGE }],
  [PROPERTY.correlationData, { type: 'binary', allowed: MESSAGE }],
  [PROPERTY.subscriptionId, { type: 'varint', allowed: IN.subscribe }],
  [PROPERTY.sessionExpiry, { type: 'u32', allowed: IN.connect | IN.disconnect }],
  [PROPERTY.authMethod, { type: 'text', allowed: IN.connect | IN.auth }],
  [PROPERTY.authData, { type: 'binary', allowed: IN.connect | IN.auth }],
  [PROPERTY.requestProblemInfo, { type: 'u8', allowed: IN.connect }],
  [PROPERTY.willDelay, { type: 'u32', allowed: IN.will }],
  [PROPERTY.requestResponseInfo, { type: 'u8', allowed: IN.connect }],
  [PROPERTY.reasonString, { type: 'text', allowed: IN.ack | IN.disconnect | IN.auth }],
  [PROPERTY.receiveMaximum, { type: 'u16', allowed: IN.connect }],
  [PROPERTY.topicAliasMaximum, { type: 'u16', allowed: IN.connect }],
  [PROPERTY.topicAlias, { type: 'u16', allowed: IN.publish }],
  [PROPERTY.userProperty, { type: 'pair', allowed: EVERYWHERE }],
  [PROPERTY.maximumPacketSize, { type: 'u32', allowed: IN.connect }],
] as const)

const FORWARDED: ReadonlySet<number> = new Set([
  PROPERTY.payloadFormat,
  PROPERTY.contentType,
  PROPERTY.responseTopic,
  PROPERTY.correlationData,
  PROPERTY.userProperty,
])

const NO_BYTES = Buffer.alloc(0)

/** The properties of a packet that the broker acts on. Absent ones are absent. */
export interface Properties {
  readonly numbers: ReadonlyMap<number, number>
  readonly authMethod: string | undefined
  /** Those that travel with the message, as they came and in their order (MQTT 5.0, 3.3.2.3); a copy. */
  readonly forwarded: Buffer
}

/** No properties, as every MQTT 3.1.1 packet has them. */
export const NO_PROPERTIES: Properties = { numbers: new Map(), authMethod: undefined, forwarded: NO_BYTES }

/** Reads the property length and the properties of a packet of a client; `where` is one of `IN`. */
export function readProperties(packet: ByteReader, where: number): Properties {
  const size = packet.varint()
  if (size === 0) return NO_PROPERTIES
  const reader = packet.part(size)
  const numbers = new Map<number, number>()
  const seen = new Set<number>()
  const forwarded: Buffer[] = []
  let authMethod: string | undefined
  while (reader.left > 0) {
    const start = reader.at
    const id = reader.varint()
    const field = FIELDS.get(id)
    if (field === undefined || (field.allowed & where) === 0) throw malformed(`the property ${id} is not allowed in this packet`)
    if (seen.has(id) && field.type !== 'pair') throw protocolError(`the property ${id} is there twice`)
    seen.add(id)
    const value = readValue(reader, field.type)
    if (typeof value === 'number') numbers.set(id, checked(id, value))
    if (id === PROPERTY.authMethod && typeof value === 'string') authMethod = value
    if (id === PROPERTY.responseTopic && typeof value === 'string') checkResponseTopic(value)
    if (FORWARDED.has(id)) forwarded.push(reader.bytes.subarray(start, reader.at))
  }
  if (seen.has(PROPERTY.authData) && !seen.has(PROPERTY.authMethod)) throw protocolError('authentication data without a method')
  return { numbers, authMethod, forwarded: forwarded.length === 0 ? NO_BYTES : Buffer.concat(forwarded) }
}

function readValue(reader: ByteReader, type: FieldType): number | string | undefined {
  switch (type) {
    case 'u8':
      return reader.u8()
    case 'u16':
      return reader.u16()
    case 'u32':
      return reader.u32()
    case 'varint':
      return reader.varint()
    case 'text':
      return reader.text()
    case 'binary':
      reader.binary()
      return undefined
    case 'pair':
      reader.text()
      reader.text()
      return undefined
  }
}

function checked(id: number, value: number): number {
  switch (id) {
    case PROPERTY.payloadFormat:
    case PROPERTY.requestProblemInfo:
    case PROPERTY.requestResponseInfo:
      if (value > 1) throw protocolError(`the property ${id} must be 0 or 1`)
      return value
    case PROPERTY.receiveMaximum:
    case PROPERTY.maximumPacketSize:
    case PROPERTY.subscriptionId:
      if (value === 0) throw protocolError(`the property ${id} must not be 0`)
      return value
    case PROPERTY.topicAlias:
      if (value === 0) throw new ProtocolFault(REASON.topicAliasInvalid, 'the topic alias is 0')
      return value
    default:
      return value
  }
}

function checkResponseTopic(topic: string): void {
  if (topic === '' || topic.includes('#') || topic.includes('+')) throw protocolError('the response topic is not a topic name')
}
