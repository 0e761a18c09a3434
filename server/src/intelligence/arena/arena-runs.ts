import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { usToMs } from '@millwright/model/time.ts'
import type { WireArena, WireArenaContest, WireArenaRun, WireArenaRunFields, WireArenaTable } from '@millwright/model/wire/arena.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { ArenaTable } from './arena-table.ts'
import type { ArenaAnswer, ArenaTask } from './arena-thread.ts'
import { COLLECTION_DATA, collectionMissing } from './collection-data.ts'
import { enteredModel, type EnteredModel, type ModelShelf } from './entered-model.ts'
import { mergeTables } from './merge-tables.ts'
import type { PlantContests, RunControl } from './plant-contest.ts'
import { TableStore, wireTable } from './table-store.ts'

/** Beyond this a run is given up. */
const MAX_RUN_MS = 30 * 60_000
const MAX_MEGABYTES = 2_048
/** Runs that may wait for their turn. */
export const MAX_WAITING = 8
const SIMULATOR = 'simulator'

export interface ArenaRunsOptions {
  /** Where results are kept. */
  readonly folder: string
  /** Where the recorded data lie. */
  readonly recorded: string
  /** Collections of recorded data, with the detectors that can be named. */
  readonly contests: readonly { readonly name: string; readonly detectors?: readonly string[] }[]
  readonly clock: Clock
  readonly log: Log
  /** Tables that came with the release. */
  readonly released?: string
  /** Address of the script that brings the simulated plant; without it there is none. */
  readonly plants?: string
  /** Data sets of the plant, and the models that people brought. */
  readonly plant?: Pick<PlantContests, 'list' | 'find' | 'run'>
  readonly shelf?: ModelShelf
  readonly onnx?: { readonly maxMegabytes: number; readonly providers: readonly string[] }
}

interface Order {
  readonly id: string
  readonly contest: WireArenaContest
  readonly detectors: readonly string[] | undefined
  readonly model: EnteredModel | undefined
  readonly by: string
  readonly abort: AbortController
  sinceMs: number
  progress: number | null
}

/** Runs of the arena, one after the other in a thread of its own, and their results: one leaderboard for each collection. */
export class ArenaRuns {
  readonly #options: ArenaRunsOptions
  readonly #tables: TableStore
  readonly #waiting: Order[] = []
  #running: Order | undefined
  #failure: WireArena['failure'] = null
  #ended: Promise<void> = Promise.resolve()

  private constructor(options: ArenaRunsOptions, tables: TableStore) {
    this.#options = options
    this.#tables = tables
  }

  /** Reads what was found before. */
  static async open(options: ArenaRunsOptions): Promise<ArenaRuns> {
    return new ArenaRuns(options, await TableStore.open({ ...options, contests: options.contests.map(({ name }) => name) }))
  }

