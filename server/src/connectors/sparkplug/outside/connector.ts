import { nodeTopic } from '@millwright/model/sparkplug/topic.ts'
import { sampleCount } from '@millwright/model/sample-batch.ts'
import { MillwrightError } from '../../../kernel/error.ts'
import type { BrokerMessage } from '../../broker-client.ts'
import type { TopicIntake } from '../../message-intake.ts'
import { connector, type Connector, type Delivery, type Source, type SourceParts } from '../../source.ts'
import { Tributary } from '../../tributary.ts'
import { SparkplugHost } from '../host/host.ts'
import { pathSettingsProblems } from '../host/node-paths.ts'
import { rebirthPayload } from '../host/rebirth-requests.ts'
import { HostLink } from './host-link.ts'
import { outsideSettings, type OutsideSettings } from './outside-settings.ts'

/** Topics whose intake is remembered; when there are more, all are forgotten and learnt again. */
const MAX_TOPICS = 100_000
const SWEEP_MS = 200

/** A Sparkplug B host application at an outside broker. Each attempt is a session of its own: what was known is stale when one ends, and births are asked for in the next. */
export const sparkplugConnector: Connector = connector({
  name: 'sparkplug',
  title: 'Sparkplug B on an outside MQTT broker',
  settings: outsideSettings,
  check: pathSettingsProblems,
  create: (settings, parts) => new SparkplugSource(settings, parts),
})

class SparkplugSource implements Source {
  readonly #settings: OutsideSettings
  readonly #parts: SourceParts
  readonly #tributary: Tributary
  readonly #host: SparkplugHost
  readonly #topics = new Map<string, TopicIntake | undefined>()
  #link: HostLink | undefined

  constructor(settings: OutsideSettings, parts: SourceParts) {
    this.#settings = settings
    this.#parts = parts
    this.#tributary = new Tributary(parts.sink)
    this.#host = new SparkplugHost({
      settings, sink: this.#tributary, clock: parts.clock, source: parts.name,
      requestRebirth: (group, node) => this.#link?.command(nodeTopic(group, 'NCMD', node), rebirthPayload(this.#nowMs())),
      // Sources have no event log; states are in the samples' qualities and the supervisor's status.
      onEvent: () => undefined,
    })
  }

  async open(signal: AbortSignal): Promise<void> {
    const { url, clientId, protocol, username, groups, keepAliveS, hostId } = this.#settings
    const password = this.#password()
    this.#link = await HostLink.create({
      url,
      hostId,
      filters: groups.length === 0 ? ['spBv1.0/#'] : groups.map((group) => `spBv1.0/${group}/#`),
      connectMs: this.#nowMs(),
      client: {
        clientId,
        keepalive: keepAliveS,
        connectTimeout: 30_000,
        protocolVersion: protocol === '5' ? 5 : 4,
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password }),
        ...(protocol === '5' && { properties: { sessionExpiryInterval: 0, receiveMaximum: 1_000 } }),
      },
    })
    await this.#link.open(signal)
  }

  async *read(signal: AbortSignal): AsyncGenerator<Delivery> {
    const link = this.#link
    if (link === undefined) throw new Error('BUG: read before open')
    while (!signal.aborted) {
      const messages = await link.messages(signal, SWEEP_MS)
      const receivedUs = this.#parts.clock.nowUs()
      for (const { topic, payload } of messages) this.#intakeOf(topic)?.take(payload, 0, payload.length, receivedUs)
      this.#host.sweep()
      if (messages.length > 0 || this.#tributary.open.length > 0) yield this.#delivery(link, messages, receivedUs)
    }
  }

  async close(): Promise<void> {
    const link = this.#link
    this.#link = undefined
    if (link === undefined) return
    // Without the link nothing is known to be current (Sparkplug 3.0, 5.1).
    this.#host.markAllStale(this.#parts.clock.nowUs())
    const marks = this.#tributary.take(this.#parts.clock.nowUs())
    if (sampleCount(marks) > 0) await this.#parts.sink.write(marks)
    await link.close(this.#nowMs())
  }

  #delivery(link: HostLink, messages: readonly BrokerMessage[], receivedUs: number): Delivery {
    return { batch: this.#tributary.take(receivedUs), settle: async () => link.acknowledge(messages) }
  }

  #intakeOf(topic: string): TopicIntake | undefined {
    if (this.#topics.has(topic)) return this.#topics.get(topic)
    if (this.#topics.size >= MAX_TOPICS) this.#topics.clear()
    const intake = this.#host.open(topic)
    this.#topics.set(topic, intake)
    return intake
  }

  #password(): string | undefined {
    const { passwordVariable } = this.#settings
    if (passwordVariable === undefined) return undefined
    const password = this.#parts.environment(passwordVariable)
    if (password === undefined) throw new MillwrightError('CONFIG_INVALID', `connection ${this.#parts.name}: the environment variable ${passwordVariable} is not set`)
    return password
  }

  #nowMs(): number {
    return Math.floor(this.#parts.clock.nowUs() / 1000)
  }
}
