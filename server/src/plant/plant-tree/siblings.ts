/** What a list of siblings must know of its ids. */
export interface SiblingNames {
  name(id: number): string
  /** Whether the id (still) is one of the parent's. */
  belongs(id: number, parent: number): boolean
}

/**
 * The children (or signals) of one asset, by name when asked for. New ones wait unsorted at the end and removed ones stay until the
 * next look, so that a million additions or removals in a row cost no more than one sort.
 */
export class Siblings {
  readonly #parent: number
  #ids: number[] = []
  #sorted = 0
  #removed = 0

  constructor(parent: number) {
    this.#parent = parent
  }

  get count(): number {
    return this.#ids.length - this.#removed
  }

  /** Adds an id that does not belong to the list yet. */
  add(id: number, names: SiblingNames): void {
    if (this.#removed > 0) this.#dropRemoved(names)
    this.#ids.push(id)
  }

  /** Notes that one id no longer belongs, as `names` will tell. */
  noteRemoved(): void {
    this.#removed++
  }

  /** All ids in the order of their names (UTF-16 units). The array is the list's own: do not change or keep it. */
  inOrder(names: SiblingNames): readonly number[] {
    if (this.#removed > 0) this.#dropRemoved(names)
    if (this.#sorted < this.#ids.length) this.#sort(names)
    return this.#ids
  }

  #dropRemoved(names: SiblingNames): void {
    const kept: number[] = []
    let sorted = 0
    for (const [index, id] of this.#ids.entries()) {
      if (!names.belongs(id, this.#parent)) continue
      kept.push(id)
      if (index < this.#sorted) sorted++
    }
    this.#ids = kept
    this.#sorted = sorted
    this.#removed = 0
  }

  #sort(names: SiblingNames): void {
    const fresh = this.#ids.slice(this.#sorted)
    fresh.sort((a, b) => byName(names.name(a), names.name(b)))
    if (this.#sorted === 0) {
      this.#ids = fresh
    } else {
      this.#ids.length = this.#sorted
      this.#ids = merge(this.#ids, fresh, names)
    }
    this.#sorted = this.#ids.length
  }
}

/** Order of names: by UTF-16 units, which is the same everywhere and for ever, as a cursor needs. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function merge(left: readonly number[], right: readonly number[], names: SiblingNames): number[] {
  const merged: number[] = []
  let at = 0
  for (const id of right) {
    const name = names.name(id)
    for (let next = left[at]; next !== undefined && names.name(next) < name; next = left[at]) {
      merged.push(next)
      at++
    }
    merged.push(id)
  }
  for (; at < left.length; at++) merged.push(left[at] as number)
  return merged
}
