import type { BrokerCounters } from './counters.ts'
import { lowerQos, type Message } from './message.ts'
import type { Delivery, RetainedFeed } from './outbox.ts'
import type { RetainedMessages } from './retained-messages.ts'
import type { Session, Subscription } from './session.ts'
import type { KeptMessage, SessionStore } from './session-store.ts'
import type { Audience, SharedGroup, Subscriptions, Target } from './subscriptions.ts'
import { sharedFilter } from './topics.ts'

export interface RouterParts {
  readonly subscriptions: Subscriptions
  readonly retained: RetainedMessages
  readonly store: SessionStore
  readonly counters: BrokerCounters
  readonly nowMs: () => number
  readonly kept: (message: Message) => KeptMessage
}

const NO_IDENTIFIERS: readonly number[] = []

/** Brings messages to those who subscribed, and keeps the retained ones. */
export class Router {
  readonly #parts: RouterParts

  constructor(parts: RouterParts) {
    this.#parts = parts
  }

  /** Keeps, replaces or removes the retained message of a topic; false when there is no room. */
  retain(message: Message): boolean {
    const { retained, store, counters } = this.#parts
    const lasting = !message.topic.startsWith('$SYS')
    if (message.payload.length === 0) {
      if (retained.remove(message.topic) && lasting) store.apply({ op: 'dropRetained', topic: message.topic })
      return true
    }
    if (!retained.hasRoomFor(message)) {
      counters.dropped.retained_full++
      return false
    }
    retained.put(message)
    if (lasting) store.apply({ op: 'putRetained', message: this.#parts.kept(message) })
    return true
  }

  /** Gives a message to everyone in the audience; whether a session that is kept in the store got it. */
  deliver(message: Message, audience: Audience): boolean {
    let kept = false
    for (const target of audience.targets) {
      if (this.#deliverTo(target, message) && target.session.store !== undefined) kept = true
    }
    for (const group of audience.groups) {
      const chosen = this.#deliverToGroup(group, message)
      if (chosen?.session.store !== undefined) kept = true
    }
    for (const listener of audience.listeners) listener(message)
    return kept
  }

  #deliverTo(target: Target, message: Message): boolean {
    const { session, subscriptions } = target
    const [first] = subscriptions
    if (first === undefined) return false
    const own = session.clientId === message.publisher
    if (subscriptions.length === 1) {
      if (own && first.noLocal) return false
      const identifiers = first.identifier === 0 ? NO_IDENTIFIERS : [first.identifier]
      const qos = lowerQos(message.qos, first.qos)
      session.offer({ message, qos, retain: message.retain && first.retainAsPublished, identifiers, group: '' })
      return qos > 0
    }
    const matching = own ? subscriptions.filter((subscription) => !subscription.noLocal) : subscriptions
    return matching.length > 0 && this.#deliverOnce(session, matching, message)
  }

  /** One copy for several subscriptions: the highest QoS granted, all their identifiers (MQTT 5.0, 3.3.4-2 and 3.3.4-4). */
  #deliverOnce(session: Session, subscriptions: readonly Subscription[], message: Message): boolean {
    let granted: 0 | 1 | 2 = 0
    let asPublished = false
    const identifiers: number[] = []
    for (const subscription of subscriptions) {
      if (subscription.qos > granted) granted = subscription.qos
      if (subscription.retainAsPublished) asPublished = true
      if (subscription.identifier !== 0) identifiers.push(subscription.identifier)
    }
    const qos = lowerQos(message.qos, granted)
    session.offer({ message, qos, retain: message.retain && asPublished, identifiers, group: '' })
    return qos > 0
  }

  #deliverToGroup(group: SharedGroup, message: Message, except?: Session): Subscription | undefined {
    const member = group.pick(except)
    if (member === undefined) {
      this.#parts.counters.dropped.no_member++
      return undefined
    }
    const identifiers = member.identifier === 0 ? NO_IDENTIFIERS : [member.identifier]
    const qos = lowerQos(message.qos, member.qos)
    member.session.offer({ message, qos, retain: message.retain && member.retainAsPublished, identifiers, group: group.key })
    return member
  }

  /**
   * A session ended, or left a group, with messages of shared subscriptions on their way. They go to another member, except QoS 2 messages
   * whose delivery had begun (MQTT 5.0, 4.8.2-4 and 4.8.2-5).
   */
  redistribute(session: Session, deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      if (delivery.group === '' || (delivery.qos === 2 && delivery.state !== 'queued')) continue
      const group = this.#parts.subscriptions.group(delivery.group)
      if (group === undefined) this.#parts.counters.dropped.no_member++
      else this.#deliverToGroup(group, delivery.message, session)
    }
  }

  /** The retained messages for a new subscription (MQTT 5.0, 3.3.1.3), looked up when the first is asked for; a shared one gets none. */
  feed(subscription: Subscription): RetainedFeed | undefined {
    if (sharedFilter(subscription.filter) !== undefined) return undefined
    const { retained, nowMs } = this.#parts
    const { session, filter, noLocal, qos, identifier } = subscription
    const identifiers = identifier === 0 ? NO_IDENTIFIERS : [identifier]
    let messages: readonly Message[] | undefined
    let at = 0
    return {
      next: () => {
        messages ??= retained.matching(filter)
        while (at < messages.length) {
          const message = messages[at++]
          // A message that was replaced meanwhile has been delivered as a live one: the older one must not follow it.
          if (message === undefined || retained.get(message.topic) !== message || message.expiresMs <= nowMs()) continue
          if (noLocal && message.publisher === session.clientId) continue
          return { message, qos: lowerQos(message.qos, qos), retain: true, identifiers, group: '' }
        }
        return undefined
      },
    }
  }

  /** Removes retained messages that expired. */
  expireRetained(): void {
    const now = this.#parts.nowMs()
    const expired: Message[] = []
    for (const message of this.#parts.retained.all()) if (message.expiresMs <= now) expired.push(message)
    for (const { topic } of expired) {
      this.#parts.retained.remove(topic)
      this.#parts.store.apply({ op: 'dropRetained', topic })
    }
  }
}

