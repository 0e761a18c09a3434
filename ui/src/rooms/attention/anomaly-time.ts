import type { WireAnomaly } from '@millwright/model/wire/anomaly.ts'

const MINUTE_MS = 60_000
const MIN_MARGIN_MS = 30 * MINUTE_MS
const MAX_MARGIN_MS = 24 * 60 * MINUTE_MS
const YEAR_MS = 365 * 24 * 60 * MINUTE_MS
const TEN_YEARS_MS = 10 * YEAR_MS

type Times = Pick<WireAnomaly, 'began' | 'ended' | 'judgedUntil'>

/** How long an anomaly lasted, or has lasted by now or by where judging has got to, in ms. */
export function lengthOf({ began, ended, judgedUntil }: Times, nowMs: number): number {
  return Math.max(0, (ended ?? judgedUntil ?? nowMs) - began)
}

/** What to show around an anomaly: half its length on both sides (half an hour to a day), never what has not happened yet. */
export function rangeAround(anomaly: Times, nowMs: number): { readonly fromMs: number; readonly toMs: number; readonly markMs: number } {
  const margin = Math.min(MAX_MARGIN_MS, Math.max(MIN_MARGIN_MS, lengthOf(anomaly, nowMs) / 2))
  const fromMs = anomaly.began - margin
  // The plant's clock may be ahead of this computer's.
  const endMs = anomaly.ended ?? anomaly.judgedUntil ?? Math.max(nowMs, anomaly.began)
  const toMs = Math.min(endMs + margin, Math.max(nowMs, endMs + MINUTE_MS))
  return { fromMs, toMs, markMs: anomaly.began }
}

/** The time in which one normal minute looks as odd as this, in ms, of years whole ones; undefined beyond ten years, where a number would claim too much. */
export function rarityMs(pValue: number): number | undefined {
  const ms = MINUTE_MS / pValue
  if (ms > TEN_YEARS_MS) return undefined
  return ms < YEAR_MS ? ms : Math.round(ms / YEAR_MS) * YEAR_MS
}
