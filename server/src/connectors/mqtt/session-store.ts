import type { Message, Qos } from './message.ts'

/** A message as it is kept: as in memory, but its expiry is on the wall clock (microseconds; undefined when it never expires). */
export interface KeptMessage extends Omit<Message, 'expiresMs'> {
  readonly expiresUs: number | undefined
}

export interface KeptWill {
  readonly message: KeptMessage
  readonly expirySeconds: number | undefined
  readonly delaySeconds: number
}

export interface KeptSession {
  readonly clientId: string
  readonly seconds: number
  /** When the client went away, wall-clock microseconds; undefined while it is connected. */
  readonly absentSinceUs: number | undefined
  readonly will: KeptWill | undefined
}

export interface KeptSubscription {
  readonly clientId: string
  readonly filter: string
  readonly qos: Qos
  readonly noLocal: boolean
  readonly retainAsPublished: boolean
  readonly identifier: number
}

/** A QoS 1 or 2 message on its way to one client. */
export interface KeptDelivery {
  readonly clientId: string
  /** Its place in the client's order. */
  readonly sequence: number
  readonly message: KeptMessage
  readonly qos: Qos
  readonly retain: boolean
  readonly identifiers: readonly number[]
  /** `$share/<group>/<filter>` when it came by a shared subscription, else empty. */
  readonly group: string
  /** 0 until it is sent. */
  readonly packetId: number
  /** Whether PUBREC came, so that only PUBREL may still be sent. */
  readonly released: boolean
}

/** One change of what the broker promised to remember. */
export type StoreChange =
  | { readonly op: 'putSession'; readonly session: KeptSession }
  /** With its subscriptions, deliveries and received identifiers. */
  | { readonly op: 'dropSession'; readonly clientId: string }
  | { readonly op: 'putSubscription'; readonly subscription: KeptSubscription }
  | { readonly op: 'dropSubscription'; readonly clientId: string; readonly filter: string }
  | { readonly op: 'putDelivery'; readonly delivery: KeptDelivery }
  | { readonly op: 'sendDelivery'; readonly clientId: string; readonly sequence: number; readonly packetId: number }
  | { readonly op: 'releaseDelivery'; readonly clientId: string; readonly sequence: number }
  | { readonly op: 'dropDelivery'; readonly clientId: string; readonly sequence: number }
  /** The identifier of a QoS 2 message taken from the client and not yet released by it. */
  | { readonly op: 'putReceived'; readonly clientId: string; readonly packetId: number }
  | { readonly op: 'dropReceived'; readonly clientId: string; readonly packetId: number }
  | { readonly op: 'putRetained'; readonly message: KeptMessage }
  | { readonly op: 'dropRetained'; readonly topic: string }

/** All that a store holds. Deliveries are in the order of their clients' sequences. */
export interface KeptState {
  readonly sessions: readonly KeptSession[]
  readonly subscriptions: readonly KeptSubscription[]
  readonly deliveries: readonly KeptDelivery[]
  readonly received: readonly { readonly clientId: string; readonly packetId: number }[]
  readonly retained: readonly KeptMessage[]
}

/**
 * Remembers over restarts what the broker promised: retained messages, and the sessions of clients that asked for one.
 * Telemetry that nobody with such a session subscribes to never comes here.
 */
export interface SessionStore {
  /** Everything that is kept; called once, before the first change. */
  load(): Promise<KeptState>
  /** Takes a change, in order. It is durable when a later {@link sync} has settled. */
  apply(change: StoreChange): void
  /**
   * Settles with true when all changes so far are synced to disk, with false when the store was closed before. Never rejects:
   * a disk that is full or fails keeps it waiting, and the changes are tried again.
   */
  sync(): Promise<boolean>
  /** Bytes of the changes that are not synced yet. */
  readonly pendingBytes: number
  /** Calls back when {@link pendingBytes} has become smaller. */
  onProgress(listener: () => void): void
  /** What keeps changes from being synced, if anything. */
  readonly failure: string | undefined
  close(): Promise<void>
}

const NOTHING: KeptState = { sessions: [], subscriptions: [], deliveries: [], received: [], retained: [] }

/** A store that forgets everything at a restart, for brokers that promise nothing over one (tests, trials). */
export function createVolatileSessionStore(): SessionStore {
  const settled = Promise.resolve(true)
  return {
    load: () => Promise.resolve(NOTHING),
    apply: () => undefined,
    sync: () => settled,
    pendingBytes: 0,
    onProgress: () => undefined,
    failure: undefined,
    close: () => Promise.resolve(),
  }
}
