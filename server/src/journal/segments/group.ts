import type { AppendOutcome, JournalEntry } from '../journal.ts'
import { AlignedMemory } from './aligned-memory.ts'
import { encodeRecord, recordBound, sealRecord } from './record.ts'

const FIRST_BYTES = 256 * 1024

/** Entries that will share one sync. Its memory grows up to `maxBytes` and is used again. */
export class Group {
  readonly maxBytes: number
  #memory: AlignedMemory
  #used = 0
  #settlers: ((outcome: AppendOutcome) => void)[] = []
  /** Behind each record, from the beginning of the group. */
  #ends: number[] = []

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
    this.#memory = new AlignedMemory(Math.min(FIRST_BYTES, maxBytes))
  }

  get sizeBytes(): number {
    return this.#used
  }

  get isEmpty(): boolean {
    return this.#used === 0
  }

  /** Encodes an entry and keeps who waits for it; `undefined` when there is no room. */
  add(entry: JournalEntry): Promise<AppendOutcome> | undefined {
    const needed = this.#used + recordBound(entry)
    if (needed > this.maxBytes) return undefined
    if (needed > this.#memory.size) this.#grow(needed)
    this.#used = encodeRecord(entry, this.#memory, this.#used)
    this.#ends.push(this.#used)
    return new Promise((settle) => this.#settlers.push(settle))
  }

  /** The bytes to write at `position`, each record sealed for its place. */
  seal(position: number, durable: number): Uint8Array {
    let at = 0
    while (at < this.#used) at = sealRecord(this.#memory, at, { position: position + at, durable })
    return this.#memory.bytes.subarray(0, this.#used)
  }

  /** Tells all that their entries are on disk from `position` on, and empties the group. */
  settleDurable(position: number): void {
    const ends = this.#ends
    this.#settle((i) => ({ status: 'durable', next: position + (ends[i] ?? 0) }))
  }

  /** Tells all that nothing was kept, and empties the group. */
  settleRefused(outcome: AppendOutcome): void {
    this.#settle(() => outcome)
  }

  #settle(outcomeOf: (i: number) => AppendOutcome): void {
    const settlers = this.#settlers
    this.#settlers = []
    this.#ends = []
    this.#used = 0
    for (const [i, settle] of settlers.entries()) settle(outcomeOf(i))
  }

  #grow(needed: number): void {
    const wider = new AlignedMemory(Math.min(this.maxBytes, Math.max(needed, this.#memory.size * 2)))
    wider.bytes.set(this.#memory.bytes.subarray(0, this.#used))
    this.#memory = wider
  }
}
