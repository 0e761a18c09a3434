import { US_PER_DAY, US_PER_MS, US_PER_SECOND } from '@millwright/model/time.ts'

/** Turns moments into the local time of a time zone and back, by the rules that the JavaScript engine knows (IANA tz database). */
export class ZoneCalendar {
  readonly #format: Intl.DateTimeFormat

  /** Throws a RangeError for an unknown zone; see {@link isTimeZone}. */
  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      calendar: 'gregory',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  }

  /** How far local time is ahead of UTC at this moment. */
  offsetUs(timeUs: number): number {
    const ms = Math.floor(timeUs / US_PER_SECOND) * 1_000
    const parts: Record<string, number> = {}
    for (const { type, value } of this.#format.formatToParts(ms)) parts[type] = Number(value)
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    return (Date.UTC(year, month - 1, day, hour, minute, second) - ms) * US_PER_MS
  }

  /** What the local clock shows at a moment, as microseconds since 1970-01-01T00:00:00 local. */
  localUs(timeUs: number): number {
    return timeUs + this.offsetUs(timeUs)
  }

  /** The local day of a moment, in days since 1970-01-01. */
  localDay(timeUs: number): number {
    return Math.floor(this.localUs(timeUs) / US_PER_DAY)
  }

  /** The first moment at which the local clock shows `localUs` or, where that is skipped, more. */
  momentOf(localUs: number): number {
    // The offsets half a day before and after bracket any change of the clock near the moment sought.
    const guess = localUs - this.offsetUs(localUs)
    const one = localUs - this.offsetUs(guess - US_PER_DAY / 2)
    const other = localUs - this.offsetUs(guess + US_PER_DAY / 2)
    const early = Math.min(one, other)
    const late = Math.max(one, other)
    if (this.localUs(early) === localUs) return early
    if (this.localUs(late) === localUs) return late
    return this.#firstMomentAtOrAfter(localUs, early, late)
  }

  /** The first moment of a local day. */
  startOfDay(day: number): number {
    return this.momentOf(day * US_PER_DAY)
  }

  /** The change of the clock that skipped `localUs`, found by halving to the second. */
  #firstMomentAtOrAfter(localUs: number, early: number, late: number): number {
    let low = Math.floor(early / US_PER_SECOND)
    let high = Math.ceil(late / US_PER_SECOND)
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (this.localUs(middle * US_PER_SECOND) < localUs) low = middle
      else high = middle
    }
    return high * US_PER_SECOND
  }
}

/** Tells whether `zone` is an IANA time zone that this computer knows. */
export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
