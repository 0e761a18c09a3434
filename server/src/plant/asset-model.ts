import type { Asset, AssetId, AssetLevel, PropertyValue } from '@millwright/model/asset.ts'
import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import type { Signal } from '@millwright/model/signal.ts'

/** What may be said of an asset besides its path. `null` takes a field away. */
export interface AssetFields {
  readonly level?: AssetLevel | null
  readonly type?: string | null
  readonly description?: string | null
  readonly properties?: Readonly<Record<string, PropertyValue | null>>
}

/** What may be said of a signal besides its path. `null` takes a field away. */
export interface SignalFields {
  readonly kind?: ValueKind
  readonly unit?: string | null
  readonly low?: number | null
  readonly high?: number | null
  readonly description?: string | null
  readonly deadband?: number | null
  readonly retentionDays?: number | null
}

/** One edit of the plant model. Paths are asset paths, or `<asset path>/<signal>` for signals. */
export type ModelEdit =
  /** Creates the asset, and its ancestors where they are missing. Refused if it exists, unless `orUpdate`. */
  | { readonly op: 'createAsset'; readonly path: string; readonly fields: AssetFields; readonly orUpdate?: boolean }
  /** Given fields are set, the others stay; `properties` are merged, a property of value `null` goes away. */
  | { readonly op: 'updateAsset'; readonly path: string; readonly fields: AssetFields }
  /** Renames or moves an asset with all below it; series keep their history. */
  | { readonly op: 'moveAsset'; readonly path: string; readonly to: string }
  /** Refused while there is something below it, unless `withContents`. History stays until its retention ends. */
  | { readonly op: 'deleteAsset'; readonly path: string; readonly withContents: boolean }
  | { readonly op: 'createSignal'; readonly path: string; readonly fields: SignalFields & { readonly kind: ValueKind }; readonly orUpdate?: boolean }
  | { readonly op: 'updateSignal'; readonly path: string; readonly fields: SignalFields }
  | { readonly op: 'moveSignal'; readonly path: string; readonly to: string }
  | { readonly op: 'deleteSignal'; readonly path: string }

/** A page of a listing; `next` is the cursor of the following one. */
export interface Listing<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
  /** How many there are in all, where that is known without walking them. */
  readonly total: number | undefined
}

export interface ListQuery {
  /** Only this asset and what lies below it. */
  readonly under?: string
  /** Only direct children (of `under`, or the roots). */
  readonly direct?: boolean
  readonly limit: number
  readonly cursor?: string
}

export interface SearchQuery extends ListQuery {
  /** Every word must occur in the path, description, type (or pinyin initials of a Chinese name), in any case. */
  readonly search?: string
}

/** The running plant's hierarchy and signals, in memory; look-ups are synchronous, edits are durable when they settle. */
export interface AssetModel {
  asset(path: string): Asset | undefined
  assetById(id: AssetId): Asset | undefined
  signal(path: string): Signal | undefined
  signalBySeries(series: SeriesId): Signal | undefined
  /** `<asset path>/<signal name>` of a series. */
  signalPath(series: SeriesId): string | undefined
  signalsOf(asset: AssetId): readonly Signal[]
  listAssets(query: ListQuery): Listing<Asset & { readonly childCount: number; readonly signalCount: number }>
  listSignals(query: ListQuery): Listing<Signal & { readonly path: string }>
  /**
   * Like the listings, of what has all words of `search`; `total` counts all of it. Searches take turns and let the sockets work meanwhile. Rejects with
   * BAD_REQUEST (a cursor of another listing), OVERLOADED (too many searches wait).
   */
  findAssets(query: SearchQuery): Promise<Listing<Asset & { readonly childCount: number; readonly signalCount: number }>>
  findSignals(query: SearchQuery): Promise<Listing<Signal & { readonly path: string }>>
  /** All series of an asset and below, up to `limit`. */
  seriesUnder(path: string, limit: number): SeriesId[]
  readonly counts: { readonly assets: number; readonly signals: number }
  /** All edits or none; rejects with a `MillwrightError` whose detail holds the `index` of the first that is wrong. */
  edit(edits: readonly ModelEdit[]): Promise<void>
  /** Grows when a resolved series may have changed its meaning (delete, move, kind). */
  readonly generation: number
  /** Grows with every change. */
  readonly revision: number
  onChange(listener: () => void): () => void
}
