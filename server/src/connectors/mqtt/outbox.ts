import type { BrokerCounters } from './counters.ts'
import { sizeOf, type Message, type Qos } from './message.ts'
import type { KeptMessage, SessionStore } from './session-store.ts'

const LAST_PACKET_ID = 65_535

/** A QoS 1 or 2 message on its way to one client. */
export interface Delivery {
  readonly sequence: number
  readonly message: Message
  readonly qos: Qos
  readonly retain: boolean
  readonly identifiers: readonly number[]
  /** `$share/<group>/<filter>`, or empty. */
  readonly group: string
  packetId: number
  state: 'queued' | 'sent' | 'released'
  /** Whether it has been on a wire, so that the next time is a repeat. */
  attempted: boolean
}

/** A message with how it goes to one client. */
export interface Offer {
  readonly message: Message
  readonly qos: Qos
  readonly retain: boolean
  readonly identifiers: readonly number[]
  readonly group: string
}

/** The connection of a client as its outbox sees it. */
export interface OutboxPort {
  readonly receiveMaximum: number
  /** Whether more may be written now; if not, `Outbox.pump` is called when it may. */
  hasRoom(): boolean
  /** False when the packet is larger than the client takes. */
  sendPublish(offer: Offer, packetId: number, dup: boolean): boolean
  sendRelease(packetId: number): void
}

/** Retained messages that a new subscription has yet to be given. */
export interface RetainedFeed {
  /** The next one as an offer, undefined at the end. */
  next(): Offer | undefined
}

export interface OutboxOptions {
  readonly clientId: string
  readonly maxMessages: number
  readonly maxBytes: number
  readonly counters: BrokerCounters
  readonly nowMs: () => number
  /** The message with its expiry on the wall clock. */
  readonly kept: (message: Message) => KeptMessage
}

/** What came of an acknowledgement of a client. */
export type AckResult = 'done' | 'unknown' | 'wrong'

/**
 * The QoS 1 and 2 messages of one session: a bounded queue, then a window of sent ones (MQTT 5.0, 4.3, 4.4, 4.6 and 4.9).
 * With a store, nothing is sent before the packet identifier that it is sent under is synced, so that a client never meets, after a
 * restart, an identifier with another message than before.
 */
export class Outbox {
  readonly #options: OutboxOptions
  #queue: Delivery[] = []
  #queueHead = 0
  #queueBytes = 0
  readonly #window = new Map<number, Delivery>()
  #repeats: Delivery[] = []
  #feeds: RetainedFeed[] = []
  #port: OutboxPort | undefined
  #store: SessionStore | undefined
  #quota = 0
  #lastPacketId = 0
  #sequence = 0
  #unsynced: Delivery[] = []
  #syncing = false
  #pumping = false

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  get queuedMessages(): number {
    return this.#queue.length - this.#queueHead
  }

  get queuedBytes(): number {
    return this.#queueBytes
  }

  get inflight(): number {
    return this.#window.size
  }

