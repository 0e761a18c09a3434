import { MillwrightError } from '../../kernel/error.ts'

/** Marks the bytes as a saved detector: "MWD1". */
const MAGIC = 0x3144_574d

/** Largest array of one saved state, in numbers: a bound for damaged files. */
const MAX_NUMBERS = 1 << 27

/** Writes the state of detectors: a kind and a version, then numbers in the order in which {@link StateReader} asks for them. Little-endian, exact. */
export class StateWriter {
  #bytes = new Uint8Array(1024)
  #view = new DataView(this.#bytes.buffer)
  #at = 0

  constructor(kind: string, version: number) {
    this.integer(MAGIC)
    this.integer(version)
    this.text(kind)
  }

  integer(value: number): void {
    this.#room(4)
    this.#view.setUint32(this.#at, value, true)
    this.#at += 4
  }

  number(value: number): void {
    this.#room(8)
    this.#view.setFloat64(this.#at, value, true)
    this.#at += 8
  }

  numbers(values: Float64Array): void {
    this.integer(values.length)
    this.#room(values.length * 8)
    this.#bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), this.#at)
    this.#at += values.byteLength
  }

  /** Numbers of single precision. */
  shorts(values: Float32Array): void {
    this.integer(values.length)
    this.#room(values.byteLength)
    this.#bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), this.#at)
    this.#at += values.byteLength
  }

  text(value: string): void {
    this.bytes(new TextEncoder().encode(value))
  }

  /** Such as another saved state inside of this one. */
  bytes(value: Uint8Array): void {
    this.integer(value.length)
    this.#room(value.length)
    this.#bytes.set(value, this.#at)
    this.#at += value.length
  }

  /** The bytes so far. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#at)
  }

  #room(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const wider = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + more))
    wider.set(this.#bytes)
    this.#bytes = wider
    this.#view = new DataView(wider.buffer)
  }
}

/** Reads what {@link StateWriter} wrote. Each call throws MillwrightError CORRUPT_FILE when the bytes end early or are of another kind. */
export class StateReader {
  readonly version: number
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  /** `newest` is the highest version that the caller reads. */
  constructor(bytes: Uint8Array, kind: string, newest: number) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (this.integer() !== MAGIC) throw new MillwrightError('CORRUPT_FILE', 'this is no saved detector')
    this.version = this.integer()
    const found = this.text()
    if (found !== kind) throw new MillwrightError('CORRUPT_FILE', `expected the state of a ${kind}, found that of a ${found.slice(0, 80)}`)
    if (this.version < 1 || this.version > newest) throw new MillwrightError('CORRUPT_FILE', `the state of the ${kind} is of version ${this.version}; versions up to ${newest} are read`)
  }

  integer(): number {
    this.#need(4)
    this.#at += 4
    return this.#view.getUint32(this.#at - 4, true)
  }

  number(): number {
    this.#need(8)
    this.#at += 8
    return this.#view.getFloat64(this.#at - 8, true)
  }

  /** An array, of exactly `length` numbers if that is given. */
  numbers(length?: number): Float64Array {
    const count = this.integer()
    if (count > MAX_NUMBERS || (length !== undefined && count !== length)) {
      throw new MillwrightError('CORRUPT_FILE', `expected ${length ?? `at most ${MAX_NUMBERS}`} numbers in the saved detector, found ${count}`)
    }
    this.#need(count * 8)
    const values = new Float64Array(count)
    new Uint8Array(values.buffer).set(this.#bytes.subarray(this.#at, this.#at + count * 8))
    this.#at += count * 8
    return values
  }

  /** Exactly `length` numbers of single precision. */
  shorts(length: number): Float32Array {
    const count = this.integer()
    if (count !== length) throw new MillwrightError('CORRUPT_FILE', `expected ${length} numbers in the saved detector, found ${count}`)
    this.#need(count * 4)
    const values = new Float32Array(count)
    new Uint8Array(values.buffer).set(this.#bytes.subarray(this.#at, this.#at + count * 4))
    this.#at += count * 4
    return values
  }

  text(): string {
    return new TextDecoder().decode(this.bytes())
  }

  bytes(): Uint8Array {
    const length = this.integer()
    this.#need(length)
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  #need(bytes: number): void {
    if (this.#at + bytes > this.#bytes.length) throw new MillwrightError('CORRUPT_FILE', `the saved detector ends after ${this.#bytes.length} bytes, inside of a value`)
  }
}