  /** Collections, results, what runs and what waits. */
  status(): WireArena {
    return { contests: this.#contests(), tables: this.#tables.list(), running: this.#running === undefined ? null : wireRun(this.#running), waiting: this.#waiting.map(wireRun), failure: this.#failure }
  }

  /** The leaderboard of one collection. Throws NOT_FOUND. */
  table(contest: string): WireArenaTable {
    const table = this.#tables.get(contest)
    if (table === undefined) throw new MillwrightError('NOT_FOUND', `"${contest}" was never run here, and did not come with the release`)
    return table
  }

  /** Begins a run, or queues it. Throws NOT_FOUND, PAYLOAD_INVALID (a model or detector that does not fit, with the reason), CONFLICT (data are missing) or OVERLOADED. */
  begin({ contest: name, detectors, model, by }: WireArenaRunFields): WireArenaRun {
    const { clock, plant, shelf } = this.#options
    const contest = this.#contests().find((one) => one.name === name) ?? plant?.find(name)
    if (contest === undefined) throw new MillwrightError('NOT_FOUND', `there is no collection "${name}"; there are ${this.#contests().map((one) => one.name).slice(0, 20).join(', ')}`)
    const unknown = detectors?.find((one) => !contest.detectors.includes(one))
    if (unknown !== undefined) throw new MillwrightError('PAYLOAD_INVALID', `"${name}" has no detector "${unknown}"; it has ${contest.detectors.join(', ') || 'none that can be named'}`)
    if (model !== undefined && shelf === undefined) throw new MillwrightError('UNSUPPORTED', 'models cannot be brought here')
    const entered = model === undefined || shelf === undefined ? undefined : enteredModel(model, contest, shelf)
    if (contest.missing !== null) throw new MillwrightError('CONFLICT', `"${name}" cannot be run here: ${contest.missing}`)
    if (this.#waiting.length >= MAX_WAITING) throw new MillwrightError('OVERLOADED', `${MAX_WAITING} runs wait already`)
    const order: Order = { id: randomUUID(), contest, detectors, model: entered, by, abort: new AbortController(), sinceMs: usToMs(clock.nowUs()), progress: null }
    this.#waiting.push(order)
    if (this.#running === undefined) this.#ended = this.#work()
    return wireRun(order)
  }

  /** Ends a run, or takes it out of the queue. Answers whether there was one. */
  async cancel(id: string): Promise<boolean> {
    const place = this.#waiting.findIndex((order) => order.id === id)
    if (place >= 0) return this.#waiting.splice(place, 1).length > 0
    if (this.#running?.id !== id) return false
    this.#running.abort.abort()
    return true
  }

  /** Takes the rows of a model off a leaderboard. Answers whether there were any. */
  async remove(contest: string, who: string): Promise<boolean> {
    const table = this.table(contest)
    const rows = table.rows.filter((row) => row.who !== who || row.brought === undefined)
    if (rows.length === table.rows.length) return false
    await this.#tables.put({ ...table, rows })
    return true
  }

  /** Settles when nothing runs or waits. */
  idle(): Promise<void> {
    return this.#ended
  }

  async stop(): Promise<void> {
    this.#waiting.length = 0
    this.#running?.abort.abort()
    await this.#ended
  }

  async #work(): Promise<void> {
    for (let order = this.#waiting.shift(); order !== undefined; order = this.#waiting.shift()) {
      this.#running = order
      this.#failure = null
      order.sinceMs = usToMs(this.#options.clock.nowUs())
      const begunMs = performance.now()
      try {
        await this.#keep(order, await this.#table(order), Math.round(performance.now() - begunMs))
      } catch (thrown) {
        this.#failure = { contest: order.contest.name, reason: messageOf(thrown) }
        if (!(thrown instanceof MillwrightError)) this.#options.log.error({ err: thrown, contest: order.contest.name }, 'a run of the arena failed')
      }
    }
    this.#running = undefined
  }

  async #table(order: Order): Promise<ArenaTable> {
    const { contest, detectors, model, abort } = order
    const limit = AbortSignal.timeout(MAX_RUN_MS)
    const control: RunControl = { signal: AbortSignal.any([abort.signal, limit]), onProgress: (part) => (order.progress = Math.min(1, part)) }
    try {
      if (contest.source === 'plant' && this.#options.plant !== undefined) return await this.#options.plant.run(contest.name, { detectors: detectors ?? (model === undefined ? contest.detectors : []), model }, control)
      return await this.#inThread(order, control)
    } catch (thrown) {
      if (limit.aborted && !abort.signal.aborted) throw new MillwrightError('LIMIT_REACHED', `it took more than ${MAX_RUN_MS / 60_000} minutes`, { cause: thrown })
      throw thrown
    }
  }

  /** The thread ends with the run, however that ends; the process of a model that it called ends with its thread. */
  async #inThread({ contest, detectors, model }: Order, { signal, onProgress }: RunControl): Promise<ArenaTable> {
    const { recorded, plants, onnx = { maxMegabytes: 512, providers: ['cpu'] } } = this.#options
    const task: ArenaTask = {
      contest: contest.name, folder: recorded, ...(plants !== undefined && { plants }), ...(detectors !== undefined && { detectors }),
      ...(model !== undefined && { model: { path: model.path, given: model.contract, title: model.title, ...onnx, ...(model.limit !== undefined && { limit: model.limit }) } }),
    }
    const worker = new Worker(new URL('./arena-thread.ts', import.meta.url), { workerData: task, name: 'arena', resourceLimits: { maxOldGenerationSizeMb: MAX_MEGABYTES } })
    const outcome = Promise.withResolvers<ArenaTable>()
    const fail = (reason: string) => outcome.reject(new MillwrightError('STOPPING', reason))
    const cancel = () => fail('it was cancelled')
    signal.addEventListener('abort', cancel, { once: true })
    worker.on('message', (answer: ArenaAnswer) => ('progress' in answer ? onProgress(answer.progress) : 'table' in answer ? outcome.resolve(answer.table) : fail(answer.reason)))
    worker.once('error', (error) => fail(error.message))
    worker.once('exit', () => fail('its thread ended'))
    try {
      return await outcome.promise
    } finally {
      signal.removeEventListener('abort', cancel)
      await worker.terminate()
    }
  }

  async #keep({ contest, detectors, model, by }: Order, table: ArenaTable, tookMs: number): Promise<void> {
    const made = usToMs(this.#options.clock.nowUs())
    const fresh = wireTable(table, { contest: contest.name, made, tookMs, by })
    const brought = model === undefined ? undefined : { file: model.file.file, limit: model.limit ?? null, by, made }
    const rows = fresh.rows.map((row) => (brought !== undefined && row.who === model?.title ? { ...row, brought } : row))
    await this.#tables.put(mergeTables(this.#tables.get(contest.name), { ...fresh, rows }, detectors === undefined && model === undefined))
  }

  #contests(): WireArenaContest[] {
    const { contests, recorded, plants, plant } = this.#options
    const ofOthers = contests.map(({ name, detectors = [] }): WireArenaContest => {
      const data = COLLECTION_DATA.get(name)
      const needs = data === undefined ? null : { folder: recorded, files: [...data.files], from: data.from, licence: data.licence }
      return { name, source: 'recorded', title: null, detectors: [...detectors], signals: [...(data?.signals ?? [])], missing: collectionMissing(name, recorded), needs }
    })
    const simulated: WireArenaContest[] = plants === undefined ? [] : [{ name: SIMULATOR, source: 'simulated', title: null, detectors: [], signals: [], missing: null, needs: null }]
    return [...ofOthers, ...simulated, ...(plant?.list() ?? [])]
  }
}

function wireRun({ id, contest, detectors = [], model, by, sinceMs, progress }: Order): WireArenaRun {
  return { id, contest: contest.name, detectors: [...detectors], model: model?.title ?? null, by, since: sinceMs, progress }
}
