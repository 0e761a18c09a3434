import { MAX_TIME_US, MIN_TIME_US, US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_MS, US_PER_SECOND, msToUs, parseIsoTime } from '@millwright/model/time.ts'

/** A time that was read, or what would be right. */
export type TimeRead = { readonly timeUs: number } | { readonly problem: string }

/** What a time may look like, for messages. */
export const TIME_FORMS = 'ISO 8601 (2026-01-31T08:00:00Z), milliseconds since the epoch, or relative to now (-1h, -90s, -7d, now)'

const RELATIVE = /^(?:now)?([+-])(\d{1,12})(ms|s|m|h|d|w)$/
const MILLISECONDS = /^\d{1,16}(?:\.\d{1,6})?$/

const UNIT_US: Readonly<Record<string, number>> = {
  ms: US_PER_MS,
  s: US_PER_SECOND,
  m: US_PER_MINUTE,
  h: US_PER_HOUR,
  d: US_PER_DAY,
  w: 7 * US_PER_DAY,
}

/** Reads a time of a query: {@link TIME_FORMS}. ISO times without a zone are UTC. */
export function readTime(text: string, nowUs: number): TimeRead {
  const timeUs = timeOf(text.trim(), nowUs)
  if (timeUs === undefined) return { problem: `expected ${TIME_FORMS}, got "${text.slice(0, 60)}"` }
  if (timeUs < MIN_TIME_US || timeUs > MAX_TIME_US) return { problem: `a time must lie between 1970 and 2255, got "${text.slice(0, 60)}"` }
  return { timeUs }
}

function timeOf(text: string, nowUs: number): number | undefined {
  if (text === 'now') return nowUs
  if (MILLISECONDS.test(text)) return msToUs(Number(text))
  const relative = RELATIVE.exec(text)
  if (relative === null) return parseIsoTime(text)
  const [, sign, count, unit = ''] = relative
  const spanUs = Number(count) * (UNIT_US[unit] ?? Number.NaN)
  return sign === '-' ? Math.max(MIN_TIME_US, nowUs - spanUs) : nowUs + spanUs
}
