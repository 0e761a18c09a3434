import mqtt, { type MqttClient } from 'mqtt'
import { sampleCount, type SampleBatch } from '@millwright/model/sample-batch.ts'
import { EdgeSession, type EdgeMessage } from '@millwright/model/sparkplug/edge-session.ts'
import type { PacedSink } from '../control/runner.ts'
import type { PlantSignal } from '../plant/layout.ts'
import { SparkplugDevices, type DeviceChanges } from './sparkplug-devices.ts'

/** Messages on their way or waiting for births; with more the plant is not stepped on. */
export const MAX_PENDING = 4_000
/** Metrics of one message. */
const MAX_METRICS = 500
const RETRY_MS = 2_000

export interface SparkplugPublisherOptions {
  readonly url: string
  readonly group: string
  readonly gateways: readonly { readonly name: string; readonly signals: readonly PlantSignal[] }[]
  /** The host application that must be online before anything is said. */
  readonly primaryHost?: string
  /** Told once when a gateway's connection comes or goes. */
  readonly onState: (gateway: string, state: 'up' | 'down', reason: string) => void
}

/** Sends what gateways send as Sparkplug B, each gateway an edge node, each of its assets a device. Data has QoS 0, as the specification wants it. */
export class SparkplugPublisher implements PacedSink {
  samples = 0
  readonly #edges: ReadonlyMap<string, Edge>

  constructor(options: SparkplugPublisherOptions) {
    this.#edges = new Map(options.gateways.map(({ name, signals }) => [name, new Edge(name, signals, options)]))
  }

  /** Messages that went out, and those that could not. */
  get acknowledged(): number {
    return this.#sum(({ sent }) => sent)
  }

  get refused(): number {
    return this.#sum(({ failed }) => failed)
  }

  get pending(): number {
    return this.#sum(({ pending }) => pending)
  }

  get hasRoom(): boolean {
    return this.pending < MAX_PENDING
  }

  write(gateway: string, batch: SampleBatch): void {
    const edge = this.#edges.get(gateway)
    if (edge === undefined) throw new Error(`BUG: no connection for gateway ${gateway}`)
    this.samples += sampleCount(batch)
    edge.write(batch)
  }

  /** Waits up to `graceMs` for what is on its way, says good-bye and disconnects. */
  async close(graceMs: number): Promise<void> {
    const untilMs = performance.now() + graceMs
    while (this.pending > 0 && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 20))
    await Promise.all([...this.#edges.values()].map((edge) => edge.close()))
  }

  #sum(of: (edge: Edge) => number): number {
    return [...this.#edges.values()].reduce((total, edge) => total + of(edge), 0)
  }
}

/** One gateway: a connection of its own for each session, since each has another will. */
class Edge {
  sent = 0
  failed = 0
  readonly #name: string
  readonly #options: SparkplugPublisherOptions
  readonly #session: EdgeSession
  readonly #devices: SparkplugDevices
  #waiting: DeviceChanges[] = []
  #onWay = 0
  #client: MqttClient
  #retry: NodeJS.Timeout | undefined
  #state: 'up' | 'down' | 'new' = 'new'
  #isClosed = false
  #isSubscribed = false

  constructor(name: string, signals: readonly PlantSignal[], options: SparkplugPublisherOptions) {
    this.#name = name
    this.#options = options
    this.#session = new EdgeSession({ group: options.group, node: name, ...(options.primaryHost === undefined ? {} : { primaryHost: options.primaryHost }) })
    this.#devices = new SparkplugDevices(signals)
    this.#client = this.#connect()
  }

  get pending(): number {
    return this.#waiting.length + this.#onWay
  }

  write(batch: SampleBatch): void {
    this.#waiting.push(...this.#devices.changes(batch, MAX_METRICS))
    if (this.#session.isBorn) this.#flush()
    else this.#beBorn()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#retry)
    if (this.#client.connected && this.#session.isBorn) {
      const { topic, payload } = this.#session.death(Date.now())
      await this.#client.publishAsync(topic, Buffer.from(payload), { qos: 1 }).catch(() => undefined)
    }
    await this.#client.endAsync(!this.#client.connected)
  }

  #connect(): MqttClient {
    const { willTopic, willPayload, subscriptions } = this.#session.connect(Date.now())
    const will = { topic: willTopic, payload: Buffer.from(willPayload), qos: 1, retain: false } as const
    const client = mqtt.connect(this.#options.url, { clientId: `mw-sim-sp-${this.#name}`, clean: true, will, reconnectPeriod: 0, connectTimeout: 10_000 })
    client.on('connect', () => {
      this.#change('up', 'connected')
      client.subscribe([...subscriptions], { qos: 1 }, (error) => {
        if (error !== null && error !== undefined) client.end(true)
        else {
          this.#isSubscribed = true
          this.#beBorn()
        }
      })
    })
    client.on('message', (topic, payload) => this.#take(topic, payload))
    client.on('error', (error) => this.#change('down', error.message))
    client.on('close', () => this.#again())
    return client
  }

  /** MQTT.js cannot change a will when it reconnects, and each session has another: so each is a client of its own. */
  #again(): void {
    this.#session.disconnected()
    this.#isSubscribed = false
    this.#change('down', 'connection closed')
    if (this.#isClosed || this.#retry !== undefined) return
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.#client = this.#connect()
    }, RETRY_MS)
  }

  #take(topic: string, payload: Uint8Array): void {
    const { order } = this.#session.received(topic, payload)
    if (order === 'birth') this.#beBorn()
    else if (order === 'leave') this.#client.end()
  }

  #beBorn(): void {
    // A birth tells current values, so it waits for the first ones.
    if (!this.#isSubscribed || !this.#session.mayBeBorn || !this.#devices.hasValues) return
    const nowMs = Date.now()
    this.#publish(this.#session.nodeBirth([], nowMs))
    for (const { device, metrics } of this.#devices.births()) this.#publish(this.#session.deviceBirth(device, metrics, nowMs))
    this.#flush()
  }

  #flush(): void {
    if (!this.#session.isBorn || !this.#client.connected) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const { device, changes } of waiting) this.#publish(this.#session.data(device, changes, Date.now()))
  }

  #publish({ topic, payload }: EdgeMessage): void {
    this.#onWay++
    this.#client.publish(topic, Buffer.from(payload), { qos: 0 }, (error) => {
      this.#onWay--
      if (error === undefined || error === null) this.sent++
      else this.failed++
    })
  }

  #change(next: 'up' | 'down', reason: string): void {
    if (this.#state === next) return
    this.#state = next
    this.#options.onState(this.#name, next, reason)
  }
}
