import type { AssetId } from '@millwright/model/asset.ts'
import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import type { Signal } from '@millwright/model/signal.ts'
import { reaching } from './columns.ts'
import { ShapePool, type ShapeId } from './shape-pool.ts'
import type { TextId, TextPool } from './text-pool.ts'

/** What the table keeps of a signal besides its series. */
export type SignalRecord = Omit<Signal, 'series'>

/** All signals by series: an asset and a shape each, 8 bytes. A series without a shape has no signal. */
export class SignalTable {
  readonly shapes: ShapePool
  readonly #texts: TextPool
  #assets = new Uint32Array(0)
  #shapes = new Uint32Array(0)
  #count = 0

  constructor(texts: TextPool) {
    this.#texts = texts
    this.shapes = new ShapePool(texts)
  }

  get count(): number {
    return this.#count
  }

  /** One more than the highest series that may have a signal. */
  get slots(): number {
    return this.#shapes.length
  }

  has(series: SeriesId): boolean {
    return (this.#shapes[series] ?? 0) !== 0
  }

  asset(series: SeriesId): AssetId {
    return this.#assets[series] as number
  }

  /** The shape of a series, 0 when it has no signal. */
  shape(series: SeriesId): ShapeId {
    return this.#shapes[series] ?? 0
  }

  nameId(series: SeriesId): TextId {
    return this.shapes.nameId(this.#shapes[series] as number)
  }

  name(series: SeriesId): string {
    return this.#texts.text(this.nameId(series)) ?? ''
  }

  kind(series: SeriesId): ValueKind {
    return this.shapes.kind(this.#shapes[series] as number)
  }

  /** Ends of the expected range of a series, `NaN` where it has none. */
  low(series: SeriesId): number {
    return this.shapes.low(this.shape(series))
  }

  high(series: SeriesId): number {
    return this.shapes.high(this.shape(series))
  }

  /** The deadband of a series, `NaN` where it has none. */
  deadband(series: SeriesId): number {
    return this.shapes.deadband(this.shape(series))
  }

  /** Series that are kept for other than the default time, with their days. */
  *retentions(): IterableIterator<readonly [series: SeriesId, days: number]> {
    for (let series = 0; series < this.#shapes.length; series++) {
      const days = this.shapes.retentionDays(this.#shapes[series] as number)
      if (!Number.isNaN(days) && this.has(series)) yield [series, days]
    }
  }

  /** The signal of a series that has one. */
  signal(series: SeriesId): Signal {
    return { series, asset: this.asset(series), ...this.shapes.shape(this.shape(series)) }
  }

  /** Puts a signal under a series that has none. */
  put(series: SeriesId, { asset, ...shape }: SignalRecord): void {
    this.putShaped(series, asset, this.shapes.take(shape))
  }

  /** Puts a signal whose shape was taken already. */
  putShaped(series: SeriesId, asset: AssetId, shape: ShapeId): void {
    if (series >= this.#shapes.length) this.reserve(series)
    this.#assets[series] = asset
    this.#shapes[series] = shape
    this.#count++
  }

  remove(series: SeriesId): void {
    this.shapes.release(this.#shapes[series] as number)
    this.#shapes[series] = 0
    this.#count--
  }

  /** Makes room for series up to `highest`. */
  reserve(highest: SeriesId): void {
    this.#assets = reaching(this.#assets, highest, 0)
    this.#shapes = reaching(this.#shapes, highest, 0)
  }
}
