import type { WireAnomaly } from '@millwright/model/wire/anomaly.ts'

export interface ToldTally {
  readonly told: number
  /** Said to be wrong, be it planned work or known before. */
  readonly real: number
  readonly notReal: number
  readonly unjudged: number
}

/** What was told and what people said of it; what was held back because people had quieted it was not told. */
export function tallyOf(anomalies: readonly Pick<WireAnomaly, 'verdict' | 'isQuieted'>[]): ToldTally {
  const told = anomalies.filter(({ verdict, isQuieted }) => !isQuieted || verdict !== null)
  const notReal = told.filter(({ verdict }) => verdict === 'not_real').length
  const unjudged = told.filter(({ verdict }) => verdict === null).length
  return { told: told.length, real: told.length - notReal - unjudged, notReal, unjudged }
}

/** How many false alarms are put up with in a time: the setting, over its weeks. */
export function allowedIn(spanMs: number, alarmsPerWeek: number): number {
  return Math.round((spanMs / (7 * 86_400_000)) * alarmsPerWeek * 10) / 10
}
