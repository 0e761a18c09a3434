import { US_PER_DAY } from '@millwright/model/time.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { ColdFile } from './cold-file.ts'
import type { ColdStore } from './cold-store.ts'
import { type DuckConnection, sqlText, sqlTime } from './duck.ts'
import type { Leases } from './leases.ts'
import { writeRun } from './sorted-copy.ts'
import { columnNames } from './tables.ts'

/** Samples older than this are deleted, by series. */
export interface RetentionRules {
  readonly defaultBeforeUs: number
  readonly exceptions: ReadonlyMap<SeriesId, number>
}

/** Files that one call may rewrite; the next call goes on. Whole files are deleted without limit, which costs little. */
const MAX_REWRITES = 8

/** Deletes old samples from the cold store: whole files where all in it is old, else by rewriting without the old ones. */
export async function removeOld(
  connection: DuckConnection,
  cold: ColdStore,
  leases: Leases,
  rules: RetentionRules,
): Promise<{ readonly rows: number; readonly bytes: number }> {
  const { whole, part } = sortOut(cold.files, rules)
  let rows = 0
  let bytes = 0
  const remove = [...whole]
  const add: ColdFile[] = []
  for (const file of part.slice(0, MAX_REWRITES)) {
    const kept = await rewrite(connection, cold, file, rules)
    if (kept === undefined) continue
    remove.push(file)
    add.push(...kept)
  }
  if (remove.length === 0) return { rows, bytes }
  for (const file of remove) {
    rows += file.rows
    bytes += file.bytes
  }
  for (const file of add) {
    rows -= file.rows
    bytes -= file.bytes
  }
  await cold.publish({ add, remove, loses: true })
  await leases.drained()
  await cold.erase(remove)
  return { rows, bytes }
}

/** Which files are old as a whole, and which hold enough that is old to be rewritten. */
export function sortOut(files: readonly ColdFile[], rules: RetentionRules): { readonly whole: ColdFile[]; readonly part: ColdFile[] } {
  const whole: ColdFile[] = []
  const part: ColdFile[] = []
  for (const file of files) {
    const own = [...rules.exceptions].filter(([series]) => file.table !== 'events' && series >= file.minSeries && series <= file.maxSeries).map(([, beforeUs]) => beforeUs)
    // A file of one series that has a rule of its own knows no other.
    const bounds = file.minSeries === file.maxSeries && own.length > 0 && file.table !== 'events' ? own : [...own, rules.defaultBeforeUs]
    if (file.maxUs < Math.min(...bounds)) whole.push(file)
    // A day is rewritten once all of it is old for some series, not every time that a few minutes more are.
    else if ((file.day + 1) * US_PER_DAY <= Math.max(...bounds)) part.push(file)
  }
  return { whole, part }
}

/** The files without what is old; undefined where nothing was. */
async function rewrite(connection: DuckConnection, cold: ColdStore, file: ColdFile, rules: RetentionRules): Promise<ColdFile[] | undefined> {
  if ((await cold.sound([file])).length === 0) return undefined
  const { table, day, low, high } = file
  const exceptions = [...rules.exceptions].filter(([series]) => series >= file.minSeries && series <= file.maxSeries)
  const before =
    table === 'events' || exceptions.length === 0
      ? sqlTime(rules.defaultBeforeUs)
      : `CASE series ${exceptions.map(([series, beforeUs]) => `WHEN ${series} THEN ${sqlTime(beforeUs)}`).join(' ')} ELSE ${sqlTime(rules.defaultBeforeUs)} END`
  const source = `SELECT ${columnNames(table)}, 0 AS age FROM read_parquet(${sqlText(cold.pathOf(file))}, hive_partitioning = false) WHERE time >= ${before}`
  const kept = await connection.number(`SELECT count(*)::DOUBLE FROM (${source})`)
  if (kept === file.rows) return undefined
  if (kept === 0) return []
  const place = { index: file.slice, of: file.slices }
  const revision = cold.manifest.revision + 1
  return writeRun(connection, cold, { table, day, low, high, revision, source, position: cold.manifest.position, place }, Number.MAX_SAFE_INTEGER)
}
