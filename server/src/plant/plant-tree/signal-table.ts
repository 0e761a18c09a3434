import type { AssetId } from '@millwright/model/asset.ts'
import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import type { Signal } from '@millwright/model/signal.ts'
import { reaching } from './columns.ts'
import type { TextId, TextPool } from './text-pool.ts'

const KINDS = ['number', 'boolean', 'text', 'waveform'] as const satisfies readonly ValueKind[]
const ABSENT = Number.NaN

/** What the table keeps of a signal besides its series. */
export type SignalRecord = Omit<Signal, 'series'>

/** All signals in columns by series, about 50 bytes each besides their texts. A series without a name has no signal. */
export class SignalTable {
  readonly #texts: TextPool
  #assets = new Uint32Array(0)
  #names = new Uint32Array(0)
  #kinds = new Uint8Array(0)
  #units = new Uint32Array(0)
  #descriptions = new Uint32Array(0)
  #lows = new Float64Array(0)
  #highs = new Float64Array(0)
  #deadbands = new Float64Array(0)
  #retentions = new Float64Array(0)
  #count = 0

  constructor(texts: TextPool) {
    this.#texts = texts
  }

  get count(): number {
    return this.#count
  }

  has(series: SeriesId): boolean {
    return (this.#names[series] ?? 0) !== 0
  }

  asset(series: SeriesId): AssetId {
    return this.#assets[series] as number
  }

  nameId(series: SeriesId): TextId {
    return this.#names[series] as number
  }

  name(series: SeriesId): string {
    return this.#texts.text(this.#names[series] as number) ?? ''
  }

  kind(series: SeriesId): ValueKind {
    return KINDS[this.#kinds[series] as number] ?? 'number'
  }

  descriptionId(series: SeriesId): TextId {
    return this.#descriptions[series] as number
  }

  /** One more than the highest series that may have a signal. */
  get slots(): number {
    return this.#names.length
  }

  /** Ends of the expected range of a series, `NaN` where it has none. */
  low(series: SeriesId): number {
    return this.#lows[series] ?? ABSENT
  }

  high(series: SeriesId): number {
    return this.#highs[series] ?? ABSENT
  }

  /** The deadband of a series, `NaN` where it has none. */
  deadband(series: SeriesId): number {
    return this.#deadbands[series] ?? ABSENT
  }

  /** Series that are kept for other than the default time, with their days. */
  *retentions(): IterableIterator<readonly [series: SeriesId, days: number]> {
    for (let series = 0; series < this.#retentions.length; series++) {
      const days = this.#retentions[series] as number
      if (!Number.isNaN(days) && this.has(series)) yield [series, days]
    }
  }

  /** The signal of a series that has one. */
  signal(series: SeriesId): Signal {
    const signal: { -readonly [K in keyof Signal]: Signal[K] } = { series, asset: this.asset(series), name: this.name(series), kind: this.kind(series) }
    const unit = this.#texts.text(this.#units[series] as number)
    const description = this.#texts.text(this.descriptionId(series))
    const [low, high] = [this.#lows[series] as number, this.#highs[series] as number]
    const [deadband, retentionDays] = [this.#deadbands[series] as number, this.#retentions[series] as number]
    if (unit !== undefined) signal.unit = unit
    if (!Number.isNaN(low)) signal.low = low
    if (!Number.isNaN(high)) signal.high = high
    if (description !== undefined) signal.description = description
    if (!Number.isNaN(deadband)) signal.deadband = deadband
    if (!Number.isNaN(retentionDays)) signal.retentionDays = retentionDays
    return signal
  }

  /** Puts a signal under a series that has none. */
  put(series: SeriesId, signal: SignalRecord): void {
    this.#reach(series)
    this.#assets[series] = signal.asset
    this.#names[series] = this.#texts.take(signal.name)
    this.#kinds[series] = KINDS.indexOf(signal.kind)
    this.#units[series] = this.#texts.take(signal.unit)
    this.#descriptions[series] = this.#texts.take(signal.description)
    this.#lows[series] = signal.low ?? ABSENT
    this.#highs[series] = signal.high ?? ABSENT
    this.#deadbands[series] = signal.deadband ?? ABSENT
    this.#retentions[series] = signal.retentionDays ?? ABSENT
    this.#count++
  }

  remove(series: SeriesId): void {
    this.#texts.release(this.#names[series] as number)
    this.#texts.release(this.#units[series] as number)
    this.#texts.release(this.#descriptions[series] as number)
    this.#names[series] = 0
    this.#units[series] = 0
    this.#descriptions[series] = 0
    this.#count--
  }

  #reach(series: SeriesId): void {
    if (series < this.#names.length) return
    this.#assets = reaching(this.#assets, series, 0)
    this.#names = reaching(this.#names, series, 0)
    this.#kinds = reaching(this.#kinds, series, 0)
    this.#units = reaching(this.#units, series, 0)
    this.#descriptions = reaching(this.#descriptions, series, 0)
    this.#lows = reaching(this.#lows, series, ABSENT)
    this.#highs = reaching(this.#highs, series, ABSENT)
    this.#deadbands = reaching(this.#deadbands, series, ABSENT)
    this.#retentions = reaching(this.#retentions, series, ABSENT)
  }
}
