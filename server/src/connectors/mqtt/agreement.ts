import type { ClientIdentity } from './authority.ts'
import type { Session } from './session.ts'

/** What a connection agreed on with its client in CONNECT and CONNACK. */
export interface Agreement {
  readonly session: Session
  readonly identity: ClientIdentity
  /** 0 when there is none. */
  readonly keepAliveMs: number
  /** QoS 1 and 2 messages that the client may be sent before it acknowledges. */
  readonly receiveMaximum: number
  /** The largest packet that the client takes. */
  readonly maxPacketBytes: number
  /** How many topic aliases the client takes. */
  readonly topicAliasMaximum: number
}
