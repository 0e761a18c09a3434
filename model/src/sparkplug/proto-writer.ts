import type { Uint64 } from './payload.ts'

const UTF8 = new TextEncoder()
const scratch = new Uint8Array(8)
const scratchFloat = new Float32Array(scratch.buffer)
const scratchDouble = new Float64Array(scratch.buffer)

/** Writes Protocol Buffers into memory that grows by doubling. Tags are (field number << 3) | wire type. */
export class ProtoWriter {
  #bytes: Uint8Array
  #length = 0

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity)
  }

  get length(): number {
    return this.#length
  }

  /** Forgets what was written and keeps the memory. */
  clear(): void {
    this.#length = 0
  }

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes.subarray(0, this.#length))
  }

  uint32(tag: number, value: number): void {
    this.#room(10)
    this.#varint32(tag)
    this.#varint32(value >>> 0)
  }

  /** `value` from 0 to 2⁶⁴ − 1; a negative bigint is written as its two's complement. */
  uint64(tag: number, value: Uint64): void {
    this.#room(15)
    this.#varint32(tag)
    if (typeof value === 'number' && value >= 0 && value < 4_294_967_296) this.#varint32(value)
    else {
      const whole = BigInt.asUintN(64, BigInt(value))
      this.#varint64(Number(whole & 0xffff_ffffn), Number(whole >> 32n))
    }
  }

  bool(tag: number, value: boolean): void {
    this.uint32(tag, value ? 1 : 0)
  }

  float(tag: number, value: number): void {
    scratchFloat[0] = value
    this.#fixed(tag, 4)
  }

  double(tag: number, value: number): void {
    scratchDouble[0] = value
    this.#fixed(tag, 8)
  }

  string(tag: number, value: string): void {
    // One UTF-16 unit needs at most three bytes.
    this.#room(15 + value.length * 3)
    this.#varint32(tag)
    const at = this.#length
    const { written } = UTF8.encodeInto(value, this.#bytes.subarray(at + 5))
    this.#varint32(written)
    this.#bytes.copyWithin(this.#length, at + 5, at + 5 + written)
    this.#length += written
  }

  block(tag: number, value: Uint8Array): void {
    this.#room(10 + value.length)
    this.#varint32(tag)
    this.#varint32(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
  }

  /** A nested message, written by `write`. */
  nested(tag: number, write: () => void): void {
    this.#room(10)
    this.#varint32(tag)
    const at = this.#length++
    write()
    const length = this.#length - at - 1
    if (length < 0x80) {
      this.#bytes[at] = length
      return
    }
    let width = 1
    for (let rest = length >>> 7; rest > 0; rest >>>= 7) width++
    this.#room(width)
    this.#bytes.copyWithin(at + width, at + 1, this.#length)
    this.#length = at
    this.#varint32(length)
    this.#length += length
  }

  #fixed(tag: number, count: number): void {
    this.#room(5 + count)
    this.#varint32(tag)
    this.#bytes.set(scratch.subarray(0, count), this.#length)
    this.#length += count
  }

  #varint32(value: number): void {
    let rest = value
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[this.#length++] = rest
  }

  #varint64(low: number, high: number): void {
    let lowRest = low
    let highRest = high
    while (highRest > 0 || lowRest > 0x7f) {
      this.#bytes[this.#length++] = (lowRest & 0x7f) | 0x80
      lowRest = ((lowRest >>> 7) | (highRest << 25)) >>> 0
      highRest >>>= 7
    }
    this.#bytes[this.#length++] = lowRest
  }

  #room(count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const wider = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count))
    wider.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = wider
  }
}
