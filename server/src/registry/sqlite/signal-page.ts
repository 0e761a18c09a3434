import type { ValueKind, SeriesId } from '@millwright/model/sample-batch.ts'
import type { Signal } from '@millwright/model/signal.ts'
import type { SignalColumns, SignalShape } from '../registry.ts'
import { Dictionary } from './dictionary.ts'
import { JsonColumns } from './json-columns.ts'
import { PAGE_IDS } from './schema.ts'

const MAX_VALUE = 2 ** 32
const KINDS: ReadonlySet<unknown> = new Set<ValueKind>(['number', 'boolean', 'text', 'waveform'])
const TEXTS: ReadonlySet<string> = new Set(['name', 'unit', 'description'])
const NUMBERS: ReadonlySet<string> = new Set(['low', 'high', 'deadband', 'retentionDays'])

/** The signals of a page by series. */
export type SignalPage = Map<SeriesId, Signal>

/** A page as the text that is stored. */
export function encodeSignalPage(page: SignalPage): string {
  const shapes = new Dictionary<SignalShape>((shape) => JSON.stringify(shape))
  const rows = [...page.values()].sort((a, b) => a.series - b.series)
  const shape = rows.map((signal) => shapes.indexOf(shapeOf(signal)))
  return JSON.stringify({ series: rows.map(({ series }) => series), assets: rows.map(({ asset }) => asset), shape, shapes: shapes.values })
}

/** The columns of a stored page. Throws CORRUPT_FILE. */
export function signalColumnsOf(json: string, page: number): SignalColumns {
  const columns = new JsonColumns(json, whereOfSignals(page))
  const series = columns.integers('series', MAX_VALUE)
  const shapes = columns.values('shapes', isShape)
  return { series, assets: columns.integers('assets', MAX_VALUE, series.length), shape: columns.integers('shape', shapes.length, series.length), shapes }
}

/** The signals of columns, one by one. */
export function signalsOf({ series, assets, shape, shapes }: SignalColumns): Signal[] {
  return series.map((one, i) => ({ series: one, asset: assets[i] as number, ...(shapes[shape[i] as number] as SignalShape) }))
}

export function decodeSignalPage(json: string, page: number): SignalPage {
  return new Map(signalsOf(signalColumnsOf(json, page)).map((signal) => [signal.series, signal]))
}

/** The page in words. */
export function whereOfSignals(page: number): string {
  return `page ${page} of the signals (series ${page * PAGE_IDS} to ${(page + 1) * PAGE_IDS - 1})`
}

// The fields in one order, so that equal shapes are equal texts.
function shapeOf({ name, kind, unit, low, high, description, deadband, retentionDays }: Signal): SignalShape {
  const shape: { -readonly [K in keyof SignalShape]: SignalShape[K] } = { name, kind }
  if (unit !== undefined) shape.unit = unit
  if (low !== undefined) shape.low = finite(low)
  if (high !== undefined) shape.high = finite(high)
  if (description !== undefined) shape.description = description
  if (deadband !== undefined) shape.deadband = finite(deadband)
  if (retentionDays !== undefined) shape.retentionDays = finite(retentionDays)
  return shape
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new Error(`BUG: a signal with the number ${value} was to be stored`)
  return value
}

function isShape(value: unknown): value is SignalShape {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('kind' in value)) return false
  return Object.entries(value).every(([name, field]) => {
    if (name === 'kind') return KINDS.has(field)
    return TEXTS.has(name) ? typeof field === 'string' : NUMBERS.has(name) && typeof field === 'number'
  })
}
