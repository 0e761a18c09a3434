import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import { US_PER_MINUTE } from '@millwright/model/time.ts'
import type { Aggregate, AggregateColumns, Block, SeriesRange } from '../historian.ts'
import type { HistorianSettings } from '../settings.ts'
import { Aggregator } from './aggregate.ts'
import type { Held } from './bucket-stats.ts'
import { M4 } from './m4.ts'
import { type SeriesReader, WINDOW_ROWS } from './series-reader.ts'

/** Plots and aggregates of single series. The caller holds a lease. */
export class SeriesSummary {
  readonly #reader: SeriesReader
  readonly #holdUs: number

  constructor(reader: SeriesReader, settings: HistorianSettings) {
    this.#reader = reader
    this.#holdUs = settings.holdMinutes * US_PER_MINUTE
  }

  async plot(range: SeriesRange, points: number): Promise<Block> {
    const m4 = new M4(range, points)
    for await (const block of this.#reader.windows(range, 'ascending', WINDOW_ROWS)) m4.add(block.timesUs, numbersOf(block), block.status)
    return m4.finish()
  }

  async aggregates(signal: { readonly series: SeriesId; readonly kind: ValueKind }, edgesUs: Float64Array, aggregates: readonly Aggregate[]): Promise<AggregateColumns> {
    const fromUs = edgesUs[0] as number
    const toUs = edgesUs[edgesUs.length - 1] as number
    const carried = aggregates.includes('twa') ? await this.#carriedInto(signal, fromUs) : undefined
    const aggregator = new Aggregator(edgesUs, aggregates, this.#holdUs, carried)
    for await (const block of this.#reader.windows({ ...signal, fromUs, toUs }, 'ascending', WINDOW_ROWS)) aggregator.add(block.timesUs, numbersOf(block), block.status)
    return aggregator.finish()
  }

  /** The last sample before a time, as far as it may still hold. */
  async #carriedInto(signal: { readonly series: SeriesId; readonly kind: ValueKind }, timeUs: number): Promise<Held | undefined> {
    const { block } = await this.#reader.page({ ...signal, fromUs: timeUs - this.#holdUs, toUs: timeUs }, { limit: 1, order: 'descending' })
    const sinceUs = block.timesUs[0]
    if (sinceUs === undefined) return undefined
    const usable = (block.status[0] as number) >>> 31 === 0
    return { sinceUs, value: usable ? (numbersOf(block)[0] as number) : Number.NaN }
  }
}

function numbersOf(block: Block): Float64Array {
  if (!(block.values instanceof Float64Array)) throw new Error('BUG: a text series has no numbers')
  return block.values
}
