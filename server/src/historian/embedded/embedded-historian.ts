import path from 'node:path'
import type { SampleBatch, SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type {
  Aggregate,
  AggregateColumns,
  Block,
  CatalogueAsset,
  CatalogueSignal,
  Historian,
  HistorianStatus,
  LastSample,
  Page,
  ReadOptions,
  SeriesKey,
  SeriesRange,
  SqlLimits,
  SqlResult,
  StoredEvent,
  VerifyReport,
  WaveformOptions,
  WaveformPage,
} from '../historian.ts'
import type { HistorianSettings } from '../settings.ts'
import { copyCold } from './backup.ts'
import { checkAhead } from './check-ahead.ts'
import { Compactor } from './compactor.ts'
import { ConnectionPool } from './connection-pool.ts'
import type { DuckConnection } from './duck.ts'
import { exportSamples } from './export.ts'
import { LastSamples } from './last-samples.ts'
import { Leases } from './leases.ts'
import { readManyPages } from './many-reader.ts'
import { untilGivenUp } from './read-scope.ts'
import { openRecovering } from './recovering-historian.ts'
import { removeOld } from './retention.ts'
import { SeriesReader } from './series-reader.ts'
import { SeriesSummary } from './series-summary.ts'
import { SqlRunner } from './sql-runner.ts'
import { openStores, type Stores } from './stores.ts'
import { Turn } from './turn.ts'
import { verifyAll } from './verify.ts'
import { readWaveformPage } from './waveform-reader.ts'

/** Reads that run at the same time; further ones wait. DuckDB's own threads work inside each. */
const READ_CONNECTIONS = 2
/** Recent rows, in multiples of `compactAfterRows`, at which appends wait for the compaction. */
const CROWDED = 2

export interface EmbeddedHistorianOptions {
  /** The historian's own folder. */
  readonly dir: string
  readonly settings: HistorianSettings
  readonly clock: Clock
  readonly log: Log
}

/** Opens, or begins, the historian of one folder: DuckDB for the recent part, Parquet for the rest. */
export function openEmbeddedHistorian(options: EmbeddedHistorianOptions): Promise<Historian> {
  return openRecovering({ open: () => openOnce(options), clock: options.clock, log: options.log })
}

async function openOnce(options: EmbeddedHistorianOptions): Promise<Historian> {
  const stores = await openStores(options.dir, options.settings, options.clock, options.log)
  const pool = await ConnectionPool.open(stores.recent.duck, READ_CONNECTIONS)
  return new EmbeddedHistorian(options, stores, {
    pool,
    compaction: await stores.recent.duck.connect(),
    sql: await stores.recent.duck.connect(),
  })
}

interface Connections {
  readonly pool: ConnectionPool
  readonly compaction: DuckConnection
  readonly sql: DuckConnection
}

class EmbeddedHistorian implements Historian {
  readonly #options: EmbeddedHistorianOptions
  readonly #stores: Stores
  readonly #connections: Connections
  /** Appends, seals and drops, one at a time. */
  readonly #writing = new Turn()
  /** Compaction, retention, verification, backup and exports, one at a time: they share a connection. */
  readonly #tending = new Turn()
  readonly #leases = new Leases()
  readonly #reader: SeriesReader
  readonly #summary: SeriesSummary
  readonly #last: LastSamples
  readonly #compactor: Compactor
  readonly #sql: SqlRunner
  readonly #timer: NodeJS.Timeout
  #signals: ReadonlyMap<SeriesId, CatalogueSignal> = new Map()
  #flushedMs: number
  #tendingNow: Promise<void> | undefined
  readonly #stop = new AbortController()
  readonly #checking: Promise<void>
  #closed = false

  constructor(options: EmbeddedHistorianOptions, stores: Stores, connections: Connections) {
    const { settings, clock, log } = options
    const { recent, cold } = stores
    this.#options = options
    this.#stores = stores
    this.#connections = connections
    this.#reader = new SeriesReader(recent, cold, connections.pool)
    this.#summary = new SeriesSummary(this.#reader, cold, connections.pool, settings)
    this.#last = new LastSamples(recent, cold, connections.pool)
    this.#sql = new SqlRunner(connections.sql, recent, cold)
    this.#compactor = new Compactor({ recent, cold, connection: connections.compaction, writing: this.#writing, leases: this.#leases, settings, clock, log })
    this.#flushedMs = clock.monotonicMs()
    this.#timer = setInterval(() => this.#tendSoon(), 60_000)
    this.#timer.unref()
    this.#checking = checkAhead(cold, this.#stop.signal).catch((thrown: unknown) => log.warn({ reason: messageOf(thrown) }, 'the files of the history could not be checked ahead; they are when they are read'))
  }

  async append(input: { readonly batches: readonly SampleBatch[]; readonly events: readonly StoredEvent[]; readonly next: number }): Promise<void> {
    this.#assertOpen()
    const { recent } = this.#stores
    await this.#writing.take(() => recent.append(input))
    const full = this.#options.settings.compactAfterRows
    if (recent.rows < full) return
    const tending = this.#tendSoon()
    if (recent.rows >= CROWDED * full) await tending
  }

  position(): number {
    return this.#stores.recent.position
  }

  coldPosition(): number {
    return this.#stores.cold.manifest.position
  }

  async readSamples(range: SeriesRange, options: ReadOptions, signal?: AbortSignal): Promise<Page> {
    checkRange(range)
    if (!(options.limit >= 1)) throw new MillwrightError('QUERY_INVALID', 'the limit must be at least 1')
    return this.#read(() => this.#reader.page(range, options), signal)
  }

  async readMany(series: readonly SeriesKey[], range: { readonly fromUs: number; readonly toUs: number }, limit: number, signal?: AbortSignal): Promise<readonly Page[]> {
    checkRange(range)
    if (!(limit >= 1)) throw new MillwrightError('QUERY_INVALID', 'the limit must be at least 1')
    return this.#read(() => readManyPages(this.#reader, series, range, limit), signal)
  }

  async readWaveforms(range: { readonly series: SeriesId; readonly fromUs: number; readonly toUs: number }, options: WaveformOptions, signal?: AbortSignal): Promise<WaveformPage> {
    checkRange(range)
    if (!(options.limit >= 1)) throw new MillwrightError('QUERY_INVALID', 'the limit must be at least 1')
    return this.#read(() => readWaveformPage(this.#reader, range, options), signal)
  }

  async readPlot(range: SeriesRange, points: number, signal?: AbortSignal): Promise<Block> {
    checkRange(range)
    if (range.kind === 'text') throw new MillwrightError('QUERY_INVALID', 'a text signal has no plot; read its samples')
    if (!(points >= 4)) throw new MillwrightError('QUERY_INVALID', 'a plot needs at least 4 points')
    return this.#read(() => this.#summary.plot(range, points), signal)
  }

  async readAggregates(range: SeriesKey, edgesUs: Float64Array, aggregates: readonly Aggregate[], signal?: AbortSignal): Promise<AggregateColumns> {
    if (range.kind === 'text') throw new MillwrightError('QUERY_INVALID', 'a text signal has no aggregates; read its samples')
    if (edgesUs.length < 2 || edgesUs.some((edge, index) => index > 0 && !(edge > (edgesUs[index - 1] as number)))) {
      throw new MillwrightError('QUERY_INVALID', 'aggregates need at least two edges, each later than the one before')
    }
    return this.#read(() => this.#summary.aggregates(range, edgesUs, aggregates), signal)
  }

  async readLast(series: readonly { readonly series: SeriesId; readonly kind: ValueKind }[]): Promise<readonly (LastSample | undefined)[]> {
    return this.#read(() => this.#last.read(series))
  }

  async setCatalogue(assets: readonly CatalogueAsset[], signals: readonly CatalogueSignal[]): Promise<void> {
    this.#assertOpen()
    this.#signals = new Map(signals.map((signal) => [signal.series, signal]))
    this.#sql.setCatalogue(assets, signals)
  }

  async sql(text: string, limits: SqlLimits): Promise<SqlResult> {
    return this.#read(() => this.#sql.run(text, limits))
  }

  async exportParquet(ranges: readonly SeriesRange[], file: string): Promise<number> {
    const temporary = path.join(path.resolve(this.#options.dir), 'temp', `export-${process.pid}-${this.#options.clock.nowUs()}.parquet`)
    return this.#tend((connection) => this.#read(() => exportSamples(connection, this.#stores, { ranges, signals: this.#signals, file, temporary })))
  }

  async compact(): Promise<void> {
    return this.#tend(() =>
      this.#compactor.counted(async () => {
        await this.#flush()
        while ((await this.#compactor.mergeOnce(true)) || (await this.#compactor.rollOnce())) await breathe()
      }),
    )
  }

  async applyRetention(rules: { readonly defaultBeforeUs: number; readonly exceptions: ReadonlyMap<SeriesId, number> }): Promise<{ readonly rows: number; readonly bytes: number }> {
    return this.#tend((connection) => removeOld(connection, this.#stores.cold, this.#leases, rules))
  }

  async verify(): Promise<VerifyReport> {
    return this.#tend((connection) => this.#read(() => verifyAll(connection, this.#stores)))
  }

  async backup(folder: string): Promise<void> {
    return this.#tend(async () => {
      await this.#flush()
      await this.#read(() => copyCold(this.#stores.cold, folder))
    })
  }

  async status(): Promise<HistorianStatus> {
    this.#assertOpen()
    const { recent, cold, quarantine } = this.#stores
    const extents = recent.generations.flatMap((generation) => Object.values(generation.extents)).filter((extent) => extent.rows > 0)
    const oldestUs = [...extents, ...cold.files].reduce((oldest, { minUs }) => Math.min(oldest, minUs), Number.POSITIVE_INFINITY)
    const newestUs = [...extents, ...cold.files].reduce((newest, { maxUs }) => Math.max(newest, maxUs), Number.NEGATIVE_INFINITY)
    return {
      recentRows: recent.rows,
      recentBytes: await recent.bytes(),
      coldRows: cold.files.reduce((sum, file) => sum + file.rows, 0),
      coldBytes: cold.files.reduce((sum, file) => sum + file.bytes + (file.rollups?.minutes.bytes ?? 0) + (file.rollups?.hours.bytes ?? 0), 0),
      files: cold.files.length,
      oldestUs: Number.isFinite(oldestUs) ? oldestUs : undefined,
      newestUs: Number.isFinite(newestUs) ? newestUs : undefined,
      quarantined: [...quarantine.list],
      compactions: this.#compactor.statistics,
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#timer)
    this.#stop.abort()
    await this.#checking
    await this.#tending.take(async () => undefined)
    await this.#writing.take(async () => undefined)
    await this.#leases.drained()
    this.#connections.pool.close()
    this.#connections.compaction.close()
    this.#connections.sql.close()
    await this.#stores.recent.close()
  }

  /** Compacts when there is reason to, in the background; the same promise for all that ask meanwhile. */
  #tendSoon(): Promise<void> {
    const { settings, clock, log } = this.#options
    const round = async (): Promise<void> => {
      const aged = clock.monotonicMs() - this.#flushedMs >= settings.compactAfterMinutes * 60_000
      if (aged || this.#stores.recent.rows >= settings.compactAfterRows) await this.#flush()
      // Merges wait while the recent store is filling faster than they would end.
      while (!this.#closed && this.#stores.recent.rows < settings.compactAfterRows && (await this.#tidyOnce())) await breathe()
    }
    this.#tendingNow ??= this.#tend(() => this.#compactor.counted(round))
      .catch((thrown: unknown) => log.error({ reason: messageOf(thrown) }, 'the history could not be compacted; it is tried again'))
      .finally(() => (this.#tendingNow = undefined))
    return this.#tendingNow
  }

  async #tidyOnce(): Promise<boolean> {
    return (await this.#compactor.mergeOnce(false)) || (await this.#compactor.rollOnce())
  }

  async #flush(): Promise<void> {
    await this.#compactor.flush()
    this.#flushedMs = this.#options.clock.monotonicMs()
  }

  async #tend<T>(work: (connection: DuckConnection) => Promise<T>): Promise<T> {
    this.#assertOpen()
    return this.#tending.take(() => work(this.#connections.compaction))
  }

  async #read<T>(read: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.#assertOpen()
    return this.#leases.hold(() => untilGivenUp(signal, read))
  }

  #assertOpen(): void {
    if (this.#closed) throw new MillwrightError('STOPPING', 'the historian is closed')
  }
}

function checkRange(range: { readonly fromUs: number; readonly toUs: number }): void {
  if (!(range.fromUs <= range.toUs)) throw new MillwrightError('QUERY_INVALID', 'the range ends before it begins')
}

function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
