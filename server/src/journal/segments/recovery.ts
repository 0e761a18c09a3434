import { join } from 'node:path'
import { messageOf, MillwrightError } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import { AlignedMemory } from './aligned-memory.ts'
import type { FileSystem, OpenFile } from './file-system.ts'
import type { Quarantine } from './quarantine.ts'
import { gapHeader, MAX_RECORD_BYTES } from './record.ts'
import { scanSegment, type SegmentScan } from './segment-scan.ts'
import { ignoreFailure } from './segment-writer.ts'
import { readSegmentHeader, SEGMENT_HEADER_BYTES, segmentHeader, segmentName } from './segment-file.ts'
import { listSegments, type Segment } from './segment-list.ts'

export interface RecoveryOptions {
  readonly fileSystem: FileSystem
  readonly dir: string
  readonly log: Log
  readonly quarantine: Quarantine
  /** A position that is known to have been durable; 0 when nothing is known. */
  readonly knownDurable: number
  /** How much of the newest is checked. */
  readonly verifyBytes: number
}

/**
 * Finds out what the folder holds. Never rejects because of any bytes: a torn tail is cut, a damaged segment is set aside
 * and goes on with its good records. Rejects only when the disk itself fails at the end of the log.
 */
export async function recover(options: RecoveryOptions): Promise<Segment[]> {
  const firsts = await listSegments(options.fileSystem, options.dir)
  const segments: Segment[] = []
  let durable = options.knownDurable
  let budget = options.verifyBytes
  const scratch: Scratch = { memory: new AlignedMemory(SEGMENT_HEADER_BYTES) }
  /** Where the segment at hand ends by what is known of the one after it. */
  let expectedEnd: number | undefined
  for (const first of firsts.toReversed()) {
    const isLast = expectedEnd === undefined
    const segment = await recoverSegment({ ...options, scratch, first, expectedEnd, durable, verify: isLast || budget > 0 })
    if (!isLast || segment.end > first + SEGMENT_HEADER_BYTES) segments.push({ first, end: segment.end })
    else await options.fileSystem.remove(join(options.dir, segmentName(first)))
    budget -= segment.end - first
    durable = Math.max(durable, segment.durable)
    expectedEnd = Math.min(first, segment.previousEnd)
  }
  return segments.reverse()
}

/** Memory for one segment at a time: fresh memory for each would pile up faster than it is collected. */
interface Scratch {
  memory: AlignedMemory
}

interface SegmentTask extends RecoveryOptions {
  readonly scratch: Scratch
  readonly first: number
  readonly expectedEnd: number | undefined
  readonly durable: number
  readonly verify: boolean
}

interface RecoveredSegment extends Segment {
  readonly previousEnd: number
  /** What the records of the segment say was durable. */
  readonly durable: number
}

async function recoverSegment(task: SegmentTask): Promise<RecoveredSegment> {
  const { fileSystem, dir, first } = task
  let seen: SeenSegment
  let file: OpenFile | undefined
  try {
    file = await fileSystem.open(join(dir, segmentName(first)), 'update')
    seen = await look(task, file)
  } catch (failure) {
    if (file !== undefined) await ignoreFailure(file.close())
    return await replaceSegment(task, `it cannot be read: ${messageOf(failure)}`)
  }
  try {
    const { scan } = seen
    if (task.expectedEnd === undefined) await endLastSegment(task, file, seen)
    if (scan.holes.length > 0) await patch(task, file, scan)
    return { first, end: scan.end, previousEnd: scan.previousEnd, durable: scan.durable }
  } finally {
    await file.close()
  }
}

interface SeenSegment {
  /** How many bytes of the scratch memory are the segment's. */
  readonly size: number
  readonly scan: SegmentScan
}

