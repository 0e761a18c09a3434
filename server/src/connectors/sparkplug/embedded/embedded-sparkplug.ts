import { nodeTopic } from '@millwright/model/sparkplug/topic.ts'
import type { Clock } from '../../../kernel/clock.ts'
import type { Log } from '../../../kernel/log.ts'
import type { MessageIntake } from '../../message-intake.ts'
import type { SampleSink } from '../../sink.ts'
import type { HostEvent } from '../host/host-events.ts'
import { SparkplugHost } from '../host/host.ts'
import { rebirthPayload } from '../host/rebirth-requests.ts'
import { OnlineMemory } from '../online-memory.ts'
import type { SparkplugSettings } from '../settings.ts'
import { deathWithTime } from './death-time.ts'
import type { LocalBroker } from './local-broker.ts'
import { StateKeeper } from './state-keeper.ts'

const SWEEP_MS = 200
/** Where births are kept for those who come later (Sparkplug 3.0, conformance-mqtt-aware-nbirth-mqtt-topic). */
export const CERTIFICATES = '$sparkplug/certificates/'

export interface EmbeddedSparkplugParts {
  readonly settings: SparkplugSettings
  readonly sink: SampleSink
  readonly clock: Clock
  readonly log: Log
  /** File that remembers which signals were online. */
  readonly file: string
  onEvent(event: HostEvent): void
}

/** Sparkplug on the broker of this program: a host application beside it, and what makes the broker Sparkplug aware. */
export class EmbeddedSparkplug {
  readonly #parts: EmbeddedSparkplugParts
  readonly #host: SparkplugHost
  readonly #memory: OnlineMemory
  #broker: LocalBroker | undefined
  #state: StateKeeper | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(parts: EmbeddedSparkplugParts) {
    this.#parts = parts
    const { settings, sink, clock, onEvent } = parts
    this.#host = new SparkplugHost({
      settings, sink, clock, onEvent,
      source: 'sparkplug',
      requestRebirth: (group, node) => this.#broker?.publish(nodeTopic(group, 'NCMD', node), rebirthPayload(Math.floor(clock.nowUs() / 1000))),
      ...(settings.certificates && { onBirth: (topic: string, payload: Uint8Array) => this.#broker?.publish(CERTIFICATES + topic, payload, { retain: true }) }),
    })
    this.#memory = new OnlineMemory(parts.file, this.#host, clock, (reason) => parts.log.warn({ reason }, 'could not remember which edge nodes are online; after a crash their signals are not marked'))
  }

  /** What the broker asks about `spBv1.0/#`. */
  get intake(): MessageIntake {
    return this.#host
  }

  get host(): SparkplugHost {
    return this.#host
  }

  /** What the broker publishes in place of a will's payload; undefined leaves it as it is. */
  willPayload(topic: string, payload: Uint8Array): Uint8Array | undefined {
    const { settings, clock } = this.#parts
    return settings.certificates ? deathWithTime(topic, payload, Math.floor(clock.nowUs() / 1000)) : undefined
  }

  /** Reads what was online when the process ended. Before the broker listens. */
  async load(): Promise<void> {
    await this.#memory.markOld(this.#parts.sink)
    void this.#parts.sink.commit()
  }

  /** Goes online. At once after the broker began to listen, before it has served anybody. */
  start(broker: LocalBroker): void {
    this.#broker = broker
    this.#state = new StateKeeper(this.#parts.settings.hostId, broker, this.#parts.clock)
    this.#state.start()
    this.#timer = setInterval(() => this.#sweep(), SWEEP_MS)
  }

  /** Goes offline: says so, and marks what it heard as no longer current. Before the broker closes. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#state?.stop()
    this.#host.markAllStale(this.#parts.clock.nowUs())
    await this.#parts.sink.commit()
    await this.#memory.save()
  }

  #sweep(): void {
    if (this.#host.sweep()) void this.#parts.sink.commit()
    this.#memory.look()
  }
}
