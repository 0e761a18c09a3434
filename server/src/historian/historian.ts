import type { SampleBatch, SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'

/** A stretch of one series in time order (newest first where `descending` was asked for), without repeated timestamps. All columns have the same length. */
export interface Block {
  readonly timesUs: Float64Array
  /** Numbers and booleans as floats (`NaN` is "no value"), or texts; of a waveform its number of points. */
  readonly values: Float64Array | readonly (string | null)[]
  readonly status: Uint32Array
}

/** A series and what its values are. */
export interface SeriesKey {
  readonly series: SeriesId
  readonly kind: ValueKind
}

/** A series and a half-open range of time: `fromUs` belongs to it, `toUs` does not. */
export interface SeriesRange extends SeriesKey {
  readonly fromUs: number
  readonly toUs: number
}

export interface ReadOptions {
  readonly limit: number
  readonly order: 'ascending' | 'descending'
}

/** `nextUs` is where the next page begins (`fromUs` ascending, `toUs` descending), undefined on the last one. */
export interface Page {
  readonly block: Block
  readonly nextUs: number | undefined
}

/** Waveforms of one series in time order; element `i` of each column is one block of float32, sampled at `rateHz[i]` from `timesUs[i]` on. */
export interface WaveformPage {
  readonly timesUs: Float64Array
  readonly rateHz: Float64Array
  readonly values: readonly Float32Array[]
  readonly status: Uint32Array
  /** As {@link Page.nextUs}. */
  readonly nextUs: number | undefined
}

/** `limit` is of waveforms, `points` of the numbers in all of them together; one waveform comes in any case. */
export interface WaveformOptions extends ReadOptions {
  readonly points: number
}

export const AGGREGATES = ['count', 'min', 'max', 'avg', 'sum', 'first', 'last', 'stddev', 'twa', 'covered'] as const
/** `twa` is the time-weighted average; a sample holds until the next one, at most to the end of its bucket. `covered` is the seconds of the bucket in which a usable value held. */
export type Aggregate = (typeof AGGREGATES)[number]

/** One element per bucket; `NaN` where the bucket is empty (a gap stays a gap), except `count` and `covered`, which are 0. Times are in microseconds. */
export interface AggregateColumns {
  readonly startsUs: Float64Array
  readonly columns: Readonly<Partial<Record<Aggregate, Float64Array>>>
}

/** Limits of one call of {@link Historian.sql}. */
export interface SqlLimits {
  readonly rows: number
  readonly timeMs: number
}

export interface SqlResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** Row-wise, JSON-safe values: timestamps as ISO 8601, 64-bit integers beyond 2^53 as text. */
  readonly rows: readonly (readonly unknown[])[]
  /** True when there were more rows than the limit. */
  readonly truncated: boolean
}

/** A signal as SQL and exports name it. The historian itself only knows ids. */
export interface CatalogueSignal {
  readonly series: SeriesId
  readonly path: string
  readonly assetPath: string
  readonly name: string
  readonly kind: ValueKind
  readonly unit: string | null
  readonly description: string | null
}

export interface CatalogueAsset {
  readonly path: string
  readonly level: string | null
  readonly type: string | null
  readonly description: string | null
  /** JSON object. */
  readonly properties: string
}

/** Something that happened, as SQL shows it. */
export interface StoredEvent {
  readonly timeUs: number
  readonly kind: string
  readonly path: string | null
  /** JSON object. */
  readonly data: string
}

export interface HistorianStatus {
  readonly recentRows: number
  readonly recentBytes: number
  readonly coldRows: number
  readonly coldBytes: number
  readonly files: number
  readonly oldestUs: number | undefined
  readonly newestUs: number | undefined
  /** Files that were found damaged and set aside, with why. */
  readonly quarantined: readonly { readonly file: string; readonly reason: string }[]
  /** How often a compaction ran, how often one failed since the database was opened, what was moved, and how long the last one took. */
  readonly compactions: { readonly runs: number; readonly failed: number; readonly rows: number; readonly lastMs: number }
}

