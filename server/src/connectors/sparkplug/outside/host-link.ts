import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt'
import { formatState, parseState } from '@millwright/model/sparkplug/state-message.ts'
import { stateTopic } from '@millwright/model/sparkplug/topic.ts'
import { MillwrightError, messageOf } from '../../../kernel/error.ts'

/** Messages that may wait for their samples to be stored; the socket is not read any further then. */
export const MAX_WAITING = 1_000
const CLOSE_MS = 1_000

export interface LinkMessage {
  readonly topic: string
  readonly payload: Uint8Array
  /** Acknowledges a message of QoS 1; nothing for one of QoS 0. */
  readonly messageId: number | undefined
}

export interface HostLinkOptions {
  readonly url: string
  readonly hostId: string
  readonly filters: readonly string[]
  readonly client: IClientOptions
  /** Time of this connect, milliseconds: that of will and birth. */
  readonly connectMs: number
}

/**
 * One MQTT session of a host application at an outside broker (Sparkplug 3.0, 5.1 and 5.7): a clean one, with the STATE death as its will; first the
 * subscriptions, then the STATE birth with the will's time, said again whenever somebody says otherwise; the death before a clean disconnect.
 */
export class HostLink {
  readonly #options: HostLinkOptions
  readonly #client: MqttClient
  readonly #puback: (messageId: number) => Uint8Array
  #waiting: LinkMessage[] = []
  #goOn: (() => void) | undefined
  #wake: (() => void) | undefined
  #lost: Error | undefined
  #isBorn = false
  #awaitsEcho = false

  private constructor(options: HostLinkOptions, client: MqttClient, puback: (messageId: number) => Uint8Array) {
    this.#options = options
    this.#client = client
    this.#puback = puback
    client.on('error', (error) => this.#lose(error))
    client.on('close', () => this.#lose(new Error('the broker closed the connection')))
    client.on('disconnect', (packet) => this.#lose(new Error(`the broker ended the connection (reason ${packet.reasonCode ?? 0})`)))
    client.handleMessage = (packet, done) => this.#take(packet, () => done(HELD))
  }

  /** Loads the library and makes a link that does nothing yet. */
  static async create(options: HostLinkOptions): Promise<HostLink> {
    const [{ default: mqtt }, { default: packets }] = await Promise.all([import('mqtt'), import('mqtt-packet')])
    const death = formatState({ online: false, timestamp: options.connectMs })
    const will = { topic: stateTopic(options.hostId), payload: Buffer.from(death), qos: 1, retain: true } as const
    const client = mqtt.connect(options.url, { ...options.client, will, clean: true, manualConnect: true, reconnectPeriod: 0, resubscribe: false })
    return new HostLink(options, client, (messageId) => packets.generate({ cmd: 'puback', messageId }))
  }

  /** Connects, subscribes and says that we are online. Rejects with `SOURCE_UNREACHABLE`. */
  async open(signal: AbortSignal): Promise<void> {
    const { hostId, filters } = this.#options
    const aborted = Promise.withResolvers<never>()
    const onAbort = () => aborted.reject(new MillwrightError('SOURCE_UNREACHABLE', 'the broker did not answer in time'))
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    try {
      await Promise.race([this.#connected(), aborted.promise])
      const grants = await Promise.race([this.#client.subscribeAsync([stateTopic(hostId), ...filters], { qos: 1 }), aborted.promise])
      const refused = grants.filter(({ qos }) => qos >= 128).map(({ topic }) => topic)
      if (refused.length > 0) throw new MillwrightError('SOURCE_UNREACHABLE', `the broker refuses the subscription to ${refused.join(', ')}`)
      this.#isBorn = true
      await Promise.race([this.#say(true, this.#options.connectMs), aborted.promise])
    } catch (thrown) {
      throw thrown instanceof MillwrightError ? thrown : new MillwrightError('SOURCE_UNREACHABLE', messageOf(thrown), { cause: thrown })
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  /** All messages that wait; none when `waitMs` passed without one. Rejects when the link is lost. */
  async messages(signal: AbortSignal, waitMs: number): Promise<LinkMessage[]> {
    if (this.#waiting.length === 0 && this.#lost === undefined && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    if (this.#lost !== undefined && !signal.aborted) throw new MillwrightError('SOURCE_UNREACHABLE', this.#lost.message, { cause: this.#lost })
    const messages = this.#waiting
    this.#waiting = []
    return messages
  }

  /** Acknowledges messages and lets more come. Throws when the link is lost. */
  acknowledge(messages: readonly LinkMessage[]): void {
    if (this.#lost !== undefined) throw new MillwrightError('SOURCE_UNREACHABLE', this.#lost.message)
    const packets = messages.flatMap(({ messageId }) => (messageId === undefined ? [] : [this.#puback(messageId)]))
    if (packets.length > 0) this.#client.stream.write(Buffer.concat(packets))
    const goOn = this.#goOn
    this.#goOn = undefined
    goOn?.()
  }

  /** Publishes a command: QoS 0, not retained. */
  command(topic: string, payload: Uint8Array): void {
    if (this.#lost === undefined) this.#client.publish(topic, Buffer.from(payload), { qos: 0 })
  }

  /** Says that we go, and goes. Never rejects. */
  async close(nowMs: number): Promise<void> {
    if (this.#isBorn && this.#lost === undefined) {
      this.#isBorn = false
      await Promise.race([this.#say(false, Math.max(nowMs, this.#options.connectMs)).catch(() => undefined), new Promise((resolve) => setTimeout(resolve, CLOSE_MS))])
    }
    const wasLost = this.#lost !== undefined
    this.#lose(new Error('closed'))
    await new Promise<void>((resolve) => this.#client.end(wasLost, {}, () => resolve()))
  }

  async #say(online: boolean, timestamp: number): Promise<void> {
    this.#awaitsEcho = online
    await this.#client.publishAsync(stateTopic(this.#options.hostId), formatState({ online, timestamp }), { qos: 1, retain: true })
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
    const messageId = packet.qos === 1 ? packet.messageId : undefined
    if (packet.topic === stateTopic(this.#options.hostId)) {
      this.#ownState(payload.toString())
      if (messageId !== undefined) this.#client.stream.write(this.#puback(messageId))
      goOn()
      return
    }
    this.#waiting.push({ topic: packet.topic, payload, messageId })
    this.#wake?.()
    if (this.#waiting.length < MAX_WAITING) goOn()
    else this.#goOn = goOn
  }

  /** The will of an earlier session of ours, or a stranger, says that we are offline: we are not. What comes before the echo of our birth was said before it. */
  #ownState(text: string): void {
    const state = parseState(text)
    if (state?.online === true && state.timestamp === this.#options.connectMs) this.#awaitsEcho = false
    else if (this.#isBorn && !this.#awaitsEcho) void this.#say(true, this.#options.connectMs).catch((thrown: unknown) => this.#lose(new Error(messageOf(thrown))))
  }

  #lose(error: Error): void {
    this.#lost ??= error
    this.#wake?.()
  }
}

/** Told to the library in place of "done": it then goes on without acknowledging. */
const HELD = new Error('acknowledged when it is stored')
