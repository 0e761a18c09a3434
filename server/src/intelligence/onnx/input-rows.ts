import { severityOf } from '@millwright/model/quality.ts'
import { AHEAD_LIMIT_US, US_PER_SECOND } from '@millwright/model/time.ts'
import type { StateReader, StateWriter } from '../scoring/state-codec.ts'

/** What stands in a row of one input. */
export interface RowInput {
  readonly row: 'last' | 'mean'
  /** Values outside of it are taken as missing. */
  readonly range: readonly [number, number] | undefined
}

export interface RowSettings {
  readonly inputs: readonly RowInput[]
  /** Rows of a window. */
  readonly rows: number
  readonly stepUs: number
  readonly fill: { readonly rule: 'hold' | 'value' | 'none'; readonly forUs: number; readonly value: number }
}

/** Rows that are open at once: samples of one time come one after the other, and some a little later. */
const OPEN = 4
/** A row waits for samples of its own for at most this long, in device time, and for at most two steps. */
const MAX_GRACE_US = 2 * US_PER_SECOND

/**
 * Puts the samples of some signals side by side in rows of equal steps of device time, and keeps the last ones as a window: what a model is called with. Pure and
 * causal: rows depend on nothing but the order of the samples. The same code makes the rows of live data, back-tests and exports, so that a model meets what it was trained on.
 */
export class InputRows {
  readonly settings: RowSettings
  /** Samples that came for a row which was closed already, and that were bad, out of range or too far ahead. */
  readonly counts = { late: 0, bad: 0, ahead: 0, missedRows: 0 }
  readonly #size: number
  readonly #ring: Float64Array
  readonly #held: Float64Array
  readonly #heldUs: Float64Array
  /** Of the open rows, by row number modulo OPEN: sum or last value, number of samples, time of the last. */
  readonly #sum: Float64Array
  readonly #count: Float64Array
  readonly #lastUs: Float64Array
  readonly #graceUs: number
  /** Number of the oldest open row, −1 before the first sample. */
  #row = -1
  #newestUs = -1
  /** Rows in the ring since the last gap. */
  #filled = 0

  constructor(settings: RowSettings) {
    this.settings = settings
    this.#size = settings.inputs.length
    const column = (length: number, fill: number) => new Float64Array(length).fill(fill)
    this.#ring = column(settings.rows * this.#size, Number.NaN)
    this.#held = column(this.#size, Number.NaN)
    this.#heldUs = column(this.#size, Number.NEGATIVE_INFINITY)
    this.#sum = column(OPEN * this.#size, 0)
    this.#count = column(OPEN * this.#size, 0)
    this.#lastUs = column(OPEN * this.#size, -1)
    this.#graceUs = Math.min(MAX_GRACE_US, 2 * settings.stepUs)
  }

  /** Whether so many rows were closed that a window is full. */
  get isFull(): boolean {
    return this.#filled >= this.settings.rows
  }

