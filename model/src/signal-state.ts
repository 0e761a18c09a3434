import { severityOf, type Severity, type StatusCode } from './quality.ts'

/**
 * What is to be said of a signal at a glance, worst first. `bad`: its source says that the value is unusable. `outside`: beyond its expected
 * range. `uncertain`: its source doubts it, or its gateway died. `stale`: nothing of its asset came for some time. `silent`: it never had a
 * value. Only the first three need a look at the machine; the next two at what connects it.
 */
export const SIGNAL_STATES = ['bad', 'outside', 'uncertain', 'stale', 'silent', 'normal'] as const
export type SignalState = (typeof SIGNAL_STATES)[number]

/** An asset of which nothing came for so long is stale. */
export const STALE_AFTER_SECONDS = 300

/** State of a signal that has a value. `isQuiet` tells that nothing of its asset came for {@link STALE_AFTER_SECONDS}. */
export function signalState(sample: { readonly severity: Severity; readonly value: unknown; readonly low?: number | undefined; readonly high?: number | undefined; readonly isQuiet: boolean }): SignalState {
  const { severity, value, low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY, isQuiet } = sample
  if (severity === 'bad') return 'bad'
  if (typeof value === 'number' && (value < low || value > high)) return 'outside'
  if (severity === 'uncertain') return 'uncertain'
  return isQuiet ? 'stale' : 'normal'
}

/** The same for columns: place in {@link SIGNAL_STATES}. `low` and `high` are NaN where there is no limit, `value` where it is no number. */
export function signalStateIndex(status: StatusCode, value: number, low: number, high: number, isQuiet: boolean): number {
  const severity = severityOf(status)
  if (severity === 'bad') return 0
  if (value < low || value > high) return 1
  if (severity === 'uncertain') return 2
  return isQuiet ? 3 : 5
}
