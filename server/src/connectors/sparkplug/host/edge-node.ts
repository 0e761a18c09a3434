import { NO_METRICS, type MetricTable } from './metric-table.ts'
import { Sequence } from './sequence.ts'

/** `awaiting`: its edge node was born anew, its own birth is still to come. */
export type MemberState = 'unborn' | 'online' | 'awaiting' | 'offline'

/** An edge node itself or one of its devices: what has births, deaths and metrics of its own. */
export interface Member {
  /** Undefined for the edge node itself. */
  readonly device: string | undefined
  readonly assetPath: string
  state: MemberState
  table: MetricTable
  /** Since when it is awaited, on the monotonic clock. */
  awaitedMs: number
}

/** A message that cannot be read before one that is missing. */
export interface HeldMessage {
  readonly device: string | undefined
  readonly bytes: Uint8Array
  readonly receivedUs: number
  readonly sender: string | undefined
}

/** Messages that one edge node may have waiting for a missing birth, and their bytes. */
export const MAX_HELD = 64
export const MAX_HELD_BYTES = 262_144

/** What is known of one edge node. */
export class EdgeNode {
  readonly group: string
  readonly node: string
  readonly self: Member
  readonly devices = new Map<string, Member>()
  readonly sequence = new Sequence()
  readonly held: HeldMessage[] = []
  heldBytes = 0
  /** Birth and death number of the last birth; undefined when that had none. */
  bdSeq: number | undefined
  /** The client that sent the last birth, and when it was last heard. */
  owner: string | undefined
  ownerHeardMs = 0
  bornUs = 0
  diedUs = 0
  messages = 0
  samples = 0
  /** Of the samples, those that were sent after the fact. */
  historical = 0
  /** When it was last heard. */
  lastMessageUs = 0
  births = 0
  sequenceErrors = 0
  repeated = 0
  refused = 0
  rebirthRequests = 0
  /** Why a rebirth is wanted; undefined when none is. */
  rebirthReason: string | undefined
  /** Why a rebirth was asked for that has not come yet. */
  rebirthAwaited: string | undefined
  rebirthAskedMs = -Infinity
  /** Requests in a row that did not help. */
  rebirthAttempts = 0

  constructor(group: string, node: string, assetPath: string) {
    this.group = group
    this.node = node
    this.self = newMember(undefined, assetPath)
  }

  get key(): string {
    return nodeKey(this.group, this.node)
  }

  /** The edge node itself and its devices. */
  *members(): IterableIterator<Member> {
    yield this.self
    yield* this.devices.values()
  }

  member(device: string | undefined): Member | undefined {
    return device === undefined ? this.self : this.devices.get(device)
  }

  /** Whether another client than the owner sends, while the owner was heard within `silenceMs`. */
  isForeign(sender: string | undefined, nowMs: number, silenceMs: number): boolean {
    if (silenceMs === 0 || sender === undefined || this.owner === undefined || this.self.state !== 'online') return false
    if (sender === this.owner) {
      this.ownerHeardMs = nowMs
      return false
    }
    return nowMs - this.ownerHeardMs < silenceMs
  }

  /** Keeps a message for later; false when there is no room. */
  hold(message: HeldMessage): boolean {
    if (this.held.length >= MAX_HELD || this.heldBytes + message.bytes.length > MAX_HELD_BYTES) return false
    this.held.push(message)
    this.heldBytes += message.bytes.length
    return true
  }

  /** The held messages of a device, or all of them, which are then no longer held. */
  unhold(device?: string): HeldMessage[] {
    const taken = this.held.filter((message) => device === undefined || message.device === device)
    const kept = this.held.filter((message) => !taken.includes(message))
    this.held.splice(0, this.held.length, ...kept)
    this.heldBytes = kept.reduce((sum, { bytes }) => sum + bytes.length, 0)
    return taken
  }
}

export function newMember(device: string | undefined, assetPath: string): Member {
  return { device, assetPath, state: 'unborn', table: NO_METRICS, awaitedMs: 0 }
}

/** Group and edge node id can hold no `/`, so that no two edge nodes have one key. */
export function nodeKey(group: string, node: string): string {
  return `${group}/${node}`
}
