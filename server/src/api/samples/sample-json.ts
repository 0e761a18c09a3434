import { severityOf, type StatusCode } from '@millwright/model/quality.ts'
import type { ValueKind } from '@millwright/model/sample-batch.ts'
import { usToMs } from '@millwright/model/time.ts'
import type { WireAggregates, WireSamples } from '@millwright/model/wire/samples.ts'
import type { Block } from '../../historian/historian.ts'
import { writeCursor } from './cursor.ts'
import type { BucketPage, SamplePage } from './sample-pages.ts'
import type { BucketShape } from './sample-request.ts'

export type WireValue = number | boolean | string | null

/** A value as JSON has it: booleans as such, "no value" as null. */
export function wireValue(kind: ValueKind, value: number | string | null): WireValue {
  if (typeof value !== 'number') return value
  if (Number.isNaN(value)) return null
  if (kind === 'boolean') return value !== 0
  // JSON has no infinities; they travel as text, so that they are not taken for "no value".
  return Number.isFinite(value) ? value : String(value)
}

/** A status code as a word, or as it is. */
export function wireQuality(status: StatusCode, form: 'word' | 'code'): string | number {
  return form === 'word' ? severityOf(status) : status
}

/** A page of samples in its wire form. */
export function samplesJson(signal: string, kind: ValueKind, { block, rest }: SamplePage, quality: 'word' | 'code'): WireSamples {
  return {
    signal,
    times: Array.from(block.timesUs, usToMs),
    values: wireValues(kind, block.values),
    qualities: Array.from(block.status, (status) => wireQuality(status, quality)),
    next: rest === undefined ? null : writeCursor(rest.fromUs, rest.toUs),
  }
}

function wireValues(kind: ValueKind, values: Block['values']): WireValue[] {
  return values instanceof Float64Array ? Array.from<number, WireValue>(values, (value) => wireValue(kind, value)) : [...values]
}

/** A page of buckets in its wire form. */
export function bucketsJson(signal: string, shape: BucketShape, { buckets, rest }: BucketPage): WireAggregates {
  const aggregates: Record<string, (number | null)[]> = {}
  for (const name of shape.aggregates) {
    aggregates[name] = Array.from<number, number | null>(buckets.columns[name] ?? [], (value) => (Number.isFinite(value) ? value : null))
  }
  return {
    signal,
    every: shape.every.text,
    timezone: shape.zone,
    times: Array.from(buckets.startsUs, usToMs),
    aggregates,
    next: rest === undefined ? null : writeCursor(rest.fromUs, rest.toUs),
  }
}
