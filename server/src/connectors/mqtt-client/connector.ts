import { pathProblem } from '@millwright/model/path.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { BrokerClient, type BrokerMessage } from '../broker-client.ts'
import type { TopicIntake, MessageIntake } from '../message-intake.ts'
import { createMwIntake } from '../payload/mw-intake.ts'
import { connector, type Connector, type Delivery, type Source, type SourceParts } from '../source.ts'
import { Tributary } from '../tributary.ts'
import { mqttClientSettings, type MqttClientSettings } from './settings.ts'

/** Topics whose intake is remembered; when there are more, all are forgotten and learnt again. */
const MAX_TOPICS = 100_000

/** A client of an outside MQTT broker: takes mw JSON messages, and acknowledges them (QoS 1) once their samples are on disk. */
export const mqttClientConnector: Connector = connector({
  name: 'mqtt-client',
  title: 'Outside MQTT broker',
  settings: mqttClientSettings,
  check: ({ under }) => {
    const problem = under === '' ? undefined : pathProblem(under)
    return problem === undefined ? [] : [`under: ${problem}`]
  },
  create: (settings, parts) => new MqttSource(settings, parts),
})

class MqttSource implements Source {
  readonly #settings: MqttClientSettings
  readonly #parts: SourceParts
  readonly #tributary: Tributary
  readonly #intake: MessageIntake
  readonly #topics = new Map<string, TopicIntake | undefined>()
  #client: BrokerClient | undefined

  constructor(settings: MqttClientSettings, parts: SourceParts) {
    this.#settings = settings
    this.#parts = parts
    this.#tributary = new Tributary(parts.sink)
    this.#intake = createMwIntake({ sink: this.#tributary, source: parts.name, prefix: settings.prefix, under: settings.under })
  }

  async open(signal: AbortSignal): Promise<void> {
    const { url, clientId, protocol, username, topics, keepAliveS, sessionExpiryS } = this.#settings
    const password = this.#password()
    this.#client = await BrokerClient.create({
      url,
      client: {
        clientId,
        clean: false,
        keepalive: keepAliveS,
        connectTimeout: 30_000,
        protocolVersion: protocol === '5' ? 5 : 4,
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password }),
        ...(protocol === '5' && { properties: { sessionExpiryInterval: sessionExpiryS, receiveMaximum: 1_000 } }),
      },
    })
    await this.#client.open(topics, signal)
  }

  async *read(signal: AbortSignal): AsyncGenerator<Delivery> {
    const client = this.#client
    if (client === undefined) throw new Error('BUG: read before open')
    for (;;) {
      const messages = await client.messages(signal)
      if (messages === undefined) return
      yield this.#delivery(client, messages)
    }
  }

  async close(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    await client?.close()
  }

  #delivery(client: BrokerClient, messages: readonly BrokerMessage[]): Delivery {
    const receivedUs = this.#parts.clock.nowUs()
    for (const { topic, payload } of messages) {
      const intake = this.#intakeOf(topic)
      if (intake !== undefined) intake.take(payload, 0, payload.length, receivedUs)
      else this.#refuse(topic, payload)
    }
    return { batch: this.#tributary.take(receivedUs), settle: async () => client.acknowledge(messages) }
  }

  #intakeOf(topic: string): TopicIntake | undefined {
    const known = this.#topics.get(topic)
    if (known !== undefined) return known
    const intake = this.#intake.open(topic)
    if (this.#topics.size >= MAX_TOPICS) this.#topics.clear()
    if (intake !== undefined) this.#topics.set(topic, intake)
    return intake
  }

  #refuse(topic: string, payload: Uint8Array): void {
    const message = `the topic does not begin with "${this.#settings.prefix}", the prefix of connection ${this.#parts.name}`
    this.#parts.sink.refuse({ source: this.#parts.name, where: topic.slice(0, 1000), refusal: { code: 'PAYLOAD_INVALID', message }, count: 1, excerpt: payload.slice(0, 512) })
  }

  #password(): string | undefined {
    const { passwordVariable } = this.#settings
    if (passwordVariable === undefined) return undefined
    const password = this.#parts.environment(passwordVariable)
    if (password === undefined) throw new MillwrightError('CONFIG_INVALID', `connection ${this.#parts.name}: the environment variable ${passwordVariable} is not set`)
    return password
  }
}
