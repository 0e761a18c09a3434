import type { NumberColumns, SampleBatch, SeriesId } from '@millwright/model/sample-batch.ts'

/** The newest sample of a series. Waveforms are not kept live: `value` is then their number of points. */
export interface LiveValue {
  readonly timeUs: number
  readonly value: number | string | null
  readonly status: number
}

/** The newest samples of many series; element `i` of every column belongs together. */
export interface LiveColumns {
  readonly series: Uint32Array
  readonly timesUs: Float64Array
  readonly values: Float64Array
  readonly receivedUs: Float64Array
  readonly status: Uint32Array
  readonly texts: readonly (readonly [SeriesId, string | null])[]
}

/** Hears which series changed, after each durable group. The array is only valid during the call. */
export type LiveListener = (changed: Uint32Array) => void

const NEVER = -1

/**
 * The newest sample of every series, in typed arrays indexed by series id. A sample older than the one at hand
 * (late, backfilled) changes nothing here.
 */
export class LiveValues {
  #timesUs = new Float64Array(1024).fill(NEVER)
  #values = new Float64Array(1024)
  #status = new Uint32Array(1024)
  #receivedUs = new Float64Array(1024)
  readonly #texts = new Map<SeriesId, string | null>()
  /** Waveforms that came since the start: who computes from them begins with the first. */
  waveforms = 0
  readonly #listeners = new Set<LiveListener>()
  #changed = new Uint32Array(1024)
  #changedCount = 0
  /** Per series, the round in which it was last noted as changed, so that a group names it once. */
  #noted = new Uint32Array(1024)
  #round = 1
  #isCatchingUp = false

  /** Takes a durable batch and tells the listeners what changed. */
  apply(batch: SampleBatch): void {
    this.#applyBatch(batch)
  }

  /** Takes a batch of the past, after newer ones may have come: of two samples of one time the one received later stays. */
  catchUp(batch: SampleBatch): void {
    this.#isCatchingUp = true
    this.#applyBatch(batch)
    this.#isCatchingUp = false
  }

  #applyBatch(batch: SampleBatch): void {
    const { numbers, texts, waveforms, receivedUs } = batch
    this.waveforms += waveforms.length
    this.#applyNumbers(numbers, receivedUs)
    for (let i = 0; i < texts.length; i++) {
      const series = texts.series[i] as number
      if (!this.#place(series, texts.timesUs[i] as number, Number.NaN, texts.status[i] as number, receivedUs)) continue
      this.#texts.set(series, texts.values[i] ?? null)
    }
    for (let i = 0; i < waveforms.length; i++) {
      const points = waveforms.values[i]?.length ?? 0
      this.#place(waveforms.series[i] as number, waveforms.timesUs[i] as number, points, waveforms.status[i] as number, receivedUs)
    }
    this.#announce()
  }

