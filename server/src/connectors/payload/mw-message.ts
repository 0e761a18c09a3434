import { severityOf } from '@millwright/model/quality.ts'
import type { SampleBatch, SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import { usToMs } from '@millwright/model/time.ts'
import { MW_PREFIX } from './mw-intake.ts'

/** Where a series is in the namespace. */
export interface SignalPlace {
  readonly assetPath: string
  readonly name: string
  readonly kind: ValueKind
}

/** A message of the unified namespace. */
export interface MwMessage {
  readonly topic: string
  readonly payload: string
}

/** Messages made of one batch, at most; a flood of history is no news, and whoever wants it reads it from history. */
export const MAX_MESSAGES_PER_BATCH = 1_000

interface Growing {
  readonly timeUs: number
  readonly values: Record<string, number | boolean | string | null>
  readonly quality: Record<string, string>
}

/**
 * The `mw/v1/<asset path>` messages that say what a batch of samples says: one for each asset and time, oldest first. Waveforms are left out.
 * Answers also how many samples were left out because there were too many messages.
 */
export function mwMessages(batch: SampleBatch, placeOf: (series: SeriesId) => SignalPlace | undefined): { readonly messages: readonly MwMessage[]; readonly leftOut: number } {
  const moments = new Map<string, Growing>()
  let leftOut = 0
  function add(series: SeriesId, timeUs: number, status: number, valueOf: (kind: ValueKind) => number | boolean | string | null): void {
    const place = placeOf(series)
    if (place === undefined) return
    const key = `${place.assetPath}@${timeUs}`
    let moment = moments.get(key)
    if (moment === undefined) {
      if (moments.size >= MAX_MESSAGES_PER_BATCH) {
        leftOut++
        return
      }
      moment = { timeUs, values: {}, quality: {} }
      moments.set(key, moment)
    }
    moment.values[place.name] = valueOf(place.kind)
    const severity = severityOf(status)
    if (severity !== 'good') moment.quality[place.name] = severity
  }
  const { numbers, texts } = batch
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers.values[i] as number
    add(numbers.series[i] as number, numbers.timesUs[i] as number, numbers.status[i] as number, (kind) => (Number.isNaN(value) ? null : kind === 'boolean' ? value !== 0 : value))
  }
  for (let i = 0; i < texts.length; i++) {
    add(texts.series[i] as number, texts.timesUs[i] as number, texts.status[i] as number, () => texts.values[i] ?? null)
  }
  const messages = [...moments].map(([key, moment]) => ({ topic: `${MW_PREFIX}${key.slice(0, key.lastIndexOf('@'))}`, payload: payloadOf(moment) }))
  return { messages, leftOut }
}

function payloadOf({ timeUs, values, quality }: Growing): string {
  return JSON.stringify({ ts: usToMs(timeUs), values, ...(Object.keys(quality).length === 0 ? {} : { quality }) })
}
