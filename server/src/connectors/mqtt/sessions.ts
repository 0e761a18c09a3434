import type { Clock } from '../../kernel/clock.ts'
import type { BrokerCounters } from './counters.ts'
import type { Message } from './message.ts'
import { REASON } from './reason-codes.ts'
import type { Router } from './router.ts'
import { NEVER_SECONDS, Session, type SessionLink, type Subscription, type Will } from './session.ts'
import type { KeptMessage, KeptState, KeptWill, SessionStore } from './session-store.ts'
import type { Subscriptions } from './subscriptions.ts'

export interface SessionsParts {
  readonly clock: Clock
  readonly counters: BrokerCounters
  readonly store: SessionStore
  readonly subscriptions: Subscriptions
  readonly router: Router
  readonly maxSessions: number
  readonly maxQueuedMessages: number
  readonly maxQueuedBytes: number
  /** Publishes a will. */
  readonly publish: (message: Message) => void
}

export interface SessionRequest {
  readonly clientId: string
  readonly cleanStart: boolean
  readonly seconds: number
  readonly will: Will | undefined
}

/** All sessions: beginning, taking over, waiting for their client, ending. */
export class Sessions {
  readonly #parts: SessionsParts
  readonly #byClient = new Map<string, Session>()
  /** Those without a connection, which end or publish their will at some time. */
  readonly #absent = new Set<Session>()

  constructor(parts: SessionsParts) {
    this.#parts = parts
  }

  get count(): number {
    return this.#byClient.size
  }

  all(): Iterable<Session> {
    return this.#byClient.values()
  }

  has(clientId: string): boolean {
    return this.#byClient.has(clientId)
  }

