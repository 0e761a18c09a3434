import type { JournalEntry } from '../journal.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { align8, AlignedMemory } from './aligned-memory.ts'
import { batchBound, decodeBatch, encodeBatch } from './batch-codec.ts'
import { crc32cWords } from './crc32c.ts'

/**
 * A record: CRC-32C of all that follows it (u32), whole length (u32, a multiple of 8), its position (f64), the end of
 * what was durable when it was written (f64), kind (u32), exact length of the payload (u32), payload, zeros.
 *
 * The position makes a copy of old bytes (or a batch that carries journal bytes) no record anywhere else. The durable
 * mark tells a tail torn by power loss, which was never acknowledged, from damage to what was.
 */
export const RECORD_HEADER_BYTES = 32

/** Longer records are not written and not believed. */
export const MAX_RECORD_BYTES = 512 * 1024 * 1024

/** `gap` stands where damage was cut out: its payload means nothing and is not checked. */
export const KIND = { samples: 1, event: 2, gap: 3 } as const

/** At most this many bytes are needed for the record of an entry. */
export function recordBound(entry: JournalEntry): number {
  const payload = entry.kind === 'samples' ? batchBound(entry.batch) : align8(entry.json.length * 3)
  return RECORD_HEADER_BYTES + payload
}

/** Writes an entry at `at` and returns the place behind it. It becomes a record when `sealRecord` knows where it will lie. */
export function encodeRecord(entry: JournalEntry, memory: AlignedMemory, at: number): number {
  const start = at + RECORD_HEADER_BYTES
  const end = entry.kind === 'samples' ? encodeBatch(entry.batch, memory, start) : start + memory.bytes.write(entry.json, start)
  const padded = align8(end)
  memory.bytes.fill(0, end, padded)
  writeHeader(memory, at, { length: padded - at, kind: KIND[entry.kind], payload: end - start })
  return padded
}

/** Sets where the record at `at` will lie and its checksum; returns the place behind it. */
export function sealRecord(memory: AlignedMemory, at: number, place: { readonly position: number; readonly durable: number }): number {
  const length = memory.words[at / 4 + 1] as number
  memory.doubles[at / 8 + 1] = place.position
  memory.doubles[at / 8 + 2] = place.durable
  memory.words[at / 4] = crc32cWords(memory.words, at / 4 + 1, (at + length) / 4)
  return at + length
}

/** A sealed header that stands for `length` bytes that are lost. */
export function gapHeader(position: number, length: number): AlignedMemory {
  const memory = new AlignedMemory(RECORD_HEADER_BYTES)
  writeHeader(memory, 0, { length, kind: KIND.gap, payload: length - RECORD_HEADER_BYTES })
  memory.doubles[1] = position
  memory.doubles[2] = 0
  memory.words[0] = crc32cWords(memory.words, 1, RECORD_HEADER_BYTES / 4)
  return memory
}

/** What lies at `at`: a whole record, the beginning of one that needs more bytes than there are, or no record. */
export type RecordCheck =
  | { readonly found: 'record' | 'gap'; readonly length: number }
  | { readonly found: 'part'; readonly length: number }
  | { readonly found: 'nothing' }

const NOTHING: RecordCheck = { found: 'nothing' }

/** Looks at the bytes `at` to `end`, which lie at `position` of the journal. */
export function checkRecord(memory: AlignedMemory, at: number, end: number, position: number): RecordCheck {
  if (end - at < RECORD_HEADER_BYTES) return { found: 'part', length: RECORD_HEADER_BYTES }
  if (memory.doubles[at / 8 + 1] !== position) return NOTHING
  const words = memory.words
  const first = at / 4
  const length = words[first + 1] as number
  if (length < RECORD_HEADER_BYTES || length % 8 !== 0) return NOTHING
  const isGap = words[first + 6] === KIND.gap
  if (isGap) return words[first] === crc32cWords(words, first + 1, first + RECORD_HEADER_BYTES / 4) ? { found: 'gap', length } : NOTHING
  if (length > MAX_RECORD_BYTES) return NOTHING
  if (length > end - at) return { found: 'part', length }
  return words[first] === crc32cWords(words, first + 1, first + length / 4) ? { found: 'record', length } : NOTHING
}

/** Where the next whole record after the damage at `at` begins, or `undefined`. */
export function findRecord(memory: AlignedMemory, at: number, end: number, position: number): number | undefined {
  for (let next = at + 8; next + RECORD_HEADER_BYTES <= end; next += 8) {
    if (memory.doubles[next / 8 + 1] !== position + (next - at)) continue
    const { found } = checkRecord(memory, next, end, position + (next - at))
    if (found === 'record' || found === 'gap') return next
  }
  return undefined
}

/** What was durable when the record at `at` was written. */
export function durableMark(memory: AlignedMemory, at: number): number {
  return memory.doubles[at / 8 + 2] as number
}

/** The entry of a whole record. Throws `CORRUPT_FILE` where its content is no entry. */
export function decodeRecord(memory: AlignedMemory, at: number): JournalEntry {
  const kind = memory.words[at / 4 + 6]
  const length = memory.words[at / 4 + 1] as number
  const payload = memory.words[at / 4 + 7] as number
  const start = at + RECORD_HEADER_BYTES
  if (start + payload > at + length) throw new MillwrightError('CORRUPT_FILE', 'a journal record is shorter than its payload')
  if (kind === KIND.samples) return { kind: 'samples', batch: decodeBatch(memory, start, start + payload) }
  if (kind === KIND.event) return { kind: 'event', json: memory.bytes.toString('utf8', start, start + payload) }
  throw new MillwrightError('CORRUPT_FILE', `journal records of kind ${kind} are unknown: damaged, or written by a newer Millwright`)
}

interface Header {
  readonly length: number
  readonly kind: number
  readonly payload: number
}

function writeHeader(memory: AlignedMemory, at: number, header: Header): void {
  memory.words[at / 4 + 1] = header.length
  memory.words[at / 4 + 6] = header.kind
  memory.words[at / 4 + 7] = header.payload
}
