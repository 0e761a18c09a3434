import { severityOf } from '@millwright/model/quality.ts'
import type { Block } from '../historian.ts'

/**
 * The samples that draw the same picture as all of them: first, last, minimum and maximum of each pixel column (M4; Jugel et
 * al., VLDB 2014). Minimum and maximum are of usable samples: bad ones and "no value" may be first or last of a column,
 * so that a gap shows, but do not stretch the scale. Up to `points` samples come out as they are.
 */
export class M4 {
  readonly #grid: PlotGrid
  readonly #points: number
  readonly #out: Picked
  /** All samples, as long as they are few enough to be shown as they are. */
  #all: Picked | undefined
  #column = -1
  #first = EMPTY
  #last = EMPTY
  #min = EMPTY
  #max = EMPTY

  /** `unitUs` is set where minutes or hours are given instead of their samples: columns are then whole units, and nothing is shown as it is. */
  constructor(range: { readonly fromUs: number; readonly toUs: number }, points: number, unitUs?: number) {
    this.#grid = plotGrid(range, points, unitUs)
    this.#points = points
    this.#out = new Picked(this.#grid.columns * 4)
    this.#all = unitUs === undefined ? new Picked(points) : undefined
  }

  /** Takes the next samples, in time order. */
  add(timesUs: Float64Array, values: Float64Array, status: Uint32Array): void {
    for (let i = 0; i < timesUs.length; i++) this.#add(timesUs[i] as number, values[i] as number, status[i] as number)
  }

  finish(): Block {
    if (this.#all !== undefined) return this.#all.block()
    this.#flush()
    return this.#out.block()
  }

  #add(timeUs: number, value: number, status: number): void {
    if (this.#all !== undefined) {
      if (this.#all.length < this.#points) this.#all.push(timeUs, value, status)
      else this.#all = undefined
    }
    const column = Math.min(this.#grid.columns - 1, Math.floor((timeUs - this.#grid.originUs) / this.#grid.widthUs))
    if (column !== this.#column) {
      this.#flush()
      this.#column = column
      this.#first = { timeUs, value, status }
      this.#min = EMPTY
      this.#max = EMPTY
      this.#last = { timeUs, value, status }
    }
    const last = this.#last
    last.timeUs = timeUs
    last.value = value
    last.status = status
    if (Number.isNaN(value) || severityOf(status) === 'bad') return
    // Written so that the first usable sample replaces EMPTY, whose value is NaN.
    if (!(value >= this.#min.value)) this.#min = { timeUs, value, status }
    if (!(value <= this.#max.value)) this.#max = { timeUs, value, status }
  }

  #flush(): void {
    if (this.#column < 0) return
    const [early, late] = this.#min.timeUs <= this.#max.timeUs ? [this.#min, this.#max] : [this.#max, this.#min]
    for (const sample of [this.#first, early, late, this.#last]) this.#out.pushOnce(sample)
  }
}

/** Where the columns of a plot begin and how wide they are. */
export interface PlotGrid {
  readonly originUs: number
  readonly widthUs: number
  readonly columns: number
}

/** The columns of a plot of at most `points` points: as narrow as that allows or, of whole units, up to one unit wider. */
export function plotGrid(range: { readonly fromUs: number; readonly toUs: number }, points: number, unitUs?: number): PlotGrid {
  const columns = Math.max(1, Math.floor(points / 4))
  if (unitUs === undefined) return { originUs: range.fromUs, widthUs: (range.toUs - range.fromUs) / columns, columns }
  const originUs = Math.floor(range.fromUs / unitUs) * unitUs
  return { originUs, widthUs: Math.max(1, Math.ceil((range.toUs - originUs) / columns / unitUs)) * unitUs, columns }
}

interface Sample {
  timeUs: number
  value: number
  status: number
}

const EMPTY: Sample = { timeUs: -1, value: Number.NaN, status: 0 }

class Picked {
  readonly #timesUs: Float64Array
  readonly #values: Float64Array
  readonly #status: Uint32Array
  length = 0

  constructor(capacity: number) {
    this.#timesUs = new Float64Array(capacity)
    this.#values = new Float64Array(capacity)
    this.#status = new Uint32Array(capacity)
  }

  push(timeUs: number, value: number, status: number): void {
    this.#timesUs[this.length] = timeUs
    this.#values[this.length] = value
    this.#status[this.length] = status
    this.length++
  }

  /** Adds a sample unless it is none or already there. */
  pushOnce(sample: Sample): void {
    const previousUs = this.length === 0 ? -1 : (this.#timesUs[this.length - 1] as number)
    if (sample.timeUs > previousUs) this.push(sample.timeUs, sample.value, sample.status)
  }

  block(): Block {
    return { timesUs: this.#timesUs.slice(0, this.length), values: this.#values.slice(0, this.length), status: this.#status.slice(0, this.length) }
  }
}
