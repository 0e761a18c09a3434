import type { Clock } from '../../kernel/clock.ts'
import type { JournalSettings } from '../settings.ts'
import type { FileSystem } from './file-system.ts'

export interface SpaceGuardOptions {
  readonly dir: string
  readonly fileSystem: FileSystem
  readonly settings: JournalSettings
  readonly clock: Clock
}

/** Knows whether there is room for more, without asking the disk each time. */
export class SpaceGuard {
  readonly #options: SpaceGuardOptions
  #checkedMs = -Infinity
  /** What was free when the disk was last asked, less what was written since. */
  #freeBytes = 0

  constructor(options: SpaceGuardOptions) {
    this.#options = options
  }

  /** To be called with the size of each write. */
  wrote(sizeBytes: number): void {
    this.#freeBytes -= sizeBytes
  }

  /** Makes the next question go to the disk. */
  forget(): void {
    this.#checkedMs = -Infinity
  }

  /** Why `needed` bytes cannot be added to a journal of `sizeBytes`; `undefined` when they can. */
  async shortage(sizeBytes: number, needed: number): Promise<string | undefined> {
    const { dir, fileSystem, settings, clock } = this.#options
    if (sizeBytes + needed > settings.maxBytes) return `the journal would exceed journal.maxBytes (${settings.maxBytes}) because consumers lag`
    const wanted = settings.minFreeBytes + needed
    const nowMs = clock.monotonicMs()
    if (nowMs - this.#checkedMs < settings.probeMs && this.#freeBytes >= wanted) return undefined
    this.#freeBytes = await fileSystem.freeBytes(dir)
    this.#checkedMs = nowMs
    if (this.#freeBytes >= wanted) return undefined
    return `${this.#freeBytes} bytes are free; journal.minFreeBytes (${settings.minFreeBytes}) and ${needed} to be written are more`
  }
}