  /** The session for a connecting client, whose earlier connection is ended first (MQTT 5.0, 3.1.4); undefined when there is no room. */
  open(request: SessionRequest): { readonly session: Session; readonly present: boolean } | undefined {
    this.#byClient.get(request.clientId)?.link?.expel(REASON.sessionTakenOver, 'another connection uses this client identifier')
    const earlier = this.#byClient.get(request.clientId)
    if (earlier !== undefined && request.cleanStart) this.end(earlier)
    const known = this.#byClient.get(request.clientId)
    if (known === undefined && this.#byClient.size >= this.#parts.maxSessions) return undefined
    const session = known ?? this.#create(request.clientId)
    this.#absent.delete(session)
    session.willDueMs = Infinity
    session.endsMs = Infinity
    session.seconds = request.seconds
    session.will = request.will
    const store = request.seconds > 0 ? this.#parts.store : undefined
    if (session.store === store) session.record(undefined, this.#keptWill)
    else session.keepIn(store, this.#keptWill)
    return { session, present: known !== undefined }
  }

  #create(clientId: string): Session {
    const { counters, clock, maxQueuedMessages, maxQueuedBytes } = this.#parts
    const session = new Session({
      clientId,
      counters,
      maxMessages: maxQueuedMessages,
      maxBytes: maxQueuedBytes,
      nowMs: () => clock.monotonicMs(),
      kept: (message) => keptMessage(message, clock),
    })
    this.#byClient.set(clientId, session)
    return session
  }

  /** The connection ended. The will is published unless the client withdrew it, after its delay or with the session (3.1.2.5). */
  release(session: Session, link: SessionLink, withdrawn: boolean): void {
    if (session.link !== link) return
    const now = this.#parts.clock.monotonicMs()
    session.link = undefined
    session.outbox.detach()
    if (withdrawn) session.will = undefined
    session.willDueMs = session.will === undefined ? Infinity : now + session.will.delaySeconds * 1000
    session.endsMs = session.seconds === NEVER_SECONDS ? Infinity : now + session.seconds * 1000
    if (session.willDueMs <= now) this.#publishWill(session)
    if (session.seconds === 0) {
      this.end(session)
      return
    }
    session.record(this.#parts.clock.nowUs(), this.#keptWill)
    this.#absent.add(session)
  }

  /** Forgets a session that has no connection; a will that still waits is published now. */
  end(session: Session): void {
    this.#byClient.delete(session.clientId)
    this.#absent.delete(session)
    for (const filter of [...session.subscriptions.keys()]) this.#parts.subscriptions.remove(session, filter)
    const deliveries = session.outbox.deliveries()
    session.keepIn(undefined, this.#keptWill)
    if (session.willDueMs !== Infinity) this.#publishWill(session)
    this.#parts.router.redistribute(session, deliveries)
  }

  #publishWill(session: Session): void {
    const { will } = session
    session.will = undefined
    session.willDueMs = Infinity
    if (will === undefined) return
    const expiresMs = will.expirySeconds === undefined ? Infinity : this.#parts.clock.monotonicMs() + will.expirySeconds * 1000
    this.#parts.publish({ ...will.message, expiresMs })
  }

  /** Publishes the wills and ends the sessions whose time has come. */
  sweep(): void {
    const now = this.#parts.clock.monotonicMs()
    for (const session of [...this.#absent]) {
      if (session.willDueMs <= now) {
        this.#publishWill(session)
        session.record(this.#parts.clock.nowUs(), this.#keptWill)
      }
      if (session.endsMs <= now) this.end(session)
    }
  }

  /** Takes up what the store had. Clients that were connected then count as gone from now on. */
  restore(state: KeptState): void {
    const { clock, store, subscriptions } = this.#parts
    const nowMs = clock.monotonicMs()
    const nowUs = clock.nowUs()
    for (const kept of state.sessions) {
      const session = this.#create(kept.clientId)
      session.seconds = kept.seconds
      const goneMs = kept.absentSinceUs === undefined ? 0 : Math.max(0, (nowUs - kept.absentSinceUs) / 1000)
      session.endsMs = kept.seconds === NEVER_SECONDS ? Infinity : nowMs + kept.seconds * 1000 - goneMs
      if (kept.will !== undefined) {
        session.will = { ...kept.will, message: messageOfKept(kept.will.message, clock) }
        session.willDueMs = nowMs + kept.will.delaySeconds * 1000 - goneMs
      }
      this.#absent.add(session)
    }
    for (const { clientId, ...kept } of state.subscriptions) {
      const session = this.#byClient.get(clientId)
      if (session !== undefined) subscriptions.add({ session, ...kept } satisfies Omit<Subscription, 'group'>)
    }
    for (const { clientId, packetId } of state.received) this.#byClient.get(clientId)?.received.add(packetId)
    for (const { clientId, message, released, packetId, ...kept } of state.deliveries) {
      const place = released ? 'released' : packetId === 0 ? 'queued' : 'sent'
      const delivery = { ...kept, packetId, message: messageOfKept(message, clock), state: place, attempted: packetId !== 0 } as const
      this.#byClient.get(clientId)?.outbox.restore(delivery)
    }
    for (const session of this.#absent) session.resumeIn(store)
    const absent = [...this.#absent]
    for (const session of absent) if (session.store !== undefined) session.record(nowUs - Math.max(0, goneUs(session, nowMs)), this.#keptWill)
  }

  readonly #keptWill = (will: Will): KeptWill => ({ ...will, message: keptMessage(will.message, this.#parts.clock) })
}

/** How long ago the session of an absent client began to wait, microseconds. */
function goneUs(session: Session, nowMs: number): number {
  return session.endsMs === Infinity ? 0 : (nowMs + session.seconds * 1000 - session.endsMs) * 1000
}

/** A message as a store keeps it. */
export function keptMessage(message: Message, clock: Clock): KeptMessage {
  const { expiresMs, ...rest } = message
  const expiresUs = expiresMs === Infinity ? undefined : Math.round(clock.nowUs() + (expiresMs - clock.monotonicMs()) * 1000)
  return { ...rest, expiresUs }
}

/** A message that a store kept. */
export function messageOfKept(kept: KeptMessage, clock: Clock): Message {
  const { expiresUs, ...rest } = kept
  const expiresMs = expiresUs === undefined ? Infinity : clock.monotonicMs() + (expiresUs - clock.nowUs()) / 1000
  return { ...rest, expiresMs }
}
