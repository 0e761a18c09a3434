import { formatIsoTime } from '@millwright/model/time.ts'
import type { ApiHistory } from '../api-parts.ts'
import type { PlacedSignal } from '../plant-names.ts'
import { letOthers } from './json-pieces.ts'
import { wireQuality, wireValue } from './sample-json.ts'
import { readBucketPage, readFirstPages, readSamplePage, type SamplePage } from './sample-pages.ts'
import type { BucketShape, SampleRequest } from './sample-request.ts'

/** Rows that are read and written at a time: the most that an export holds in memory. */
const PAGE_ROWS = 20_000

/** Rows that are written before the thread is let go, about a millisecond. */
const SLICE_ROWS = 2_000

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
  if (shape.kind === 'buckets') for (const placed of signals) yield* bucketRows(history, placed, request, shape, prefixOf(placed, named))
  else yield* sampleRows({ history, signals, request, named })
}

async function* sampleRows({ history, signals, request, named }: CsvQuestion): AsyncGenerator<string> {
  const most = request.limit ?? Number.POSITIVE_INFINITY
  for await (const [placed, first] of readFirstPages(history, signals, request, { limit: Math.min(most, PAGE_ROWS), together: PAGE_ROWS })) {
    let left = most
    for (let page = first; ; ) {
      yield* rowTexts(placed, page, request, prefixOf(placed, named))
      left -= page.block.timesUs.length
      if (page.rest === undefined || left <= 0) break
      page = await readSamplePage(history, placed, { ...request, ...page.rest }, Math.min(left, PAGE_ROWS))
    }
  }
}

async function* rowTexts({ signal: { kind } }: PlacedSignal, { block: { timesUs, values, status } }: SamplePage, { quality }: SampleRequest, prefix: string): AsyncGenerator<string> {
  let text = ''
  for (let i = 0; i < timesUs.length; i++) {
    const value = wireValue(kind, values[i] ?? null)
    const shown = value === null ? '' : typeof value === 'string' ? csvField(value) : String(value)
    text += `${prefix}${formatIsoTime(timesUs[i] as number)},${shown},${wireQuality(status[i] as number, quality)}\r\n`
    if ((i + 1) % SLICE_ROWS !== 0) continue
    yield text
    text = ''
    await letOthers()
  }
  if (text !== '') yield text
}

function prefixOf(placed: PlacedSignal, named: boolean): string {
  return named ? `${csvField(placed.path)},` : ''
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
