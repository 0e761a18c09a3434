import type { SampleSink } from '../sink.ts'
import type { MessageRefusal } from './message-writer.ts'

/** Letters that are written for one message, one by one; of the rest one for each reason says how many more there were. */
export const MAX_LETTERS_PER_MESSAGE = 20
const MAX_EXCERPT_BYTES = 512

/** Collects what is wrong in one message and hands it to the sink, a bounded number of letters however wrong the message is. */
export class Refusals {
  readonly #sink: SampleSink
  readonly #source: string
  readonly #rest = new Map<string, { letter: MessageRefusal; count: number }>()
  #excerpt: Uint8Array | undefined
  /** How many refusals there were. */
  count = 0
  /** Which message of an array is looked at. */
  item: number | undefined

  constructor(sink: SampleSink, source: string) {
    this.#sink = sink
    this.#source = source
  }

  /** Begins a message; its bytes are only looked at until {@link finish}. */
  begin(bytes: Uint8Array, start: number, end: number): void {
    this.count = 0
    this.item = undefined
    this.#excerpt = bytes.subarray(start, Math.min(end, start + MAX_EXCERPT_BYTES))
  }

  add(found: MessageRefusal): void {
    const refusal = this.item === undefined ? found : inItem(found, this.item)
    if (this.count++ < MAX_LETTERS_PER_MESSAGE) {
      this.#write(refusal, refusal.count)
      return
    }
    const rest = this.#rest.get(refusal.refusal.code)
    if (rest === undefined) this.#rest.set(refusal.refusal.code, { letter: refusal, count: refusal.count })
    else rest.count += refusal.count
  }

  /** Writes what is left of the message. */
  finish(): void {
    if (this.#rest.size > 0) {
      for (const { letter, count } of this.#rest.values()) this.#write(letter, count)
      this.#rest.clear()
    }
    this.#excerpt = undefined
  }

  #write({ where, refusal }: MessageRefusal, count: number): void {
    const excerpt = this.#excerpt
    // The bytes are the sender's buffer: the letter keeps a copy.
    this.#sink.refuse({ source: this.#source, where, refusal, count, ...(excerpt === undefined ? {} : { excerpt: excerpt.slice() }) })
  }
}

function inItem(found: MessageRefusal, item: number): MessageRefusal {
  const { code, message } = found.refusal
  return { ...found, refusal: { code, message: `item ${item}: ${message}` } }
}
