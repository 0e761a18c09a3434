import type { AssetId } from '@millwright/model/asset.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { RegistryChange } from '../../registry/registry.ts'
import { AssetWalk } from './asset-walk.ts'
import type { EditSession } from './edit-session.ts'
import type { PlantTree } from './plant-tree.ts'
import type { SignalRecord } from './signal-table.ts'

/** Documents that remember series whose signal changed its kind: the key is the old series. */
export const ENDED_SERIES = 'ended-series'

/** Assets and signals that exist in memory only. */
export interface UnsavedIds {
  readonly assets: ReadonlySet<AssetId>
  readonly signals: ReadonlySet<SeriesId>
}

/** A signal put aside, with where it belongs. */
export interface LiftedSignal {
  readonly assetPath: string
  readonly series: SeriesId
  readonly record: SignalRecord
}

/** What machines brought that is not stored yet. */
export class Unsaved {
  #assets = new Set<AssetId>()
  #signals = new Set<SeriesId>()

  get isEmpty(): boolean {
    return this.#signals.size === 0
  }

  /** Notes what a session made. */
  note(session: EditSession): void {
    for (const id of session.assetsBefore.keys()) this.#assets.add(id)
    for (const series of session.signalsBefore.keys()) this.#signals.add(series)
  }

  /** Hands all of it to whoever stores it. */
  take(): UnsavedIds {
    const taken = { assets: this.#assets, signals: this.#signals }
    this.#assets = new Set()
    this.#signals = new Set()
    return taken
  }

  /** Takes back what could not be stored. */
  giveBack(taken: UnsavedIds): void {
    for (const id of taken.assets) this.#assets.add(id)
    for (const series of taken.signals) this.#signals.add(series)
  }

  /** Takes all of it out of the tree, to be put back. */
  lift(tree: PlantTree): LiftedSignal[] {
    const { assets, signals } = this.take()
    const lifted = [...signals].filter((series) => tree.signals.has(series)).map((series) => {
      const { series: _, ...record } = tree.signal(series)
      return { assetPath: tree.assetPath(record.asset), series, record }
    })
    for (const { series } of lifted) tree.removeSignal(series)
    for (const id of assets) if (tree.assets.has(id)) tree.removeAsset(id)
    return lifted
  }
}

/** What has to be stored of newly brought assets and signals, and of a session's edits, as they are now. */
export function changesOf(tree: PlantTree, unsaved: UnsavedIds, session: EditSession | undefined): RegistryChange[] {
  const changes: RegistryChange[] = []
  const assets = new Set(unsaved.assets)
  const signals = new Set(unsaved.signals)
  for (const [series, before] of session?.signalsBefore ?? []) {
    signals.add(series)
    if (before !== undefined && !tree.signals.has(series)) changes.push({ op: 'deleteSignal', series })
  }
  for (const [id, before] of session?.assetsBefore ?? []) {
    assets.add(id)
    if (before !== undefined && !tree.assets.has(id)) changes.push({ op: 'deleteAsset', id })
  }
  for (const moved of session?.movedAssets ?? []) {
    if (!tree.assets.has(moved)) continue
    const walk = new AssetWalk(tree, [moved], true)
    for (let id = walk.next(); id !== undefined; id = walk.next()) assets.add(id)
  }
  for (const id of assets) if (tree.assets.has(id)) changes.push({ op: 'putAsset', asset: tree.asset(id) })
  for (const series of signals) if (tree.signals.has(series)) changes.push({ op: 'putSignal', signal: tree.signal(series) })
  for (const end of session?.ended ?? []) changes.push({ op: 'putDocument', kind: ENDED_SERIES, key: String(end.series), json: JSON.stringify(end) })
  return changes
}
