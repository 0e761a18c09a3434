import { isStorableTime, msToUs, parseIsoTime } from '@millwright/model/time.ts'
import type { Refusal } from '@millwright/model/write-outcome.ts'
import { JsonFlaw, jsonKind, type JsonValue } from './json-value.ts'

const RIGHT = '"ts" is milliseconds since 1970 (fractions allowed) or ISO 8601, such as "2026-03-01T08:30:00.250+08:00"'

/** The time of a message: `ts` in microseconds, or time of arrival where it is missing or null; a refusal when it is no time that can be kept. */
export function messageTime(ts: JsonValue | undefined, receivedUs: number): number | Refusal {
  if (ts === undefined || ts === null) return receivedUs
  if (typeof ts === 'number') return numericTime(ts)
  if (typeof ts === 'string') return textTime(ts)
  if (ts instanceof JsonFlaw) return wrong(`${ts.message}. ${RIGHT}`)
  return wrong(`the time is ${jsonKind(ts)}. ${RIGHT}`)
}

function numericTime(timeMs: number): number | Refusal {
  const timeUs = msToUs(timeMs)
  if (isStorableTime(timeUs)) return timeUs
  if (timeMs < 0) return wrong(`${timeMs} lies before 1970, from which on times are kept. ${RIGHT}`)
  if (timeMs > 1e17) return wrong(`${timeMs} looks like nanoseconds. ${RIGHT}`)
  if (timeMs > 1e14) return wrong(`${timeMs} looks like microseconds. ${RIGHT}`)
  return wrong(`${timeMs} lies after the year 2254, up to which times are kept. ${RIGHT}`)
}

function textTime(text: string): number | Refusal {
  const timeUs = parseIsoTime(text)
  if (timeUs === undefined) return wrong(`"${text.slice(0, 60)}" is not a time. ${RIGHT}`)
  if (!isStorableTime(timeUs)) return wrong(`"${text.slice(0, 60)}" lies outside the years 1970 to 2254, in which times are kept`)
  return timeUs
}

function wrong(message: string): Refusal {
  return { code: 'TIME_INVALID', message }
}
