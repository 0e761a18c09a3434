import { readFile } from 'node:fs/promises'
import type { IClientOptions, MqttClient } from 'mqtt'
import type { EdgeMessage } from '@millwright/model/sparkplug/edge-session.ts'
import { MillwrightError, messageOf } from '../kernel/error.ts'
import type { EdgeNodeSettings } from './settings.ts'

/** One MQTT session of an edge node. */
export interface Link {
  /** Publishes with QoS 0, not retained, as Sparkplug asks of all births and data (3.0, 4.3). */
  publish(message: EdgeMessage): void
  /** False while the broker takes less than it is given. */
  readonly hasRoom: boolean
  /** Calls back when the broker has taken all that was published before: nothing tells that of QoS 0 but an answer to a later ping. */
  fence(done: () => void): void
  /** Ends it so that the broker tells the death. Never rejects. */
  close(death: EdgeMessage): Promise<void>
}

export interface LinkOptions {
  readonly url: string
  readonly clientId: string
  readonly will: EdgeMessage
  readonly subscriptions: readonly string[]
  readonly settings: Pick<EdgeNodeSettings, 'protocol' | 'username' | 'password' | 'caFile' | 'certificateFile' | 'keyFile' | 'keepAliveS'>
}

export interface LinkEvents {
  onMessage(topic: string, payload: Uint8Array): void
  /** Once, for whatever reason. */
  onLost(reason: string): void
}

const OPEN_MS = 15_000
const CLOSE_MS = 1_000
/** Bytes that may wait for the socket. */
const MAX_WAITING_BYTES = 1024 * 1024
/** DISCONNECT with which the broker publishes the will (MQTT 5, 3.14.2.1). */
const DISCONNECT_WITH_WILL = 4

/** Connects and subscribes; one attempt. Rejects with `SOURCE_UNREACHABLE`, and with `CONFIG_INVALID` where a file of ours cannot be read. */
export async function openLink(options: LinkOptions, events: LinkEvents): Promise<Link> {
  const { default: mqtt } = await import('mqtt')
  const { url, clientId, will, settings } = options
  const { protocol, username, password, keepAliveS } = settings
  const client = mqtt.connect(url, {
    clientId, clean: true, manualConnect: true, reconnectPeriod: 0, resubscribe: false, queueQoSZero: false, connectTimeout: OPEN_MS,
    keepalive: keepAliveS,
    protocolVersion: protocol === '5' ? 5 : 4,
    // A session that ends with its connection (Sparkplug 3.0, 6.2): its NDEATH is the will, of QoS 1 and not retained.
    ...(protocol === '5' && { properties: { sessionExpiryInterval: 0 } }),
    will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: false },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(await tlsOf(settings)),
  })
  const link = new MqttLink(client, settings.protocol, events)
  try {
    await link.open(options.subscriptions)
    return link
  } catch (thrown) {
    link.abandon()
    throw thrown instanceof MillwrightError ? thrown : new MillwrightError('SOURCE_UNREACHABLE', messageOf(thrown), { cause: thrown })
  }
}

async function tlsOf({ caFile, certificateFile, keyFile }: LinkOptions['settings']): Promise<IClientOptions> {
  const read = (file: string) => readFile(file).catch((thrown: unknown) => {
    throw new MillwrightError('CONFIG_INVALID', `${file} cannot be read: ${messageOf(thrown)}`)
  })
  return {
    ...(caFile !== undefined && { ca: await read(caFile) }),
    ...(certificateFile !== undefined && { cert: await read(certificateFile) }),
    ...(keyFile !== undefined && { key: await read(keyFile) }),
  }
}

class MqttLink implements Link {
  readonly #client: MqttClient
  readonly #protocol: EdgeNodeSettings['protocol']
  readonly #events: LinkEvents
  #fences: { readonly ping: number; readonly done: () => void }[] = []
  #pingsSent = 0
  #pingsAnswered = 0
  #isOpen = false
  #isOver = false

  constructor(client: MqttClient, protocol: EdgeNodeSettings['protocol'], events: LinkEvents) {
    this.#client = client
    this.#protocol = protocol
    this.#events = events
    client.on('message', (topic, payload) => !this.#isOver && events.onMessage(topic, payload))
    client.on('error', (error) => this.#lose(error.message))
    client.on('close', () => this.#lose('the broker closed the connection'))
    client.on('disconnect', ({ reasonCode }) => this.#lose(`the broker ended the connection (reason ${reasonCode ?? 0})`))
    client.on('packetsend', ({ cmd }) => {
      if (cmd === 'pingreq') this.#pingsSent++
    })
    client.on('packetreceive', ({ cmd }) => {
      if (cmd === 'pingresp') this.#answered()
    })
  }

  async open(subscriptions: readonly string[]): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#client.once('connect', () => resolve())
      this.#client.once('error', reject)
      this.#client.once('close', () => reject(new Error('the broker closed the connection')))
      this.#client.connect()
    })
    const late = setTimeout(() => this.#client.end(true), OPEN_MS)
    try {
      const grants = await this.#client.subscribeAsync([...subscriptions], { qos: 1 })
      const refused = grants.filter(({ qos }) => qos >= 128).map(({ topic }) => topic)
      if (refused.length > 0) throw new MillwrightError('SOURCE_UNREACHABLE', `the broker refuses the subscription to ${refused.join(', ')}`)
    } finally {
      clearTimeout(late)
    }
    if (!this.#client.connected) throw new MillwrightError('SOURCE_UNREACHABLE', 'the broker closed the connection')
    this.#isOpen = true
  }

  /** Ends an attempt that failed, in silence. */
  abandon(): void {
    this.#isOver = true
    this.#client.end(true)
  }

  get hasRoom(): boolean {
    return this.#client.stream.writableLength < MAX_WAITING_BYTES
  }

  publish({ topic, payload }: EdgeMessage): void {
    if (!this.#isOver) this.#client.publish(topic, Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength), { qos: 0 })
  }

  fence(done: () => void): void {
    if (this.#isOver) return
    this.#client.sendPing()
    this.#fences.push({ ping: this.#pingsSent, done })
  }

  async close(death: EdgeMessage): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    const isNew = this.#protocol === '5'
    const closed = async (): Promise<void> => {
      // MQTT 3.1.1 has no DISCONNECT with the will: the death is published before (Sparkplug 3.0, 5.2).
      if (!isNew) await this.#client.publishAsync(death.topic, Buffer.from(death.payload), { qos: 1 })
      await this.#client.endAsync(false, isNew ? { reasonCode: DISCONNECT_WITH_WILL } : {})
    }
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, CLOSE_MS)
    await Promise.race([closed().catch(() => undefined), late.promise])
    clearTimeout(timer)
    this.#client.end(true)
  }

  #answered(): void {
    this.#pingsAnswered++
    while (this.#fences[0] !== undefined && this.#fences[0].ping <= this.#pingsAnswered) this.#fences.shift()?.done()
  }

  #lose(reason: string): void {
    if (this.#isOver || !this.#isOpen) return
    this.#isOver = true
    this.#client.end(true)
    this.#events.onLost(reason)
  }
}
