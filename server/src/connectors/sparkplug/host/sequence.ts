/** What a sequence number says of a message: it is the next one, messages before it are missing, it is one of these, or it came before. */
export type SequenceVerdict = 'next' | 'gap' | 'filled' | 'repeated'

const TURN = 256
/** A number this far ahead is taken as one of the past. */
const HALF_TURN = 128

/** Follows the sequence numbers of one edge node, 0 to 255 in a circle over all its messages (Sparkplug 3.0, 5.5 and 6.4.4). */
export class Sequence {
  readonly #missing = new Uint8Array(TURN)
  #expected = 0
  #missingCount = 0
  /** When the oldest gap that is still open was seen, on the monotonic clock; undefined while none is. */
  gapSinceMs: number | undefined

  /** Messages that are missing now. */
  get missing(): number {
    return this.#missingCount
  }

  /** The number of the last message in order. */
  get last(): number {
    return (this.#expected + TURN - 1) % TURN
  }

  /** Begins anew, after a birth with this number. */
  restart(seq: number): void {
    this.forgive()
    this.#expected = (seq + 1) % TURN
  }

  /** Stops waiting for what is missing. */
  forgive(): void {
    this.#missing.fill(0)
    this.#missingCount = 0
    this.gapSinceMs = undefined
  }

  note(seq: number, nowMs: number): SequenceVerdict {
    if (seq === this.#expected) {
      this.#expected = (seq + 1) % TURN
      return 'next'
    }
    if (this.#missing[seq] === 1) {
      this.#missing[seq] = 0
      if (--this.#missingCount === 0) this.gapSinceMs = undefined
      return 'filled'
    }
    if ((seq - this.#expected + TURN) % TURN >= HALF_TURN) return 'repeated'
    for (let at = this.#expected; at !== seq; at = (at + 1) % TURN) {
      if (this.#missing[at] === 0) this.#missingCount++
      this.#missing[at] = 1
    }
    this.#expected = (seq + 1) % TURN
    this.gapSinceMs ??= nowMs
    return 'gap'
  }
}
