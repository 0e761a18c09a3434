import type { Clock } from '../../kernel/clock.ts'
import type { BrokerCounters } from './counters.ts'
import type { ProtocolVersion } from './message.ts'
import type { Offer } from './outbox.ts'
import type { Outlet } from './outlet.ts'
import { publish } from './packet-writer.ts'
import { TopicAliases } from './topic-aliases.ts'

export interface MessageSenderOptions {
  readonly outlet: Outlet
  readonly counters: BrokerCounters
  readonly clock: Clock
  readonly version: ProtocolVersion
  readonly maxPacketBytes: number
  readonly topicAliases: number
}

/** Writes messages to one client, in the form that was agreed on with it. */
export class MessageSender {
  readonly #options: MessageSenderOptions
  readonly #aliases: TopicAliases

  constructor(options: MessageSenderOptions) {
    this.#options = options
    this.#aliases = new TopicAliases(options.topicAliases)
  }

  /** A QoS 0 message: sent, or dropped and counted. */
  sendNow(offer: Offer): void {
    const { counters, clock, outlet } = this.#options
    if (offer.message.expiresMs <= clock.monotonicMs()) counters.dropped.expired++
    else if (!outlet.hasRoom()) counters.dropped.client_slow++
    else if (!this.send(offer, 0, false)) counters.dropped.too_large++
  }

  /** False when the packet is larger than the client takes. */
  send(offer: Offer, packetId: number, dup: boolean): boolean {
    const { version, clock, maxPacketBytes, outlet, counters } = this.#options
    const { message, qos, retain, identifiers } = offer
    const expirySeconds = message.expiresMs === Infinity ? undefined : Math.max(1, Math.ceil((message.expiresMs - clock.monotonicMs()) / 1000))
    const { alias, isNew } = this.#aliases.of(message.topic)
    const packet = publish(message, { version, qos, dup, retain, packetId, identifiers, alias, spellTopic: alias === 0 || isNew, expirySeconds })
    if (packet.length > maxPacketBytes) return false
    if (isNew) this.#aliases.learn(message.topic)
    outlet.write(packet)
    counters.messagesOut++
    return true
  }
}
