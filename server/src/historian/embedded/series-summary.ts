import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import { US_PER_HOUR, US_PER_MINUTE } from '@millwright/model/time.ts'
import type { Aggregate, AggregateColumns, Block, SeriesRange } from '../historian.ts'
import type { HistorianSettings } from '../settings.ts'
import { Aggregator } from './aggregate.ts'
import type { Held } from './bucket-stats.ts'
import type { ColdFile, Rollup } from './cold-file.ts'
import type { ColdStore } from './cold-store.ts'
import type { ConnectionPool } from './connection-pool.ts'
import { M4 } from './m4.ts'
import { partRange, readRolled, type RolledColumns, type Stretch } from './rollup-reader.ts'
import { type SeriesReader, WINDOW_ROWS } from './series-reader.ts'

/** Rollups of a minute draw columns narrower than this many hours, those of an hour the wider ones. */
const HOURS_PER_COLUMN = 4

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
    const m4 = new M4(range, points)
    const columnUs = (range.toUs - range.fromUs) / (points / 4)
    const rollup = columnUs >= HOURS_PER_COLUMN * US_PER_HOUR ? 'hours' : columnUs >= US_PER_MINUTE ? 'minutes' : undefined
    for (const stretch of await this.#stretches(clipped, rollup)) {
      await this.#readStretch({ ...range, fromUs: stretch.fromUs, toUs: stretch.toUs }, rollup, stretch.rolled, {
        samples: (block) => m4.add(block.timesUs, numbersOf(block), block.status),
        rolled: (columns) => {
          const { timesUs, values, status } = columns.drawn()
          m4.add(timesUs, values, status)
        },
      })
    }
    return m4.finish()
  }

  async aggregates(signal: { readonly series: SeriesId; readonly kind: ValueKind }, edgesUs: Float64Array, aggregates: readonly Aggregate[]): Promise<AggregateColumns> {
    const fromUs = edgesUs[0] as number
    const toUs = edgesUs[edgesUs.length - 1] as number
    const carried = aggregates.includes('twa') || aggregates.includes('covered') ? await this.#carriedInto(signal, fromUs) : undefined
    const aggregator = new Aggregator(edgesUs, aggregates, this.#holdUs, carried)
    const range = { ...signal, ...this.#reader.clip({ ...signal, fromUs, toUs }) }
    const rollup = edgesUs.every((edge) => edge % US_PER_HOUR === 0) ? 'hours' : edgesUs.every((edge) => edge % US_PER_MINUTE === 0) ? 'minutes' : undefined
    for (const stretch of await this.#stretches(range, rollup)) {
      await this.#readStretch({ ...range, fromUs: stretch.fromUs, toUs: stretch.toUs }, rollup, stretch.rolled, {
        samples: (block) => aggregator.add(block.timesUs, numbersOf(block), block.status),
        rolled: (columns) => columns.startsUs.forEach((startUs, index) => aggregator.addRolled(startUs, columns.part(index))),
      })
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

  async #readStretch(
    range: SeriesRange,
    rollup: Rollup | undefined,
    files: readonly ColdFile[] | undefined,
    take: { readonly samples: (block: Block) => void; readonly rolled: (columns: RolledColumns) => void },
  ): Promise<void> {
    if (rollup !== undefined && files !== undefined && (await this.#cold.soundRollups(files, rollup))) {
      take.rolled(await readRolled(this.#pool, this.#cold, range, rollup, files))
      return
    }
    for await (const block of this.#reader.windows(range, 'ascending', WINDOW_ROWS)) take.samples(block)
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
