import type { Clock } from '../../kernel/clock.ts'
import type { MessageIntake } from '../message-intake.ts'
import type { SampleSink } from '../sink.ts'
import type { ClientIdentity, MqttAuthority } from './authority.ts'
import { ByteReader, mqttText } from './byte-reader.ts'
import type { BrokerCounters } from './counters.ts'
import type { Message, ProtocolVersion, Qos } from './message.ts'
import { NO_PUBLISH_PROPERTIES, PACKET, readPublishProperties, type PublishProperties } from './packets.ts'
import { malformed, ProtocolFault, protocolError, REASON, type ReasonCode } from './reason-codes.ts'
import type { Router } from './router.ts'
import type { Session } from './session.ts'
import type { SessionStore } from './session-store.ts'
import { NOBODY, type Subscriptions } from './subscriptions.ts'
import type { TopicCache, TopicEntry } from './topic-cache.ts'
import { checkTopicName, isServerTopic, levelCount } from './topics.ts'

const PUBACK = PACKET.puback << 4
const PUBREC = PACKET.pubrec << 4
const PUBCOMP = PACKET.pubcomp << 4

/** A connection as the sender of messages. */
export interface Publisher {
  readonly version: ProtocolVersion
  readonly session: Session
  readonly identity: ClientIdentity
  /** QoS 1 and 2 messages that are not acknowledged to it yet. */
  unacknowledged: number
  /** Topics of its aliases; slot 0 is unused. */
  readonly aliases: (TopicEntry | undefined)[]
}

export interface PublishTurnParts {
  readonly clock: Clock
  readonly counters: BrokerCounters
  readonly sink: SampleSink
  readonly intake: MessageIntake
  readonly store: SessionStore
  readonly router: Router
  readonly subscriptions: Subscriptions
  readonly topics: TopicCache
  readonly authority: MqttAuthority | undefined
  readonly receiveMaximum: number
  readonly maxTopicBytes: number
  readonly maxTopicLevels: number
  readonly maxTopicAliases: number
}

/** What a turn leaves to be sent: the acknowledgements, and when they may be. */
export interface TurnResult {
  readonly acks: Buffer
  /** How many of them give the client back a place of its send quota. */
  readonly freed: number
  readonly durable: Promise<boolean> | undefined
}

/**
 * Takes the PUBLISH and PUBREL packets of one read of one client: all their samples go into the sink's open columns and one commit, all
 * their acknowledgements into one buffer. One object serves the whole broker, as a read is worked through without a pause.
 */
export class PublishTurn {
  readonly #parts: PublishTurnParts
  #acks: Buffer = Buffer.allocUnsafe(16_384)
  #ackBytes = 0
  #freed = 0
  #sampled = false
  #kept = false
  #nowMs = 0
  #nowUs = 0
  #heldIds: number[] = []

  constructor(parts: PublishTurnParts) {
    this.#parts = parts
  }

  begin(): void {
    this.#ackBytes = 0
    this.#freed = 0
    this.#sampled = false
    this.#kept = false
    this.#nowMs = this.#parts.clock.monotonicMs()
    this.#nowUs = this.#parts.clock.nowUs()
  }

