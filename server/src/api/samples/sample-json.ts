import { severityOf, type StatusCode } from '@millwright/model/quality.ts'
import type { ValueKind } from '@millwright/model/sample-batch.ts'
import { usToMs } from '@millwright/model/time.ts'
import { writeCursor } from './cursor.ts'
import type { JsonColumn, JsonPart } from './json-pieces.ts'
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

/** A page of samples in its wire form (`WireSamples`). */
export function samplesJson(signal: string, kind: ValueKind, { block, rest }: SamplePage, quality: 'word' | 'code'): JsonPart[] {
  const { timesUs, values, status } = block
  return [
    `{"signal":${JSON.stringify(signal)},"times":`,
    times(timesUs),
    ',"values":',
    { length: timesUs.length, text: (index) => JSON.stringify(wireValue(kind, values[index] ?? null)) },
    ',"qualities":',
    { length: status.length, text: (index) => JSON.stringify(wireQuality(status[index] as number, quality)) },
    `,"next":${JSON.stringify(rest === undefined ? null : writeCursor(rest.fromUs, rest.toUs))}}`,
  ]
}

/** A page of buckets in its wire form (`WireAggregates`). */
export function bucketsJson(signal: string, shape: BucketShape, { buckets, rest }: BucketPage): JsonPart[] {
  const head = { signal, every: shape.every.text, timezone: shape.zone }
  return [
    `${JSON.stringify(head).slice(0, -1)},"times":`,
    times(buckets.startsUs),
    ',"aggregates":{',
    ...shape.aggregates.flatMap((name, index): JsonPart[] => {
      const column = buckets.columns[name] ?? new Float64Array()
      return [`${index === 0 ? '' : ','}${JSON.stringify(name)}:`, { length: column.length, text: (at) => finite(column[at] as number) }]
    }),
    `},"next":${JSON.stringify(rest === undefined ? null : writeCursor(rest.fromUs, rest.toUs))}}`,
  ]
}

function times(timesUs: Float64Array): JsonColumn {
  return { length: timesUs.length, text: (index) => String(usToMs(timesUs[index] as number)) }
}

function finite(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null'
}
