import type { AlignedMemory } from './aligned-memory.ts'
import { checkRecord, durableMark, findRecord } from './record.ts'
import { readSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-file.ts'

/** What is known of a segment before its bytes are looked at. */
export interface ScanTask {
  readonly first: number
  /** How many bytes of the memory are the file's. */
  readonly end: number
  /** A position up to which all was durable; 0 when nothing is known. */
  readonly durable: number
  /** Where the segment ends according to the one after it; `undefined` for the last. */
  readonly expectedEnd: number | undefined
}

/** What a segment holds. All places are positions. */
export interface SegmentScan {
  /** Behind the last thing that counts. */
  readonly end: number
  /** Stretches before `end` that were durable once and are damaged now. */
  readonly holes: readonly { readonly from: number; readonly to: number }[]
  readonly previousEnd: number
  /** What the records say was durable when they were written. */
  readonly durable: number
}

/**
 * Walks over all records of a segment. A stretch without a whole record is damage when it was durable once: because later
 * records say so, or a later segment, or the caller. Otherwise it is a torn tail, and all from there on was never
 * acknowledged. Never throws, whatever the bytes.
 */
export function scanSegment(memory: AlignedMemory, task: ScanTask): SegmentScan {
  const { first } = task
  const header = readSegmentHeader(memory, first)
  const stretches: { from: number; to: number }[] = []
  let durable = 0
  let at = SEGMENT_HEADER_BYTES
  let goodEnd = at
  while (at < task.end) {
    const check = checkRecord(memory, at, task.end, first + at)
    if (check.found === 'record' || check.found === 'gap') {
      durable = Math.max(durable, durableMark(memory, at))
      // A gap that stands for a whole lost segment is longer than its file.
      at += check.length
      goodEnd = at
      continue
    }
    const next = findRecord(memory, at, task.end, first + at)
    if (next === undefined) break
    stretches.push({ from: first + at, to: first + next })
    at = next
  }
  return judge({ task, header, stretches, durable, goodEnd: first + goodEnd })
}

function judge(seen: {
  task: ScanTask
  header: { readonly previousEnd: number } | undefined
  stretches: { from: number; to: number }[]
  durable: number
  goodEnd: number
}): SegmentScan {
  const { task, header, stretches } = seen
  const known = task.expectedEnd ?? Math.min(Math.max(seen.durable, task.durable), task.first + task.end)
  const torn = stretches.find(({ from }) => from >= known)
  const holes = stretches.filter(({ from }) => from < known)
  let end = Math.min(torn?.from ?? seen.goodEnd, task.expectedEnd ?? Infinity)
  if (end < known) {
    holes.push({ from: end, to: known })
    end = known
  }
  const start = task.first + SEGMENT_HEADER_BYTES
  if (header === undefined && end > start) holes.unshift({ from: task.first, to: start })
  return { end, holes, previousEnd: header?.previousEnd ?? task.first, durable: Math.min(seen.durable, end) }
}
