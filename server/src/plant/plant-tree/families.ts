import { reaching } from './columns.ts'
import { byName, Siblings, type SiblingNames } from './siblings.ts'

/** A family up to this size is put in order each time it is asked for; a larger one stays in order. */
const SMALL_FAMILY = 64
const NONE: readonly number[] = []

/**
 * Which ids belong to which parent: lists linked through columns, 12 bytes an id and 8 a parent, where an array for each parent would take 250.
 * Families that are large and have been asked for are kept in order by {@link Siblings}.
 */
export class Families {
  readonly #names: SiblingNames
  #counts = new Uint32Array(0)
  #first = new Uint32Array(0)
  #next = new Uint32Array(0)
  #previous = new Uint32Array(0)
  readonly #ordered = new Map<number, Siblings>()

  constructor(names: SiblingNames) {
    this.#names = names
  }

  count(parent: number): number {
    return this.#counts[parent] ?? 0
  }

  /** Adds an id above 0 that belongs to no parent. Call it before `names` knows that it belongs. */
  add(parent: number, id: number): void {
    this.#reachParent(parent)
    this.#reachId(id)
    this.#ordered.get(parent)?.add(id, this.#names)
    const first = this.#first[parent] as number
    this.#next[id] = first
    this.#previous[id] = 0
    if (first !== 0) this.#previous[first] = id
    this.#first[parent] = id
    this.#counts[parent] = (this.#counts[parent] as number) + 1
  }

  /** Takes an id from its parent. Call it after `names` knows that it no longer belongs. */
  remove(parent: number, id: number): void {
    const [previous, next] = [this.#previous[id] as number, this.#next[id] as number]
    if (previous === 0) this.#first[parent] = next
    else this.#next[previous] = next
    if (next !== 0) this.#previous[next] = previous
    const left = (this.#counts[parent] as number) - 1
    this.#counts[parent] = left
    if (left === 0) this.#ordered.delete(parent)
    else this.#ordered.get(parent)?.noteRemoved()
  }

  /** The ids of a parent by name. Valid until the next change; do not change it. */
  inOrder(parent: number): readonly number[] {
    const count = this.count(parent)
    if (count === 0) return NONE
    if (count <= SMALL_FAMILY && !this.#ordered.has(parent)) return this.#sorted(parent)
    let siblings = this.#ordered.get(parent)
    if (siblings === undefined) {
      siblings = new Siblings(parent)
      for (const id of this.of(parent)) siblings.add(id, this.#names)
      this.#ordered.set(parent, siblings)
    }
    return siblings.inOrder(this.#names)
  }

  /** The ids of a parent in no order. */
  *of(parent: number): Generator<number> {
    for (let id = this.#first[parent] ?? 0; id !== 0; id = this.#next[id] as number) yield id
  }

  /** Makes room for parents and ids up to these. */
  reserve(highest: { readonly parent: number; readonly id: number }): void {
    this.#reachParent(highest.parent)
    this.#reachId(highest.id)
  }

  #sorted(parent: number): readonly number[] {
    const ids: number[] = []
    for (let id = this.#first[parent] ?? 0; id !== 0; id = this.#next[id] as number) ids.push(id)
    if (ids.length === 1) return ids
    // Linked from the newest back: turned round, names that were given in order need no sorting.
    return ids.reverse().sort((a, b) => byName(this.#names.name(a), this.#names.name(b)))
  }

  #reachParent(parent: number): void {
    if (parent < this.#first.length) return
    this.#counts = reaching(this.#counts, parent, 0)
    this.#first = reaching(this.#first, parent, 0)
  }

  #reachId(id: number): void {
    if (id < this.#next.length) return
    this.#next = reaching(this.#next, id, 0)
    this.#previous = reaching(this.#previous, id, 0)
  }
}
