import type { SampleBatch } from '@millwright/model/sample-batch.ts'

/** Records that are told apart; beyond it, neighbours are taken together. */
const MAX_SPANS = 512

interface Span {
  /** Journal position behind the records. */
  readonly next: number
  readonly minUs: number
  readonly maxUs: number
}

/**
 * Which times the durable records cover that history has not stored yet: a question about last week need not wait for what comes in now,
 * and one about a stretch that was just written does.
 */
export class UnstoredSpans {
  #spans: Span[] = []

  /** Notes a durable record; to be called in the order of the journal, before its sender is answered. */
  note(batch: SampleBatch, next: number): void {
    let minUs = Number.POSITIVE_INFINITY
    let maxUs = Number.NEGATIVE_INFINITY
    for (const { timesUs, length } of [batch.numbers, batch.texts, batch.waveforms]) {
      for (let i = 0; i < length; i++) {
        const timeUs = timesUs[i] as number
        if (timeUs < minUs) minUs = timeUs
        if (timeUs > maxUs) maxUs = timeUs
      }
    }
    if (minUs <= maxUs) this.#add({ next, minUs, maxUs })
  }

  /** Everything before `next` may hold samples of any time. */
  noteUnknown(next: number): void {
    this.#add({ next, minUs: Number.NEGATIVE_INFINITY, maxUs: Number.POSITIVE_INFINITY })
  }

  /** All before `position` is stored. */
  release(position: number): void {
    const stored = this.#spans.findIndex((span) => span.next > position)
    this.#spans = stored < 0 ? [] : this.#spans.slice(stored)
  }

  /** The position behind the last record that may hold samples in `[fromUs, toUs)` and is not stored; 0 where there is none. */
  behind(fromUs: number, toUs: number): number {
    return this.#spans.findLast(({ minUs, maxUs }) => minUs < toUs && maxUs >= fromUs)?.next ?? 0
  }

  #add(span: Span): void {
    this.#spans.push(span)
    if (this.#spans.length > MAX_SPANS) this.#spans = inPairs(this.#spans)
  }
}

function inPairs(spans: readonly Span[]): Span[] {
  const pairs: Span[] = []
  for (let i = 0; i < spans.length; i += 2) {
    const [first, second] = spans.slice(i, i + 2)
    if (first === undefined) break
    pairs.push(second === undefined ? first : { next: second.next, minUs: Math.min(first.minUs, second.minUs), maxUs: Math.max(first.maxUs, second.maxUs) })
  }
  return pairs
}
