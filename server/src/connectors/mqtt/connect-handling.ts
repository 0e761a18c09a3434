import type { Connection } from './connection.ts'
import type { BrokerCore } from './core.ts'
import type { ConnackProperties } from './packet-writer.ts'
import type { ConnectPacket, WillPacket } from './packets.ts'
import { PROPERTY } from './properties.ts'
import { REASON, type ReasonCode } from './reason-codes.ts'
import { NEVER_SECONDS, type Will } from './session.ts'
import { isServerTopic, levelCount } from './topics.ts'

/** The longest client identifier. */
const MAX_CLIENT_ID_BYTES = 1_024
const UNLIMITED_PACKET_BYTES = 268_435_460

interface Refusal {
  readonly reason: ReasonCode
  readonly text: string
}

/** Decides on a CONNECT packet and lets the client in or refuses it (MQTT 5.0, 3.1.4). */
export async function admitClient(core: BrokerCore, connection: Connection, connect: ConnectPacket): Promise<void> {
  const refusal = firstRefusal(core, connect)
  if (refusal !== undefined) {
    connection.refuse(refusal.reason, refusal.text)
    return
  }
  const assigned = connect.clientId === '' ? newClientId(core) : undefined
  const clientId = assigned ?? connect.clientId
  const identity = { clientId, username: connect.username, address: connection.address }
  if (core.authority !== undefined) {
    const asked = core.authority.connect({ ...identity, password: connect.password })
    const verdict = typeof asked === 'string' ? asked : await asked
    if (!connection.isWaiting) return
    if (verdict !== 'allowed') {
      connection.refuse(verdict === 'bad_credentials' ? REASON.badCredentials : REASON.notAuthorized, 'the client is not let in')
      return
    }
    if (connect.will !== undefined && !core.authority.mayPublish(identity, connect.will.topic)) {
      connection.refuse(REASON.notAuthorized, 'the client may not publish its will')
      return
    }
  }
  enter(core, connection, connect, { assigned, clientId })
}

function enter(core: BrokerCore, connection: Connection, connect: ConnectPacket, named: { assigned: string | undefined; clientId: string }): void {
  const { settings, sessions } = core
  const { clientId, assigned } = named
  const { numbers } = connect.properties
  const wanted = sessionSeconds(connect)
  const seconds = Math.min(wanted, settings.maxSessionSeconds)
  const will = connect.will === undefined ? undefined : willOf(connect.will, clientId)
  const opened = sessions.open({ clientId, cleanStart: connect.cleanStart, seconds, will })
  if (opened === undefined) {
    connection.refuse(REASON.quotaExceeded, 'there are too many sessions')
    return
  }
  const keepAlive = keepAliveSeconds(core, connect)
  const told: ConnackProperties = {
    receiveMaximum: settings.receiveMaximum,
    maximumPacketSize: settings.maxPacketBytes,
    ...(settings.maxTopicAliases > 0 && { topicAliasMaximum: settings.maxTopicAliases }),
    ...(seconds !== wanted && { sessionSeconds: seconds }),
    ...(assigned !== undefined && { assignedClientId: assigned }),
    ...(keepAlive !== connect.keepAliveSeconds && { serverKeepAlive: keepAlive }),
  }
  const agreement = {
    session: opened.session,
    identity: { clientId, username: connect.username, address: connection.address },
    keepAliveMs: keepAlive * 1000,
    receiveMaximum: Math.min(numbers.get(PROPERTY.receiveMaximum) ?? 65_535, settings.maxInflight),
    maxPacketBytes: numbers.get(PROPERTY.maximumPacketSize) ?? UNLIMITED_PACKET_BYTES,
    topicAliasMaximum: numbers.get(PROPERTY.topicAliasMaximum) ?? 0,
  }
  connection.accept(agreement, opened.present, told)
}

function firstRefusal(core: BrokerCore, connect: ConnectPacket): Refusal | undefined {
  const { settings } = core
  if (core.connectedCount() >= settings.maxConnections) return { reason: REASON.quotaExceeded, text: 'there are too many connections' }
  if (connect.properties.authMethod !== undefined) return { reason: REASON.badAuthMethod, text: 'no authentication method is offered' }
  if (connect.clientId === '' && connect.version !== 5 && !connect.cleanStart) {
    return { reason: REASON.clientIdInvalid, text: 'a session needs a client identifier' }
  }
  if (Buffer.byteLength(connect.clientId) > MAX_CLIENT_ID_BYTES) return { reason: REASON.clientIdInvalid, text: 'the client identifier is too long' }
  const topic = connect.will?.topic
  if (topic === undefined) return undefined
  if (isServerTopic(topic)) return { reason: REASON.notAuthorized, text: "the will's topic belongs to the server" }
  if (Buffer.byteLength(topic) > settings.maxTopicBytes || levelCount(topic) > settings.maxTopicLevels) {
    return { reason: REASON.topicInvalid, text: "the will's topic is too long or too deep" }
  }
  return undefined
}

/** How long the session shall outlive its connection; MQTT 3.1.1 without clean session means for ever. */
function sessionSeconds(connect: ConnectPacket): number {
  if (connect.version === 5) return connect.properties.numbers.get(PROPERTY.sessionExpiry) ?? 0
  return connect.cleanStart ? 0 : NEVER_SECONDS
}

/** MQTT 5 clients can be told a shorter keep alive than they asked for; one that asked for none keeps none. */
function keepAliveSeconds(core: BrokerCore, connect: ConnectPacket): number {
  return connect.version === 5 ? Math.min(connect.keepAliveSeconds, core.settings.maxKeepAliveSeconds) : connect.keepAliveSeconds
}

function willOf(packet: WillPacket, publisher: string): Will {
  const { topic, payload, qos, retain, properties } = packet
  return {
    message: { topic, payload, qos, retain, properties: properties.forwarded, expiresMs: Infinity, publisher },
    expirySeconds: properties.numbers.get(PROPERTY.messageExpiry),
    delaySeconds: properties.numbers.get(PROPERTY.willDelay) ?? 0,
  }
}

function newClientId(core: BrokerCore): string {
  const letters = '0123456789abcdefghijklmnopqrstuvwxyz'
  for (;;) {
    let id = 'auto-'
    for (let at = 0; at < 20; at++) id += letters[Math.floor(core.random() * letters.length)] ?? '0'
    if (!core.sessions.has(id)) return id
  }
}
