import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { SignalPart } from '../runtime/signal-parts.ts'
import type { StateReader, StateWriter } from '../scoring/state-codec.ts'

/** Rows that the mean and spread remember. */
const MEMORY = 20_000
/** An input with less than this part in the whole is not named. */
const LEAST_SHARE = 0.02

/**
 * Mean and spread of each input in normal rows (Welford 1962, with forgetting), to say of a model that gives only a score which inputs are unlike themselves. That is about the inputs,
 * not about the inside of the model: what only their interplay makes odd it cannot name.
 */
export class UsualInputs {
  readonly #mean: Float64Array
  readonly #variance: Float64Array
  #rows = 0

  constructor(size: number) {
    this.#mean = new Float64Array(size)
    this.#variance = new Float64Array(size)
  }

  learn(row: Float64Array): void {
    this.#rows = Math.min(MEMORY, this.#rows + 1)
    for (let at = 0; at < row.length; at++) {
      const off = (row[at] as number) - (this.#mean[at] as number)
      this.#mean[at] = (this.#mean[at] as number) + off / this.#rows
      this.#variance[at] = (this.#variance[at] as number) * (1 - 1 / this.#rows) + (off * off * (1 - 1 / this.#rows)) / this.#rows
    }
  }

  /** The inputs by how many spreads they are away from their mean. */
  parts(row: Float64Array, series: readonly SeriesId[]): SignalPart[] {
    const away = Float64Array.from(row, (value, at) => {
      const spread = Math.sqrt(this.#variance[at] as number)
      return ((value - (this.#mean[at] as number)) / Math.max(spread, Math.abs(this.#mean[at] as number) * 1e-6, 1e-9)) ** 2
    })
    const sum = away.reduce((total, part) => total + part, 0)
    if (sum === 0) return []
    const parts = [...away].map((part, at) => ({ series: series[at] ?? 0, share: part / sum, value: row[at] as number, expected: this.#mean[at] as number, band: 3 * Math.sqrt(this.#variance[at] as number), movedUs: undefined }))
    return parts.filter(({ share }) => share >= LEAST_SHARE).sort((a, b) => b.share - a.share)
  }

  save(into: StateWriter): void {
    into.number(this.#rows)
    into.numbers(this.#mean)
    into.numbers(this.#variance)
  }

  restore(from: StateReader): void {
    this.#rows = from.number()
    this.#mean.set(from.numbers(this.#mean.length))
    this.#variance.set(from.numbers(this.#variance.length))
  }
}
