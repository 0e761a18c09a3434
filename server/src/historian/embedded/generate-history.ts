import { US_PER_DAY, US_PER_SECOND } from '@millwright/model/time.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { HistorianSettings } from '../settings.ts'
import type { ColdFile } from './cold-file.ts'
import { writeRun } from './sorted-copy.ts'
import { openStores } from './stores.ts'
import { buildRollups } from './rollup-builder.ts'

/** What history to make. */
export interface GenerateOptions {
  readonly dir: string
  readonly settings: HistorianSettings
  readonly clock: Clock
  readonly log: Log
  /** Series 1 to this many get samples. */
  readonly series: number
  /** Days of history, and the first one (days since the epoch). */
  readonly days: number
  readonly firstDay: number
  readonly periodMs: number
  /** Rollups double the time it takes. */
  readonly rollups: boolean
  /** Told after each file. */
  readonly onProgress?: (rows: number) => void
}

/**
 * Writes a long history straight into the cold layout, for benchmarks and trials: sensors with two decimals that swing, drift and
 * flutter, each a little different. The folder must not be open elsewhere. Answers how many samples it wrote.
 */
export async function generateHistory(options: GenerateOptions): Promise<number> {
  const { dir, settings, clock, log, series, days, firstDay, periodMs } = options
  const { recent, cold } = await openStores(dir, settings, clock, log)
  const connection = await recent.duck.connect()
  const perDay = Math.floor(86_400_000 / periodMs)
  const perFile = Math.max(1, Math.floor(settings.fileRows / perDay))
  let total = 0
  try {
    for (let day = firstDay; day < firstDay + days; day++) {
      const slices = Math.ceil(series / perFile)
      const add: ColdFile[] = []
      for (let slice = 0; slice < slices; slice++) {
        const source = sensorRows({ first: 1 + slice * perFile, last: Math.min(series, (slice + 1) * perFile), day, perDay, periodUs: periodMs * 1000 })
        const place = { index: slice, of: slices }
        const run = { table: 'numbers' as const, day, low: 0, high: 0, revision: cold.manifest.revision + 1, source, position: cold.manifest.position, place, inOrder: true }
        for (const file of await writeRun(connection, cold, run, Number.MAX_SAFE_INTEGER)) {
          add.push(options.rollups ? await buildRollups(connection, cold, file, settings.holdMinutes * 60 * US_PER_SECOND) : file)
          total += file.rows
          options.onProgress?.(total)
        }
      }
      await cold.publish({ add, remove: [] })
    }
  } finally {
    connection.close()
    await recent.close()
  }
  return total
}

function sensorRows(part: { first: number; last: number; day: number; perDay: number; periodUs: number }): string {
  const time = `make_timestamp((${part.day * US_PER_DAY} + t * ${part.periodUs})::BIGINT)`
  const value = `round(20 + s % 60 + 6 * sin(t / (${part.perDay} / 6.28) + s) + 1.5 * sin(t / (97.0 + s % 50)) + (hash(t * 7919 + s) % 1000) / 4000.0, 2)`
  const rows = (part.last - part.first + 1) * part.perDay
  return (
    `SELECT s::UINTEGER AS series, ${time} AS time, ${value}::DOUBLE AS value, 0::UINTEGER AS status, NULL::TIMESTAMP AS received ` +
    `FROM (SELECT ${part.first} + r // ${part.perDay} AS s, r % ${part.perDay} AS t FROM range(${rows}) AS a(r))`
  )
}
