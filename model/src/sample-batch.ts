import type { StatusCode } from './quality.ts'

/** Id of a series, the stored history of one signal: a small integer without sign, given once and never reused. */
export type SeriesId = number

/** What a signal's values are. Booleans travel as 0 and 1 among the numbers. */
export type ValueKind = 'number' | 'boolean' | 'text' | 'waveform'

/** Samples of numeric and boolean signals; element `i` of every column is one sample. `NaN` is "no value", whose status says why. */
export interface NumberColumns {
  readonly length: number
  readonly series: Uint32Array
  readonly timesUs: Float64Array
  readonly values: Float64Array
  readonly status: Uint32Array
}

/** Samples of text signals. `null` is "no value", whose status says why. */
export interface TextColumns {
  readonly length: number
  readonly series: Uint32Array
  readonly timesUs: Float64Array
  readonly values: readonly (string | null)[]
  readonly status: Uint32Array
}

/** Waveforms: block `i` begins at `timesUs[i]` and was sampled at `rateHz[i]`. */
export interface WaveformColumns {
  readonly length: number
  readonly series: Uint32Array
  readonly timesUs: Float64Array
  readonly rateHz: Float64Array
  readonly values: readonly Float32Array[]
  readonly status: Uint32Array
}

/** The unit that moves: samples of many signals in columns, delivered and settled together. Columns may be longer than `length`. */
export interface SampleBatch {
  /** When Millwright received the batch. */
  readonly receivedUs: number
  readonly numbers: NumberColumns
  readonly texts: TextColumns
  readonly waveforms: WaveformColumns
}

/** How many samples a batch holds. */
export function sampleCount(batch: SampleBatch): number {
  return batch.numbers.length + batch.texts.length + batch.waveforms.length
}

/** Collects samples into columns that grow by doubling; made for the hot path, so it allocates nothing per sample. */
export class BatchBuilder {
  #numbers: GrowingNumbers
  #texts: TextColumns & { length: number; values: (string | null)[] } = emptyTexts()
  #waveforms: WaveformColumns & { length: number; values: Float32Array[] } = emptyWaveforms()

  constructor(capacity = 1024) {
    this.#numbers = new GrowingNumbers(capacity)
  }

  /** How many samples are in. */
  get length(): number {
    return this.#numbers.length + this.#texts.length + this.#waveforms.length
  }

  addNumber(series: SeriesId, timeUs: number, value: number, status: StatusCode): void {
    this.#numbers.add(series, timeUs, value, status)
  }

  addText(series: SeriesId, timeUs: number, value: string | null, status: StatusCode): void {
    const texts = this.#texts
    const at = texts.length
    if (at === texts.series.length) this.#texts = { ...texts, ...widen(texts, at * 2) }
    const into = this.#texts
    into.series[at] = series
    into.timesUs[at] = timeUs
    into.status[at] = status
    into.values.push(value)
    into.length = at + 1
  }

  addWaveform(series: SeriesId, timeUs: number, rateHz: number, block: Float32Array, status: StatusCode): void {
    const waveforms = this.#waveforms
    const at = waveforms.length
    if (at === waveforms.series.length) {
      const rates = new Float64Array(at * 2)
      rates.set(waveforms.rateHz)
      this.#waveforms = { ...waveforms, ...widen(waveforms, at * 2), rateHz: rates }
    }
    const into = this.#waveforms
    into.series[at] = series
    into.timesUs[at] = timeUs
    into.rateHz[at] = rateHz
    into.status[at] = status
    into.values.push(block)
    into.length = at + 1
  }

  /** Adds all samples of a batch, copying its columns. */
  addAll(batch: SampleBatch): void {
    this.#numbers.addAll(batch.numbers)
    const { texts, waveforms } = batch
    for (let i = 0; i < texts.length; i++) {
      this.addText(texts.series[i] as number, texts.timesUs[i] as number, texts.values[i] ?? null, texts.status[i] as number)
    }
    for (let i = 0; i < waveforms.length; i++) {
      const block = waveforms.values[i] as Float32Array
      this.addWaveform(waveforms.series[i] as number, waveforms.timesUs[i] as number, waveforms.rateHz[i] as number, block, waveforms.status[i] as number)
    }
  }

  /**
   * The samples so far as a batch. It shares the builder's memory: it is valid until the next `add…` or `clear`.
   */
  view(receivedUs: number): SampleBatch {
    return { receivedUs, numbers: this.#numbers, texts: this.#texts, waveforms: this.#waveforms }
  }

  /** Forgets all samples and keeps the memory of the numbers for the next ones. */
  clear(): void {
    this.#numbers.length = 0
    if (this.#texts.length > 0) this.#texts = emptyTexts()
    if (this.#waveforms.length > 0) this.#waveforms = emptyWaveforms()
  }
}

class GrowingNumbers implements NumberColumns {
  length = 0
  series: Uint32Array
  timesUs: Float64Array
  values: Float64Array
  status: Uint32Array

  constructor(capacity: number) {
    this.series = new Uint32Array(capacity)
    this.timesUs = new Float64Array(capacity)
    this.values = new Float64Array(capacity)
    this.status = new Uint32Array(capacity)
  }

  add(series: SeriesId, timeUs: number, value: number, status: StatusCode): void {
    const at = this.length
    if (at === this.series.length) this.#grow(at + 1)
    this.series[at] = series
    this.timesUs[at] = timeUs
    this.values[at] = value
    this.status[at] = status
    this.length = at + 1
  }

  addAll(from: NumberColumns): void {
    const end = this.length + from.length
    if (end > this.series.length) this.#grow(end)
    this.series.set(from.series.subarray(0, from.length), this.length)
    this.timesUs.set(from.timesUs.subarray(0, from.length), this.length)
    this.values.set(from.values.subarray(0, from.length), this.length)
    this.status.set(from.status.subarray(0, from.length), this.length)
    this.length = end
  }

  #grow(atLeast: number): void {
    const capacity = Math.max(atLeast, this.series.length * 2)
    const values = new Float64Array(capacity)
    values.set(this.values)
    const wider = widen(this, capacity)
    this.series = wider.series
    this.timesUs = wider.timesUs
    this.status = wider.status
    this.values = values
  }
}

interface KeyColumns {
  readonly series: Uint32Array
  readonly timesUs: Float64Array
  readonly status: Uint32Array
}

function widen(columns: KeyColumns, capacity: number): KeyColumns {
  const series = new Uint32Array(capacity)
  const timesUs = new Float64Array(capacity)
  const status = new Uint32Array(capacity)
  series.set(columns.series)
  timesUs.set(columns.timesUs)
  status.set(columns.status)
  return { series, timesUs, status }
}

const FEW = 16

function emptyTexts() {
  return { length: 0, series: new Uint32Array(FEW), timesUs: new Float64Array(FEW), values: [] as (string | null)[], status: new Uint32Array(FEW) }
}

function emptyWaveforms() {
  return {
    length: 0,
    series: new Uint32Array(FEW),
    timesUs: new Float64Array(FEW),
    rateHz: new Float64Array(FEW),
    values: [] as Float32Array[],
    status: new Uint32Array(FEW),
  }
}
