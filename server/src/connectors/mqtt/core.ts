import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { MqttAuthority } from './authority.ts'
import type { BrokerCounters, CloseReason } from './counters.ts'
import type { Connection } from './connection.ts'
import type { Flusher } from './outlet.ts'
import type { PublishTurn } from './publish-turn.ts'
import type { Router } from './router.ts'
import type { SessionStore } from './session-store.ts'
import type { Sessions } from './sessions.ts'
import type { MqttSettings } from './settings.ts'
import type { Subscriptions } from './subscriptions.ts'

/** What the connections of one broker share. */
export interface BrokerCore {
  readonly settings: MqttSettings
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  readonly counters: BrokerCounters
  readonly authority: MqttAuthority | undefined
  readonly store: SessionStore
  readonly router: Router
  readonly subscriptions: Subscriptions
  readonly sessions: Sessions
  readonly turn: PublishTurn
  readonly flusher: Flusher
  /** Whether senders of messages must wait. */
  paused(): boolean
  /** Calls back when the connection may be let in: a flood of CONNECT packets is worked through a few at a time. */
  admit(connection: Connection, enter: () => void): void
  /** Connections with a session. */
  connectedCount(): number
  /** The connection has a session from now on. */
  connected(connection: Connection): void
  /** The connection is over. */
  gone(connection: Connection): void
  closed(reason: CloseReason): void
}
