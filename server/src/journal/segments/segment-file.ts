import { AlignedMemory } from './aligned-memory.ts'
import { crc32cWords } from './crc32c.ts'

/**
 * A segment file holds a stretch of the endless log: byte `n` of the file is position `first + n`, and its name is `first`.
 * It begins with a header: magic (u32), version (u32), `first` (f64), the end of the segment before it (f64), zero (u32),
 * CRC-32C of these (u32).
 */
export const SEGMENT_HEADER_BYTES = 32

const MAGIC = 0x314a_574d // "MWJ1"
const VERSION = 1
const NAME = /^(\d{20})\.seg$/

/** The file name of the segment that begins at `first`. Names sort as positions do. */
export function segmentName(first: number): string {
  return `${String(first).padStart(20, '0')}.seg`
}

/** Where the segment of that name begins; `undefined` for the name of another file. */
export function segmentFirst(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1]
  if (digits === undefined) return undefined
  const first = Number(digits)
  return Number.isSafeInteger(first) && first % 8 === 0 ? first : undefined
}

/** The header of a segment that follows one which ended at `previousEnd` (less than `first` where positions were left out). */
export function segmentHeader(first: number, previousEnd: number): Uint8Array {
  const memory = new AlignedMemory(SEGMENT_HEADER_BYTES)
  memory.words[0] = MAGIC
  memory.words[1] = VERSION
  memory.doubles[1] = first
  memory.doubles[2] = previousEnd
  memory.words[6] = 0
  memory.words[7] = crc32cWords(memory.words, 0, 7)
  return memory.bytes
}

/** Reads a header; `undefined` when it is damaged or not for this position. */
export function readSegmentHeader(memory: AlignedMemory, first: number): { readonly previousEnd: number } | undefined {
  if (memory.size < SEGMENT_HEADER_BYTES || memory.words[0] !== MAGIC || memory.words[1] !== VERSION) return undefined
  if (memory.doubles[1] !== first || memory.words[7] !== crc32cWords(memory.words, 0, 7)) return undefined
  const previousEnd = memory.doubles[2] as number
  return Number.isSafeInteger(previousEnd) && previousEnd >= 0 && previousEnd <= first ? { previousEnd } : undefined
}
