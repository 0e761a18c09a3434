import { join } from 'node:path'
import type { FileSystem } from './file-system.ts'
import { segmentFirst, segmentName } from './segment-file.ts'

/** A segment on disk: positions `first` (included) to `end` (excluded). */
export interface Segment {
  readonly first: number
  readonly end: number
}

/** Positions at which the segment files of a folder begin, in order. */
export async function listSegments(fileSystem: FileSystem, dir: string): Promise<number[]> {
  const firsts: number[] = []
  for (const name of await fileSystem.list(dir)) {
    const first = segmentFirst(name)
    if (first !== undefined) firsts.push(first)
  }
  return firsts.sort((a, b) => a - b)
}

/** The segments that are complete, oldest first; the one that is being written is not among them. */
export class SegmentList {
  readonly #fileSystem: FileSystem
  readonly #dir: string
  readonly #segments: Segment[]
  #sizeBytes = 0

  constructor(fileSystem: FileSystem, dir: string, segments: readonly Segment[]) {
    this.#fileSystem = fileSystem
    this.#dir = dir
    this.#segments = [...segments]
    for (const segment of segments) this.#sizeBytes += sizeOf(segment)
  }

  get count(): number {
    return this.#segments.length
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** Before the oldest record that is kept. */
  get tail(): number | undefined {
    return this.#segments[0]?.first
  }

  add(segment: Segment): void {
    this.#segments.push(segment)
    this.#sizeBytes += sizeOf(segment)
  }

  /** Where the segment begins that holds a position. */
  holding(position: number): number | undefined {
    return this.#segments.find(({ first, end }) => position >= first && position < end)?.first
  }

  /**
   * Removes segments that end before `position`, oldest first, as long as `reserveBytes` of them remain. Returns whether
   * any was removed; a file that could not be removed is found again at the next start. `undefined` (no consumer is known) removes nothing.
   */
  async removeBefore(position: number | undefined, reserveBytes: number): Promise<boolean> {
    if (position === undefined) return false
    let spare = -reserveBytes
    for (const segment of this.#segments) if (segment.end <= position) spare += sizeOf(segment)
    let removed = false
    for (;;) {
      const oldest = this.#segments[0]
      if (oldest === undefined || oldest.end > position || sizeOf(oldest) > spare) return removed
      // Off the list before the first await: a second call that runs meanwhile must not count it again.
      this.#segments.shift()
      this.#sizeBytes -= sizeOf(oldest)
      spare -= sizeOf(oldest)
      removed = true
      await this.#fileSystem.remove(join(this.#dir, segmentName(oldest.first)))
    }
  }
}

function sizeOf(segment: Segment): number {
  return segment.end - segment.first
}
