import mqtt, { type MqttClient } from 'mqtt'
import { sampleCount, type SampleBatch } from '@millwright/model/sample-batch.ts'
import type { PacedSink } from '../control/runner.ts'
import type { PlantSignal } from '../plant/layout.ts'
import { JsonEncoder } from './json-encoder.ts'

/** Messages on their way or waiting for the broker; with more the plant is not stepped on until some are acknowledged. */
export const MAX_PENDING = 4_000

export interface MqttPublisherOptions {
  readonly url: string
  readonly gateways: readonly string[]
  readonly signals: readonly PlantSignal[]
  /** Told once when a gateway's connection comes or goes. */
  readonly onState: (gateway: string, state: 'up' | 'down', reason: string) => void
}

/** Sends what gateways send as MQTT JSON with QoS 1, one connection a gateway. */
export class MqttPublisher implements PacedSink {
  /** Messages acknowledged by the broker. */
  acknowledged = 0
  /** Messages that the broker refused. */
  refused = 0
  samples = 0
  readonly #encoder: JsonEncoder
  readonly #clients: ReadonlyMap<string, MqttClient>
  #pending = 0

  constructor(options: MqttPublisherOptions) {
    this.#encoder = new JsonEncoder(options.signals)
    this.#clients = new Map(options.gateways.map((gateway) => [gateway, connect(gateway, options)]))
  }

  get pending(): number {
    return this.#pending
  }

  write(gateway: string, batch: SampleBatch): void {
    const client = this.#clients.get(gateway)
    if (client === undefined) throw new Error(`BUG: no connection for gateway ${gateway}`)
    this.samples += sampleCount(batch)
    for (const { topic, payload } of this.#encoder.encode(batch)) {
      this.#pending++
      client.publish(topic, payload, { qos: 1 }, (error) => {
        this.#pending--
        if (error === undefined || error === null) this.acknowledged++
        else this.refused++
      })
    }
  }

  /** Whether more may be written. */
  get hasRoom(): boolean {
    return this.#pending < MAX_PENDING
  }

  /** Waits up to `graceMs` for what is on its way, then disconnects. Messages that were not acknowledged are lost. */
  async close(graceMs: number): Promise<void> {
    const untilMs = performance.now() + graceMs
    while (this.#pending > 0 && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 20))
    await Promise.all([...this.#clients.values()].map((client) => client.endAsync(true)))
  }
}

function connect(gateway: string, { url, onState }: MqttPublisherOptions): MqttClient {
  const client = mqtt.connect(url, { clientId: `mw-sim-${gateway}`, clean: true, reconnectPeriod: 2000, connectTimeout: 10_000, resubscribe: false })
  let state: 'up' | 'down' | 'new' = 'new'
  const change = (next: 'up' | 'down', reason: string) => {
    if (state === next) return
    state = next
    onState(gateway, next, reason)
  }
  client.on('connect', () => change('up', 'connected'))
  client.on('close', () => change('down', 'connection closed'))
  client.on('error', (error) => change('down', error.message))
  return client
}