  /** The newest sample of a series; undefined when it never had one. */
  get(series: SeriesId): LiveValue | undefined {
    const timeUs = this.#timesUs[series] ?? NEVER
    if (timeUs === NEVER) return undefined
    const number = this.#values[series] as number
    const value = this.#texts.has(series) ? (this.#texts.get(series) ?? null) : Number.isNaN(number) ? null : number
    return { timeUs, value, status: this.#status[series] as number }
  }

  /** Time of the newest sample of a series, negative when it never had one. */
  timeUs(series: SeriesId): number {
    return this.#timesUs[series] ?? NEVER
  }

  /** Number, status code and time of arrival of the newest sample; only meaningful where {@link timeUs} is not negative. For the hot path. */
  number(series: SeriesId): number {
    return this.#values[series] as number
  }

  status(series: SeriesId): number {
    return this.#status[series] as number
  }

  arrivalUs(series: SeriesId): number {
    return this.#receivedUs[series] as number
  }

  /** When the newest sample of a series arrived, undefined when it never had one. */
  receivedUs(series: SeriesId): number | undefined {
    return (this.#timesUs[series] ?? NEVER) === NEVER ? undefined : this.#receivedUs[series]
  }

  /** Forgets a deleted series. */
  forget(series: SeriesId): void {
    if (series < this.#timesUs.length) this.#timesUs[series] = NEVER
    this.#texts.delete(series)
  }

  /** All newest samples in columns, for a snapshot. */
  dump(): LiveColumns {
    const series: number[] = []
    for (let id = 0; id < this.#timesUs.length; id++) if (this.#timesUs[id] !== NEVER) series.push(id)
    const pick = (from: Float64Array): Float64Array => Float64Array.from(series, (id) => from[id] as number)
    return {
      series: Uint32Array.from(series),
      timesUs: pick(this.#timesUs),
      values: pick(this.#values),
      receivedUs: pick(this.#receivedUs),
      status: Uint32Array.from(series, (id) => this.#status[id] as number),
      texts: [...this.#texts],
    }
  }

  /** Takes what {@link dump} gave; newer samples that are already here stay. */
  load(columns: LiveColumns): void {
    const texts = new Map(columns.texts)
    for (let i = 0; i < columns.series.length; i++) {
      const series = columns.series[i] as number
      const isPlaced = this.#place(series, columns.timesUs[i] as number, columns.values[i] as number, columns.status[i] as number, columns.receivedUs[i] as number)
      const text = texts.get(series)
      if (isPlaced && text !== undefined) this.#texts.set(series, text)
    }
    this.#announce()
  }

  /** Hears of changes from now on. Returns what ends that. */
  subscribe(listener: LiveListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #applyNumbers(numbers: NumberColumns, receivedUs: number): void {
    for (let i = 0; i < numbers.length; i++) {
      this.#place(numbers.series[i] as number, numbers.timesUs[i] as number, numbers.values[i] as number, numbers.status[i] as number, receivedUs)
    }
  }

  #place(series: SeriesId, timeUs: number, value: number, status: number, receivedUs: number): boolean {
    if (series >= this.#timesUs.length) this.#grow(series)
    const newestUs = this.#timesUs[series] as number
    if (timeUs < newestUs) return false
    if (this.#isCatchingUp && timeUs === newestUs && receivedUs < (this.#receivedUs[series] as number)) return false
    this.#timesUs[series] = timeUs
    this.#values[series] = value
    this.#status[series] = status
    this.#receivedUs[series] = receivedUs
    if (this.#noted[series] !== this.#round) {
      this.#noted[series] = this.#round
      if (this.#changedCount === this.#changed.length) this.#changed = enlarged(this.#changed, this.#changed.length * 2)
      this.#changed[this.#changedCount++] = series
    }
    return true
  }

  #announce(): void {
    if (this.#changedCount > 0 && this.#listeners.size > 0) {
      const changed = this.#changed.subarray(0, this.#changedCount)
      for (const listener of this.#listeners) listener(changed)
    }
    this.#changedCount = 0
    this.#round = (this.#round + 1) >>> 0 || 1
  }

  #grow(series: SeriesId): void {
    const size = 2 ** Math.ceil(Math.log2(series + 1))
    const timesUs = new Float64Array(size).fill(NEVER)
    timesUs.set(this.#timesUs)
    this.#timesUs = timesUs
    this.#values = enlarged(this.#values, size)
    this.#receivedUs = enlarged(this.#receivedUs, size)
    this.#status = enlarged(this.#status, size)
    this.#noted = enlarged(this.#noted, size)
  }
}

function enlarged<T extends Float64Array | Uint32Array>(array: T, size: number): T
function enlarged(array: Float64Array | Uint32Array, size: number): Float64Array | Uint32Array {
  if (array instanceof Float64Array) {
    const bigger = new Float64Array(size)
    bigger.set(array)
    return bigger
  }
  const bigger = new Uint32Array(size)
  bigger.set(array)
  return bigger
}
