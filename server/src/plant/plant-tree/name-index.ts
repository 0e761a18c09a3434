import type { TextId } from './text-pool.ts'

/** A node of the tree: an asset's id doubled, or a signal's series doubled plus one. 0 is none. */
export type NodeRef = number

export const assetRef = (id: number): NodeRef => id * 2
export const signalRef = (series: number): NodeRef => series * 2 + 1
export const isSignalRef = (ref: NodeRef): boolean => ref % 2 === 1
/** The asset id or series in a reference. */
export const idOf = (ref: NodeRef): number => Math.floor(ref / 2)

/** Highest asset id and series that a reference can hold. */
export const MAX_ID = 2 ** 31 - 2

const EMPTY = 0
const REMOVED = 1
const FIRST_CAPACITY = 1024

/**
 * Finds a node by its parent and name: an open-addressing table of 12 bytes an entry, where a `Map` would need some 100.
 * Assets and signals share it, so two nodes of one parent cannot bear the same name.
 */
export class NameIndex {
  #refs = new Uint32Array(FIRST_CAPACITY)
  #parents = new Uint32Array(FIRST_CAPACITY)
  #names = new Uint32Array(FIRST_CAPACITY)
  /** Entries and removed entries: what a probe may have to walk past. */
  #used = 0
  #count = 0

  /** Makes room for `count` entries in all, so that loading does not move the table time and again. */
  reserve(count: number): void {
    if (count * 3 > this.#refs.length * 2) this.#rehash(count)
  }

  /** The node of that name, 0 when there is none. */
  get(parent: number, name: TextId): NodeRef {
    const at = this.#find(parent, name)
    return at < 0 ? 0 : (this.#refs[at] as number)
  }

  /** Adds a node whose place is free. */
  add(parent: number, name: TextId, ref: NodeRef): void {
    if ((this.#used + 1) * 3 > this.#refs.length * 2) this.#rehash()
    const mask = this.#refs.length - 1
    let at = slotOf(parent, name) & mask
    while (this.#refs[at] !== EMPTY && this.#refs[at] !== REMOVED) at = (at + 1) & mask
    if (this.#refs[at] === EMPTY) this.#used++
    this.#refs[at] = ref
    this.#parents[at] = parent
    this.#names[at] = name
    this.#count++
  }

  remove(parent: number, name: TextId): void {
    const at = this.#find(parent, name)
    if (at < 0) return
    this.#refs[at] = REMOVED
    this.#count--
  }

  #find(parent: number, name: TextId): number {
    const refs = this.#refs
    const mask = refs.length - 1
    for (let at = slotOf(parent, name) & mask; refs[at] !== EMPTY; at = (at + 1) & mask) {
      if (this.#names[at] === name && this.#parents[at] === parent && refs[at] !== REMOVED) return at
    }
    return -1
  }

  #rehash(expected = this.#count * 2): void {
    const [refs, parents, names] = [this.#refs, this.#parents, this.#names]
    let capacity = FIRST_CAPACITY
    while (capacity * 2 < expected * 3) capacity *= 2
    this.#refs = new Uint32Array(capacity)
    this.#parents = new Uint32Array(capacity)
    this.#names = new Uint32Array(capacity)
    this.#used = 0
    this.#count = 0
    for (let i = 0; i < refs.length; i++) {
      const ref = refs[i] as number
      if (ref !== EMPTY && ref !== REMOVED) this.add(parents[i] as number, names[i] as number, ref)
    }
  }
}

// Mixes both halves so that neighbouring ids spread (finaliser of MurmurHash3, Appleby 2011).
function slotOf(parent: number, name: TextId): number {
  let hash = Math.imul(parent, 0x9e37_79b1) ^ Math.imul(name, 0x85eb_ca77)
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85eb_ca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
