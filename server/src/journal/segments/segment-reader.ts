import { join } from 'node:path'
import { MillwrightError, systemCode } from '../../kernel/error.ts'
import type { JournalEntry, JournalPosition, JournalReader, JournalRecord } from '../journal.ts'
import { align8, AlignedMemory } from './aligned-memory.ts'
import { nodeFileSystem, type FileSystem, type OpenFile } from './file-system.ts'
import { checkRecord, decodeRecord, findRecord, RECORD_HEADER_BYTES } from './record.ts'
import { readSegmentHeader, SEGMENT_HEADER_BYTES, segmentName } from './segment-file.ts'
import { listSegments } from './segment-list.ts'
import { SharedHead, type SharedJournal } from './shared-head.ts'

export interface SegmentReaderOptions extends SharedJournal {
  readonly fileSystem?: FileSystem
}

interface ReadResult {
  readonly records: JournalRecord[]
  readonly next: JournalPosition
  readonly skipped: number
}

/** A stretch of one segment file that may be read. */
interface Stretch {
  readonly first: number
  readonly at: number
  readonly end: number
}

/**
 * Opens a reader on `journal.shared`, from any thread. It reads the files itself, and never beyond what is durable.
 * The batches of one answer share one memory of about `maxBytes`, which lives as long as any of them. One read at a time.
 * A `from` beyond the head means that the journal was lost and began again: reading goes on at its tail.
 * A read rejects with the system's error where the disk cannot be read; ask again later.
 */
export function openSegmentReader(options: SegmentReaderOptions): JournalReader {
  return new SegmentReader(options)
}

class SegmentReader implements JournalReader {
  readonly #fileSystem: FileSystem
  readonly #dir: string
  readonly #head: SharedHead
  #firsts: readonly number[] = []
  #epoch = -1
  #open: { readonly first: number; readonly file: OpenFile } | undefined

  constructor(options: SegmentReaderOptions) {
    this.#fileSystem = options.fileSystem ?? nodeFileSystem
    this.#dir = options.dir
    this.#head = new SharedHead(options.head)
  }

  async read(from: JournalPosition, maxBytes: number): Promise<ReadResult> {
    let at = from
    let skipped = 0
    for (;;) {
      // The head comes first: the list is then at least as new as what the head lets us read.
      const head = this.#head.head
      await this.#list()
      if (at > head) at = this.#firsts[0] ?? head
      const stretch = this.#locate(at, head)
      if (stretch === undefined) return { records: [], next: at, skipped }
      const file = await this.#fileOf(stretch.first)
      if (file === undefined) continue
      if (at < stretch.first) skipped += stretch.first - at
      const answer = await this.#readStretch(file, stretch, maxBytes)
      skipped += answer.skipped
      at = answer.next
      if (answer.records.length > 0) return { ...answer, skipped }
    }
  }

  waitBeyond(position: JournalPosition, signal: AbortSignal): Promise<void> {
    return this.#head.waitBeyond(position, signal)
  }

  async close(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    await open?.file.close()
  }

  async #list(): Promise<void> {
    const epoch = this.#head.epoch
    if (epoch === this.#epoch) return
    this.#firsts = await listSegments(this.#fileSystem, this.#dir)
    this.#epoch = epoch
  }

  /** Where to read on: in the segment that holds `at`, or the first one behind it. */
  #locate(at: number, head: number): Stretch | undefined {
    if (at >= head) return undefined
    const after = this.#firsts.findIndex((first) => first > at)
    const index = after === -1 ? this.#firsts.length - 1 : Math.max(0, after - 1)
    const first = this.#firsts[index]
    if (first === undefined || first >= head) return undefined
    const end = Math.min(head, this.#firsts[index + 1] ?? head)
    return { first, at: Math.max(at, first + SEGMENT_HEADER_BYTES), end }
  }

  /** `undefined` when the segment was removed since the list was made. */
  async #fileOf(first: number): Promise<OpenFile | undefined> {
    if (this.#open?.first === first) return this.#open.file
    await this.close()
    try {
      const file = await this.#fileSystem.open(join(this.#dir, segmentName(first)), 'read')
      this.#open = { first, file }
      return file
    } catch (failure) {
      if (systemCode(failure) !== 'ENOENT') throw failure
      this.#epoch = -1
      return undefined
    }
  }

  async #readStretch(file: OpenFile, stretch: Stretch, maxBytes: number): Promise<ReadResult> {
    const { first, at, end } = stretch
    if (at >= end) return { records: [], next: end, skipped: 0 }
    let size = Math.min(Math.max(align8(maxBytes), RECORD_HEADER_BYTES), end - at)
    for (;;) {
      const memory = new AlignedMemory(size)
      const count = await file.read(memory.bytes.subarray(0, size), at - first)
      const walk = walkRecords(memory, { at, count, end })
      if (walk.damaged) this.#head.reportDamage(walk.next)
      if (walk.next > at || walk.damaged) return walk
      if (walk.needed > size && walk.needed <= end - at && count === size) size = walk.needed
      else return await this.#stepOver(file, stretch)
    }
  }

  /** There is no whole record at the beginning of the stretch, although it was durable: goes on at the next one. */
  async #stepOver(file: OpenFile, { first, at, end }: Stretch): Promise<ReadResult> {
    const memory = new AlignedMemory(end - at)
    const count = await file.read(memory.bytes, at - first)
    const found = findRecord(memory, 0, count, at)
    if (found !== undefined) {
      this.#head.reportDamage(at)
      return { records: [], next: at + found, skipped: found }
    }
    const skipped = Math.max(0, (await this.#dataEnd(end)) - at)
    if (skipped > 0) this.#head.reportDamage(at)
    return { records: [], next: end, skipped }
  }

  /** Where the data before `first` really ended: positions are left out when a journal was lost and began again further on. */
  async #dataEnd(first: number): Promise<number> {
    if (!this.#firsts.includes(first)) return first
    const file = await this.#fileOf(first)
    if (file === undefined) return first
    const memory = new AlignedMemory(SEGMENT_HEADER_BYTES)
    memory.bytes.fill(0)
    await file.read(memory.bytes, 0)
    return readSegmentHeader(memory, first)?.previousEnd ?? first
  }
}

interface Walk extends ReadResult {
  /** A whole record whose content nobody understands was passed over. */
  readonly damaged: boolean
  /** How many bytes the record that could not be read needs; 0 when there is none. */
  readonly needed: number
}

/** The records in `count` bytes that lie at position `at`, up to the first that is not whole. */
function walkRecords(memory: AlignedMemory, place: { readonly at: number; readonly count: number; readonly end: number }): Walk {
  const records: JournalRecord[] = []
  let skipped = 0
  let damaged = false
  let offset = 0
  while (offset < place.count) {
    const position = place.at + offset
    const check = checkRecord(memory, offset, place.count, position)
    if (check.found === 'part') return { records, next: position, skipped, damaged, needed: check.length }
    if (check.found === 'nothing') return { records, next: position, skipped, damaged, needed: 0 }
    const next = Math.min(position + check.length, place.end)
    const entry = check.found === 'record' ? readEntry(memory, offset) : undefined
    if (entry !== undefined) records.push({ position, next, entry })
    else skipped += next - position
    damaged ||= entry === undefined && check.found === 'record'
    offset = next - place.at
  }
  return { records, next: place.at + offset, skipped, damaged, needed: 0 }
}

function readEntry(memory: AlignedMemory, at: number): JournalEntry | undefined {
  try {
    return decodeRecord(memory, at)
  } catch (failure) {
    if (failure instanceof MillwrightError) return undefined
    throw failure
  }
}
