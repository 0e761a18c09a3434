import type { IClientOptions } from 'mqtt'
import { formatState, parseState } from '@millwright/model/sparkplug/state-message.ts'
import { stateTopic } from '@millwright/model/sparkplug/topic.ts'
import { messageOf } from '../../../kernel/error.ts'
import { BrokerClient, type BrokerMessage } from '../../broker-client.ts'

const CLOSE_MS = 1_000

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
  readonly #client: BrokerClient
  #isBorn = false
  #awaitsEcho = false

  private constructor(options: HostLinkOptions, client: BrokerClient) {
    this.#options = options
    this.#client = client
  }

  /** Loads the library and makes a link that does nothing yet. */
  static async create(options: HostLinkOptions): Promise<HostLink> {
    const topic = stateTopic(options.hostId)
    const will = { topic, payload: Buffer.from(formatState({ online: false, timestamp: options.connectMs })), qos: 1, retain: true } as const
    const client = await BrokerClient.create({
      url: options.url,
      client: { ...options.client, will, clean: true },
      takeFirst: (of, payload) => of === topic && link.#takeState(Buffer.from(payload).toString()),
    })
    const link = new HostLink(options, client)
    return link
  }

  /** Connects, subscribes and says that we are online. Rejects with `SOURCE_UNREACHABLE`. */
  async open(signal: AbortSignal): Promise<void> {
    const { hostId, filters, connectMs } = this.#options
    await this.#client.open([stateTopic(hostId), ...filters], signal, async () => {
      this.#isBorn = true
      await this.#say(true, connectMs)
    })
  }

  /** All messages that wait; none when `waitMs` passed without one. Rejects when the link is lost. */
  async messages(signal: AbortSignal, waitMs: number): Promise<readonly BrokerMessage[]> {
    return (await this.#client.messages(signal, waitMs)) ?? []
  }

  /** Acknowledges messages and lets more come. Throws when the link is lost. */
  acknowledge(messages: readonly BrokerMessage[]): void {
    this.#client.acknowledge(messages)
  }

  /** Publishes a command: QoS 0, not retained. */
  command(topic: string, payload: Uint8Array): void {
    if (!this.#client.isLost) this.#client.publish(topic, payload, { qos: 0 }).catch((thrown: unknown) => this.#client.lose(new Error(messageOf(thrown))))
  }

  /** Says that we go, and goes. Never rejects. */
  async close(nowMs: number): Promise<void> {
    if (this.#isBorn && !this.#client.isLost) {
      this.#isBorn = false
      await Promise.race([this.#say(false, Math.max(nowMs, this.#options.connectMs)).catch(() => undefined), new Promise((resolve) => setTimeout(resolve, CLOSE_MS))])
    }
    await this.#client.close('orderly')
  }

  async #say(online: boolean, timestamp: number): Promise<void> {
    this.#awaitsEcho = online
    await this.#client.publish(stateTopic(this.#options.hostId), formatState({ online, timestamp }), { qos: 1, retain: true })
  }

  /** The will of an earlier session of ours, or a stranger, says that we are offline: we are not. What comes before the echo of our birth was said before it. */
  #takeState(text: string): true {
    const state = parseState(text)
    if (state?.online === true && state.timestamp === this.#options.connectMs) this.#awaitsEcho = false
    else if (this.#isBorn && !this.#awaitsEcho) void this.#say(true, this.#options.connectMs).catch((thrown: unknown) => this.#client.lose(new Error(messageOf(thrown))))
    return true
  }
}
