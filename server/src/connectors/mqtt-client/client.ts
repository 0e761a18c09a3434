import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt'
import { MillwrightError, messageOf } from '../../kernel/error.ts'

/** Messages that may wait for their samples to be stored; the socket is not read any further then. */
export const MAX_WAITING = 1_000

/** A message of the broker. `messageId` is set where it is to be acknowledged. */
export interface BrokerMessage {
  readonly topic: string
  readonly payload: Uint8Array
  readonly messageId: number | undefined
}

/**
 * MQTT.js, tamed: one attempt, no reconnecting of its own, and QoS 1 messages that are acknowledged when we say so, many at a time
 * (the library would hold up every message until the one before it is stored).
 */
export class BrokerClient {
  readonly #client: MqttClient
  readonly #puback: (messageId: number) => Uint8Array
  #waiting: BrokerMessage[] = []
  /** Lets the library go on reading. */
  #goOn: (() => void) | undefined
  #wake: (() => void) | undefined
  #lost: Error | undefined

  private constructor(client: MqttClient, puback: (messageId: number) => Uint8Array) {
    this.#client = client
    this.#puback = puback
    client.on('error', (error) => this.#lose(error))
    client.on('close', () => this.#lose(new Error('the broker closed the connection')))
    client.on('disconnect', (packet) => this.#lose(new Error(`the broker ended the connection (reason ${packet.reasonCode ?? 0})`)))
    client.handleMessage = (packet, done) => this.#take(packet, () => done(HELD))
  }

  /** Loads the library and makes a client that does nothing yet. */
  static async create(url: string, options: IClientOptions): Promise<BrokerClient> {
    const [{ default: mqtt }, { default: packets }] = await Promise.all([import('mqtt'), import('mqtt-packet')])
    const client = mqtt.connect(url, { ...options, manualConnect: true, reconnectPeriod: 0, resubscribe: false })
    return new BrokerClient(client, (messageId) => packets.generate({ cmd: 'puback', messageId }))
  }

  /** Connects and subscribes. Rejects with `SOURCE_UNREACHABLE`. */
  async open(topics: readonly string[], signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<never>()
    const onAbort = () => aborted.reject(new MillwrightError('SOURCE_UNREACHABLE', 'the broker did not answer in time'))
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    try {
      await Promise.race([this.#connected(), aborted.promise])
      const grants = await Promise.race([this.#client.subscribeAsync([...topics], { qos: 1 }), aborted.promise])
      const refused = grants.filter((grant) => grant.qos >= 128).map((grant) => grant.topic)
      if (refused.length > 0) throw new MillwrightError('SOURCE_UNREACHABLE', `the broker refuses the subscription to ${refused.join(', ')}`)
    } catch (thrown) {
      throw thrown instanceof MillwrightError ? thrown : new MillwrightError('SOURCE_UNREACHABLE', messageOf(thrown), { cause: thrown })
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  /** All messages that wait, at least one; undefined once `signal` aborts. Rejects when the link is lost. */
  async messages(signal: AbortSignal): Promise<BrokerMessage[] | undefined> {
    while (this.#waiting.length === 0 && this.#lost === undefined && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    if (signal.aborted) return undefined
    if (this.#lost !== undefined) throw new MillwrightError('SOURCE_UNREACHABLE', this.#lost.message, { cause: this.#lost })
    const messages = this.#waiting
    this.#waiting = []
    return messages
  }

  /** Acknowledges messages and lets more come. Throws when the link is lost: they will be sent again. */
  acknowledge(messages: readonly BrokerMessage[]): void {
    if (this.#lost !== undefined) throw new MillwrightError('SOURCE_UNREACHABLE', this.#lost.message)
    const packets = messages.flatMap(({ messageId }) => (messageId === undefined ? [] : [this.#puback(messageId)]))
    if (packets.length > 0) this.#client.stream.write(Buffer.concat(packets))
    const goOn = this.#goOn
    this.#goOn = undefined
    goOn?.()
  }

  /** Ends the connection at once and for good. */
  async close(): Promise<void> {
    this.#lose(new Error('closed'))
    await new Promise<void>((resolve) => this.#client.end(true, {}, () => resolve()))
  }

  async #connected(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#client.once('connect', () => resolve())
      this.#client.once('error', reject)
      this.#client.once('close', () => reject(new Error('the broker closed the connection')))
      this.#client.connect()
    })
  }

  #take(packet: IPublishPacket, goOn: () => void): void {
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    this.#waiting.push({ topic: packet.topic, payload, messageId: packet.qos === 1 ? packet.messageId : undefined })
    this.#wake?.()
    if (this.#waiting.length < MAX_WAITING) goOn()
    else this.#goOn = goOn
  }

  #lose(error: Error): void {
    this.#lost ??= error
    this.#wake?.()
  }
}

/** Told to the library in place of "done": it then goes on without acknowledging. */
const HELD = new Error('acknowledged when it is stored')
