import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { MessageIntake } from '../message-intake.ts'
import type { SampleSink } from '../sink.ts'
import { Admission } from './admission.ts'
import type { MqttAuthority } from './authority.ts'
import type { BrokerStatus } from './broker-status.ts'
import { brokerTopics } from './broker-topics.ts'
import { Connection, HOLD } from './connection.ts'
import type { BrokerCore } from './core.ts'
import { BrokerCounters } from './counters.ts'
import { NO_BYTES, type Message, type Qos } from './message.ts'
import { Flusher } from './outlet.ts'
import { PublishTurn } from './publish-turn.ts'
import { REASON } from './reason-codes.ts'
import { RetainedMessages } from './retained-messages.ts'
import { Router } from './router.ts'
import type { SessionStore } from './session-store.ts'
import { keptMessage, messageOfKept, Sessions } from './sessions.ts'
import type { MqttSettings } from './settings.ts'
import { NOBODY, Subscriptions, type LocalListener } from './subscriptions.ts'
import { TopicCache } from './topic-cache.ts'
import { checkTopicFilter, checkTopicName } from './topics.ts'

const SWEEP_MS = 250
const RETAINED_SWEEP_MS = 60_000
/** Held connections that go on in one turn of the event loop. */
const RELEASES_PER_TURN = 64

export interface MqttBrokerParts {
  readonly settings: MqttSettings
  /** Which topics carry samples. */
  readonly intake: MessageIntake
  readonly sink: SampleSink
  readonly store: SessionStore
  readonly clock: Clock
  readonly log: Log
  /** Random numbers from 0 up to 1. */
  readonly random: () => number
  /** Who may do what; without it everyone may do everything. */
  readonly authority?: MqttAuthority
  /** What a will is published with in place of its payload; undefined leaves it as it was given. */
  readonly willPayload?: (topic: string, payload: Uint8Array) => Uint8Array | undefined
}

export interface PublishOptions {
  readonly retain?: boolean
  readonly qos?: Qos
}

/** A message as listeners inside this program see it. */
export type LocalMessage = Pick<Message, 'topic' | 'payload' | 'qos' | 'retain' | 'publisher'>

/** The embedded MQTT broker (3.1.1 and 5.0). */
export interface MqttBroker {
  /** Begins to listen, after what the store kept has been taken up; the port that was given (for port 0). */
  listen(host: string, port: number): Promise<number>
  /** Serves a connection of another transport (TLS, WebSocket) that carries MQTT. */
  serve(stream: Duplex, address: string): void
  /** Ends all connections; sessions and retained messages stay in the store, which the caller closes. */
  close(): Promise<void>
  status(): BrokerStatus
  /** Whether anybody would get a message of this topic. */
  hasAudience(topic: string): boolean
  /** Subscriptions of clients. */
  readonly subscriptionCount: number
  /** Publishes a message of the platform itself; it is not taken as samples. */
  publish(topic: string, payload: Uint8Array | string, options?: PublishOptions): void
  /** Calls back with the retained messages of a filter at once and then with each message; returns what ends that. */
  subscribeLocal(filter: string, listener: (message: LocalMessage) => void): () => void
  /** Looks at all deadlines now; happens by itself four times a second. */
  sweep(): void
}

/** Makes a broker; nothing happens before `listen`. */
export function createMqttBroker(parts: MqttBrokerParts): MqttBroker {
  return new Broker(parts)
}

class Broker implements MqttBroker {
  readonly #parts: MqttBrokerParts
  readonly #counters = new BrokerCounters()
  readonly #subscriptions = new Subscriptions()
  readonly #retained: RetainedMessages
  readonly #router: Router
  readonly #sessions: Sessions
  readonly #admission: Admission
  readonly #core: BrokerCore
  readonly #connections = new Set<Connection>()
  #connected = 0
  #server: Server | undefined
  #timer: NodeJS.Timeout | undefined
  #startedMs = 0
  #publishedMs = -Infinity
  #retainedSweptMs = 0
  #stopListening: () => void = () => undefined
  #restored = false
  /** Whether a connection may wait because of a pause. */
  #held = false

