/** Clock time in a zone, by the browser's own time zone data (ECMA-402). */

const MINUTE = 60_000
const formats = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, Map<number, number>>()
/** Offsets change on whole quarters of an hour, so one look per quarter is enough. */
const QUARTER = 15 * MINUTE
const MAX_REMEMBERED = 20_000

function formatFor(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' })
    formats.set(zone, format)
  }
  return format
}

/** How far the zone's clock is ahead of UTC at a moment, in ms. */
export function offsetMs(timeMs: number, zone: string): number {
  const quarter = Math.floor(timeMs / QUARTER)
  let known = offsets.get(zone)
  if (known === undefined || known.size > MAX_REMEMBERED) offsets.set(zone, (known = new Map()))
  const remembered = known.get(quarter)
  if (remembered !== undefined) return remembered
  const parts: Record<string, number> = {}
  for (const { type, value } of formatFor(zone).formatToParts(quarter * QUARTER)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  // Offsets before railway time had odd seconds; whole minutes are what a chart needs.
  const offset = Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - quarter * QUARTER) / MINUTE) * MINUTE
  known.set(quarter, offset)
  return offset
}

/** What the zone's clock shows, as if it were UTC. */
export function localMs(timeMs: number, zone: string): number {
  return timeMs + offsetMs(timeMs, zone)
}

/** The moment at which the zone's clock shows `local`: the first one where it does so twice, the moment of the jump where it never does. */
export function momentOf(local: number, zone: string): number {
  const before = local - offsetMs(local - 86_400_000, zone)
  const after = local - offsetMs(local + 86_400_000, zone)
  const early = Math.min(before, after)
  const late = Math.max(before, after)
  if (localMs(early, zone) === local) return early
  if (localMs(late, zone) === local) return late
  // Skipped by the clock: the first moment after the jump lies between the two.
  let low = early
  let high = late
  while (high - low > MINUTE) {
    const middle = low + Math.floor((high - low) / 2 / MINUTE) * MINUTE
    if (localMs(middle, zone) < local) low = middle
    else high = middle
  }
  return high
}

/** The moment whose clock time lies `days` calendar days away: a day on which the clock changes has 23 or 25 hours. */
export function shiftedByDays(timeMs: number, days: number, zone: string): number {
  return momentOf(localMs(timeMs, zone) + days * 86_400_000, zone)
}

/** `UTC+8`, `UTC−3:30`. */
export function offsetLabel(offset: number): string {
  const minutes = Math.abs(offset) / MINUTE
  const rest = minutes % 60
  return `UTC${offset < 0 ? '−' : '+'}${Math.floor(minutes / 60)}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`
}

/** A moment as an input of type `datetime-local` has it, to the second. */
export function toLocalInput(timeMs: number, zone: string): string {
  return new Date(localMs(timeMs, zone)).toISOString().slice(0, 19)
}

/** The moment that such an input means; undefined when it means none. */
export function fromLocalInput(text: string, zone: string): number | undefined {
  const local = Date.parse(`${text}${text.length === 16 ? ':00' : ''}Z`)
  return Number.isNaN(local) ? undefined : momentOf(local, zone)
}
