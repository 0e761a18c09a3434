import { MillwrightError } from '../../kernel/error.ts'
import { align8, type AlignedMemory } from './aligned-memory.ts'

/** Below this many elements a loop is faster than a `set`, which has to make a view first. */
const FEW = 48

/** Copies a column to `at` (a multiple of 8) and returns the place behind it. */
export function writeDoubles(memory: AlignedMemory, at: number, column: Float64Array, length: number): number {
  const into = memory.doubles
  const start = at / 8
  if (length < FEW) for (let i = 0; i < length; i++) into[start + i] = column[i] as number
  else into.set(column.subarray(0, length), start)
  return at + length * 8
}

/** Copies a column to `at` (a multiple of 8), pads it with zeros to a multiple of 8 and returns the place behind it. */
export function writeWords(memory: AlignedMemory, at: number, column: Uint32Array, length: number): number {
  const into = memory.words
  const start = at / 4
  if (length < FEW) for (let i = 0; i < length; i++) into[start + i] = column[i] as number
  else into.set(column.subarray(0, length), start)
  if (length % 2 === 1) into[start + length] = 0
  return at + align8(length * 4)
}

/** Reads columns out of bytes that may lie: whatever does not fit throws `CORRUPT_FILE`. */
export class ColumnReader {
  readonly #memory: AlignedMemory
  readonly #end: number
  #at: number

  /** Reads from `at` (a multiple of 8) to `end`. */
  constructor(memory: AlignedMemory, at: number, end: number) {
    this.#memory = memory
    this.#at = at
    this.#end = end
  }

  get done(): boolean {
    return this.#at >= this.#end
  }

  double(): number {
    return this.#memory.doubles[this.#take(8) / 8] as number
  }

  word(): number {
    return this.#memory.words[this.#take(4) / 4] as number
  }

  /** A word that counts samples. Each takes at least four bytes, so that bytes that lie cannot ask for gigabytes. */
  count(): number {
    const count = this.word()
    if (count * 4 > this.#end - this.#at) throw corrupt(`a section is too short for its ${count} samples`)
    return count
  }

  /** A reader for the next `size` bytes. */
  section(size: number): ColumnReader {
    if (size % 8 !== 0) throw corrupt(`a section of ${size} bytes is not a multiple of 8`)
    const start = this.#take(size)
    return new ColumnReader(this.#memory, start, start + size)
  }

  doubles(length: number): Float64Array {
    const start = this.#take(length * 8) / 8
    return this.#memory.doubles.subarray(start, start + length)
  }

  words(length: number): Uint32Array {
    const start = this.#take(align8(length * 4)) / 4
    return this.#memory.words.subarray(start, start + length)
  }

  repeatedDouble(length: number): Float64Array {
    return new Float64Array(length).fill(this.double())
  }

  repeatedWord(length: number): Uint32Array {
    return new Uint32Array(length).fill(this.words(1)[0] as number)
  }

  floats(length: number): Float32Array {
    const start = this.#take(length * 4) / 4
    return this.#memory.floats.subarray(start, start + length)
  }

  text(size: number): string {
    const start = this.#take(size)
    return this.#memory.bytes.toString('utf8', start, start + size)
  }

  #take(size: number): number {
    const start = this.#at
    if (size > this.#end - start) throw corrupt('a batch ends before its columns do')
    this.#at = start + size
    return start
  }
}

function corrupt(message: string): MillwrightError {
  return new MillwrightError('CORRUPT_FILE', message)
}
