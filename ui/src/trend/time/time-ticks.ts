import { localMs, momentOf } from './zone-time.ts'
import type { TimeWindow } from './time-window.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Distance of ticks: by the clock up to half a day, then by the calendar. */
type Step = { readonly kind: 'clock'; readonly ms: number } | { readonly kind: 'days' | 'months'; readonly count: number; readonly ms: number }

const clock = (ms: number): Step => ({ kind: 'clock', ms })
const days = (count: number): Step => ({ kind: 'days', count, ms: count * DAY })
const months = (count: number): Step => ({ kind: 'months', count, ms: count * 30.44 * DAY })
const STEPS: readonly Step[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map(clock),
  ...[1, 2, 5, 10, 15, 30].map((count) => clock(count * SECOND)),
  ...[1, 2, 5, 10, 15, 30].map((count) => clock(count * MINUTE)),
  ...[1, 2, 3, 6, 12].map((count) => clock(count * HOUR)),
  ...[1, 2, 7, 14].map(days),
  ...[1, 2, 3, 6, 12, 24, 60, 120].map(months),
]

export interface TimeTick {
  readonly timeMs: number
  readonly label: string
}

/** A stretch that several ticks share, such as a day: its label stays in sight while any of it is. */
export interface TimeContext {
  readonly fromMs: number
  readonly label: string
}

export interface TimeAxis {
  readonly ticks: readonly TimeTick[]
  readonly contexts: readonly TimeContext[]
}

/** Ticks at round times of the zone's clock, at least `minGapPx` apart, and the days, months or years that they lie in. */
export function timeAxis(window: TimeWindow, widthPx: number, options: { readonly zone: string; readonly locale: string; readonly minGapPx?: number }): TimeAxis {
  const { zone, locale, minGapPx = 76 } = options
  const span = window.toMs - window.fromMs
  const wanted = (span * minGapPx) / Math.max(1, widthPx)
  const step = STEPS.find(({ ms }) => ms >= wanted) ?? months(240)
  const label = labelOf(step, zone, locale)
  const ticks = tickTimes(window, step, zone).map((timeMs) => ({ timeMs, label: label(timeMs) }))
  return { ticks, contexts: contextsOf(window, step, zone, locale) }
}

function tickTimes(window: TimeWindow, step: Step, zone: string): number[] {
  if (step.kind !== 'clock') return calendarTimes(window, step, zone)
  const times: number[] = []
  // Whatever the offset, round clock times up to 15 minutes are round in UTC too; longer ones are looked for among quarters.
  const grid = step.ms <= 15 * MINUTE ? step.ms : 15 * MINUTE
  for (let timeMs = Math.ceil(window.fromMs / grid) * grid; timeMs <= window.toMs; timeMs += grid) {
    if (grid !== step.ms && localMs(timeMs, zone) % step.ms !== 0) continue
    const previous = times.at(-1)
    // The hour that the clock shows twice gets two ticks only where there is room.
    if (previous === undefined || timeMs - previous > step.ms / 2) times.push(timeMs)
  }
  return times
}

const FIRST_MONDAY = 4

function calendarTimes(window: TimeWindow, step: Exclude<Step, { kind: 'clock' }>, zone: string): number[] {
  const times: number[] = []
  const add = (local: number) => {
    const timeMs = momentOf(local, zone)
    if (timeMs >= window.fromMs && timeMs <= window.toMs) times.push(timeMs)
  }
  const from = localMs(window.fromMs, zone)
  const to = localMs(window.toMs, zone) + DAY
  if (step.kind === 'days') {
    const first = Math.floor((Math.floor(from / DAY) - FIRST_MONDAY) / step.count) * step.count + FIRST_MONDAY
    for (let day = first; day * DAY <= to; day += step.count) add(day * DAY)
    return times
  }
  const date = new Date(from)
  const first = Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / step.count) * step.count
  for (let month = first; ; month += step.count) {
    const local = Date.UTC(Math.floor(month / 12), month % 12, 1)
    if (local > to) return times
    add(local)
  }
}

const formats = new Map<string, Intl.DateTimeFormat>()
function formatter(locale: string, zone: string, options: Intl.DateTimeFormatOptions): (timeMs: number) => string {
  const key = `${locale} ${zone} ${JSON.stringify(options)}`
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, { timeZone: zone, ...options })
  formats.set(key, format)
  return (timeMs) => format.format(timeMs)
}

function labelOf(step: Step, zone: string, locale: string): (timeMs: number) => string {
  if (step.kind === 'clock') {
    const base = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
    if (step.ms >= MINUTE) return formatter(locale, zone, base)
    const seconds = formatter(locale, zone, { ...base, second: '2-digit' })
    if (step.ms >= SECOND) return seconds
    return (timeMs) => `${seconds(timeMs)}.${String(Math.floor(timeMs) % 1_000).padStart(3, '0')}`
  }
  if (step.kind === 'days') return formatter(locale, zone, locale.startsWith('zh') ? { day: 'numeric' } : { day: 'numeric', month: 'short' })
  return step.count >= 12 ? formatter(locale, zone, { year: 'numeric' }) : formatter(locale, zone, { month: 'short' })
}

function contextsOf(window: TimeWindow, step: Step, zone: string, locale: string): TimeContext[] {
  if (step.kind === 'months' && step.count >= 12) return []
  const kind: Exclude<Step, { kind: 'clock' }> = step.kind === 'clock' ? { kind: 'days', count: 1, ms: DAY } : step.kind === 'days' ? { kind: 'months', count: 1, ms: DAY } : { kind: 'months', count: 12, ms: DAY }
  const format =
    step.kind === 'clock'
      ? formatter(locale, zone, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })
      : formatter(locale, zone, step.kind === 'days' ? { month: 'long', year: 'numeric' } : { year: 'numeric' })
  const starts = calendarTimes(window, kind, zone)
  return [window.fromMs, ...starts.filter((timeMs) => timeMs > window.fromMs)].map((fromMs) => ({ fromMs, label: format(fromMs) }))
}