async function look(task: SegmentTask, file: OpenFile): Promise<SeenSegment> {
  const { first, expectedEnd } = task
  const size = await file.size()
  if (size > 2 * MAX_RECORD_BYTES) throw new MillwrightError('CORRUPT_FILE', `it has ${size} bytes, more than any segment`)
  if (!task.verify && expectedEnd !== undefined) {
    await readInto(task.scratch, file, SEGMENT_HEADER_BYTES)
    const previousEnd = readSegmentHeader(task.scratch.memory, first)?.previousEnd ?? first
    return { size: SEGMENT_HEADER_BYTES, scan: { end: expectedEnd, holes: [], previousEnd, durable: 0 } }
  }
  const limit = expectedEnd === undefined ? size - (size % 8) : Math.min(size, expectedEnd - first)
  await readInto(task.scratch, file, limit)
  return { size: limit, scan: scanSegment(task.scratch.memory, { first, end: limit, durable: task.durable, expectedEnd }) }
}

/**
 * Makes what was found at the end of the log true: cuts what follows it, and writes the records again that no later record
 * vouches for. A sync that failed before a restart may have left them in the page cache only, marked as clean.
 */
async function endLastSegment(task: SegmentTask, file: OpenFile, { size, scan }: SeenSegment): Promise<void> {
  const { memory } = task.scratch
  const length = scan.end - task.first
  const vouched = Math.min(Math.max(scan.durable - task.first, 0), length)
  if (!isClear(memory, length, size)) {
    task.log.info({ segment: segmentName(task.first), from: scan.end }, 'cut a torn tail of the journal, which was never acknowledged')
  }
  await file.truncate(length)
  if (vouched < length) await file.write(memory.bytes.subarray(vouched, length), vouched)
  await file.sync()
}

/** Whether only zeros follow: the room of a segment that was not used. */
function isClear(memory: AlignedMemory, from: number, to: number): boolean {
  for (let at = from / 4; at < to / 4; at++) if (memory.words[at] !== 0) return false
  return true
}

/** Keeps a copy of the damaged file and puts gaps where its damage is, so that readers step over it. */
async function patch(task: SegmentTask, file: OpenFile, scan: SegmentScan): Promise<void> {
  const holes = scan.holes.map(({ from, to }) => `${from} to ${to}`).join(', ')
  await task.quarantine.setAside(segmentName(task.first), `damaged at positions ${holes}; the other records are still served`, 'copy')
  try {
    for (const { from, to } of scan.holes) {
      if (from === task.first) await file.write(segmentHeader(task.first, scan.previousEnd), 0)
      const start = Math.max(from, task.first + SEGMENT_HEADER_BYTES)
      if (to > start) await file.write(gapHeader(start, to - start).bytes, start - task.first)
    }
    await file.sync()
  } catch (failure) {
    // Readers find their way over the damage themselves; the next start tries again.
    task.log.warn({ segment: segmentName(task.first), error: messageOf(failure) }, 'a damaged journal segment could not be mended')
  }
}

/** Moves a file away that cannot be used at all and leaves a segment that is one gap, so that its neighbours are not suspected. */
async function replaceSegment(task: SegmentTask, reason: string): Promise<RecoveredSegment> {
  const { first, fileSystem, dir } = task
  const start = first + SEGMENT_HEADER_BYTES
  const end = task.expectedEnd ?? start
  await task.quarantine.setAside(segmentName(first), reason, 'move')
  if (end > start) {
    try {
      const file = await fileSystem.open(join(dir, segmentName(first)), 'create')
      try {
        await file.write(segmentHeader(first, first), 0)
        await file.write(gapHeader(start, end - start).bytes, SEGMENT_HEADER_BYTES)
        await file.sync()
      } finally {
        await file.close()
      }
    } catch (failure) {
      task.log.warn({ segment: segmentName(first), error: messageOf(failure) }, 'a lost journal segment could not be replaced')
    }
  }
  return { first, end, previousEnd: first, durable: 0 }
}

async function readInto(scratch: Scratch, file: OpenFile, size: number): Promise<void> {
  const needed = Math.max(size, SEGMENT_HEADER_BYTES)
  if (scratch.memory.size < needed) scratch.memory = new AlignedMemory(needed)
  const count = await file.read(scratch.memory.bytes.subarray(0, size), 0)
  scratch.memory.bytes.fill(0, count, needed)
}
