import { PayloadFlaw, type Uint64 } from './payload.ts'

const TWO_32 = 4_294_967_296
const SAFE_HIGH = 0x20_0000
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true })
const scratch = new Uint8Array(8)
const scratchFloat = new Float32Array(scratch.buffer)
const scratchDouble = new Float64Array(scratch.buffer)

/**
 * Reads Protocol Buffers from `bytes[at, end)` field by field, as the caller asks; every read checks the end. Throws `PayloadFlaw` only.
 * Source: Protocol Buffers, encoding guide.
 */
export class ProtoReader {
  readonly bytes: Uint8Array
  at: number
  end: number
  /** Low and high halves of the last {@link varint}, both without sign. */
  low = 0
  high = 0

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  get hasMore(): boolean {
    return this.at < this.end
  }

  /** Reads an integer of up to 64 bits into {@link low} and {@link high}. */
  varint(): void {
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) throw new PayloadFlaw('the payload ends within a number')
      const byte = this.bytes[this.at++] as number
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high |= bits >>> 4
      } else if (shift < 63) high |= bits << (shift - 32)
      else high |= (bits & 1) << 31
      if (byte < 0x80) {
        this.low = low >>> 0
        this.high = high >>> 0
        return
      }
    }
    throw new PayloadFlaw('a number has more than ten bytes')
  }

  /** The low 32 bits of an integer: what other programs make of a longer one. */
  uint32(): number {
    this.varint()
    return this.low
  }

  uint64(): Uint64 {
    this.varint()
    return this.high < SAFE_HIGH ? this.high * TWO_32 + this.low : (BigInt(this.high) << 32n) | BigInt(this.low)
  }

  bool(): boolean {
    this.varint()
    return this.low !== 0 || this.high !== 0
  }

  float(): number {
    this.#load(4)
    return scratchFloat[0] as number
  }

  double(): number {
    this.#load(8)
    return scratchDouble[0] as number
  }

  /** The bytes of a length-delimited field, sharing the payload's memory. */
  block(): Uint8Array {
    const end = this.#blockEnd()
    const block = this.bytes.subarray(this.at, end)
    this.at = end
    return block
  }

  /** Text; bytes that are no UTF-8 become U+FFFD. */
  string(): string {
    return UTF8.decode(this.block())
  }

  /** Narrows the reader to a nested message; give the answer to {@link leave} after it. */
  enter(): number {
    const outer = this.end
    this.end = this.#blockEnd()
    return outer
  }

  leave(outer: number): void {
    this.at = this.end
    this.end = outer
  }

  /** Passes over a field of which the tag was read. */
  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.varint()
        return
      case 1:
        this.#advance(8)
        return
      case 2:
        this.at = this.#blockEnd()
        return
      case 5:
        this.#advance(4)
        return
      default:
        throw new PayloadFlaw(`a field has wire type ${tag & 7}, which Sparkplug does not use`)
    }
  }

  #blockEnd(): number {
    const length = this.uint32()
    if (length > this.end - this.at) throw new PayloadFlaw('a field is longer than the payload')
    return this.at + length
  }

  #advance(count: number): void {
    if (this.end - this.at < count) throw new PayloadFlaw('the payload ends within a number')
    this.at += count
  }

  #load(count: number): void {
    const from = this.at
    this.#advance(count)
    for (let i = 0; i < count; i++) scratch[i] = this.bytes[from + i] as number
  }
}
