import { nodeTopic } from '@millwright/model/sparkplug/topic.ts'
import { sampleCount } from '@millwright/model/sample-batch.ts'
import { MillwrightError } from '../../../kernel/error.ts'
import type { BrokerMessage } from '../../broker-client.ts'
import type { TopicIntake } from '../../message-intake.ts'
import { connector, type Connector, type Delivery, type Source, type SourceParts } from '../../source.ts'
import { Tributary } from '../../tributary.ts'
import type { HostDirectory } from '../host-directory.ts'
import type { HostEvent } from '../host/host-events.ts'
import { SparkplugHost } from '../host/host.ts'
import { pathSettingsProblems } from '../host/node-paths.ts'
import { rebirthPayload } from '../host/rebirth-requests.ts'
import { OnlineMemory } from '../online-memory.ts'
import { HostLink } from './host-link.ts'
import { outsideSettings, type OutsideSettings } from './outside-settings.ts'

/** Topics whose intake is remembered; when there are more, all are forgotten and learnt again. */
const MAX_TOPICS = 100_000
const SWEEP_MS = 200

/** What the connections of this kind share with the program around them. */
export interface OutsideParts {
  /** Where their hosts are shown. */
  readonly hosts: HostDirectory
  onEvent(event: HostEvent): void
  /** File in which a connection remembers what was online; undefined where nothing is kept over restarts. */
  memoryFile(name: string): string | undefined
}

/**
 * A Sparkplug B host application at an outside broker. Each attempt is a session of its own: what was known is stale when one ends, and births are asked for in the next.
 * What is known of the edge nodes is kept over the attempts, to be looked at meanwhile.
 */
export function sparkplugConnector(outside: OutsideParts): Connector {
  const kept = new Map<string, Kept>()
  return connector({
    name: 'sparkplug',
    title: 'Sparkplug B on an outside MQTT broker',
    settings: outsideSettings,
    check: pathSettingsProblems,
    create: (settings, parts) => {
      const known = kept.get(parts.name) ?? newKept(settings, parts, outside)
      kept.set(parts.name, known)
      return new SparkplugSource(settings, parts, known)
    },
  })
}

/** What one connection keeps over its attempts. */
interface Kept {
  readonly tributary: Tributary
  readonly host: SparkplugHost
  readonly memory: OnlineMemory | undefined
  readonly topics: Map<string, TopicIntake | undefined>
  /** The link of the attempt that runs. */
  link: HostLink | undefined
  isMarked: boolean
}

function newKept(settings: OutsideSettings, { name, sink, clock }: SourceParts, { hosts, onEvent, memoryFile }: OutsideParts): Kept {
  const tributary = new Tributary(sink)
  const host = new SparkplugHost({
    settings, sink: tributary, clock, source: name, onEvent,
    requestRebirth: (group, node) => kept.link?.command(nodeTopic(group, 'NCMD', node), rebirthPayload(Math.floor(clock.nowUs() / 1000))),
  })
  const file = memoryFile(name)
  const refuse = (reason: string) => sink.refuse({ source: name, where: file ?? '', refusal: { code: 'DISK_FAILED', message: `could not remember which edge nodes are online: ${reason}` }, count: 0 })
  const kept: Kept = { tributary, host, memory: file === undefined ? undefined : new OnlineMemory(file, host, clock, refuse), topics: new Map(), link: undefined, isMarked: false }
  hosts.add(name, host)
  return kept
}

class SparkplugSource implements Source {
  readonly #settings: OutsideSettings
  readonly #parts: SourceParts
  readonly #kept: Kept

  constructor(settings: OutsideSettings, parts: SourceParts, kept: Kept) {
    this.#settings = settings
    this.#parts = parts
    this.#kept = kept
  }

  async open(signal: AbortSignal): Promise<void> {
    const { url, clientId, protocol, username, groups, keepAliveS, hostId } = this.#settings
    const password = this.#password()
    await this.#markOld()
    this.#kept.link = await HostLink.create({
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
    await this.#kept.link.open(signal)
  }

  /** Once: marks what was online when the process ended, which nobody has heard of since. */
  async #markOld(): Promise<void> {
    const { isMarked, memory, tributary } = this.#kept
    if (isMarked) return
    this.#kept.isMarked = true
    await memory?.markOld(tributary)
    const marks = tributary.take(this.#parts.clock.nowUs())
    if (sampleCount(marks) > 0) await this.#parts.sink.write(marks)
  }

  async *read(signal: AbortSignal): AsyncGenerator<Delivery> {
    const { link, host, memory, tributary } = this.#kept
    if (link === undefined) throw new Error('BUG: read before open')
    while (!signal.aborted) {
      const messages = await link.messages(signal, SWEEP_MS)
      const receivedUs = this.#parts.clock.nowUs()
      for (const { topic, payload } of messages) this.#intakeOf(topic)?.take(payload, 0, payload.length, receivedUs)
      host.sweep()
      memory?.look()
      if (messages.length > 0 || tributary.open.length > 0) yield this.#delivery(link, messages, receivedUs)
    }
  }

  async close(): Promise<void> {
    const { link, host, memory, tributary } = this.#kept
    this.#kept.link = undefined
    if (link === undefined) return
    // Without the link nothing is known to be current (Sparkplug 3.0, 5.1).
    host.markAllStale(this.#parts.clock.nowUs())
    const marks = tributary.take(this.#parts.clock.nowUs())
    if (sampleCount(marks) > 0) await this.#parts.sink.write(marks)
    await memory?.save()
    await link.close(this.#nowMs())
  }

  #delivery(link: HostLink, messages: readonly BrokerMessage[], receivedUs: number): Delivery {
    return { batch: this.#kept.tributary.take(receivedUs), settle: async () => link.acknowledge(messages) }
  }

  #intakeOf(topic: string): TopicIntake | undefined {
    const { topics, host } = this.#kept
    if (topics.has(topic)) return topics.get(topic)
    if (topics.size >= MAX_TOPICS) topics.clear()
    const intake = host.open(topic)
    topics.set(topic, intake)
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
