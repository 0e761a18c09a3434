import type { TopicIntake } from '../message-intake.ts'
import { NOBODY, type Audience } from './subscriptions.ts'

/** What is known of a topic that messages are published to. */
export interface TopicEntry {
  readonly topic: string
  readonly bytes: Uint8Array
  readonly hash: number
  /** How its messages become samples; undefined when they do not. */
  readonly intake: TopicIntake | undefined
  audience: Audience
  /** The generation of the subscriptions that `audience` was made of; -1 before the first time. */
  generation: number
}

type Slots = (TopicEntry | undefined)[]

/**
 * Topic entries by the bytes of the topic, without making a text of them. Two tables: when the younger one is full it becomes the older
 * one and the older is forgotten, so topics in use stay and memory is bounded.
 */
export class TopicCache {
  readonly #capacity: number
  readonly #mask: number
  readonly #seed: number
  #young: Slots
  #old: Slots
  #count = 0

  /** `entries` is how many topics are remembered at most; `seed` makes the hash unforeseeable. */
  constructor(entries: number, seed: number) {
    this.#capacity = Math.max(1, entries >> 1)
    const size = 2 ** Math.ceil(Math.log2(this.#capacity * 2))
    this.#mask = size - 1
    this.#seed = seed | 0
    this.#young = new Array<TopicEntry | undefined>(size).fill(undefined)
    this.#old = new Array<TopicEntry | undefined>(size).fill(undefined)
  }

  /** FNV-1a, 32 bits (Fowler, Noll, Vo), with a seed. */
  hash(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5 ^ this.#seed
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193)
    return hash ^ (hash >>> 15)
  }

  find(bytes: Uint8Array, start: number, end: number, hash: number): TopicEntry | undefined {
    const young = this.#probe(this.#young, bytes, start, end, hash)
    if (young !== undefined) return young
    const old = this.#probe(this.#old, bytes, start, end, hash)
    if (old !== undefined) this.#insert(old)
    return old
  }

  add(topic: string, hash: number, intake: TopicIntake | undefined): TopicEntry {
    const entry: TopicEntry = { topic, bytes: Buffer.from(topic, 'utf8'), hash, intake, audience: NOBODY, generation: -1 }
    this.#insert(entry)
    return entry
  }

  #probe(slots: Slots, bytes: Uint8Array, start: number, end: number, hash: number): TopicEntry | undefined {
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const entry = slots[slot]
      if (entry === undefined) return undefined
      if (entry.hash === hash && sameBytes(entry.bytes, bytes, start, end)) return entry
    }
  }

  #insert(entry: TopicEntry): void {
    if (this.#count === this.#capacity) {
      const oldest = this.#old
      this.#old = this.#young
      this.#young = oldest.fill(undefined)
      this.#count = 0
    }
    let slot = entry.hash & this.#mask
    while (this.#young[slot] !== undefined) slot = (slot + 1) & this.#mask
    this.#young[slot] = entry
    this.#count++
  }
}

function sameBytes(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const size = end - start
  if (known.length !== size) return false
  for (let at = 0; at < size; at++) if (known[at] !== bytes[start + at]) return false
  return true
}