  /** Takes a sample. `closed` is called for each row that is complete by it, with the row's end. */
  add(index: number, timeUs: number, value: number, status: number, receivedUs: number, closed: (endUs: number) => void): void {
    const input = this.settings.inputs[index]
    if (input === undefined) return
    const isOutside = input.range !== undefined && (value < input.range[0] || value > input.range[1])
    if (Number.isNaN(value) || isOutside || severityOf(status) === 'bad') {
      this.counts.bad++
      return
    }
    if (timeUs > receivedUs + AHEAD_LIMIT_US) {
      this.counts.ahead++
      return
    }
    const row = Math.floor(timeUs / this.settings.stepUs)
    if (this.#row < 0) this.#row = row
    if (row < this.#row) {
      this.counts.late++
      return
    }
    this.advance(timeUs, closed)
    const at = (row % OPEN) * this.#size + index
    this.#count[at] = (this.#count[at] as number) + 1
    if (input.row === 'mean') this.#sum[at] = (this.#sum[at] as number) + value
    else if (timeUs >= (this.#lastUs[at] as number)) this.#sum[at] = value
    this.#lastUs[at] = Math.max(timeUs, this.#lastUs[at] as number)
  }

  /** Tells the time: rows that have waited long enough are closed. */
  advance(timeUs: number, closed: (endUs: number) => void): void {
    if (this.#row < 0 || timeUs <= this.#newestUs) return
    this.#newestUs = timeUs
    const { stepUs, rows, fill } = this.settings
    const row = Math.floor(timeUs / stepUs)
    const heldRows = fill.rule === 'hold' ? Math.ceil(fill.forUs / stepUs) : 0
    while (this.#row <= row && timeUs >= (this.#row + 1) * stepUs + this.#graceUs) {
      this.#close(closed)
      // Over a gap in which nothing can be held any more, time jumps: what lies in it is missing.
      if (row - this.#row > rows + heldRows + OPEN && !this.#hasOpen()) this.#jump(row - OPEN + 1)
    }
    while (row - this.#row >= OPEN) this.#close(closed)
  }

  /** Copies the window, oldest row first, into `into` from `offset`; false, and the copy is of no use, when a value is missing in it. */
  window(into: Float64Array, offset: number): boolean {
    const { rows } = this.settings
    const from = (((this.#row % rows) + rows) % rows) * this.#size
    into.set(this.#ring.subarray(from), offset)
    into.set(this.#ring.subarray(0, from), offset + this.#ring.length - from)
    for (let at = 0; at < this.#ring.length; at++) if (Number.isNaN(this.#ring[at])) return false
    return this.isFull
  }

  /** The newest closed row, NaN where an input is missing. */
  newest(): Float64Array {
    const { rows } = this.settings
    const at = ((((this.#row - 1) % rows) + rows) % rows) * this.#size
    return this.#ring.subarray(at, at + this.#size)
  }

  #close(closed: (endUs: number) => void): void {
    const { inputs, rows, stepUs, fill } = this.settings
    const endUs = (this.#row + 1) * stepUs
    const open = (this.#row % OPEN) * this.#size
    const place = (this.#row % rows) * this.#size
    let isMissing = false
    for (let index = 0; index < this.#size; index++) {
      const count = this.#count[open + index] as number
      if (count > 0) {
        const sum = this.#sum[open + index] as number
        this.#held[index] = inputs[index]?.row === 'mean' ? sum / count : sum
        this.#heldUs[index] = this.#lastUs[open + index] as number
      }
      const value = count > 0 ? (this.#held[index] as number) : this.#filling(index, endUs, fill)
      this.#ring[place + index] = value
      isMissing ||= Number.isNaN(value)
      this.#sum[open + index] = 0
      this.#count[open + index] = 0
      this.#lastUs[open + index] = -1
    }
    if (isMissing) this.counts.missedRows++
    this.#row++
    this.#filled = Math.min(rows, this.#filled + 1)
    closed(endUs)
  }

  #filling(index: number, endUs: number, { rule, forUs, value }: RowSettings['fill']): number {
    if (rule === 'value') return value
    return rule === 'hold' && endUs - (this.#heldUs[index] as number) <= forUs ? (this.#held[index] as number) : Number.NaN
  }

  #hasOpen(): boolean {
    return this.#count.some((count) => count > 0)
  }

  #jump(row: number): void {
    this.#row = row
    this.#filled = 0
    this.#ring.fill(Number.NaN)
  }

  save(into: StateWriter): void {
    for (const value of [this.#row, this.#newestUs, this.#filled, this.counts.late, this.counts.bad, this.counts.ahead, this.counts.missedRows]) into.number(value)
    for (const column of this.#columns()) into.numbers(column)
  }

  restore(from: StateReader): void {
    this.#row = from.number()
    this.#newestUs = from.number()
    this.#filled = from.number()
    Object.assign(this.counts, { late: from.number(), bad: from.number(), ahead: from.number(), missedRows: from.number() })
    for (const column of this.#columns()) column.set(from.numbers(column.length))
  }

  #columns(): readonly Float64Array[] {
    return [this.#ring, this.#held, this.#heldUs, this.#sum, this.#count, this.#lastUs]
  }
}
