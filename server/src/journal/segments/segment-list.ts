import { join } from 'node:path'
import type { FileSystem } from './file-system.ts'
import type { Segment } from './recovery.ts'
import { segmentName } from './segment-file.ts'

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
   * any was removed. `undefined` (no consumer is known) removes nothing.
   */
  async removeBefore(position: number | undefined, reserveBytes: number): Promise<boolean> {
    if (position === undefined) return false
    let spare = -reserveBytes
    for (const segment of this.#segments) if (segment.end <= position) spare += sizeOf(segment)
    let removed = false
    for (;;) {
      const oldest = this.#segments[0]
      if (oldest === undefined || oldest.end > position || sizeOf(oldest) > spare) return removed
      await this.#fileSystem.remove(join(this.#dir, segmentName(oldest.first)))
      this.#segments.shift()
      this.#sizeBytes -= sizeOf(oldest)
      spare -= sizeOf(oldest)
      removed = true
    }
  }
}

function sizeOf(segment: Segment): number {
  return segment.end - segment.first
}
