import { US_PER_DAY } from '@millwright/model/time.ts'
import { dayOf } from './cold-file.ts'

/** Days told apart; a generation with samples of more is taken to have some on every day between its ends. */
const MAX_DAYS = 4_096

/** The rows of one table of one generation: how many, and of which time. It lets a read of an old day pass over what just arrived. */
export class Extent {
  rows = 0
  minUs = Number.POSITIVE_INFINITY
  maxUs = Number.NEGATIVE_INFINITY
  readonly #days = new Set<number>()
  /** The day of the latest sample: mostly that of the next one too. */
  #dayFromUs = Number.NaN

  /** The extent of rows that all lie on one day. */
  static of(rows: number, minUs: number, maxUs: number): Extent {
    const extent = new Extent()
    if (rows === 0) return extent
    extent.add(minUs)
    extent.add(maxUs)
    extent.rows = rows
    return extent
  }

  /** Takes a row of this time. */
  add(timeUs: number): void {
    this.rows++
    if (timeUs < this.minUs) this.minUs = timeUs
    if (timeUs > this.maxUs) this.maxUs = timeUs
    const intoDay = timeUs - this.#dayFromUs
    if (intoDay >= 0 && intoDay < US_PER_DAY) return
    const day = dayOf(timeUs)
    this.#dayFromUs = day * US_PER_DAY
    this.#addDay(day)
  }

  /** Takes all rows of another one. */
  widen(by: Extent): void {
    this.rows += by.rows
    this.minUs = Math.min(this.minUs, by.minUs)
    this.maxUs = Math.max(this.maxUs, by.maxUs)
    for (const day of by.#days) this.#addDay(day)
  }

  /** Tells whether there may be rows in `[fromUs, toUs)`. */
  mayHold(fromUs: number, toUs: number): boolean {
    if (this.rows === 0 || this.minUs >= toUs || this.maxUs < fromUs) return false
    if (this.#days.size >= MAX_DAYS) return true
    const first = dayOf(fromUs)
    const last = dayOf(toUs - 1)
    for (const day of this.#days) if (day >= first && day <= last) return true
    return false
  }

  #addDay(day: number): void {
    if (this.#days.size < MAX_DAYS) this.#days.add(day)
  }
}
