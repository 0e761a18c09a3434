import type { Duplex } from 'node:stream'
import { messageOf } from '../../kernel/error.ts'
import { AckLane } from './ack-lane.ts'
import type { Agreement } from './agreement.ts'
import { ByteReader } from './byte-reader.ts'
import { admitClient } from './connect-handling.ts'
import { handleControlPacket } from './control-packets.ts'
import type { BrokerCore } from './core.ts'
import type { CloseReason } from './counters.ts'
import { missedDeadline } from './deadlines.ts'
import { checkFirstByte, checkSize, countPackets, Inlet, readHeader, type FrameHeader } from './inlet.ts'
import type { ProtocolVersion } from './message.ts'
import { MessageSender } from './message-sender.ts'
import type { Offer } from './outbox.ts'
import { Outlet } from './outlet.ts'
import { connack, disconnect, PINGRESP, pubrel, type ConnackProperties } from './packet-writer.ts'
import { PACKET, readConnect, readProtocol, type ConnectPacket } from './packets.ts'
import type { Publisher } from './publish-turn.ts'
import { ProtocolFault, REASON, type ReasonCode } from './reason-codes.ts'
import type { SessionLink } from './session.ts'
import type { TopicEntry } from './topic-cache.ts'

/** The largest CONNECT packet: an unknown peer may make us keep no more than this. */
const MAX_CONNECT_BYTES = 131_072
/** How long, and for how many bytes, a closed connection is read on, so that the client gets to see why. */
const LINGER_MS = 1_000
const LINGER_BYTES = 4_194_304

/** Why packets that came are not worked through yet. */
export const HOLD = { admission: 1, paused: 2, unsettled: 4, unread: 8 } as const

/** One client's network connection: what comes in, what goes out, and when it ends. */
export class Connection implements SessionLink {
  readonly #core: BrokerCore
  readonly #stream: Duplex
  readonly #outlet: Outlet
  readonly #lane: AckLane
  readonly #inlet = new Inlet()
  readonly #header: FrameHeader = { first: 0, bodyAt: 0, end: 0 }
  readonly address: string
  #state: 'waiting' | 'open' | 'closing' | 'closed' = 'waiting'
  #hold = 0
  #version: ProtocolVersion = 4
  #agreement: Agreement | undefined
  #publisher: Publisher | undefined
  #sender: MessageSender | undefined
  #withdrawn = false
  #ended = false
  #openedMs: number
  #receivedMs: number
  #partialSinceMs = Infinity
  #partialBytes = 0
  #closingMs = 0
  #lingerBytes = 0
  #pingScan = 0
  #pingsAnswered = 0

