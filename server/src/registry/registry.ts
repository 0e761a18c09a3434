import type { Asset, AssetId, PropertyValue } from '@millwright/model/asset.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { Signal } from '@millwright/model/signal.ts'

/** One change of what is known. `put` creates or replaces the whole record. */
export type RegistryChange =
  | { readonly op: 'putAsset'; readonly asset: Asset }
  | { readonly op: 'deleteAsset'; readonly id: AssetId }
  | { readonly op: 'putSignal'; readonly signal: Signal }
  | { readonly op: 'deleteSignal'; readonly series: SeriesId }
  /** A small document of another part (a setting, an inbox entry, a layout), kept by kind and key as JSON. */
  | { readonly op: 'putDocument'; readonly kind: string; readonly key: string; readonly json: string }
  | { readonly op: 'deleteDocument'; readonly kind: string; readonly key: string }

/** What like assets share: half a million machines have a few hundred of these. */
export type AssetShape = Pick<Asset, 'level' | 'type' | 'description'>

/** What like signals share, their name included. */
export type SignalShape = Omit<Signal, 'series' | 'asset'>

/** Assets in columns of equal length, as they are read at start. */
export interface AssetColumns {
  readonly ids: readonly AssetId[]
  readonly names: readonly string[]
  /** Index into `parents`, which are paths; that of a root is the empty text. */
  readonly parent: readonly number[]
  readonly parents: readonly string[]
  /** Index into `shapes`. */
  readonly shape: readonly number[]
  readonly shapes: readonly AssetShape[]
  /** `null` where an asset has none. */
  readonly properties: readonly (Readonly<Record<string, PropertyValue>> | null)[]
}

/** Signals in columns of equal length, as they are read at start. */
export interface SignalColumns {
  readonly series: readonly SeriesId[]
  readonly assets: readonly AssetId[]
  /** Index into `shapes`. */
  readonly shape: readonly number[]
  readonly shapes: readonly SignalShape[]
}

/**
 * Keeps what is known: assets, signals, documents. It is persistence only; the running plant holds the model in memory
 * (`plant/asset-model.ts`) and writes its changes through here. Rejects with `MillwrightError`.
 */
export interface Registry {
  /** All assets, parents before children, in pieces of bounded size. */
  assets(): AsyncIterable<readonly Asset[]>
  /** All signals, in pieces of bounded size. */
  signals(): AsyncIterable<readonly Signal[]>
  /** All assets in no order of their paths: what loading half a million of them needs. */
  assetColumns(): AsyncIterable<AssetColumns>
  /** All signals, likewise. */
  signalColumns(): AsyncIterable<SignalColumns>
  /** All documents of one kind, by key. */
  documents(kind: string): Promise<ReadonlyMap<string, string>>
  /** The highest ids ever given, deleted ones included, so that none is used twice. */
  highestIds(): Promise<{ readonly asset: AssetId; readonly series: SeriesId }>
  /** All of the changes or none, in order; durable when it settles. */
  apply(changes: readonly RegistryChange[]): Promise<void>
  /** Checks the store's integrity; the problems found, none when sound. */
  verify(): Promise<readonly string[]>
  /** A consistent copy as one file while changes go on. */
  backup(file: string): Promise<void>
  close(): Promise<void>
}
