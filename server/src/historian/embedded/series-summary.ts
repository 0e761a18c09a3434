import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import { US_PER_HOUR, US_PER_MINUTE } from '@millwright/model/time.ts'
import type { Aggregate, AggregateColumns, Block, SeriesRange } from '../historian.ts'
import type { HistorianSettings } from '../settings.ts'
import { Aggregator } from './aggregate.ts'
import type { Held } from './bucket-stats.ts'
import type { Rollup } from './cold-file.ts'
import type { ColdStore } from './cold-store.ts'
import type { ConnectionPool } from './connection-pool.ts'
import { M4, plotGrid } from './m4.ts'
import { ROLLUP_US } from './rollup-builder.ts'
import { readDrawn, readRolled } from './rollup-reader.ts'
import { partRange, type Stretch } from './stretches.ts'
import { type SeriesReader, WINDOW_ROWS } from './series-reader.ts'

/** A plot whose columns are whole minutes (or hours) may be this much coarser than was asked for; beyond it, samples are read while they are not too many. */
const COARSER = 1.25
/** From so many samples on a coarser plot is better than a late one. */
const MANY_ROWS = 500_000

/** Plots and aggregates of single series. Long ranges are read from rollups where they stand for all samples. The caller holds a lease. */
export class SeriesSummary {
  readonly #reader: SeriesReader
  readonly #cold: ColdStore
  readonly #pool: ConnectionPool
  readonly #holdUs: number
  readonly #rollupFromRows: number

  constructor(reader: SeriesReader, cold: ColdStore, pool: ConnectionPool, settings: HistorianSettings) {
    this.#reader = reader
    this.#cold = cold
    this.#pool = pool
    this.#holdUs = settings.holdMinutes * US_PER_MINUTE
    this.#rollupFromRows = settings.rollupFromRows
  }

  async plot(range: SeriesRange, points: number): Promise<Block> {
    const clipped = { ...range, ...this.#reader.clip(range) }
    const rollup = this.#plotRollup(range, points, this.#reader.estimate(clipped))
    const stretches = await this.#stretches(clipped, rollup)
    const isRolled = rollup !== undefined && stretches.some(({ rolled }) => rolled !== undefined)
    const m4 = new M4(range, points, isRolled ? ROLLUP_US[rollup] : undefined)
    for (const stretch of stretches) {
      const part = { ...range, fromUs: stretch.fromUs, toUs: stretch.toUs }
      if (rollup !== undefined && stretch.rolled !== undefined && (await this.#cold.soundRollups(stretch.rolled, rollup))) {
        const { timesUs, values, status } = await readDrawn(this.#pool, this.#cold, part, rollup, stretch.rolled)
        m4.add(timesUs, values, status)
      } else for await (const block of this.#reader.windows(part, 'ascending', WINDOW_ROWS)) m4.add(block.timesUs, numbersOf(block), block.status)
    }
    return m4.finish()
  }

  /** The rollup that draws the columns of a plot exactly and not much wider than asked for. */
  #plotRollup(range: SeriesRange, points: number, rows: number): Rollup | undefined {
    const widthUs = plotGrid(range, points).widthUs
    const fits = (rollup: Rollup, coarser: number) => plotGrid(range, points, ROLLUP_US[rollup]).widthUs <= widthUs * coarser
    if (fits('hours', COARSER)) return 'hours'
    if (fits('minutes', COARSER)) return 'minutes'
    return rows >= MANY_ROWS && widthUs >= US_PER_MINUTE ? 'minutes' : undefined
  }

  async aggregates(signal: { readonly series: SeriesId; readonly kind: ValueKind }, edgesUs: Float64Array, aggregates: readonly Aggregate[]): Promise<AggregateColumns> {
    const fromUs = edgesUs[0] as number
    const toUs = edgesUs[edgesUs.length - 1] as number
    const carried = aggregates.includes('twa') || aggregates.includes('covered') ? await this.#carriedInto(signal, fromUs) : undefined
    const aggregator = new Aggregator(edgesUs, aggregates, this.#holdUs, carried)
    const range = { ...signal, ...this.#reader.clip({ ...signal, fromUs, toUs }) }
    const rollup = edgesUs.every((edge) => edge % US_PER_HOUR === 0) ? 'hours' : edgesUs.every((edge) => edge % US_PER_MINUTE === 0) ? 'minutes' : undefined
    for (const stretch of await this.#stretches(range, rollup)) {
      const part = { ...range, fromUs: stretch.fromUs, toUs: stretch.toUs }
      if (rollup !== undefined && stretch.rolled !== undefined && (await this.#cold.soundRollups(stretch.rolled, rollup))) {
        const columns = await readRolled(this.#pool, this.#cold, part, rollup, stretch.rolled)
        columns.startsUs.forEach((startUs, index) => aggregator.addRolled(startUs, columns.part(index)))
      } else for await (const block of this.#reader.windows(part, 'ascending', WINDOW_ROWS)) aggregator.add(block.timesUs, numbersOf(block), block.status)
    }
    return aggregator.finish()
  }

  /** How to read a range; sample by sample where that is cheap or nothing else is exact. */
  async #stretches(range: SeriesRange, rollup: Rollup | undefined): Promise<Stretch[]> {
    if (range.fromUs >= range.toUs) return []
    const raw = [{ fromUs: range.fromUs, toUs: range.toUs, rolled: undefined }]
    if (rollup === undefined || range.kind === 'waveform' || this.#reader.estimate(range) < this.#rollupFromRows) return raw
    return partRange(this.#cold, range, rollup, this.#holdUs, await this.#reader.recentDays(range))
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
