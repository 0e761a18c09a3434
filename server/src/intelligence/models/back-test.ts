import { US_PER_DAY, US_PER_SECOND } from '@millwright/model/time.ts'
import type { WireBackTest } from '@millwright/model/wire/ai-model.ts'
import type { ToldAnomaly } from './rehearsal.ts'

/** An event that people confirmed, or a range in which whatever is told counts neither way. */
export interface KnownEvent {
  readonly kind: 'fault' | 'planned' | 'normal'
  readonly fromUs: number
  readonly toUs: number
}

/**
 * Measures what a model told against what people know: recall of events, false alarms per day, delay after the beginning and lead before the end of the event
 * (medians, in seconds). Only what lies in the judged range counts. Never point-adjusted (Kim et al., AAAI 2022).
 */
export function backTest(told: readonly ToldAnomaly[], known: readonly KnownEvent[], judged: { readonly fromUs: number; readonly toUs: number }): WireBackTest {
  const overlaps = (anomaly: ToldAnomaly, event: KnownEvent) => anomaly.detectedUs <= event.toUs && (anomaly.endedUs ?? judged.toUs) >= event.fromUs
  const events = merged(known.filter(({ kind, fromUs, toUs }) => kind === 'fault' && toUs > judged.fromUs && fromUs < judged.toUs))
  const excused = known.filter(({ kind }) => kind !== 'normal')
  const delays: number[] = []
  const leads: number[] = []
  for (const event of events) {
    const first = told.find((anomaly) => overlaps(anomaly, event))
    if (first === undefined) continue
    delays.push((first.detectedUs - event.fromUs) / US_PER_SECOND)
    leads.push((event.toUs - first.detectedUs) / US_PER_SECOND)
  }
  const falseAlarms = told.filter((anomaly) => !excused.some((event) => overlaps(anomaly, event))).length
  const days = Math.max(0, judged.toUs - judged.fromUs) / US_PER_DAY
  return {
    events: events.length,
    found: delays.length,
    recall: events.length === 0 ? null : delays.length / events.length,
    falseAlarms,
    falseAlarmsPerDay: days === 0 ? null : falseAlarms / days,
    delaySeconds: median(delays),
    leadSeconds: median(leads),
    judgedDays: days,
  }
}

/** Several people's labels of one fault are one event, from the first beginning to the last end. */
function merged(events: readonly KnownEvent[]): KnownEvent[] {
  const apart: KnownEvent[] = []
  for (const event of events.toSorted((a, b) => a.fromUs - b.fromUs)) {
    const last = apart.at(-1)
    if (last === undefined || event.fromUs > last.toUs) apart.push(event)
    else apart[apart.length - 1] = { ...last, toUs: Math.max(last.toUs, event.toUs) }
  }
  return apart
}

function median(values: number[]): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[middle]]
  return (low + high) / 2
}
