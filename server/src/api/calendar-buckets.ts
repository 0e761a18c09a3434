import { MAX_TIME_US, US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_MS, US_PER_SECOND } from '@millwright/model/time.ts'
import { ZoneCalendar } from './zone-calendar.ts'

/** A span of buckets: of a length up to hours, or of the calendar from days up. */
export type Every =
  | { readonly kind: 'clock'; readonly us: number; readonly text: string }
  | { readonly kind: 'days'; readonly count: number; readonly text: string }
  | { readonly kind: 'months'; readonly count: number; readonly text: string }

/** What a span may look like, for messages. */
export const EVERY_FORMS = 'a span such as 500ms, 10s, 1m, 15m, 1h, 8h, 1d, 1w, 1mo or 1y'

const SPAN = /^(\d{1,6})(ms|s|m|h|d|w|mo|y)$/
const CLOCK_US: Readonly<Record<string, number>> = { ms: US_PER_MS, s: US_PER_SECOND, m: US_PER_MINUTE, h: US_PER_HOUR }

/** Reads a bucket span; undefined when it is none. */
export function readEvery(text: string): Every | undefined {
  const match = SPAN.exec(text)
  const count = Number(match?.[1])
  const unit = match?.[2] ?? ''
  if (match === null || count === 0) return undefined
  const us = CLOCK_US[unit]
  if (us !== undefined) return { kind: 'clock', us: count * us, text }
  if (unit === 'd') return { kind: 'days', count, text }
  if (unit === 'w') return { kind: 'days', count: 7 * count, text }
  return { kind: 'months', count: unit === 'y' ? 12 * count : count, text }
}

interface Range {
  readonly fromUs: number
  readonly toUs: number
}

/**
 * The edges of the buckets that cover `[fromUs, toUs)`: each bucket lies between two successive edges, the first begins at or before
 * `fromUs`. At most `maxBuckets` of them, so the last edge may lie before `toUs`; the next page begins there and meets the same edges.
 *
 * - Days begin at local midnight (or, where the clock skips it, at the first moment of the day), so a day has 23 or 25 hours when the
 *   clock changes. Weeks begin on Monday (ISO 8601). Spans of several days are counted from Monday 1970-01-05, of months from January 1970.
 * - Spans that divide a day begin anew at each local midnight. On a day on which the clock changes, those of up to an hour keep their
 *   length (25 buckets of an hour), longer ones keep to the local clock (shifts of 8 h begin at 0, 8 and 16 o'clock; one is 7 or 9 h long).
 * - Other spans (7m, 36h) are counted from 1970-01-01T00:00Z.
 */
export function bucketEdges(range: Range, every: Every, zone: string, maxBuckets: number): Float64Array {
  const edges: number[] = []
  for (const edge of edgesFrom(range.fromUs, every, new ZoneCalendar(zone))) {
    const timeUs = Math.min(Math.max(0, edge), MAX_TIME_US)
    // A day that a zone skipped at the date line is an empty bucket, and falls out here.
    if (timeUs === edges.at(-1)) {
      if (timeUs === MAX_TIME_US) break
      continue
    }
    edges.push(timeUs)
    if (timeUs >= range.toUs || edges.length > maxBuckets) break
  }
  return Float64Array.from(edges)
}

/** Edges without end, beginning with the last one at or before `fromUs`. */
function edgesFrom(fromUs: number, every: Every, calendar: ZoneCalendar): Generator<number> {
  if (every.kind === 'days') return dayEdges(fromUs, every.count, calendar)
  if (every.kind === 'months') return monthEdges(fromUs, every.count, calendar)
  // All offsets in use are whole quarters of an hour, so spans that divide one are the same in every zone.
  const isZoned = US_PER_DAY % every.us === 0 && (15 * US_PER_MINUTE) % every.us !== 0
  return isZoned ? clockEdges(fromUs, every.us, calendar) : evenEdges(fromUs, every.us)
}

function* evenEdges(fromUs: number, stepUs: number): Generator<number> {
  for (let edge = Math.floor(fromUs / stepUs) * stepUs; ; edge += stepUs) yield edge
}

function* clockEdges(fromUs: number, stepUs: number, calendar: ZoneCalendar): Generator<number> {
  let held: number | undefined
  for (const edge of everyDaysClockEdges(calendar.localDay(fromUs), stepUs, calendar)) {
    if (edge > fromUs && held !== undefined) yield held
    held = edge
  }
}

function* everyDaysClockEdges(firstDay: number, stepUs: number, calendar: ZoneCalendar): Generator<number> {
  let start = calendar.startOfDay(firstDay)
  for (let day = firstDay; ; day++) {
    const end = calendar.startOfDay(day + 1)
    const keepsLength = end - start === US_PER_DAY || stepUs <= US_PER_HOUR
    for (let stepped = 0; stepped < (keepsLength ? end - start : US_PER_DAY); stepped += stepUs) {
      yield keepsLength ? start + stepped : stepped === 0 ? start : calendar.momentOf(day * US_PER_DAY + stepped)
    }
    start = end
  }
}

/** 1970-01-05, a Monday, in days since the epoch. */
const FIRST_MONDAY = 4

function* dayEdges(fromUs: number, count: number, calendar: ZoneCalendar): Generator<number> {
  const first = Math.floor((calendar.localDay(fromUs) - FIRST_MONDAY) / count) * count + FIRST_MONDAY
  for (let day = first; ; day += count) yield calendar.startOfDay(day)
}

function* monthEdges(fromUs: number, count: number, calendar: ZoneCalendar): Generator<number> {
  const local = new Date(calendar.localUs(fromUs) / US_PER_MS)
  const month = (local.getUTCFullYear() - 1970) * 12 + local.getUTCMonth()
  for (let next = Math.floor(month / count) * count; ; next += count) {
    yield calendar.momentOf(Date.UTC(1970, next, 1) * US_PER_MS)
  }
}