  /** One PUBLISH whose body is `bytes[start, end)`. */
  publish(from: Publisher, first: number, bytes: Buffer, start: number, end: number): void {
    const qos = ((first >> 1) & 3) as Qos
    const topicEnd = start + 2 + (end - start < 2 ? end : ((bytes[start] as number) << 8) | (bytes[start + 1] as number))
    let at = topicEnd
    let packetId = 0
    if (qos > 0) {
      at += 2
      if (at <= end) packetId = ((bytes[topicEnd] as number) << 8) | (bytes[topicEnd + 1] as number)
    }
    if (at > end) throw malformed('the PUBLISH packet ends within a field')
    if (qos > 0 && packetId === 0) throw protocolError('the packet identifier is 0')
    let properties = NO_PUBLISH_PROPERTIES
    if (from.version === 5) {
      if (bytes[at] === 0 && at < end) at++
      else {
        const reader = new ByteReader(bytes, at, end)
        properties = readPublishProperties(reader)
        at = reader.at
      }
    }
    this.#parts.counters.messagesIn++
    const entry = this.#topic(from, bytes, start + 2, topicEnd, properties.alias)
    if (qos === 2 && from.session.received.has(packetId)) {
      this.#repeated(packetId)
      return
    }
    if (qos > 0 && ++from.unacknowledged > this.#parts.receiveMaximum && from.version === 5) {
      throw new ProtocolFault(REASON.receiveMaximumExceeded, 'more unacknowledged messages than the receive maximum')
    }
    const reason = this.#accept(from, entry, (first & 1) === 1, qos, properties, bytes, at, end)
    if (qos === 1) this.#puback(from, packetId, reason)
    else if (qos === 2) this.#pubrec(from, packetId, reason)
  }

