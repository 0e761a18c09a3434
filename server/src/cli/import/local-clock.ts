import { US_PER_DAY, US_PER_MINUTE } from '@millwright/model/time.ts'
import { ZoneCalendar } from '../../api/zone-calendar.ts'

/** Quarters of an hour whose answer is remembered: every zone changes its clock on one since 1972. */
const MAX_REMEMBERED = 10_000
const QUARTER_US = 15 * US_PER_MINUTE

interface Quarter {
  /** How far the clock is ahead of UTC: the first time that it shows this, and the second time, if it shows it twice. */
  readonly firstUs: number
  readonly secondUs: number
  /** True where the clock never shows this, because it was put forward over it. */
  readonly isSkipped: boolean
}

/**
 * Turns what a wall clock showed into moments, in the order in which a file tells them. An hour that the clock showed twice is told apart by the
 * order: times that would go back belong to the second one. An hour that it skipped is read by the clock before the change.
 */
export class LocalClock {
  readonly #calendar: ZoneCalendar
  readonly #remembered = new Map<number, Quarter>()
  #lastUs = Number.NEGATIVE_INFINITY
  /** How many times stood in an hour that the clock showed twice. */
  repeated = 0
  /** How many times stood in an hour that the clock skipped. */
  skipped = 0

  /** Throws a RangeError for a zone that is not known. */
  constructor(timeZone: string) {
    this.#calendar = new ZoneCalendar(timeZone)
  }

  /** The moment at which the clock showed `localUs`. */
  momentOf(localUs: number): number {
    const { firstUs, secondUs, isSkipped } = this.#quarter(Math.floor(localUs / QUARTER_US))
    if (isSkipped) this.skipped++
    let moment = localUs - firstUs
    if (secondUs !== firstUs) {
      this.repeated++
      if (moment < this.#lastUs) moment = localUs - secondUs
    }
    this.#lastUs = moment
    return moment
  }

  #quarter(quarter: number): Quarter {
    const known = this.#remembered.get(quarter)
    if (known !== undefined) return known
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear()
    const localUs = quarter * QUARTER_US
    // A day before and after bracket any change of the clock near this quarter.
    const before = this.#calendar.offsetUs(localUs - US_PER_DAY)
    const after = this.#calendar.offsetUs(localUs + US_PER_DAY)
    const isBefore = this.#calendar.offsetUs(localUs - before) === before
    const isAfter = this.#calendar.offsetUs(localUs - after) === after
    const firstUs = isBefore || !isAfter ? before : after
    const answer: Quarter = { firstUs, secondUs: isBefore && isAfter ? after : firstUs, isSkipped: !isBefore && !isAfter }
    this.#remembered.set(quarter, answer)
    return answer
  }
}
