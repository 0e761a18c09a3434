import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Value } from 'typebox/value'
import { usToMs } from '@millwright/model/time.ts'
import { arenaTableSchema, type WireArena, type WireArenaTable } from '@millwright/model/wire/arena.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { ArenaTable } from './arena-table.ts'
import type { ArenaAnswer, ArenaTask } from './arena-thread.ts'
import { recordedDataMissing } from './recorded-data.ts'

/** Tables that came with the release, one JSON a line, as `millwright arena --json` writes them. */
const RELEASED = resolve(import.meta.dirname, '../../../../docs/intelligence/arena-results.jsonl')
/** Beyond this a run is given up. */
const MAX_RUN_MS = 30 * 60_000
const MAX_MEGABYTES = 2_048

export interface ArenaRunsOptions {
  /** Where results are kept. */
  readonly folder: string
  /** Where the recorded data lie. */
  readonly recorded: string
  /** Names of the collections. */
  readonly contests: readonly string[]
  readonly clock: Clock
  readonly log: Log
  readonly released?: string
}

/** Runs of the arena, one at a time in a thread of its own, and their results: the newest of each collection. */
export class ArenaRuns {
  readonly #options: ArenaRunsOptions
  readonly #tables = new Map<string, WireArenaTable>()
  #running: { readonly contest: string; readonly since: number; readonly by: string; readonly worker: Worker } | undefined
  #failure: WireArena['failure'] = null
  #ended: Promise<void> = Promise.resolve()

  private constructor(options: ArenaRunsOptions) {
    this.#options = options
  }

  /** Reads what was found before. What cannot be read is left out and told in the log. */
  static async open(options: ArenaRunsOptions): Promise<ArenaRuns> {
    const runs = new ArenaRuns(options)
    await mkdir(options.folder, { recursive: true })
    for (const table of await releasedTables(options.released ?? RELEASED, options)) runs.#tables.set(table.contest, table)
    for (const contest of options.contests) {
      const text = await readFile(runs.#fileOf(contest), 'utf8').catch(() => undefined)
      const table = text === undefined ? undefined : parsed(text)
      if (table !== undefined) runs.#tables.set(contest, table)
      else if (text !== undefined) options.log.warn({ contest }, 'a result of the arena cannot be read; run it again')
    }
    return runs
  }

  /** Collections, results, and what runs. */
  status(): WireArena {
    const { contests, recorded } = this.#options
    const missing = recordedDataMissing(recorded) || null
    return {
      contests: contests.map((name) => ({ name, missing: NEEDS_NO_DATA.has(name) ? null : missing })),
      tables: [...this.#tables.values()],
      running: this.#running === undefined ? null : { contest: this.#running.contest, since: this.#running.since, by: this.#running.by },
      failure: this.#failure,
    }
  }

  /** Begins a run. Throws NOT_FOUND, or CONFLICT while another one runs. */
  begin(contest: string, by: string): void {
    const { contests, recorded, clock } = this.#options
    if (!contests.includes(contest)) throw new MillwrightError('NOT_FOUND', `there is no collection "${contest}"; there are ${contests.join(', ')}`)
    if (this.#running !== undefined) throw new MillwrightError('CONFLICT', `"${this.#running.contest}" is being run; one at a time`)
    const task: ArenaTask = { contest, folder: recorded }
    const worker = new Worker(new URL('./arena-thread.ts', import.meta.url), { workerData: task, name: 'arena', resourceLimits: { maxOldGenerationSizeMb: MAX_MEGABYTES } })
    this.#failure = null
    this.#running = { contest, since: usToMs(clock.nowUs()), by, worker }
    this.#ended = this.#follow(worker, contest, by)
  }

  /** Ends the run, if there is one. */
  async cancel(): Promise<boolean> {
    const running = this.#running
    if (running === undefined) return false
    await running.worker.terminate()
    await this.#ended
    return true
  }

  /** Settles when nothing runs. */
  idle(): Promise<void> {
    return this.#ended
  }

  async stop(): Promise<void> {
    await this.cancel()
  }

  async #follow(worker: Worker, contest: string, by: string): Promise<void> {
    const begunMs = performance.now()
    const timer = setTimeout(() => void worker.terminate(), MAX_RUN_MS)
    const answer = await new Promise<ArenaAnswer>((settle) => {
      worker.once('message', settle)
      worker.once('error', (error) => settle({ reason: error.message }))
      worker.once('exit', () => settle({ reason: performance.now() - begunMs >= MAX_RUN_MS ? `it took more than ${MAX_RUN_MS / 60_000} minutes` : 'it was cancelled' }))
    })
    clearTimeout(timer)
    await worker.terminate()
    if ('table' in answer) {
      const table = wireTable(answer.table, { contest, made: usToMs(this.#options.clock.nowUs()), tookMs: Math.round(performance.now() - begunMs), by })
      await this.#keep(table).catch((err: unknown) => this.#options.log.error({ err }, 'a result of the arena could not be kept'))
      this.#tables.set(contest, table)
    } else this.#failure = { contest, reason: answer.reason }
    this.#running = undefined
  }

  async #keep(table: WireArenaTable): Promise<void> {
    const file = this.#fileOf(table.contest)
    await writeFile(`${file}.new`, JSON.stringify(table), { flush: true })
    await rename(`${file}.new`, file)
  }

  #fileOf(contest: string): string {
    return join(this.#options.folder, `${contest}.json`)
  }
}

/** Collections that make their own data. */
const NEEDS_NO_DATA: ReadonlySet<string> = new Set(['simulator'])

/** A table as the API has it: what was not told is null. */
export function wireTable({ title, protocol, columns, rows }: ArenaTable, about: Pick<WireArenaTable, 'contest' | 'made' | 'tookMs' | 'by'>): WireArenaTable {
  return {
    ...about,
    title,
    protocol,
    columns: columns.map(({ name, digits }) => ({ name, digits })),
    rows: rows.map(({ who, on, values, costUs }) => ({ who, on, values: columns.map((_, index) => values[index] ?? null), costUs: costUs ?? null })),
  }
}

function parsed(text: string): WireArenaTable | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Value.Check(arenaTableSchema, value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The tables of the release, in the order of the collections; none where the file did not come along. */
async function releasedTables(file: string, { contests, log }: Pick<ArenaRunsOptions, 'contests' | 'log'>): Promise<WireArenaTable[]> {
  if (!existsSync(file)) return []
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  return lines.flatMap((line, index) => {
    try {
      const table = JSON.parse(line) as ArenaTable & { readonly contest?: string }
      const wire = wireTable(table, { contest: table.contest ?? contests[index] ?? `collection ${index + 1}`, made: null, tookMs: null, by: null })
      if (Value.Check(arenaTableSchema, wire)) return [wire]
    } catch {
      // Told below.
    }
    log.warn({ file, line: index + 1 }, 'a table of the arena that came with the release cannot be read')
    return []
  })
}
