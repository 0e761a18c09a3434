import { createHash } from 'node:crypto'
import { DataType, dataTypeName, isArrayType } from '@millwright/model/sparkplug/data-type.ts'
import { PayloadFlaw, type Metric, type WireValue } from '@millwright/model/sparkplug/payload.ts'
import type { ValueKind } from '@millwright/model/sample-batch.ts'
import type { ArrayItem } from '@millwright/model/sparkplug/array-value.ts'
import type { TypedValue } from '@millwright/model/sparkplug/typed-value.ts'
import { waveformProblem } from '../../waveform-limits.ts'
import { rateOf } from './metric-properties.ts'

/** A value that can be a sample: of a metric, of a template's member or parameter, or of a data set's cell. */
export interface Leaf {
  /** The metric's name cut at `/`, and the names of what it lies in. */
  readonly names: readonly string[]
  /** 0 where the message does not say it. */
  readonly datatype: number
  readonly metric: Metric
  /** Undefined is null. */
  readonly value: WireValue | undefined
}

/** Data sets with more cells than this are refused. */
export const MAX_CELLS = 10_000
/** Bytes are kept as they are up to this many; of more only length and hash. */
export const MAX_INLINE_BYTES = 1_024
/** Longest text value, in UTF-16 units. */
export const MAX_TEXT = 65_536

/**
 * The leaves of a metric. Members and parameters of a template instance lie below its name; cell c of row r of a data set lies at `<r>/<c>` below it,
 * rows counted from 1. A template's definition has none. Throws `PayloadFlaw`.
 */
export function leavesOf(metric: Metric, name: string): Leaf[] {
  const leaves: Leaf[] = []
  addLeaves(metric, name.split('/'), leaves)
  return leaves
}

function addLeaves(metric: Metric, names: readonly string[], into: Leaf[]): void {
  const value = metric.isNull === true ? undefined : metric.value
  if (value?.field === 'template') {
    if (value.value.isDefinition === true) return
    for (const member of value.value.metrics) addLeaves(inherited(member, metric), [...names, ...(member.name ?? '').split('/')], into)
    for (const parameter of value.value.parameters) {
      into.push({ names: [...names, ...(parameter.name ?? '').split('/')], datatype: parameter.type ?? 0, metric, value: parameter.value })
    }
    return
  }
  if (value?.field === 'dataSet') {
    const { columns, types, rows } = value.value
    if (rows.length * columns.length > MAX_CELLS) throw new PayloadFlaw(`the data set has ${rows.length * columns.length} cells; at most ${MAX_CELLS} are taken`)
    if (types.length !== columns.length) throw new PayloadFlaw(`the data set has ${columns.length} columns and ${types.length} types`)
    for (const [index, row] of rows.entries()) {
      if (row.length !== columns.length) throw new PayloadFlaw(`row ${index + 1} of the data set has ${row.length} cells for ${columns.length} columns`)
      for (const [at, cell] of row.entries()) into.push({ names: [...names, String(index + 1), ...(columns[at] ?? '').split('/')], datatype: types[at] ?? 0, metric, value: cell })
    }
    return
  }
  const datatype = metric.datatype ?? 0
  if (datatype === DataType.template || datatype === DataType.dataSet) return
  into.push({ names, datatype, metric, value })
}

/** A member has the time and the flags of its instance unless it has its own. */
function inherited(member: Metric, instance: Metric): Metric {
  const { timestampMs, isHistorical, isTransient } = instance
  return { ...(timestampMs === undefined ? {} : { timestampMs }), ...(isHistorical === undefined ? {} : { isHistorical }), ...(isTransient === undefined ? {} : { isTransient }), ...member }
}

/** Whether values of a type lie in leaves below the metric. */
export function isCompound(datatype: number): boolean {
  return datatype === DataType.template || datatype === DataType.dataSet
}

/** What kind of signal a leaf makes; a sentence when none. An array of floats whose birth says a sampling rate is a waveform. */
export function kindOfLeaf({ datatype, metric }: Leaf): { readonly kind: ValueKind; readonly rateHz?: number } | { readonly problem: string } {
  const rateHz = datatype === DataType.floatArray || datatype === DataType.doubleArray ? rateOf(metric) : undefined
  if (rateHz === undefined) return kindOfType(datatype)
  const problem = waveformProblem(rateHz, 1)
  return problem === undefined ? { kind: 'waveform', rateHz } : { problem }
}

/** What kind of signal a data type makes; a sentence when none. */
export function kindOfType(datatype: number): { readonly kind: ValueKind } | { readonly problem: string } {
  if (datatype === DataType.boolean) return { kind: 'boolean' }
  if ((datatype >= DataType.int8 && datatype <= DataType.double) || datatype === DataType.dateTime) return { kind: 'number' }
  const isText = datatype === DataType.string || datatype === DataType.text || datatype === DataType.uuid || datatype === DataType.bytes || datatype === DataType.file
  if (isText || isArrayType(datatype)) return { kind: 'text' }
  return { problem: datatype === DataType.unknown ? 'the metric has no data type' : `${dataTypeName(datatype)} is no data type of a metric` }
}

/** The points of a waveform. Throws `PayloadFlaw` for what is none, or too long. */
export function blockOf(value: TypedValue, rateHz: number): Float32Array {
  if (typeof value !== 'object' || value instanceof Uint8Array) throw new PayloadFlaw('a waveform is an array of floats')
  const problem = waveformProblem(rateHz, value.length)
  if (problem !== undefined) throw new PayloadFlaw(problem)
  return Float32Array.from(value, Number)
}

/** The text that a text signal keeps of a value: arrays as JSON, few bytes as a data URL (RFC 2397), many as their SHA-256 and size. Throws `PayloadFlaw`. */
export function textOf(value: TypedValue, { metadata }: Metric): string {
  const text = value instanceof Uint8Array ? bytesText(value, metadata) : typeof value === 'object' ? arrayText(value) : String(value)
  if (text.length > MAX_TEXT) throw new PayloadFlaw(`the value has ${text.length} characters; at most ${MAX_TEXT} are kept`)
  return text
}

function bytesText(bytes: Uint8Array, metadata: Metric['metadata']): string {
  if (bytes.length <= MAX_INLINE_BYTES) return `data:${metadata?.contentType ?? 'application/octet-stream'};base64,${Buffer.from(bytes).toString('base64')}`
  const hash = createHash('sha256').update(bytes).digest('hex')
  return `sha256:${hash} ${bytes.length} bytes${metadata?.fileName === undefined ? '' : ` ${metadata.fileName.slice(0, 200)}`}`
}

function arrayText(items: readonly ArrayItem[]): string {
  // Digits of 64-bit numbers stay exact in JSON text, and what is not finite is null there.
  return `[${items.map((item) => (typeof item === 'bigint' ? item.toString() : JSON.stringify(item))).join(',')}]`
}
