import type { Message, Qos } from './message.ts'
import { Outbox, type Offer, type OutboxOptions, type OutboxPort } from './outbox.ts'
import type { ReasonCode } from './reason-codes.ts'
import type { KeptSession, KeptWill, SessionStore } from './session-store.ts'
import type { SharedGroup } from './subscriptions.ts'

/** A session expiry interval that means "never" (MQTT 5.0, 3.1.2.11.2). */
export const NEVER_SECONDS = 0xffff_ffff

/** One subscription of one session. */
export interface Subscription {
  readonly session: Session
  /** As the client wrote it, `$share/…` included. */
  readonly filter: string
  readonly qos: Qos
  readonly noLocal: boolean
  readonly retainAsPublished: boolean
  /** 0 when there is none. */
  readonly identifier: number
  /** The group, when it is shared. */
  readonly group: SharedGroup | undefined
}

/** The message that is published when a client goes away without saying so. */
export interface Will {
  /** Its expiry counts from when it is published. */
  readonly message: Message
  readonly expirySeconds: number | undefined
  readonly delaySeconds: number
}

/** The connection of a session, as the rest of the broker sees it. */
export interface SessionLink extends OutboxPort {
  /** Sends a QoS 0 message, or drops it when the client is slow. */
  sendNow(offer: Offer): void
  /** Ends the connection; an MQTT 5 client is told the reason. */
  expel(reason: ReasonCode, text: string): void
}

/** What the broker remembers of one client: subscriptions, messages on their way, identifiers of QoS 2 messages (MQTT 5.0, 4.1). */
export class Session {
  readonly clientId: string
  readonly subscriptions = new Map<string, Subscription>()
  readonly outbox: Outbox
  /** Identifiers of QoS 2 messages that were taken and are not released yet. */
  readonly received = new Set<number>()
  link: SessionLink | undefined
  /** How long it is kept without a connection; 0 ends it with the connection. */
  seconds = 0
  will: Will | undefined
  /** Monotonic milliseconds at which the will is due; `Infinity` when none is. */
  willDueMs = Infinity
  /** Monotonic milliseconds at which the session ends; `Infinity` when it does not. */
  endsMs = Infinity
  #store: SessionStore | undefined

  constructor(options: OutboxOptions) {
    this.clientId = options.clientId
    this.outbox = new Outbox(options)
  }

  /** The store, when this session is kept in it. */
  get store(): SessionStore | undefined {
    return this.#store
  }

  /** Keeps the session in the store from now on, with all that it has; or no longer. */
  keepIn(store: SessionStore | undefined, kept: (will: Will) => KeptWill): void {
    if (this.#store === store) return
    if (store === undefined) this.#store?.apply({ op: 'dropSession', clientId: this.clientId })
    this.#store = store
    if (store !== undefined) {
      this.record(undefined, kept)
      for (const subscription of this.subscriptions.values()) this.recordSubscription(subscription)
      for (const packetId of this.received) store.apply({ op: 'putReceived', clientId: this.clientId, packetId })
    }
    this.outbox.keepIn(store)
  }

  /** Takes up what the store had, without writing it again. */
  resumeIn(store: SessionStore): void {
    this.#store = store
    this.outbox.resumeIn(store)
  }

  record(absentSinceUs: number | undefined, kept: (will: Will) => KeptWill): void {
    const will = this.will === undefined ? undefined : kept(this.will)
    const session: KeptSession = { clientId: this.clientId, seconds: this.seconds, absentSinceUs, will }
    this.#store?.apply({ op: 'putSession', session })
  }

  recordSubscription(subscription: Subscription): void {
    const { filter, qos, noLocal, retainAsPublished, identifier } = subscription
    this.#store?.apply({ op: 'putSubscription', subscription: { clientId: this.clientId, filter, qos, noLocal, retainAsPublished, identifier } })
  }

  /** Gives the client a message, now or when it is back. QoS 0 is not kept for absent clients. */
  offer(offer: Offer): void {
    if (offer.qos > 0) this.outbox.offer(offer)
    else this.link?.sendNow(offer)
  }
}
