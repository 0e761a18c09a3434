import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { CatalogueSignal, SeriesRange } from '../historian.ts'
import type { ColdStore } from './cold-store.ts'
import { type DuckConnection, sqlText, sqlTime } from './duck.ts'
import { syncFile } from './durable-file.ts'
import type { RecentStore } from './recent-store.ts'
import { copyParquet } from './sorted-copy.ts'
import { filesOf, rowsQuery, type SqlHints } from './sql-views.ts'
import { type Table, tableOf } from './tables.ts'

/** Writes samples of many series as one Parquet file with names instead of ids. The caller holds a lease. */
export async function exportSamples(
  connection: DuckConnection,
  stores: { readonly recent: RecentStore; readonly cold: ColdStore },
  order: { readonly ranges: readonly SeriesRange[]; readonly signals: ReadonlyMap<SeriesId, CatalogueSignal>; readonly file: string; readonly temporary: string },
): Promise<number> {
  const selects: string[] = ['SELECT NULL::VARCHAR AS signal, NULL::TIMESTAMP AS time, NULL::DOUBLE AS value, NULL::VARCHAR AS text, NULL::UINTEGER AS status WHERE false']
  for (const [table, ranges] of Map.groupBy(order.ranges, ({ kind }) => tableOf(kind))) {
    selects.push(await selectOf(table, ranges, stores, order.signals))
  }
  await mkdir(path.dirname(order.temporary), { recursive: true })
  try {
    await copyParquet(connection, `SELECT * FROM (${selects.join(' UNION ALL ')}) ORDER BY signal, time`, order.temporary)
    await syncFile(order.temporary)
    const rows = await connection.number(`SELECT count(*)::DOUBLE FROM read_parquet(${sqlText(order.temporary)})`)
    await moveFile(order.temporary, order.file)
    return rows
  } finally {
    await rm(order.temporary, { force: true })
  }
}

async function selectOf(
  table: Exclude<Table, 'events'>,
  ranges: readonly SeriesRange[],
  stores: { readonly recent: RecentStore; readonly cold: ColdStore },
  signals: ReadonlyMap<SeriesId, CatalogueSignal>,
): Promise<string> {
  const hints: SqlHints = {
    series: ranges.map(({ series }) => series),
    fromUs: Math.min(...ranges.map(({ fromUs }) => fromUs)),
    toUs: Math.max(...ranges.map(({ toUs }) => toUs)),
  }
  const rows = rowsQuery(table, stores, await stores.cold.sound(filesOf(stores.cold, table, hints)), hints)
  const wanted = ranges.map(({ series, fromUs, toUs }) => {
    const name = signals.get(series)?.path ?? `series ${series}`
    return `(${series}::UINTEGER, ${sqlTime(fromUs)}, ${sqlTime(toUs)}, ${sqlText(name)})`
  })
  const value = table === 'numbers' ? 'CASE WHEN isnan(value) THEN NULL ELSE value END' : table === 'waveforms' ? '(octet_length(value) // 4)::DOUBLE' : 'NULL::DOUBLE'
  const text = table === 'texts' ? 'value' : 'NULL::VARCHAR'
  return `SELECT wanted.name AS signal, time, ${value} AS value, ${text} AS text, status FROM (${rows}) AS stored
    JOIN (VALUES ${wanted.join(', ')}) AS wanted(series, from_time, to_time, name) ON stored.series = wanted.series AND time >= from_time AND time < to_time`
}

/** Renames, or copies where the target is on another disk. */
async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch {
    await copyFile(from, to)
    await syncFile(to)
  }
}