  constructor(core: BrokerCore, stream: Duplex, address: string) {
    this.#core = core
    this.#stream = stream
    this.address = address
    const now = core.clock.monotonicMs()
    this.#openedMs = now
    this.#receivedMs = now
    const { flusher, counters, settings } = core
    const nowMs = (): number => core.clock.monotonicMs()
    this.#outlet = new Outlet({ stream, flusher, counters, maxBytes: settings.maxOutBytes, nowMs, onRoom: () => this.#onRoom() })
    this.#lane = new AckLane({
      send: (bytes, freed) => this.#sendAcks(bytes, freed),
      fail: () => this.abort('not_stored'),
    })
    stream.on('data', (chunk: Buffer) => this.#onData(chunk))
    stream.on('end', () => this.#onEnd())
    stream.on('error', () => this.#onEnd())
    stream.on('close', () => this.#onEnd())
  }

  get version(): ProtocolVersion {
    return this.#version
  }

  get agreement(): Agreement | undefined {
    return this.#agreement
  }

  get receiveMaximum(): number {
    return this.#agreement?.receiveMaximum ?? 1
  }

  get isWaiting(): boolean {
    return this.#state === 'waiting'
  }

  /** Bytes that came and wait here. */
  get heldBytes(): number {
    return this.#inlet.length
  }

  // Coming in

  #onData(chunk: Buffer): void {
    if (this.#state === 'closing') {
      this.#lingerBytes += chunk.length
      if (this.#lingerBytes > LINGER_BYTES) this.#stream.destroy()
      return
    }
    if (this.#state === 'closed') return
    this.#core.counters.bytesIn += chunk.length
    this.#receivedMs = this.#core.clock.monotonicMs()
    this.#inlet.push(chunk)
    if (this.#hold !== 0) this.#whileHeld()
    else if (this.#inlet.ready) this.#consume()
  }

  /** While packets wait, pings among them are answered, and the socket is paused when too much has come. */
  #whileHeld(): void {
    if (this.#state === 'open') {
      const { count, scanned } = countPackets(this.#inlet.peek(), this.#pingScan, PACKET.pingreq)
      this.#pingScan = scanned
      this.#pingsAnswered += count
      for (let ping = 0; ping < count; ping++) this.#outlet.write(PINGRESP)
    }
    if (this.#inlet.length >= this.#core.settings.maxHeldBytes) this.#stream.pause()
  }

  #consume(): void {
    const bytes = this.#inlet.take()
    const { turn } = this.#core
    let at = 0
    turn.begin()
    try {
      at = this.#packets(bytes)
    } catch (fault) {
      this.#fault(fault)
      at = bytes.length
    }
    this.#pingScan = Math.max(0, this.#pingScan - at)
    if (this.#publisher !== undefined) {
      const result = turn.finish(this.#publisher)
      if (result !== undefined) this.#lane.add(result.acks, result.freed, result.durable)
    }
    if (this.#state !== 'waiting' && this.#state !== 'open') return
    this.#keepRest(bytes, at)
    if (this.#lane.length >= this.#core.settings.maxUnsettledReads) this.hold(HOLD.unsettled)
    if (!this.#outlet.hasRoom()) this.hold(HOLD.unread)
    if (this.#hold !== 0) this.#whileHeld()
  }

  /** Works through whole packets; where it stopped. */
  #packets(bytes: Buffer): number {
    const header = this.#header
    const { turn, counters } = this.#core
    let at = 0
    while (at < bytes.length && this.#hold === 0) {
      readHeader(bytes, at, header, this.#version)
      checkFirstByte(header.first, this.#version, this.#state === 'open')
      if (header.bodyAt === 0) break
      const { first, bodyAt, end } = header
      checkSize(end - at, this.#state === 'open' ? this.#core.settings.maxPacketBytes : Math.min(MAX_CONNECT_BYTES, this.#core.settings.maxPacketBytes))
      if (end > bytes.length) break
      if (first >> 4 === PACKET.publish && this.#publisher !== undefined) {
        if (this.#core.paused()) {
          this.hold(HOLD.paused)
          break
        }
        turn.publish(this.#publisher, first, bytes, bodyAt, end)
      } else {
        this.#packet(first >> 4, new ByteReader(bytes, bodyAt, end))
        if (this.#state !== 'open' && this.#state !== 'waiting') return bytes.length
      }
      counters.packetsIn++
      at = end
    }
    return at
  }

  #keepRest(bytes: Buffer, at: number): void {
    if (at === bytes.length) {
      this.#partialSinceMs = Infinity
      return
    }
    const { bodyAt, end } = this.#header
    const needed = this.#hold === 0 && bodyAt > at && end > bytes.length ? end - at : 0
    this.#inlet.putBack(bytes.subarray(at), needed)
    if (this.#hold !== 0) this.#partialSinceMs = Infinity
    else if (at > 0 || this.#partialSinceMs === Infinity) this.#partialSinceMs = this.#core.clock.monotonicMs()
    this.#partialBytes = needed
  }

  #packet(type: number, packet: ByteReader): void {
    if (this.#publisher === undefined) this.#connect(packet)
    else handleControlPacket(this.#core, this, this.#publisher, type, packet)
  }

  /** PINGRESP, unless the ping was answered while it waited. */
  answerPing(): void {
    if (this.#pingsAnswered > 0) this.#pingsAnswered--
    else this.#outlet.write(PINGRESP)
  }

  /** The client said DISCONNECT; `withdrawn` says that its will is not to be published. */
  farewell(withdrawn: boolean): void {
    this.#withdrawn = withdrawn
    this.#close()
  }

  // Beginning

  #connect(packet: ByteReader): void {
    this.#version = readProtocol(packet)
    const connect = readConnect(packet, this.#version)
    this.hold(HOLD.admission)
    this.#core.admit(this, () => void this.#enter(connect))
  }

  async #enter(connect: ConnectPacket): Promise<void> {
    if (this.#state !== 'waiting') return
    try {
      await admitClient(this.#core, this, connect)
    } catch (fault) {
      this.#fault(fault)
    }
  }

  /** Lets the client in: CONNACK, then what waits for it. */
  accept(agreement: Agreement, sessionPresent: boolean, told: ConnackProperties): void {
    this.#agreement = agreement
    const slots = new Array<TopicEntry | undefined>(0)
    this.#publisher = { version: this.#version, session: agreement.session, identity: agreement.identity, unacknowledged: 0, aliases: slots }
    const { settings, counters, clock } = this.#core
    const topicAliases = Math.min(agreement.topicAliasMaximum, settings.maxTopicAliases)
    this.#sender = new MessageSender({ outlet: this.#outlet, counters, clock, version: this.#version, maxPacketBytes: agreement.maxPacketBytes, topicAliases })
    this.#state = 'open'
    this.#core.counters.connects++
    this.#core.connected(this)
    this.#outlet.write(connack(this.#version, sessionPresent, REASON.success, told, agreement.maxPacketBytes))
    agreement.session.link = this
    agreement.session.outbox.attach(this)
    agreement.session.outbox.pump()
    this.release(HOLD.admission)
  }

  /** Refuses the client: CONNACK with the reason, then the end. */
  refuse(reason: ReasonCode, text: string): void {
    if (this.#state !== 'waiting') return
    this.#core.closed('refused')
    this.#outlet.write(connack(this.#version, false, reason, { reasonText: text }, Infinity))
    this.#close()
  }

  // Holding back

  hold(why: number): void {
    this.#hold |= why
  }

  release(why: number): void {
    if ((this.#hold & why) === 0) return
    this.#hold &= ~why
    if (this.#hold !== 0 || (this.#state !== 'open' && this.#state !== 'waiting')) return
    if (this.#inlet.length > 0) this.#consume()
    if (this.#hold !== 0) return
    if (this.#ended) this.#finish()
    else this.#stream.resume()
  }

  // Going out

  hasRoom(): boolean {
    return this.#state === 'open' && this.#outlet.hasRoom()
  }

  sendNow(offer: Offer): void {
    this.#sender?.sendNow(offer)
  }

  sendPublish(offer: Offer, packetId: number, dup: boolean): boolean {
    return this.#sender?.send(offer, packetId, dup) ?? true
  }

  sendRelease(packetId: number): void {
    this.#outlet.write(pubrel(packetId))
  }

  write(packet: Buffer): void {
    this.#outlet.write(packet)
  }

  /** Sends an answer in its turn after earlier acknowledgements, when it is durable. */
  answer(packet: Buffer, durable: Promise<boolean> | undefined): void {
    this.#lane.add(packet, 0, durable)
  }

  #sendAcks(bytes: Buffer, freed: number): void {
    if (this.#state !== 'open') return
    if (this.#publisher !== undefined) this.#publisher.unacknowledged -= freed
    this.#outlet.write(bytes)
    if (this.#lane.length < this.#core.settings.maxUnsettledReads) this.release(HOLD.unsettled)
  }

  #onRoom(): void {
    this.#agreement?.session.outbox.pump()
    this.release(HOLD.unread)
  }

  // Ending

  #fault(thrown: unknown): void {
    const known = thrown instanceof ProtocolFault
    if (!known) this.#core.log.error({ err: thrown, client: this.#agreement?.session.clientId }, 'BUG: a packet could not be handled')
    const reason = known ? thrown.reason : REASON.unspecified
    this.#core.closed('protocol')
    if (this.#state === 'open') this.expel(reason, messageOf(thrown))
    else if (this.#state === 'waiting' && reason === REASON.unsupportedVersion) {
      this.#outlet.write(connack(4, false, reason, {}, Infinity))
      this.#close()
    } else if (this.#state === 'waiting' && this.#version === 5) {
      this.#outlet.write(connack(5, false, reason, { reasonText: messageOf(thrown) }, Infinity))
      this.#close()
    } else this.destroy()
  }

  /** Ends the connection; an MQTT 5 client is told the reason. */
  expel(reason: ReasonCode, text: string): void {
    if (this.#state !== 'open') return
    if (reason === REASON.sessionTakenOver) this.#core.closed('taken_over')
    if (this.#version === 5) this.#outlet.write(disconnect(reason, text, this.#agreement?.maxPacketBytes ?? Infinity))
    this.#close()
  }

  /** Ends the connection, counted under a reason; at once, unless the client is being told something. */
  abort(why: CloseReason): void {
    if (this.#state === 'closed') return
    this.#core.closed(why)
    if (this.#state !== 'closing') this.destroy()
  }

  destroy(): void {
    this.#stream.destroy()
    this.#finish()
  }

  /** Sends what is gathered and closes; reads on for a moment, because a reset would take the last packet from the client. */
  #close(): void {
    if (this.#state === 'closing' || this.#state === 'closed') return
    this.#leave()
    this.#state = 'closing'
    this.#closingMs = this.#core.clock.monotonicMs()
    this.#outlet.flush()
    this.#stream.end()
    this.#stream.resume()
    if (this.#ended) this.#finish()
  }

  #onEnd(): void {
    this.#ended = true
    const waits = this.#hold !== 0 && this.#inlet.length > 0
    // What came before the end is still worked through, so that a DISCONNECT in it withdraws the will.
    if (waits && (this.#state === 'open' || this.#state === 'waiting')) return
    this.#finish()
  }

  #finish(): void {
    if (this.#state === 'closed') return
    if (this.#state !== 'closing') this.#leave()
    this.#state = 'closed'
    this.#stream.destroy()
    this.#core.gone(this)
  }

  /** The session goes on without this connection, or ends. */
  #leave(): void {
    const session = this.#agreement?.session
    if (this.#inlet.length > 0) this.#core.counters.dropped.held += countPackets(this.#inlet.take(), 0, PACKET.publish).count
    if (session !== undefined) this.#core.sessions.release(session, this, this.#withdrawn)
  }

  /** Ends the connection when one of its deadlines has passed. */
  sweep(nowMs: number): void {
    if (this.#state === 'closing') {
      if (nowMs - this.#closingMs > LINGER_MS) this.destroy()
      return
    }
    const times = {
      nowMs,
      waitingSinceMs: this.#state === 'waiting' ? this.#openedMs : undefined,
      stalledMs: this.#outlet.stalledMs(nowMs),
      held: this.#hold !== 0,
      partialSinceMs: this.#partialSinceMs,
      partialBytes: this.#partialBytes,
      receivedMs: this.#receivedMs,
      keepAliveMs: this.#agreement?.keepAliveMs ?? 0,
    }
    const missed = missedDeadline(times, this.#core.settings)
    if (missed === undefined) return
    if (missed === 'keep_alive') this.expel(REASON.keepAliveTimeout, 'nothing came within one and a half times the keep alive')
    this.abort(missed)
  }
}