  constructor(parts: MqttBrokerParts) {
    this.#parts = parts
    const { settings, clock, log, random, store, sink, intake, authority } = parts
    const counters = this.#counters
    const subscriptions = this.#subscriptions
    const nowMs = (): number => clock.monotonicMs()
    this.#retained = new RetainedMessages({ messages: settings.maxRetainedMessages, bytes: settings.maxRetainedBytes })
    this.#router = new Router({ subscriptions, retained: this.#retained, store, counters, nowMs, kept: (message) => keptMessage(message, clock) })
    this.#sessions = new Sessions({ ...settings, clock, counters, store, subscriptions, router: this.#router, publish: (message) => this.#accept(message) })
    this.#admission = new Admission(settings.maxWaitingConnections)
    const topics = new TopicCache(settings.topicCacheEntries, Math.floor(random() * 0x1_0000_0000))
    const router = this.#router
    const turn = new PublishTurn({ ...settings, clock, counters, sink, intake, store, router, subscriptions, topics, authority })
    this.#core = {
      settings, clock, log, random, counters, authority, store, router, subscriptions, sessions: this.#sessions, turn,
      flusher: new Flusher(),
      paused: () => this.#paused(),
      admit: (_connection, enter) => this.#admission.enqueue(enter),
      connectedCount: () => this.#connected,
      connected: (connection) => {
        this.#admission.remove(connection)
        this.#connected++
      },
      gone: (connection) => this.#gone(connection),
      closed: (reason) => void counters.closed[reason]++,
    }
  }

  #paused(): boolean {
    const paused = this.#parts.sink.paused !== undefined || this.#parts.store.pendingBytes > this.#parts.settings.maxStoreBytes
    if (paused) this.#held = true
    return paused
  }

  #gone(connection: Connection): void {
    if (!this.#connections.delete(connection)) return
    this.#admission.remove(connection)
    if (connection.agreement !== undefined) this.#connected--
  }

  async listen(host: string, port: number): Promise<number> {
    const { clock, sink, store } = this.#parts
    if (!this.#restored) await this.#restore()
    this.#startedMs = clock.monotonicMs()
    const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, (socket) => this.#onSocket(socket))
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(new MillwrightError('CONFLICT', `cannot listen for MQTT on ${host}:${port}: ${cause.message}`, { cause })))
      server.listen({ host, port, backlog: 4_096 }, resolve)
    })
    server.on('error', (err) => this.#parts.log.error({ err }, 'the MQTT listener has a problem'))
    this.#stopListening = sink.onPaused(() => this.#onProgress())
    store.onProgress(() => this.#onProgress())
    this.#timer = setInterval(() => this.sweep(), SWEEP_MS)
    return (server.address() as AddressInfo).port
  }

  async #restore(): Promise<void> {
    this.#restored = true
    const state = await this.#parts.store.load()
    const nowMs = this.#parts.clock.monotonicMs()
    for (const kept of state.retained) {
      const message = messageOfKept(kept, this.#parts.clock)
      if (message.expiresMs > nowMs) this.#retained.put(message)
      else this.#parts.store.apply({ op: 'dropRetained', topic: message.topic })
    }
    this.#sessions.restore(state)
  }

  #onSocket(socket: Socket): void {
    this.serve(socket, `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`)
  }

  serve(stream: Duplex, address: string): void {
    const connection = new Connection(this.#core, stream, address)
    this.#connections.add(connection)
    this.#admission.add(connection)
  }

  /** The sink or the store went on, or stopped: those who wait for it are asked again, a few at a time. */
  #onProgress(): void {
    if (!this.#held || this.#paused()) return
    this.#held = false
    const waiting = [...this.#connections]
    const release = (): void => {
      if (this.#paused()) return
      for (const connection of waiting.splice(0, RELEASES_PER_TURN)) connection.release(HOLD.paused)
      if (waiting.length > 0) setImmediate(release)
    }
    release()
  }

  hasAudience(topic: string): boolean {
    return this.#subscriptions.audience(topic) !== NOBODY
  }

  get subscriptionCount(): number {
    return this.#subscriptions.count
  }

  publish(topic: string, payload: Uint8Array | string, options: PublishOptions = {}): void {
    checkTopicName(topic)
    const bytes = typeof payload === 'string' ? Buffer.from(payload, 'utf8') : Buffer.from(payload)
    const { qos = 0, retain = false } = options
    const message: Message = { topic, payload: bytes, qos, retain, properties: NO_BYTES, expiresMs: Infinity, publisher: '' }
    if (retain) this.#router.retain(message)
    this.#router.deliver(message, this.#subscriptions.audience(topic))
  }

  /** A will: like a message of the client that left it. */
  #accept(given: Message): void {
    const { intake, sink, clock, willPayload } = this.#parts
    const payload = willPayload?.(given.topic, given.payload)
    const message = payload === undefined ? given : { ...given, payload: Buffer.from(payload) }
    const taker = message.retain && message.payload.length === 0 ? undefined : intake.open(message.topic)
    if (taker !== undefined) {
      const outcome = taker.take(message.payload, 0, message.payload.length, clock.nowUs(), message.publisher)
      void sink.commit()
      if (outcome === 'refused') {
        this.#counters.refusedPayloads++
        return
      }
    }
    if (message.retain) this.#router.retain(message)
    this.#router.deliver(message, this.#subscriptions.audience(message.topic))
  }

  subscribeLocal(filter: string, listener: (message: LocalMessage) => void): () => void {
    if (checkTopicFilter(filter)) throw new MillwrightError('BAD_REQUEST', 'a listener inside the platform cannot share a subscription')
    const guarded: LocalListener = (message) => {
      try {
        listener(message)
      } catch (err) {
        this.#parts.log.error({ err, filter }, 'BUG: a listener threw')
      }
    }
    for (const message of this.#retained.matching(filter)) guarded(message)
    return this.#subscriptions.listen(filter, guarded)
  }

  sweep(): void {
    const { clock, settings } = this.#parts
    const now = clock.monotonicMs()
    for (const connection of [...this.#connections]) connection.sweep(now)
    this.#sessions.sweep()
    if (now - this.#retainedSweptMs > RETAINED_SWEEP_MS) {
      this.#retainedSweptMs = now
      this.#router.expireRetained()
    }
    if (now - this.#publishedMs < settings.statusSeconds * 1000) return
    this.#publishedMs = now
    for (const [name, text] of brokerTopics(this.status(), (now - this.#startedMs) / 1000)) this.publish(`$SYS/broker/${name}`, text, { retain: true })
  }

  status(): BrokerStatus {
    const { messagesIn, messagesOut, packetsIn, bytesIn, bytesOut, connects, samplesIn, refusedPayloads, dropped, closed } = this.#counters
    let messages = 0
    let bytes = 0
    let inflight = 0
    for (const { outbox } of this.#sessions.all()) {
      messages += outbox.queuedMessages
      bytes += outbox.queuedBytes
      inflight += outbox.inflight
    }
    let heldBytes = 0
    for (const connection of this.#connections) heldBytes += connection.heldBytes
    const { pendingBytes, failure } = this.#parts.store
    return {
      clients: this.#connected,
      waiting: this.#admission.waiting,
      sessions: this.#sessions.count,
      subscriptions: this.#subscriptions.count,
      retained: { messages: this.#retained.count, bytes: this.#retained.bytes },
      queued: { messages, bytes, inflight },
      heldBytes,
      paused: this.#paused(),
      connects, messagesIn, messagesOut, packetsIn, bytesIn, bytesOut, samplesIn, refusedPayloads,
      dropped: { ...dropped },
      closed: { ...closed },
      store: { pendingBytes, failure },
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopListening()
    const server = this.#server
    this.#server = undefined
    const listening = server === undefined ? undefined : new Promise<void>((resolve) => server.close(() => resolve()))
    for (const connection of [...this.#connections]) connection.expel(REASON.serverShuttingDown, 'the server is stopping')
    await new Promise<void>((resolve) => void setImmediate(resolve))
    for (const connection of [...this.#connections]) connection.destroy()
    await listening
    await this.#parts.store.sync()
  }
}