  /** A QoS 2 message that was taken before: only its PUBREC is due again, when the message is durable (4.3.3-10). */
  #repeated(packetId: number): void {
    this.#sampled = true
    this.#kept = true
    this.#put(PUBREC, packetId, REASON.success)
  }

  /** The entry of the topic, known or new; a reason when it is over a limit. */
  #topic(from: Publisher, bytes: Buffer, start: number, end: number, alias: number): TopicEntry | ReasonCode {
    if (alias > this.#parts.maxTopicAliases) throw new ProtocolFault(REASON.topicAliasInvalid, 'the topic alias is larger than the maximum')
    if (start === end) {
      const known = from.aliases[alias]
      if (alias === 0) throw protocolError('a PUBLISH without topic name and topic alias')
      if (known === undefined) throw protocolError('the topic alias stands for no topic')
      return known
    }
    const { topics } = this.#parts
    const hash = topics.hash(bytes, start, end)
    const entry = topics.find(bytes, start, end, hash) ?? this.#newTopic(bytes, start, end, hash)
    if (alias > 0 && typeof entry !== 'number') from.aliases[alias] = entry
    return entry
  }

  #newTopic(bytes: Buffer, start: number, end: number, hash: number): TopicEntry | ReasonCode {
    const topic = mqttText(bytes, start, end)
    checkTopicName(topic)
    if (end - start > this.#parts.maxTopicBytes || levelCount(topic) > this.#parts.maxTopicLevels) {
      this.#parts.counters.dropped.topic_limit++
      const refusal = { code: 'LIMIT_REACHED', message: `the topic has more than ${this.#parts.maxTopicBytes} bytes or ${this.#parts.maxTopicLevels} levels` }
      this.#parts.sink.refuse({ source: 'mqtt', where: topic.slice(0, 256), refusal, count: 1 })
      return REASON.topicInvalid
    }
    if (isServerTopic(topic)) {
      this.#parts.counters.dropped.not_authorized++
      return REASON.notAuthorized
    }
    return this.#parts.topics.add(topic, hash, this.#parts.intake.open(topic))
  }

  #accept(
    from: Publisher, entry: TopicEntry | ReasonCode, retain: boolean, qos: Qos, properties: PublishProperties, bytes: Buffer, start: number, end: number,
  ): ReasonCode {
    if (typeof entry === 'number') return entry
    const { authority, counters, subscriptions, router } = this.#parts
    if (authority !== undefined && !authority.mayPublish(from.identity, entry.topic)) {
      counters.dropped.not_authorized++
      return REASON.notAuthorized
    }
    const clears = retain && start === end
    if (entry.intake !== undefined && !clears) {
      const { open } = this.#parts.sink
      const before = open.length
      const outcome = entry.intake.take(bytes, start, end, this.#nowUs, from.session.clientId)
      counters.samplesIn += open.length - before
      if (outcome === 'refused') {
        counters.refusedPayloads++
        return REASON.payloadInvalid
      }
      this.#sampled = true
    }
    if (entry.generation !== subscriptions.generation) {
      entry.audience = subscriptions.audience(entry.topic)
      entry.generation = subscriptions.generation
    }
    if (entry.audience === NOBODY && !retain) return REASON.success
    const message: Message = {
      topic: entry.topic,
      payload: Buffer.from(bytes.subarray(start, end)),
      qos,
      retain,
      properties: properties.forwarded,
      expiresMs: properties.expirySeconds === undefined ? Infinity : this.#nowMs + properties.expirySeconds * 1000,
      publisher: from.session.clientId,
    }
    const room = !retain || router.retain(message)
    if (retain) this.#kept = true
    if (router.deliver(message, entry.audience)) this.#kept = true
    return room ? REASON.success : REASON.quotaExceeded
  }

  #puback(from: Publisher, packetId: number, reason: ReasonCode): void {
    this.#put(PUBACK, packetId, from.version === 5 ? reason : REASON.success)
    this.#freed++
  }

  #pubrec(from: Publisher, packetId: number, reason: ReasonCode): void {
    if (from.version === 5 && reason >= REASON.unspecified) {
      this.#put(PUBREC, packetId, reason)
      this.#freed++
      return
    }
    from.session.received.add(packetId)
    if (from.session.store !== undefined) this.#heldIds.push(packetId)
    this.#put(PUBREC, packetId, REASON.success)
  }

  /** PUBREL: the identifier is free again (4.3.3-11 and 4.3.3-12). */
  release(from: Publisher, packetId: number): void {
    const { session, version } = from
    if (!session.received.delete(packetId)) {
      this.#put(PUBCOMP, packetId, version === 5 ? REASON.packetIdNotFound : REASON.success)
      return
    }
    if (session.store !== undefined) {
      session.store.apply({ op: 'dropReceived', clientId: session.clientId, packetId })
      this.#kept = true
    }
    this.#put(PUBCOMP, packetId, REASON.success)
    this.#freed++
  }

  #put(type: number, packetId: number, reason: ReasonCode): void {
    if (this.#ackBytes + 5 > this.#acks.length) this.#acks = Buffer.concat([this.#acks], this.#acks.length * 2)
    const acks = this.#acks
    const at = this.#ackBytes
    acks[at] = type
    acks[at + 1] = reason === REASON.success ? 2 : 3
    acks[at + 2] = packetId >> 8
    acks[at + 3] = packetId & 0xff
    if (reason !== REASON.success) acks[at + 4] = reason
    this.#ackBytes = at + (reason === REASON.success ? 4 : 5)
  }

  /** Ends the read: commits its samples; what is to be acknowledged, or undefined when nothing is. */
  finish(from: Publisher): TurnResult | undefined {
    const commit = this.#sampled ? this.#parts.sink.commit() : undefined
    if (this.#ackBytes === 0) return undefined
    const acks = Buffer.from(this.#acks.subarray(0, this.#ackBytes))
    return { acks, freed: this.#freed, durable: this.#durable(from.session, commit) }
  }

  /**
   * An identifier of a QoS 2 message is kept only after its samples are durable: kept before, a crash in between would make the message's
   * repetition look like one that was taken.
   */
  #durable(session: Session, commit: ReturnType<SampleSink['commit']> | undefined): Promise<boolean> | undefined {
    const { store } = this.#parts
    const ids = this.#heldIds
    if (ids.length > 0) this.#heldIds = []
    if (commit === undefined) {
      keepReceived(session, ids)
      return this.#kept || ids.length > 0 ? store.sync() : undefined
    }
    if (!this.#kept && ids.length === 0) return commit.then(({ status }) => status === 'stored')
    return commit.then(({ status }) => {
      if (status !== 'stored') return false
      keepReceived(session, ids)
      return store.sync()
    })
  }
}

function keepReceived(session: Session, ids: readonly number[]): void {
  for (const packetId of ids) {
    if (session.received.has(packetId)) session.store?.apply({ op: 'putReceived', clientId: session.clientId, packetId })
  }
}
