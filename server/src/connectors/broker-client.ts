import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt'
import { MillwrightError, messageOf } from '../kernel/error.ts'

/** Messages that may wait for their samples to be stored; the socket is not read any further then. */
export const MAX_WAITING = 1_000

/** A message of the broker. `messageId` is set where it is to be acknowledged. */
export interface BrokerMessage {
  readonly topic: string
  readonly payload: Uint8Array
  readonly messageId: number | undefined
}

export interface BrokerClientOptions {
  readonly url: string
  readonly client: IClientOptions
  /** Takes a message ahead of the others, true where it did: that one is acknowledged at once. */
  readonly takeFirst?: (topic: string, payload: Uint8Array) => boolean
}

/**
 * MQTT.js, tamed: one attempt, no reconnecting of its own, and QoS 1 messages that are acknowledged when we say so, many at a time
 * (the library would hold up every message until the one before it is stored).
 */
export class BrokerClient {
  readonly #client: MqttClient
  readonly #puback: (messageId: number) => Uint8Array
  readonly #takeFirst: NonNullable<BrokerClientOptions['takeFirst']>
  #waiting: BrokerMessage[] = []
  /** Lets the library go on reading. */
  #goOn: (() => void) | undefined
  #wake: (() => void) | undefined
  #lost: Error | undefined

  private constructor(client: MqttClient, puback: (messageId: number) => Uint8Array, takeFirst: BrokerClientOptions['takeFirst']) {
    this.#client = client
    this.#puback = puback
    this.#takeFirst = takeFirst ?? (() => false)
    client.on('error', (error) => this.lose(error))
    client.on('close', () => this.lose(new Error('the broker closed the connection')))
    client.on('disconnect', (packet) => this.lose(new Error(`the broker ended the connection (reason ${packet.reasonCode ?? 0})`)))
    client.handleMessage = (packet, done) => this.#take(packet, () => done(HELD))
  }

  /** Loads the library and makes a client that does nothing yet. */
  static async create({ url, client: options, takeFirst }: BrokerClientOptions): Promise<BrokerClient> {
    const [{ default: mqtt }, { default: packets }] = await Promise.all([import('mqtt'), import('mqtt-packet')])
    const client = mqtt.connect(url, { ...options, manualConnect: true, reconnectPeriod: 0, resubscribe: false })
    return new BrokerClient(client, (messageId) => packets.generate({ cmd: 'puback', messageId }), takeFirst)
  }

  get isLost(): boolean {
    return this.#lost !== undefined
  }

  /** Connects, subscribes, and does what belongs to the beginning. Rejects with `SOURCE_UNREACHABLE`. */
  async open(topics: readonly string[], signal: AbortSignal, then: () => Promise<void> = async () => undefined): Promise<void> {
    const aborted = Promise.withResolvers<never>()
    const onAbort = () => aborted.reject(new MillwrightError('SOURCE_UNREACHABLE', 'the broker did not answer in time'))
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    try {
      await Promise.race([this.#connected(), aborted.promise])
      const grants = await Promise.race([this.#client.subscribeAsync([...topics], { qos: 1 }), aborted.promise])
      const refused = grants.filter((grant) => grant.qos >= 128).map((grant) => grant.topic)
      if (refused.length > 0) throw new MillwrightError('SOURCE_UNREACHABLE', `the broker refuses the subscription to ${refused.join(', ')}`)
      await Promise.race([then(), aborted.promise])
    } catch (thrown) {
      throw thrown instanceof MillwrightError ? thrown : new MillwrightError('SOURCE_UNREACHABLE', messageOf(thrown), { cause: thrown })
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  /** The messages that wait, as soon as there is one, or `waitMs` later; undefined once `signal` aborts. Rejects when the link is lost. */
  async messages(signal: AbortSignal, waitMs?: number): Promise<BrokerMessage[] | undefined> {
    if (this.#waiting.length === 0) await this.#arrival(signal, waitMs)
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

  /** Publishes; settles when the broker has it (QoS 1) or it is handed to the socket (QoS 0). */
  async publish(topic: string, payload: Uint8Array | string, options: { readonly qos: 0 | 1; readonly retain?: boolean }): Promise<void> {
    await this.#client.publishAsync(topic, typeof payload === 'string' ? payload : Buffer.from(payload), { qos: options.qos, retain: options.retain ?? false })
  }

  /** Gives the link up. */
  lose(error: Error): void {
    this.#lost ??= error
    this.#wake?.()
  }

  /** Ends the connection for good: at once, or after the broker was told so that it forgets the will. */
  async close(how: 'at once' | 'orderly' = 'at once'): Promise<void> {
    const isForced = how === 'at once' || this.isLost
    this.lose(new Error('closed'))
    await new Promise<void>((resolve) => this.#client.end(isForced, {}, () => resolve()))
  }

  async #arrival(signal: AbortSignal, waitMs: number | undefined): Promise<void> {
    if (this.isLost || signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = () => resolve()
    const timer = waitMs === undefined ? undefined : setTimeout(wake, waitMs)
    this.#wake = wake
    signal.addEventListener('abort', wake, { once: true })
    await promise
    signal.removeEventListener('abort', wake)
    clearTimeout(timer)
  }

  async #connected(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#client.once('connect', () => resolve())
      this.#client.once('error', reject)
      this.#client.once('close', () => reject(new Error('the broker closed the connection')))
      this.#client.connect()
    })
  }

  #take({ topic, payload: body, qos, messageId }: IPublishPacket, goOn: () => void): void {
    const payload = typeof body === 'string' ? Buffer.from(body) : body
    const message = { topic, payload, messageId: qos === 1 ? messageId : undefined }
    if (this.#takeFirst(topic, payload)) {
      if (message.messageId !== undefined) this.#client.stream.write(this.#puback(message.messageId))
      goOn()
      return
    }
    this.#waiting.push(message)
    this.#wake?.()
    if (this.#waiting.length < MAX_WAITING) goOn()
    else this.#goOn = goOn
  }
}

/** Told to the library in place of "done": it then goes on without acknowledging. */
const HELD = new Error('acknowledged when it is stored')
