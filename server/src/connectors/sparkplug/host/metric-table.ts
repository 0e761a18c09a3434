import { Status } from '@millwright/model/quality.ts'
import type { BatchBuilder, SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import type { Uint64 } from '@millwright/model/sparkplug/payload.ts'
import type { SignalHints } from '../../sink.ts'
import { ByteNames } from './byte-names.ts'
import type { MetricPlace } from './metric-place.ts'

/** Aliases below this are found in an array, others in a map. */
const DENSE_ALIASES = 65_536
export const NO_ROW = -1
/** In place of a series where there is none. */
export const NO_SERIES = -1
const NEVER = -1

/** A metric, or a leaf of a template or data set, as its birth declared it. */
export interface TableRow {
  /** The name, for a top-level metric; leaves of others have none and are only found by their place. */
  readonly name?: string
  readonly alias?: Uint64
  readonly datatype: number
  /** Undefined for a metric whose leaves hold the values, or that cannot be a signal. */
  readonly place: MetricPlace | undefined
  readonly kind: ValueKind
  readonly hints: SignalHints
  /** Of a waveform, Hz. */
  readonly rateHz?: number
}

/** The metrics that one birth declared, in columns, with the last value of each. */
export class MetricTable {
  readonly rows: readonly TableRow[]
  /** Data types (Sparkplug 3.0, 6.4.16). */
  readonly types: Uint8Array
  /** The series of each row, or `NO_SERIES`. */
  readonly series: Int32Array
  readonly lastTimesUs: Float64Array
  readonly lastValues: Float64Array
  readonly lastTexts = new Map<number, string>()
  readonly isText: Uint8Array
  /** 1 where values are numbers or booleans, which can be taken straight from the wire. */
  readonly isNumber: Uint8Array
  /** The sink's generation for which `series` holds. */
  generation = -1
  isStale = false
  /** 1 where values are doubles or floats kept as numbers. */
  readonly isReal: Uint8Array
  readonly #dense: Int32Array
  readonly #sparse = new Map<Uint64, number>()
  readonly #byName: ByteNames
  readonly #nameRows: readonly number[]
  readonly #byPlace = new Map<string, number>()

  constructor(rows: readonly TableRow[]) {
    this.rows = rows
    this.types = Uint8Array.from(rows, ({ datatype }) => Math.min(datatype, 255))
    this.series = new Int32Array(rows.length).fill(NO_SERIES)
    this.lastTimesUs = new Float64Array(rows.length).fill(NEVER)
    this.lastValues = new Float64Array(rows.length).fill(Number.NaN)
    this.isText = Uint8Array.from(rows, ({ kind }) => (kind === 'text' ? 1 : 0))
    this.isNumber = Uint8Array.from(rows, ({ kind }) => (kind === 'number' || kind === 'boolean' ? 1 : 0))
    this.isReal = Uint8Array.from(rows, ({ kind, datatype }) => (kind === 'number' && (datatype === DataType.double || datatype === DataType.float) ? 1 : 0))
    const highest = rows.reduce((most, { alias }) => (typeof alias === 'number' && alias < DENSE_ALIASES ? Math.max(most, alias) : most), -1)
    this.#dense = new Int32Array(highest + 1).fill(NO_ROW)
    for (const [row, { alias, place }] of rows.entries()) {
      if (alias !== undefined) this.#addAlias(alias, row)
      if (place !== undefined && !this.#byPlace.has(placeKey(place))) this.#byPlace.set(placeKey(place), row)
    }
    this.#nameRows = rows.flatMap(({ name }, row) => (name === undefined ? [] : [row]))
    this.#byName = new ByteNames(this.#nameRows.map((row) => rows[row]?.name ?? ''))
  }

  #addAlias(alias: Uint64, row: number): void {
    if (typeof alias === 'number' && alias < this.#dense.length) {
      if (this.#dense[alias] === NO_ROW) this.#dense[alias] = row
    } else if (!this.#sparse.has(alias)) this.#sparse.set(alias, row)
  }

  byAlias(alias: Uint64): number {
    if (typeof alias === 'number' && alias < this.#dense.length) return this.#dense[alias] as number
    return this.#sparse.get(alias) ?? NO_ROW
  }

  /** The row of a small alias that stands in the array; made for the hot path. */
  byDenseAlias(alias: number): number {
    return alias < this.#dense.length ? (this.#dense[alias] as number) : NO_ROW
  }

  byName(bytes: Uint8Array, start: number, end: number): number {
    const found = this.#byName.find(bytes, start, end)
    return found < 0 ? NO_ROW : (this.#nameRows[found] as number)
  }

  byPlace(place: MetricPlace): number {
    return this.#byPlace.get(placeKey(place)) ?? NO_ROW
  }

  /** Remembers a value as the newest, unless a newer one is known. */
  keep(row: number, timeUs: number, value: number, text?: string | null): void {
    if (timeUs < (this.lastTimesUs[row] as number)) return
    this.lastTimesUs[row] = timeUs
    this.lastValues[row] = value
    if (this.isText[row] === 1) {
      if (text === undefined || text === null) this.lastTexts.delete(row)
      else this.lastTexts.set(row, text)
    }
  }

  /** Takes over what an earlier table knew of the same places. */
  inherit(earlier: MetricTable): void {
    for (const [row, { place }] of this.rows.entries()) {
      const was = place === undefined ? NO_ROW : earlier.byPlace(place)
      if (was === NO_ROW) continue
      this.lastTimesUs[row] = earlier.lastTimesUs[was] as number
      this.lastValues[row] = earlier.lastValues[was] as number
    }
  }

  /** Adds a sample to each signal that says: this was the last value, and its source no longer delivers. Once until the next birth. */
  markStale(open: BatchBuilder, timeUs: number): number {
    if (this.isStale) return 0
    this.isStale = true
    let count = 0
    for (let row = 0; row < this.rows.length; row++) {
      const series = this.series[row] as number
      // A waveform is of its time; it has no value now that could be out of date.
      if (series === NO_SERIES || (this.isText[row] === 0 && this.isNumber[row] === 0)) continue
      // A device's clock may be ahead of ours: the mark must stand after its last value to be seen.
      const at = Math.max(timeUs, (this.lastTimesUs[row] as number) + 1)
      this.#addStale(open, series, row, at)
      this.lastTimesUs[row] = at
      count++
    }
    return count
  }

  #addStale(open: BatchBuilder, series: SeriesId, row: number, timeUs: number): void {
    if (this.isText[row] === 1) {
      const text = this.lastTexts.get(row)
      open.addText(series, timeUs, text ?? null, text === undefined ? Status.badNoCommunication : Status.uncertainLastUsable)
      return
    }
    const value = this.lastValues[row] as number
    open.addNumber(series, timeUs, value, Number.isNaN(value) ? Status.badNoCommunication : Status.uncertainLastUsable)
  }
}

function placeKey({ assetPath, signal }: MetricPlace): string {
  return `${assetPath}/${signal}`
}

/** The table of a node or device of which no birth was seen. */
export const NO_METRICS = new MetricTable([])
