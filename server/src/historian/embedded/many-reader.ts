import type { Block, Page, SeriesKey } from '../historian.ts'
import { laterWins, pick } from './later-wins.ts'
import type { ResultColumns } from './result-columns.ts'
import { concatenate, type SeriesReader, type SeriesSpan } from './series-reader.ts'
import { tableOf } from './tables.ts'

/** Series that one query reads at most. */
const MAX_TOGETHER = 512
/** A query reads all series between the least and the greatest; so many for one that was asked for, at most. */
const MAX_SPREAD = 4
/** When they hold more samples than fit, so much fewer series are tried next. */
const FEWER = 8

type Stretch = { readonly fromUs: number; readonly toUs: number }

/**
 * Pages of the first of `series`, ascending, as many as are read well together: at least one, together at most `limit` samples. A query of its own for each
 * of thousands of series costs milliseconds each, most of it for finding its way. The caller holds a lease.
 */
export async function readManyPages(reader: SeriesReader, series: readonly SeriesKey[], range: Stretch, limit: number): Promise<readonly Page[]> {
  let together = likely(reader, series, range, limit)
  while (together.length > 1) {
    const blocks = await readTogether(reader, together, range, limit)
    if (blocks !== undefined) return blocks.map((block) => ({ block, nextUs: undefined }))
    together = together.slice(0, Math.floor(together.length / FEWER))
  }
  const [first] = series
  return first === undefined ? [] : [await reader.page({ ...first, ...range }, { limit, order: 'ascending' })]
}

/** The first series, of one table and near each other, that probably hold no more than `limit` samples. */
function likely(reader: SeriesReader, series: readonly SeriesKey[], range: Stretch, limit: number): readonly SeriesKey[] {
  const start = series[0]
  if (start === undefined || start.kind === 'waveform') return []
  let rows = 0
  let [first, last] = [start.series, start.series]
  let together = 0
  for (const [index, each] of series.slice(0, MAX_TOGETHER).entries()) {
    if (tableOf(each.kind) !== tableOf(start.kind)) break
    rows += reader.estimate({ ...each, ...range })
    first = Math.min(first, each.series)
    last = Math.max(last, each.series)
    if (rows > limit) break
    if (last - first < MAX_SPREAD * (index + 1)) together = index + 1
  }
  return series.slice(0, together)
}

/** All samples of the series, a block for each; undefined where more than `limit` lie between them. */
async function readTogether(reader: SeriesReader, series: readonly SeriesKey[], range: Stretch, limit: number): Promise<readonly Block[] | undefined> {
  const table = tableOf(series[0]?.kind ?? 'number')
  const ids = series.map((each) => each.series)
  const span = { first: Math.min(...ids), last: Math.max(...ids) }
  const parts = await reader.rowsBetween(table, span, range, 'series, epoch_us(time)::DOUBLE, value, status', limit + 1)
  const rows = parts.reduce((sum, part) => sum + part.rows, 0)
  return rows > limit ? undefined : blocksOf(ids, span, parts, table === 'texts')
}

/** The rows of each series, in the order of writing within it, and of those the ones that stand. */
function blocksOf(ids: readonly number[], { first, last }: SeriesSpan, parts: readonly ResultColumns[], isText: boolean): Block[] {
  const written = concatenate(parts.map((part) => ({ timesUs: part.float(1), values: isText ? part.text(2) : part.float(2), status: part.uint(3) })))
  const places = parts.flatMap((part) => Array.from(part.uint(0), (id) => id - first))
  const { order, ends } = byPlace(places, last - first + 1)
  return ids.map((id) => {
    const [from, to] = [ends[id - first - 1] ?? 0, ends[id - first] as number]
    return laterWins(pick(written, order.subarray(from, to)))
  })
}

/** Counting sort: the rows of place 0, then those of place 1 and so on, each in their order; and where each ends. */
function byPlace(places: readonly number[], count: number): { readonly order: Uint32Array; readonly ends: Uint32Array } {
  const ends = new Uint32Array(count)
  for (const place of places) ends[place] = (ends[place] as number) + 1
  for (let place = 0, sum = 0; place < count; place++) {
    const size = ends[place] as number
    ends[place] = sum
    sum += size
  }
  const order = new Uint32Array(places.length)
  for (let row = 0; row < places.length; row++) {
    const place = places[row] as number
    const at = ends[place] as number
    order[at] = row
    ends[place] = at + 1
  }
  return { order, ends }
}
