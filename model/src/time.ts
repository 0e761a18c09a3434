/**
 * Time as Millwright keeps it: integer microseconds since the Unix epoch, UTC, in a JS `number`
 * (exact until the year 2255; the same unit as DuckDB's TIMESTAMP).
 */
export const US_PER_MS = 1_000
export const US_PER_SECOND = 1_000_000
export const US_PER_MINUTE = 60 * US_PER_SECOND
export const US_PER_HOUR = 60 * US_PER_MINUTE
export const US_PER_DAY = 24 * US_PER_HOUR

/** The first time that a sample may carry: 1970-01-01T00:00:00Z. */
export const MIN_TIME_US = 0
/** The last time that a sample may carry: 2255-01-01T00:00:00Z; beyond it microseconds are not exact. */
export const MAX_TIME_US = Date.UTC(2255, 0, 1) * US_PER_MS

/** How far a device's clock may run ahead of ours before its samples are flagged (design, section 3). */
export const AHEAD_LIMIT_US = 10 * US_PER_MINUTE

/** Tells whether `timeUs` can be stored: an integer between {@link MIN_TIME_US} and {@link MAX_TIME_US}. */
export function isStorableTime(timeUs: number): boolean {
  return timeUs >= MIN_TIME_US && timeUs < MAX_TIME_US && Number.isInteger(timeUs)
}

/** Milliseconds (fractions allowed) to the nearest microsecond. */
export function msToUs(timeMs: number): number {
  return Math.round(timeMs * US_PER_MS)
}

/** Microseconds to milliseconds, with the fraction kept. */
export function usToMs(timeUs: number): number {
  return timeUs / US_PER_MS
}

// Year-month-day, then optionally a time with up to nine fraction digits and a zone (ISO 8601, extended format).
const ISO_8601 =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/

/**
 * Reads an ISO 8601 date or date-time in extended format, exact to the microsecond (further digits are cut).
 * A time without a zone is read as UTC. Returns `undefined` for anything else, including dates that do not exist.
 */
export function parseIsoTime(text: string): number | undefined {
  const match = ISO_8601.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match
  const dateMs = Date.UTC(Number(year), Number(month) - 1, Number(day))
  const date = new Date(dateMs)
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  const offset = zoneOffsetMinutes(zone)
  if (offset === undefined) return undefined
  const clockUs = (Number(hour) * 60 + Number(minute) - offset) * US_PER_MINUTE + Number(second) * US_PER_SECOND
  return dateMs * US_PER_MS + clockUs + Number(fraction.padEnd(6, '0').slice(0, 6))
}

function zoneOffsetMinutes(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0
  const digits = zone.slice(1).replace(':', '')
  const hours = Number(digits.slice(0, 2))
  const minutes = Number(digits.slice(2) || '0')
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

/** ISO 8601 in UTC, with six fraction digits where the microseconds are not whole milliseconds. */
export function formatIsoTime(timeUs: number): string {
  const ms = Math.floor(timeUs / US_PER_MS)
  const rest = timeUs - ms * US_PER_MS
  const text = new Date(ms).toISOString()
  return rest === 0 ? text : `${text.slice(0, -1)}${String(rest).padStart(3, '0')}Z`
}
