import type { ByteReader } from './byte-reader.ts'
import type { Connection } from './connection.ts'
import type { BrokerCore } from './core.ts'
import type { AckResult } from './outbox.ts'
import { pubrel, pubrelNotFound } from './packet-writer.ts'
import { PACKET, readAck, readAuth, readDisconnect } from './packets.ts'
import type { Publisher } from './publish-turn.ts'
import { protocolError, REASON } from './reason-codes.ts'
import { handleSubscribe, handleUnsubscribe } from './subscribe-handling.ts'

/** Any packet but PUBLISH of a client that was let in. */
export function handleControlPacket(core: BrokerCore, connection: Connection, client: Publisher, type: number, packet: ByteReader): void {
  switch (type) {
    case PACKET.puback:
    case PACKET.pubrec:
    case PACKET.pubrel:
    case PACKET.pubcomp:
      handleAcknowledgement(core, connection, client, type, packet)
      return
    case PACKET.subscribe:
      handleSubscribe(core, connection, client, packet)
      return
    case PACKET.unsubscribe:
      handleUnsubscribe(core, connection, client, packet)
      return
    case PACKET.pingreq:
      packet.finish()
      connection.answerPing()
      return
    case PACKET.disconnect:
      handleDisconnect(core, connection, client, packet)
      return
    default:
      readAuth(packet)
      throw protocolError('AUTH without an authentication method')
  }
}

function handleAcknowledgement(core: BrokerCore, connection: Connection, client: Publisher, type: number, packet: ByteReader): void {
  const { packetId, reason } = readAck(packet, client.version, type)
  if (type === PACKET.pubrel) {
    core.turn.release(client, packetId)
    return
  }
  const { outbox } = client.session
  let result: AckResult
  if (type === PACKET.puback) result = outbox.acknowledged(packetId)
  else if (type === PACKET.pubcomp) result = outbox.completed(packetId)
  else {
    const refused = reason >= REASON.unspecified
    result = outbox.received(packetId, refused)
    if (result === 'unknown' && !refused) connection.write(client.version === 5 ? pubrelNotFound(packetId) : pubrel(packetId))
  }
  if (result === 'wrong') throw protocolError('an acknowledgement of another kind than the message')
}

function handleDisconnect(core: BrokerCore, connection: Connection, client: Publisher, packet: ByteReader): void {
  const { reason, sessionSeconds } = readDisconnect(packet, client.version)
  if (sessionSeconds !== undefined) {
    if (client.session.seconds === 0 && sessionSeconds > 0) throw protocolError('DISCONNECT gives a session that CONNECT did not ask for')
    client.session.seconds = Math.min(sessionSeconds, core.settings.maxSessionSeconds)
  }
  connection.farewell(reason === REASON.success)
}
