import { Status, type StatusCode } from '@millwright/model/quality.ts'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import type { Metric, Uint64, WireValue } from '@millwright/model/sparkplug/payload.ts'
import { typedValue, type TypedValue } from '@millwright/model/sparkplug/typed-value.ts'
import { isStorableTime, US_PER_MS } from '@millwright/model/time.ts'
import { MillwrightError, messageOf } from '../../../kernel/error.ts'
import type { Refusals } from '../../payload/refusals.ts'
import type { SampleSink } from '../../sink.ts'
import { blockOf, textOf } from './leaves.ts'
import { NO_SERIES, type MetricTable, type TableRow } from './metric-table.ts'
import { rateOf, statusOf } from './metric-properties.ts'

/** Ends the name of the text signal that keeps all digits of 64-bit numbers which a 64-bit float cannot hold. */
export const EXACT_SUFFIX = '_exact'

export interface WriterParts {
  readonly sink: SampleSink
  readonly refusals: Refusals
  /** Whether the series may be written for this owner; a sentence when it belongs to another's metric. */
  claim(series: number, owner: string): string | undefined
}

/** Who sends, and when the message was. */
export interface WriteContext {
  readonly owner: string
  readonly sender: string
  readonly payloadUs: number
  /** In a birth a value is true now, however long ago it last changed. */
  readonly isBirth: boolean
}

/** Writes single values of any type to the sink's open columns. */
export class MetricWriter {
  readonly #parts: WriterParts
  /** Samples that were added since the writer was made. */
  added = 0
  /** Values not kept because their metric is transient. */
  transient = 0

  constructor(parts: WriterParts) {
    this.#parts = parts
  }

  /** Finds the series of a row, creating its signal if need be; false, after telling why, when there is none. */
  resolve(table: MetricTable, row: number, context: WriteContext): boolean {
    const { place, kind, hints } = table.rows[row] as TableRow
    if (place === undefined) return false
    const { sink, claim } = this.#parts
    const found = sink.resolve(place.assetPath, place.signal, kind, hints, context.sender)
    const refusal = 'refusal' in found ? found.refusal : conflict(claim(found.series, context.owner))
    if (refusal === undefined && 'series' in found) {
      table.series[row] = found.series
      return true
    }
    table.series[row] = NO_SERIES
    this.#refuse(table, row, refusal?.code ?? 'TYPE_MISMATCH', refusal?.message ?? '')
    return false
  }

  /** Writes a value, null or not, of a row. What cannot be kept is told. */
  write(table: MetricTable, row: number, metric: Metric, value: WireValue | undefined, context: WriteContext): void {
    if (metric.isTransient === true) {
      this.transient++
      return
    }
    if (table.series[row] === NO_SERIES && !this.resolve(table, row, context)) return
    try {
      const timeUs = this.#timeOf(table, row, metric.timestampMs, context)
      const status = statusOf(metric)
      if (value === undefined || metric.isNull === true) this.#writeNull(table, row, timeUs, status)
      else this.#writeValue(table, row, { typed: typedValue(typeOf(table, row, metric), value), metric, timeUs, status, context })
    } catch (thrown) {
      this.#refuse(table, row, thrown instanceof MillwrightError ? thrown.code : 'PAYLOAD_INVALID', messageOf(thrown))
    }
  }

  #timeOf(table: MetricTable, row: number, timestampMs: Uint64 | undefined, { payloadUs, isBirth }: WriteContext): number {
    const timeUs = timestampMs === undefined ? payloadUs : Number(timestampMs) * US_PER_MS
    if (!isStorableTime(timeUs)) throw new MillwrightError('TIME_INVALID', `${timestampMs ?? payloadUs / US_PER_MS} is no time in milliseconds since 1970`)
    const lastUs = table.lastTimesUs[row] as number
    // A value that did not change while its source was away is true again from the birth on.
    return isBirth && timeUs <= lastUs ? Math.max(payloadUs, lastUs + 1) : timeUs
  }

  #writeNull(table: MetricTable, row: number, timeUs: number, given: StatusCode): void {
    const status = given === Status.good ? Status.badNoData : given
    const series = table.series[row] as number
    // Before its first block a waveform has nothing to say.
    if (table.rows[row]?.kind === 'waveform') return
    if (table.isText[row] === 1) this.#parts.sink.open.addText(series, timeUs, null, status)
    else this.#parts.sink.open.addNumber(series, timeUs, Number.NaN, status)
    table.keep(row, timeUs, Number.NaN, null)
    this.added++
  }

  #writeValue(table: MetricTable, row: number, from: { typed: TypedValue; metric: Metric; timeUs: number; status: StatusCode; context: WriteContext }): void {
    const { typed, metric, timeUs, status, context } = from
    const { open } = this.#parts.sink
    const series = table.series[row] as number
    const isNow = metric.isHistorical !== true
    if (table.isText[row] === 1) {
      const text = textOf(typed, metric)
      open.addText(series, timeUs, text, status)
      if (isNow) table.keep(row, timeUs, Number.NaN, text)
    } else if (table.rows[row]?.kind === 'waveform') {
      const rateHz = rateOf(metric) ?? table.rows[row]?.rateHz ?? 0
      open.addWaveform(series, timeUs, rateHz, blockOf(typed, rateHz), status)
      if (isNow) table.keep(row, timeUs, Number.NaN)
    } else if (typeof typed === 'bigint') this.#writeWide(table, row, typed, timeUs, status, context)
    else {
      const number = Number(typed)
      const isNumber = Number.isFinite(number)
      const bad = Number.isNaN(number) ? Status.badNoData : Status.badOutOfRange
      open.addNumber(series, timeUs, isNumber ? number : Number.NaN, isNumber ? status : bad)
      if (isNow) table.keep(row, timeUs, isNumber ? number : Number.NaN)
    }
    this.added++
  }

  /** The nearest 64-bit float goes to the signal, flagged uncertain where it is not exact; the digits then go to a text signal beside it. */
  #writeWide(table: MetricTable, row: number, whole: bigint, timeUs: number, status: StatusCode, context: WriteContext): void {
    const { sink } = this.#parts
    const number = Number(whole)
    const isExact = BigInt(number) === whole
    sink.open.addNumber(table.series[row] as number, timeUs, number, isExact || status !== Status.good ? status : Status.uncertain)
    table.keep(row, timeUs, number)
    const { place } = table.rows[row] as TableRow
    if (isExact || place === undefined) return
    const hints = { description: `All digits of ${place.signal}`.slice(0, 200), example: whole.toString() }
    const found = sink.resolve(place.assetPath, place.signal + EXACT_SUFFIX, 'text', hints, context.sender)
    if ('refusal' in found) this.#refuse(table, row, found.refusal.code, `${whole} is kept as ${number}, its digits not: ${found.refusal.message}`)
    else sink.open.addText(found.series, timeUs, whole.toString(), status)
  }

  #refuse(table: MetricTable, row: number, code: string, message: string): void {
    const { place } = table.rows[row] as TableRow
    this.#parts.refusals.add({ where: place === undefined ? '' : `${place.assetPath}/${place.signal}`, refusal: { code, message }, count: 1 })
  }
}

function conflict(problem: string | undefined): { readonly code: string; readonly message: string } | undefined {
  return problem === undefined ? undefined : { code: 'CONFLICT', message: problem }
}

/** The birth says what a metric's type is; a message only where the birth did not. */
function typeOf(table: MetricTable, row: number, { datatype }: Metric): number {
  const declared = table.types[row] as number
  return declared === DataType.unknown ? (datatype ?? declared) : declared
}