  /** Keeps the messages in the store from now on, those that are here at once; or no longer. */
  keepIn(store: SessionStore | undefined): void {
    if (this.#store === store) return
    this.#store = store
    if (store === undefined) return
    for (const delivery of this.deliveries()) this.#keep(delivery)
  }

  /** The store already holds what is here. */
  resumeIn(store: SessionStore): void {
    this.#store = store
  }

  /** All that is on its way, in order. */
  deliveries(): Delivery[] {
    return [...this.#window.values(), ...this.#queue.slice(this.#queueHead)]
  }

  /** Takes up what a store had kept. */
  restore(delivery: Delivery): void {
    this.#sequence = Math.max(this.#sequence, delivery.sequence)
    if (delivery.state === 'queued') {
      this.#queue.push(delivery)
      this.#queueBytes += sizeOf(delivery.message)
    } else {
      this.#window.set(delivery.packetId, delivery)
      this.#lastPacketId = delivery.packetId
    }
  }

  /** A connection begins: what was sent before and not acknowledged is sent again first, under its identifiers (4.4). */
  attach(port: OutboxPort): void {
    this.#port = port
    this.#quota = port.receiveMaximum
    this.#unsynced = []
    this.#repeats = [...this.#window.values()]
  }

  /** The connection ended. */
  detach(): void {
    this.#port = undefined
    this.#repeats = []
    this.#unsynced = []
    const feeds = this.#feeds
    this.#feeds = []
    if (this.#store === undefined) return
    for (const feed of feeds) {
      for (let offer = feed.next(); offer !== undefined && this.queuedMessages < this.#options.maxMessages; offer = feed.next()) {
        if (offer.qos > 0) this.offer(offer)
      }
    }
  }

  addFeed(feed: RetainedFeed): void {
    this.#feeds.push(feed)
    this.pump()
  }

  /** Takes a QoS 1 or 2 message. When the queue is full, its oldest message gives way: a client that returns wants the present. */
  offer(offer: Offer): void {
    const delivery: Delivery = { ...offer, sequence: ++this.#sequence, packetId: 0, state: 'queued', attempted: false }
    this.#keep(delivery)
    this.#queue.push(delivery)
    this.#queueBytes += sizeOf(offer.message)
    this.pump()
    while (this.queuedMessages > this.#options.maxMessages || this.#queueBytes > this.#options.maxBytes) {
      const oldest = this.#shift()
      if (oldest === undefined) break
      this.#forget(oldest)
      this.#options.counters.dropped.queue_full++
    }
  }

  /** Sends what may be sent now. */
  pump(): void {
    const port = this.#port
    if (port === undefined || this.#pumping) return
    this.#pumping = true
    while (port.hasRoom() && this.#sendNext(port));
    this.#pumping = false
    if (this.#unsynced.length > 0) this.#sendWhenSynced()
  }

  #sendNext(port: OutboxPort): boolean {
    const repeat = this.#repeats[0]
    if (repeat !== undefined) {
      if (repeat.state === 'sent') {
        if (this.#quota === 0) return false
        this.#quota--
      }
      this.#repeats.shift()
      if (this.#window.get(repeat.packetId) === repeat) this.#dispatch(port, repeat)
      return true
    }
    const queued = this.#queue[this.#queueHead]
    if (queued !== undefined) return this.#quota > 0 && this.#sendQueued(port)
    return this.#sendFed(port)
  }

  #sendQueued(port: OutboxPort): boolean {
    if (this.#window.size >= LAST_PACKET_ID) return false
    const delivery = this.#shift()
    if (delivery === undefined) return false
    if (delivery.message.expiresMs <= this.#options.nowMs()) {
      this.#options.counters.dropped.expired++
      this.#forget(delivery)
      return true
    }
    const packetId = this.#freePacketId()
    delivery.packetId = packetId
    delivery.state = 'sent'
    this.#window.set(packetId, delivery)
    this.#quota--
    this.#store?.apply({ op: 'sendDelivery', clientId: this.#options.clientId, sequence: delivery.sequence, packetId })
    this.#dispatch(port, delivery)
    return true
  }

  #sendFed(port: OutboxPort): boolean {
    const feed = this.#feeds[0]
    if (feed === undefined || this.#quota === 0) return false
    const offer = feed.next()
    if (offer === undefined) {
      this.#feeds.shift()
      return true
    }
    if (offer.qos > 0) this.offer(offer)
    else if (!port.sendPublish(offer, 0, false)) this.#options.counters.dropped.too_large++
    return true
  }

  #dispatch(port: OutboxPort, delivery: Delivery): void {
    if (this.#store === undefined) this.#transmit(port, delivery)
    else this.#unsynced.push(delivery)
  }

  #sendWhenSynced(): void {
    const store = this.#store
    const port = this.#port
    if (this.#syncing || store === undefined || port === undefined) return
    const batch = this.#unsynced
    this.#unsynced = []
    this.#syncing = true
    void store.sync().then((synced) => {
      this.#syncing = false
      if (synced && this.#port === port) {
        for (const delivery of batch) if (this.#window.get(delivery.packetId) === delivery) this.#transmit(port, delivery)
      }
      if (this.#unsynced.length > 0) this.#sendWhenSynced()
    })
  }

  #transmit(port: OutboxPort, delivery: Delivery): void {
    if (delivery.state === 'released') {
      port.sendRelease(delivery.packetId)
      return
    }
    const dup = delivery.attempted
    delivery.attempted = true
    if (port.sendPublish(delivery, delivery.packetId, dup)) return
    this.#options.counters.dropped.too_large++
    this.#finish(delivery)
  }

  /** PUBACK. */
  acknowledged(packetId: number): AckResult {
    const delivery = this.#window.get(packetId)
    if (delivery === undefined) return 'unknown'
    if (delivery.qos !== 1) return 'wrong'
    this.#finish(delivery)
    this.pump()
    return 'done'
  }

  /** PUBREC; one that refuses the message ends its delivery (4.4.0-2). */
  received(packetId: number, refused: boolean): AckResult {
    const delivery = this.#window.get(packetId)
    if (delivery === undefined) return 'unknown'
    if (delivery.qos !== 2) return 'wrong'
    if (refused) {
      this.#finish(delivery)
      this.pump()
      return 'done'
    }
    if (delivery.state === 'sent') {
      delivery.state = 'released'
      this.#store?.apply({ op: 'releaseDelivery', clientId: this.#options.clientId, sequence: delivery.sequence })
    }
    if (this.#port !== undefined) this.#dispatch(this.#port, delivery)
    if (this.#unsynced.length > 0) this.#sendWhenSynced()
    return 'done'
  }

  /** PUBCOMP. */
  completed(packetId: number): AckResult {
    const delivery = this.#window.get(packetId)
    if (delivery === undefined) return 'unknown'
    if (delivery.state !== 'released') return 'wrong'
    this.#finish(delivery)
    this.pump()
    return 'done'
  }

  #finish(delivery: Delivery): void {
    this.#window.delete(delivery.packetId)
    this.#forget(delivery)
    if (this.#port !== undefined) this.#quota = Math.min(this.#quota + 1, this.#port.receiveMaximum)
  }

  #shift(): Delivery | undefined {
    const delivery = this.#queue[this.#queueHead]
    if (delivery === undefined) return undefined
    this.#queueHead++
    this.#queueBytes -= sizeOf(delivery.message)
    if (this.#queueHead === this.#queue.length || this.#queueHead >= 4_096) {
      this.#queue = this.#queue.slice(this.#queueHead)
      this.#queueHead = 0
    }
    return delivery
  }

  #freePacketId(): number {
    do this.#lastPacketId = this.#lastPacketId === LAST_PACKET_ID ? 1 : this.#lastPacketId + 1
    while (this.#window.has(this.#lastPacketId))
    return this.#lastPacketId
  }

  #keep(delivery: Delivery): void {
    const { sequence, message, qos, retain, identifiers, group, packetId, state } = delivery
    this.#store?.apply({
      op: 'putDelivery',
      delivery: {
        clientId: this.#options.clientId,
        sequence,
        message: this.#options.kept(message),
        qos,
        retain,
        identifiers,
        group,
        packetId,
        released: state === 'released',
      },
    })
  }

  #forget(delivery: Delivery): void {
    this.#store?.apply({ op: 'dropDelivery', clientId: this.#options.clientId, sequence: delivery.sequence })
  }
}
