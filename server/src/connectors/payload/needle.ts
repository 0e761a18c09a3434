/** Bytes that are looked for at one place: a name with the mark behind it. (Comparing words through a DataView was measured, and is slower.) */
export class Needle {
  /** How many bytes there are, the mark included. */
  readonly length: number
  readonly #bytes: Uint8Array

  constructor(name: Uint8Array, mark: number) {
    const bytes = new Uint8Array(name.length + 1)
    bytes.set(name)
    bytes[name.length] = mark
    this.length = bytes.length
    this.#bytes = bytes
  }

  /** Tells whether the bytes stand in `text` at `at`, before `end`. */
  isAt(text: Uint8Array, at: number, end: number): boolean {
    const bytes = this.#bytes
    const length = bytes.length
    if (at + length > end || text[at + length - 1] !== bytes[length - 1]) return false
    for (let i = 0; i < length; i++) if (text[at + i] !== bytes[i]) return false
    return true
  }
}
