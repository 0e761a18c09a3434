import type { SeriesId } from '@millwright/model/sample-batch.ts'
import { US_PER_DAY, US_PER_HOUR } from '@millwright/model/time.ts'

/** A sample so far behind is no straggler: it belongs to a past that is filled in. */
const FAR_US = US_PER_HOUR
/** So many of them are a past worth learning from: twelve hours of a recording each quarter of an hour. */
const LEAST = 48
/** An asset asks for its past once in this time of the stream at most. */
const REST_US = US_PER_DAY

/** What {@link MissedPast.save} wrote: series with their counts, and when it was asked last. */
export interface SavedMissedPast {
  readonly late: readonly (readonly [SeriesId, number])[]
  readonly askedUs: number | null
}

/**
 * Knows of which signals of an asset a past came behind that of the others, so that a watch, which goes forward only, has not learned from it: features of recordings while days are sent in
 * minutes, a sensor whose gateway was cut off. When such a signal is in time again, its past is complete, and the history can be asked for it.
 */
export class MissedPast {
  readonly #late = new Map<SeriesId, number>()
  #askedUs = Number.NEGATIVE_INFINITY

  /** Whether any signal has come too late: only then {@link inTime} needs to be told of samples. */
  get isAny(): boolean {
    return this.#late.size > 0
  }

  /** A sample of a closed minute, `behindUs` before the open one. */
  late(series: SeriesId, behindUs: number): void {
    if (behindUs > FAR_US) this.#late.set(series, (this.#late.get(series) ?? 0) + 1)
  }

  /** A sample in its time: whether the past of this signal, which is complete now, is worth asking for. */
  inTime(series: SeriesId, timeUs: number): boolean {
    const late = this.#late.get(series)
    if (late === undefined) return false
    this.#late.delete(series)
    if (late < LEAST || timeUs - this.#askedUs < REST_US) return false
    this.#askedUs = timeUs
    return true
  }

  save(): SavedMissedPast {
    return { late: [...this.#late], askedUs: Number.isFinite(this.#askedUs) ? this.#askedUs : null }
  }

  restore({ late, askedUs }: SavedMissedPast): void {
    this.#late.clear()
    for (const [series, count] of late) this.#late.set(series, count)
    this.#askedUs = askedUs ?? Number.NEGATIVE_INFINITY
  }
}
