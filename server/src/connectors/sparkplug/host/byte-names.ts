/** Finds rows by the bytes of their names, without making a text of them. Built once for each birth. */
export class ByteNames {
  readonly #slots: Int32Array
  readonly #mask: number
  readonly #names: readonly Uint8Array[]

  /** Row `i` has the name `names[i]`; of equal names the first row is found. */
  constructor(names: readonly string[]) {
    const encoder = new TextEncoder()
    this.#names = names.map((name) => encoder.encode(name))
    const size = 2 ** Math.ceil(Math.log2(Math.max(8, names.length * 2)))
    this.#mask = size - 1
    this.#slots = new Int32Array(size).fill(-1)
    for (const [row, bytes] of this.#names.entries()) {
      let slot = hash(bytes, 0, bytes.length) & this.#mask
      while (this.#slots[slot] !== -1) slot = (slot + 1) & this.#mask
      this.#slots[slot] = row
    }
  }

  /** The row whose name is `bytes[start, end)`, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    for (let slot = hash(bytes, start, end) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const row = this.#slots[slot] as number
      if (row === -1) return -1
      if (isSame(this.#names[row] as Uint8Array, bytes, start, end)) return row
    }
  }
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo). */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5
  for (let at = start; at < end; at++) value = Math.imul(value ^ (bytes[at] as number), 0x01000193)
  return value ^ (value >>> 15)
}

function isSame(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false
  for (let at = 0; at < name.length; at++) if (name[at] !== bytes[start + at]) return false
  return true
}
