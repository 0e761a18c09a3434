import { type ColdFile, sameRun } from './cold-file.ts'
import type { ColdStore } from './cold-store.ts'
import { sqlTexts, sqlTime } from './duck.ts'
import type { Extent } from './extent.ts'
import type { RecentStore } from './recent-store.ts'
import { columnNames, emptySelect, recentTable, type Table } from './tables.ts'

/** What a statement is known to need of `samples`; undefined is all. */
export interface SqlHints {
  readonly series: readonly number[] | undefined
  readonly fromUs: number
  readonly toUs: number
}

export const NO_HINTS: SqlHints = { series: undefined, fromUs: Number.NEGATIVE_INFINITY, toUs: Number.POSITIVE_INFINITY }

/** The files that a statement may read. */
export function filesOf(cold: ColdStore, table: Table, hints: SqlHints): ColdFile[] {
  const { series } = hints
  return cold.files.filter(
    (file) =>
      file.table === table &&
      file.minUs < hints.toUs &&
      file.maxUs >= hints.fromUs &&
      (series === undefined || series.some((id) => file.minSeries <= id && id <= file.maxSeries)),
  )
}

/**
 * A query for the rows of one table from both stores, of repeated keys the last written. Files that share no key with
 * anything else, by their ranges of series and time, are read as they are; only the others pay for the comparison.
 */
export function rowsQuery(table: Table, stores: { readonly recent: RecentStore; readonly cold: ColdStore }, files: readonly ColdFile[], hints: SqlHints): string {
  const { recent, cold } = stores
  const generations = recent.generations.filter(({ extents }) => extents[table].mayHold(hints.fromUs, hints.toUs))
  const condition = hintCondition(table, hints)
  const names = columnNames(table)
  const parquet = (list: readonly ColdFile[]) => `read_parquet(${sqlTexts(list.map((file) => cold.pathOf(file)))}, hive_partitioning = false)`
  const recentRows = generations.map(({ generation }) => `SELECT ${names}, ${generation} AS age, rowid AS place FROM ${recentTable(table, generation)} WHERE ${condition}`)
  if (table === 'events') {
    const sources = recentRows.map((source) => `SELECT ${names} FROM (${source})`)
    if (files.length > 0) sources.push(`SELECT ${names} FROM ${parquet(files)}`)
    return [emptySelect(table), ...sources].join(' UNION ALL ')
  }
  const { clean, shared } = sortOut(files, generations.map(({ extents }) => extents[table]))
  const sources = [emptySelect(table)]
  if (clean.length > 0) sources.push(`SELECT ${names} FROM ${parquet(clean)} WHERE ${condition}`)
  const contested = [...shared.map((file) => `SELECT ${names}, ${file.high} AS age, 0 AS place FROM ${parquet([file])} WHERE ${condition}`), ...recentRows]
  if (contested.length > 0) {
    sources.push(`SELECT ${names} FROM (${contested.join(' UNION ALL ')}) QUALIFY row_number() OVER (PARTITION BY series, time ORDER BY age DESC, place DESC) = 1`)
  }
  return sources.join(' UNION ALL ')
}

/** Parts the files that share no key with any other source from those that may. */
function sortOut(files: readonly ColdFile[], recent: readonly Extent[]): { readonly clean: ColdFile[]; readonly shared: ColdFile[] } {
  const clean: ColdFile[] = []
  const shared: ColdFile[] = []
  for (const rivals of Map.groupBy(files, (file) => file.day).values()) {
    for (const file of rivals) {
      const contested = rivals.some((rival) => !sameRun(rival, file) && overlap(rival, file)) || recent.some((extent) => extent.mayHold(file.minUs, file.maxUs + 1))
      ;(contested ? shared : clean).push(file)
    }
  }
  return { clean, shared }
}

interface Box {
  readonly minSeries: number
  readonly maxSeries: number
  readonly minUs: number
  readonly maxUs: number
}

function overlap(a: Box, b: Box): boolean {
  return a.minSeries <= b.maxSeries && b.minSeries <= a.maxSeries && a.minUs <= b.maxUs && b.minUs <= a.maxUs
}

function hintCondition(table: Table, hints: SqlHints): string {
  const parts = ['true']
  if (hints.series !== undefined && table !== 'events') parts.push(hints.series.length === 0 ? 'false' : `series IN (${hints.series.join(', ')})`)
  if (Number.isFinite(hints.fromUs)) parts.push(`time >= ${sqlTime(hints.fromUs)}`)
  if (Number.isFinite(hints.toUs)) parts.push(`time < ${sqlTime(hints.toUs)}`)
  return parts.join(' AND ')
}

/** The relation `samples` over the rows of the three sample tables. */
export function samplesQuery(rows: Readonly<Record<'numbers' | 'texts' | 'waveforms', string>>): string {
  const quality = `CASE status >> 30 WHEN 0 THEN 'good' WHEN 1 THEN 'uncertain' ELSE 'bad' END`
  const each = [
    `SELECT series, time, CASE WHEN isnan(value) THEN NULL ELSE value END AS value, NULL::VARCHAR AS text, status, received FROM (${rows.numbers})`,
    `SELECT series, time, NULL::DOUBLE AS value, value AS text, status, received FROM (${rows.texts})`,
    `SELECT series, time, (octet_length(value) // 4)::DOUBLE AS value, NULL::VARCHAR AS text, status, received FROM (${rows.waveforms})`,
  ].join(' UNION ALL ')
  return `SELECT signals.path AS signal, stored.time, stored.value, stored.text, ${quality} AS quality, stored.status, stored.received FROM (${each}) AS stored JOIN signals ON signals.series = stored.series`
}