export interface VerifyReport {
  readonly files: number
  readonly rows: number
  readonly problems: readonly { readonly file: string; readonly problem: string }[]
}

/**
 * Keeps every sample. (series, timestamp) is a key and the later write wins, in every answer at once.
 * All calls reject with `MillwrightError` only. A read whose `signal` aborts ends soon, rejects with QUERY_TOO_EXPENSIVE and frees its turn.
 */
export interface Historian {
  /**
   * Stores batches and events and, in the same transaction, `next` as the journal position behind them. After a crash {@link position}
   * tells where to go on, so each entry has its effect once.
   */
  append(input: { readonly batches: readonly SampleBatch[]; readonly events: readonly StoredEvent[]; readonly next: number }): Promise<void>
  /** The journal position behind all that is stored; 0 for an empty historian. */
  position(): number
  /** The journal position behind all that would survive the loss of the recent store: the journal may drop what lies before it. */
  coldPosition(): number

  readSamples(range: SeriesRange, options: ReadOptions, signal?: AbortSignal): Promise<Page>
  /**
   * Samples of several series in one range, ascending: pages of the first of them, in the order given, as many as are read well together (at least one, and
   * together at most `limit` samples). Ask again for the others; only a page that comes alone may have a `nextUs`.
   */
  readMany(series: readonly SeriesKey[], range: { readonly fromUs: number; readonly toUs: number }, limit: number, signal?: AbortSignal): Promise<readonly Page[]>
  /** Whole waveforms, which {@link readSamples} only counts the points of. */
  readWaveforms(range: { readonly series: SeriesId; readonly fromUs: number; readonly toUs: number }, options: WaveformOptions, signal?: AbortSignal): Promise<WaveformPage>
  /** At most `points` (at least 4) samples that draw the same picture: first, last, minimum and maximum of each pixel column (M4, Jugel et al., VLDB 2014). Numeric and boolean series. */
  readPlot(range: SeriesRange, points: number, signal?: AbortSignal): Promise<Block>
  /** Aggregates of the buckets between successive `edgesUs` (ascending, at least two); calendars and time zones are the caller's business. */
  readAggregates(range: SeriesKey, edgesUs: Float64Array, aggregates: readonly Aggregate[], signal?: AbortSignal): Promise<AggregateColumns>
  /** The newest sample of each series that has one, as rows in the order of the ids given. */
  readLast(series: readonly { readonly series: SeriesId; readonly kind: ValueKind }[]): Promise<readonly (LastSample | undefined)[]>

  /** Names for {@link sql} and {@link exportParquet}: replaces the catalogue. */
  setCatalogue(assets: readonly CatalogueAsset[], signals: readonly CatalogueSignal[]): Promise<void>
  /** One read-only statement over `samples`, `signals`, `assets` and `events`. Nothing else is reachable: no files, no network, no settings. */
  sql(text: string, limits: SqlLimits): Promise<SqlResult>
  /** Writes samples of many series as one Parquet file at `file`, and answers its number of rows. */
  exportParquet(ranges: readonly SeriesRange[], file: string): Promise<number>

  /** Moves recent samples to the cold store, now; settles when done. */
  compact(): Promise<void>
  /** Deletes samples older than `beforeUs` of the given series (or of all others: `default`). Bounded work per call; answers what it removed. */
  applyRetention(rules: { readonly defaultBeforeUs: number; readonly exceptions: ReadonlyMap<SeriesId, number> }): Promise<{ readonly rows: number; readonly bytes: number }>
  /** Reads every file and checks it. */
  verify(): Promise<VerifyReport>
  /** Writes a consistent copy into an empty folder while appends go on. Restoring is putting the folder in place. */
  backup(folder: string): Promise<void>
  status(): Promise<HistorianStatus>
  close(): Promise<void>
}

export interface LastSample {
  readonly timeUs: number
  readonly value: number | string | null
  readonly status: number
}
