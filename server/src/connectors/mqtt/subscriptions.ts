import { FilterTree } from './filter-tree.ts'
import type { Message } from './message.ts'
import type { Session, Subscription } from './session.ts'
import { sharedFilter } from './topics.ts'

/** Is called with each message of a filter, synchronously; it must not throw and must not keep the thread. */
export type LocalListener = (message: Message) => void

/** The members of one shared subscription, who take turns (MQTT 5.0, 4.8.2). */
export class SharedGroup {
  /** `$share/<group>/<filter>`. */
  readonly key: string
  readonly members: Subscription[] = []
  #turn = 0

  constructor(key: string) {
    this.key = key
  }

  /** The next member: of the connected ones that can take more, else of the connected, else (if messages are kept for it) of the absent ones. */
  pick(except?: Session): Subscription | undefined {
    let connected: Subscription | undefined
    let absent: Subscription | undefined
    for (let step = 0; step < this.members.length; step++) {
      const member = this.members[(this.#turn + step) % this.members.length]
      if (member === undefined || member.session === except) continue
      const link = member.session.link
      if (link?.hasRoom() === true && member.session.outbox.queuedMessages === 0) {
        this.#turn = (this.#turn + step + 1) % this.members.length
        return member
      }
      if (link !== undefined) connected ??= member
      else if (member.qos > 0) absent ??= member
    }
    const chosen = connected ?? absent
    if (chosen !== undefined) this.#turn = (this.members.indexOf(chosen) + 1) % this.members.length
    return chosen
  }
}

/** The subscriptions of one session that match a topic: it gets one copy for all of them. */
export interface Target {
  readonly session: Session
  readonly subscriptions: Subscription[]
}

/** Who gets the messages of a topic. */
export interface Audience {
  readonly targets: readonly Target[]
  readonly groups: readonly SharedGroup[]
  readonly listeners: readonly LocalListener[]
}

/** The audience of a topic that nobody listens to. */
export const NOBODY: Audience = { targets: [], groups: [], listeners: [] }

type Entry =
  | { readonly kind: 'session'; readonly subscription: Subscription }
  | { readonly kind: 'group'; readonly group: SharedGroup }
  | { readonly kind: 'local'; readonly listener: LocalListener }

/** All subscriptions, found by topic. */
export class Subscriptions {
  readonly #tree = new FilterTree<Entry>()
  readonly #groups = new Map<string, { readonly group: SharedGroup; readonly entry: Entry }>()
  readonly #entries = new Map<Subscription, Entry>()
  #generation = 0
  #count = 0

  /** Grows whenever an earlier {@link audience} may no longer hold. */
  get generation(): number {
    return this.#generation
  }

  get count(): number {
    return this.#count
  }

  /** Adds a subscription, or replaces the one of the same session and filter; whether it is new. */
  add(wanted: Omit<Subscription, 'group'>): { readonly subscription: Subscription; readonly isNew: boolean } {
    const isNew = !this.remove(wanted.session, wanted.filter)
    const shared = sharedFilter(wanted.filter)
    const group = shared === undefined ? undefined : this.#groupOf(wanted.filter, shared.filter)
    const subscription: Subscription = { ...wanted, group }
    if (group === undefined) {
      const entry: Entry = { kind: 'session', subscription }
      this.#entries.set(subscription, entry)
      this.#tree.add(wanted.filter, entry)
    } else {
      group.members.push(subscription)
    }
    wanted.session.subscriptions.set(wanted.filter, subscription)
    this.#count++
    this.#generation++
    return { subscription, isNew }
  }

  #groupOf(key: string, filter: string): SharedGroup {
    const known = this.#groups.get(key)
    if (known !== undefined) return known.group
    const group = new SharedGroup(key)
    const entry: Entry = { kind: 'group', group }
    this.#groups.set(key, { group, entry })
    this.#tree.add(filter, entry)
    return group
  }

  /** The group of `$share/<group>/<filter>`, while it has members. */
  group(key: string): SharedGroup | undefined {
    return this.#groups.get(key)?.group
  }

  /** Whether there was one. */
  remove(session: Session, filter: string): boolean {
    const subscription = session.subscriptions.get(filter)
    if (subscription === undefined) return false
    session.subscriptions.delete(filter)
    this.#count--
    this.#generation++
    if (subscription.group === undefined) {
      const entry = this.#entries.get(subscription)
      this.#entries.delete(subscription)
      if (entry !== undefined) this.#tree.remove(filter, entry)
      return true
    }
    const { members } = subscription.group
    members.splice(members.indexOf(subscription), 1)
    const known = this.#groups.get(filter)
    if (members.length === 0 && known !== undefined) {
      this.#groups.delete(filter)
      this.#tree.remove(sharedFilter(filter)?.filter ?? filter, known.entry)
    }
    return true
  }

  /** Adds a listener inside this program; returns what removes it. */
  listen(filter: string, listener: LocalListener): () => void {
    const entry: Entry = { kind: 'local', listener }
    this.#tree.add(filter, entry)
    this.#generation++
    return () => {
      this.#tree.remove(filter, entry)
      this.#generation++
    }
  }

  audience(topic: string): Audience {
    const targets = new Map<Session, Target>()
    const groups: SharedGroup[] = []
    const listeners: LocalListener[] = []
    this.#tree.match(topic, (entry) => {
      if (entry.kind === 'local') listeners.push(entry.listener)
      else if (entry.kind === 'group') groups.push(entry.group)
      else {
        const target = targets.get(entry.subscription.session)
        if (target === undefined) targets.set(entry.subscription.session, { session: entry.subscription.session, subscriptions: [entry.subscription] })
        else target.subscriptions.push(entry.subscription)
      }
    })
    if (targets.size === 0 && groups.length === 0 && listeners.length === 0) return NOBODY
    return { targets: [...targets.values()], groups, listeners }
  }
}
