import { join } from 'node:path'
import type { FileSystem, OpenFile } from './file-system.ts'
import { SEGMENT_HEADER_BYTES, segmentHeader, segmentName } from './segment-file.ts'

/** Where a new segment begins, and where the one before it ended. */
export interface SegmentPlace {
  readonly first: number
  readonly previousEnd: number
}

/** Appends to one segment file. After a failed call it must be abandoned: what a failed sync left on the disk is unknown. */
export class SegmentWriter {
  readonly first: number
  readonly #file: OpenFile
  #end: number

  private constructor(first: number, file: OpenFile) {
    this.first = first
    this.#file = file
    this.#end = first + SEGMENT_HEADER_BYTES
  }

  /** Behind the last synced byte. */
  get end(): number {
    return this.#end
  }

  get hasRecords(): boolean {
    return this.#end > this.first + SEGMENT_HEADER_BYTES
  }

  /**
   * Makes the file, with its header and its name on the disk. A file of that name is a left-over without a durable record
   * (a beginning that failed, or a segment abandoned before its first record) and is removed.
   */
  static async begin(fileSystem: FileSystem, dir: string, place: SegmentPlace, sizeBytes: number): Promise<SegmentWriter> {
    const path = join(dir, segmentName(place.first))
    await fileSystem.remove(path)
    const file = await fileSystem.open(path, 'create')
    try {
      // The size is set at once: a sync that need not store a new size as well is faster (0.9 instead of 6.4 ms for 1 MiB on ext4).
      await file.truncate(sizeBytes)
      await file.write(segmentHeader(place.first, place.previousEnd), 0)
      await file.sync()
      await fileSystem.syncFolder(dir)
    } catch (failure) {
      await ignoreFailure(file.close())
      await ignoreFailure(fileSystem.remove(path))
      throw failure
    }
    return new SegmentWriter(place.first, file)
  }

  /** Settles when the bytes are on disk. */
  async append(bytes: Uint8Array): Promise<void> {
    await this.#file.write(bytes, this.#end - this.first)
    await this.#file.sync()
    this.#end += bytes.length
  }

  /** Ends the segment: the room that was not used is given back. */
  async finish(): Promise<void> {
    try {
      await this.#file.truncate(this.#end - this.first)
      await this.#file.sync()
    } finally {
      await this.#file.close()
    }
  }

  /** Leaves the file as it is. Cutting off the suspect part may fail; the beginning of the next segment bounds it anyway. */
  async abandon(): Promise<void> {
    await ignoreFailure(this.#file.truncate(this.#end - this.first))
    await ignoreFailure(this.#file.close())
  }
}

/** For steps that better our lot but change nothing when they fail, on a disk that is already known to have failed. */
export async function ignoreFailure(step: Promise<unknown>): Promise<void> {
  try {
    await step
  } catch {
    // The failure that led here is the one that is reported.
  }
}
