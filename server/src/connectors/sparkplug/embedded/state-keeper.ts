import { formatState, parseState, type HostState } from '@millwright/model/sparkplug/state-message.ts'
import { stateTopic } from '@millwright/model/sparkplug/topic.ts'
import type { Clock } from '../../../kernel/clock.ts'
import type { LocalBroker } from './local-broker.ts'

const RETAINED = { retain: true, qos: 1 } as const

/**
 * Keeps the STATE of this host application on the broker of the same program, as a client's birth and will would be (Sparkplug 3.0, 4.3.4 and 5.7):
 * a process that died says so when it is back, before it says that it is online.
 */
export class StateKeeper {
  readonly #topic: string
  readonly #broker: LocalBroker
  readonly #clock: Clock
  #timestamp = 0
  #stopListening: () => void = () => undefined
  /** How often somebody else's STATE on our topic was put right. */
  corrected = 0

  constructor(hostId: string, broker: LocalBroker, clock: Clock) {
    this.#topic = stateTopic(hostId)
    this.#broker = broker
    this.#clock = clock
  }

  /** Says what happened meanwhile, then that we are online. Call it before clients can connect. */
  start(): void {
    let earlier: HostState | undefined
    let isLive = false
    this.#stopListening = this.#broker.subscribeLocal(this.#topic, ({ payload, publisher }) => {
      const state = parseState(Buffer.from(payload).toString('utf8'))
      if (!isLive) earlier = state
      else if (publisher !== '') this.#putRight(state)
    })
    isLive = true
    // The will of a process that did not stop cleanly, with the time of its connect.
    if (earlier?.online === true) this.#publish({ online: false, timestamp: earlier.timestamp })
    // Edge nodes believe only a time that is not before the last one, also when our clock was set back.
    this.#timestamp = Math.max(this.#nowMs(), Math.floor(earlier?.timestamp ?? 0) + 1)
    this.#publish({ online: true, timestamp: this.#timestamp })
  }

  /** Says that we go. */
  stop(): void {
    this.#stopListening()
    this.#publish({ online: false, timestamp: Math.max(this.#nowMs(), this.#timestamp) })
  }

  #putRight(state: HostState | undefined): void {
    if (state?.online === true && state.timestamp === this.#timestamp) return
    this.corrected++
    this.#publish({ online: true, timestamp: this.#timestamp })
  }

  #publish(state: HostState): void {
    this.#broker.publish(this.#topic, formatState(state), RETAINED)
  }

  #nowMs(): number {
    return Math.floor(this.#clock.nowUs() / 1000)
  }
}
