import type { AssetId } from '@millwright/model/asset.ts'
import type { Signal } from '@millwright/model/signal.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { RegistryChange } from '../registry.ts'
import { decodeAssetPage, encodeAssetPage, type AssetPage } from './asset-page.ts'
import { RowDigest, type CheckedState, type PageTable } from './checked-rows.ts'
import type { DocumentTable } from './document-table.ts'
import { PAGE_IDS } from './schema.ts'
import { decodeSignalPage, encodeSignalPage, type SignalPage } from './signal-page.ts'

/** Pages that are held open while changes come in: some 100 MB at worst. Then all are written and closed. */
const MAX_OPEN_PAGES = 1_024

interface OpenPage<T> {
  readonly rows: T
  /** Checksum of what is stored, undefined for a new page. */
  readonly before: number | undefined
}

/** The tables that changes go to. */
export interface RegistryTables {
  readonly assets: PageTable
  readonly signals: PageTable
  readonly documents: DocumentTable
  readonly state: CheckedState
}

/** Writes the changes of one transaction, which the caller holds. {@link finish} must be the last call. */
export class ChangeWriter {
  readonly #tables: RegistryTables
  readonly #digest = new RowDigest()
  readonly #assetPages = new Map<number, OpenPage<AssetPage>>()
  readonly #signalPages = new Map<number, OpenPage<SignalPage>>()
  /** By how much the number of an asset's signals has changed. */
  readonly #signalCounts = new Map<AssetId, number>()
  /** Assets that were deleted, with the signals that they had. */
  readonly #deleted = new Map<AssetId, number>()
  #highestAsset: number
  #highestSeries: number

  constructor(tables: RegistryTables) {
    this.#tables = tables
    this.#digest.rows = tables.state.get('rows')
    this.#digest.sum = tables.state.get('digest')
    this.#highestAsset = tables.state.get('highest-asset')
    this.#highestSeries = tables.state.get('highest-series')
  }

  get highest(): { readonly asset: number; readonly series: number } {
    return { asset: this.#highestAsset, series: this.#highestSeries }
  }

  /** Takes changes, in order. */
  write(changes: readonly RegistryChange[]): void {
    for (const change of changes) this.#take(change)
  }

  /** Writes what is still open. Throws CONFLICT when a signal would belong to no asset. */
  finish(): void {
    this.#settleSignalCounts()
    this.#writePages()
    const { state } = this.#tables
    state.set('highest-asset', this.#highestAsset)
    state.set('highest-series', this.#highestSeries)
    state.set('rows', this.#digest.rows)
    state.set('digest', this.#digest.sum)
  }

  #take(change: RegistryChange): void {
    switch (change.op) {
      case 'putAsset': {
        const { asset } = change
        const rows = this.#assetPage(asset.id)
        rows.set(asset.id, { asset, signals: rows.get(asset.id)?.signals ?? this.#deleted.get(asset.id) ?? 0 })
        this.#deleted.delete(asset.id)
        this.#highestAsset = Math.max(this.#highestAsset, asset.id)
        return
      }
      case 'deleteAsset': {
        const rows = this.#assetPage(change.id)
        const known = rows.get(change.id)
        if (known !== undefined) this.#deleted.set(change.id, known.signals)
        rows.delete(change.id)
        return
      }
      case 'putSignal':
        return this.#putSignal(change.signal)
      case 'deleteSignal': {
        const rows = this.#signalPage(change.series)
        const known = rows.get(change.series)
        if (known !== undefined) this.#count(known.asset, -1)
        rows.delete(change.series)
        return
      }
      case 'putDocument':
        return this.#tables.documents.put(change.kind, change.key, change.json, this.#digest)
      case 'deleteDocument':
        return this.#tables.documents.delete(change.kind, change.key, this.#digest)
    }
  }

  #putSignal(signal: Signal): void {
    const rows = this.#signalPage(signal.series)
    const before = rows.get(signal.series)
    if (before?.asset !== signal.asset) {
      if (before !== undefined) this.#count(before.asset, -1)
      this.#count(signal.asset, 1)
    }
    rows.set(signal.series, signal)
    this.#highestSeries = Math.max(this.#highestSeries, signal.series)
  }

  #count(asset: AssetId, by: number): void {
    this.#signalCounts.set(asset, (this.#signalCounts.get(asset) ?? 0) + by)
  }

  #settleSignalCounts(): void {
    for (const [asset, by] of this.#signalCounts) {
      const rows = this.#assetPage(asset)
      const known = rows.get(asset)
      if (known !== undefined) rows.set(asset, { asset: known.asset, signals: known.signals + by })
      else if ((this.#deleted.get(asset) ?? 0) + by !== 0) throw orphans(asset)
      this.#deleted.delete(asset)
    }
    for (const [asset, signals] of this.#deleted) if (signals > 0) throw orphans(asset)
  }

  #assetPage(id: AssetId): AssetPage {
    const page = Math.floor(id / PAGE_IDS)
    const open = this.#assetPages.get(page)
    if (open !== undefined) return open.rows
    this.#makeRoom()
    const stored = this.#tables.assets.get(page)
    const rows = stored === undefined ? new Map() : decodeAssetPage(stored.json, page)
    this.#assetPages.set(page, { rows, before: stored?.checksum })
    return rows
  }

  #signalPage(series: number): SignalPage {
    const page = Math.floor(series / PAGE_IDS)
    const open = this.#signalPages.get(page)
    if (open !== undefined) return open.rows
    this.#makeRoom()
    const stored = this.#tables.signals.get(page)
    const rows = stored === undefined ? new Map() : decodeSignalPage(stored.json, page)
    this.#signalPages.set(page, { rows, before: stored?.checksum })
    return rows
  }

  #makeRoom(): void {
    if (this.#assetPages.size + this.#signalPages.size >= MAX_OPEN_PAGES) this.#writePages()
  }

  #writePages(): void {
    const { assets, signals } = this.#tables
    for (const [page, { rows, before }] of this.#assetPages) assets.replace(page, before, rows.size === 0 ? undefined : encodeAssetPage(rows), this.#digest)
    for (const [page, { rows, before }] of this.#signalPages) signals.replace(page, before, rows.size === 0 ? undefined : encodeSignalPage(rows), this.#digest)
    this.#assetPages.clear()
    this.#signalPages.clear()
  }
}

function orphans(asset: AssetId): MillwrightError {
  return new MillwrightError('CONFLICT', `registry: signals would belong to asset ${asset}, which is not there; nothing of this change was kept`)
}
