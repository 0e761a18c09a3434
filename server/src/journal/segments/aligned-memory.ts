import assert from 'node:assert/strict'
import { endianness } from 'node:os'

assert.equal(endianness(), 'LE', 'Millwright keeps columns on disk as they are in memory and needs a little-endian processor')

/** Memory seen as bytes, 32-bit words, floats and doubles at once. Its start is aligned to 8 bytes, so that columns in it need no copy. */
export class AlignedMemory {
  readonly bytes: Buffer<ArrayBuffer>
  readonly words: Uint32Array<ArrayBuffer>
  readonly floats: Float32Array<ArrayBuffer>
  readonly doubles: Float64Array<ArrayBuffer>

  /** `sizeBytes` is rounded up to a multiple of 8. The memory is not cleared. */
  constructor(sizeBytes: number) {
    const size = align8(sizeBytes)
    // A slow allocation is never a slice of the shared pool, so it is aligned and does not keep foreign memory alive.
    const bytes = Buffer.allocUnsafeSlow(size)
    this.bytes = bytes
    this.words = new Uint32Array(bytes.buffer, 0, size / 4)
    this.floats = new Float32Array(bytes.buffer, 0, size / 4)
    this.doubles = new Float64Array(bytes.buffer, 0, size / 8)
  }

  get size(): number {
    return this.bytes.length
  }

  /** A copy of foreign bytes, padded with zeros to a multiple of 8. */
  static copyOf(source: Uint8Array): AlignedMemory {
    const memory = new AlignedMemory(source.length)
    memory.bytes.set(source)
    memory.bytes.fill(0, source.length)
    return memory
  }
}

/** The next multiple of 8. */
export function align8(size: number): number {
  return Math.ceil(size / 8) * 8
}
