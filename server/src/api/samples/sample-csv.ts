import { formatIsoTime } from '@millwright/model/time.ts'
import type { ApiHistory } from '../api-parts.ts'
import type { PlacedSignal } from '../plant-names.ts'
import { wireQuality, wireValue } from './sample-json.ts'
import { readBucketPage, readSamplePage } from './sample-pages.ts'
import type { BucketShape, SampleRequest } from './sample-request.ts'

/** Rows that are read and written at a time: the most that an export holds in memory. */
const PAGE_ROWS = 20_000

export interface CsvQuestion {
  readonly history: ApiHistory
  readonly signals: readonly PlacedSignal[]
  readonly request: SampleRequest
  /** With the signal's path as first column. */
  readonly named: boolean
}

/**
 * Samples or buckets as CSV (RFC 4180): a header row, times in ISO 8601, one row per sample or bucket, signal after signal.
 * Pages are read as fast as they are taken, so the size of an export does not matter.
 */
export async function* csvRows({ history, signals, request, named }: CsvQuestion): AsyncGenerator<string> {
  const { shape } = request
  const columns = shape.kind === 'buckets' ? ['time', ...shape.aggregates] : ['time', 'value', 'quality']
  yield `${(named ? ['signal', ...columns] : columns).join(',')}\r\n`
  for (const placed of signals) {
    const prefix = named ? `${csvField(placed.path)},` : ''
    yield* shape.kind === 'buckets' ? bucketRows(history, placed, request, shape, prefix) : sampleRows(history, placed, request, prefix)
  }
}

async function* sampleRows(history: ApiHistory, placed: PlacedSignal, request: SampleRequest, prefix: string): AsyncGenerator<string> {
  const { kind } = placed.signal
  let left = request.limit ?? Number.POSITIVE_INFINITY
  let range: { readonly fromUs: number; readonly toUs: number } | undefined = request
  while (range !== undefined && left > 0) {
    const page = await readSamplePage(history, placed, { ...request, ...range }, Math.min(left, PAGE_ROWS))
    const { timesUs, values, status } = page.block
    let text = ''
    for (let i = 0; i < timesUs.length; i++) {
      const value = wireValue(kind, values[i] ?? null)
      const shown = value === null ? '' : typeof value === 'string' ? csvField(value) : String(value)
      text += `${prefix}${formatIsoTime(timesUs[i] as number)},${shown},${wireQuality(status[i] as number, request.quality)}\r\n`
    }
    if (text !== '') yield text
    left -= timesUs.length
    range = page.rest
  }
}

async function* bucketRows(history: ApiHistory, placed: PlacedSignal, request: SampleRequest, shape: BucketShape, prefix: string): AsyncGenerator<string> {
  let left = request.limit ?? Number.POSITIVE_INFINITY
  let range: { readonly fromUs: number; readonly toUs: number } | undefined = request
  while (range !== undefined && left > 0) {
    const page = await readBucketPage(history, placed, { ...request, ...range }, shape, Math.min(left, PAGE_ROWS))
    const { startsUs, columns } = page.buckets
    let text = ''
    for (let i = 0; i < startsUs.length; i++) {
      const cells = shape.aggregates.map((name) => cell(columns[name]?.[i]))
      text += `${prefix}${formatIsoTime(startsUs[i] as number)},${cells.join(',')}\r\n`
    }
    if (text !== '') yield text
    left -= startsUs.length
    range = page.rest
  }
}

function cell(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : String(value)
}

/** A text as a field: quoted where it must be (RFC 4180, 2.5 to 2.7), and where it is empty, to tell it from "no value". */
export function csvField(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
