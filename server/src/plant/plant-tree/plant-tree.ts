import type { Asset, AssetId } from '@millwright/model/asset.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { Signal } from '@millwright/model/signal.ts'
import { AssetTable, type AssetRecord } from './asset-table.ts'
import { assetRef, idOf, isSignalRef, NameIndex, signalRef, type NodeRef } from './name-index.ts'
import { Siblings, type SiblingNames } from './siblings.ts'
import { SignalTable, type SignalRecord } from './signal-table.ts'
import { TextPool } from './text-pool.ts'

/** The parent of the roots. */
export const ROOT: AssetId = 0

const NONE: readonly number[] = []

/**
 * The plant's hierarchy in memory: tables, names, and who is below whom. It keeps what it is given; what makes sense
 * (`plant/plant-model.ts`) and what is durable is others' business.
 */
export class PlantTree {
  readonly texts = new TextPool()
  readonly assets = new AssetTable(this.texts)
  readonly signals = new SignalTable(this.texts)
  readonly #names = new NameIndex()
  readonly #children = new Map<AssetId, Siblings>()
  readonly #signals = new Map<AssetId, Siblings>()
  readonly #assetNames: SiblingNames = {
    name: (id) => this.assets.name(id),
    belongs: (id, parent) => this.assets.has(id) && this.assets.parent(id) === parent,
  }
  readonly #signalNames: SiblingNames = {
    name: (series) => this.signals.name(series),
    belongs: (series, asset) => this.signals.has(series) && this.signals.asset(series) === asset,
  }

  /** Makes room for so many assets and signals in all. */
  reserve(count: number): void {
    this.#names.reserve(count)
  }

  /** The asset or signal of a path; 0 when there is none. */
  find(path: string): NodeRef {
    return this.#walk(ROOT, path)
  }

  /** The asset of a path. */
  findAsset(path: string): AssetId | undefined {
    const ref = this.find(path)
    return ref === 0 || isSignalRef(ref) ? undefined : idOf(ref)
  }

  /** The series of a signal's path. */
  findSignal(path: string): SeriesId | undefined {
    const ref = this.find(path)
    return isSignalRef(ref) ? idOf(ref) : undefined
  }

  /** The node called `name` right below `parent`; 0 when there is none. */
  child(parent: AssetId, name: string): NodeRef {
    const text = this.texts.find(name)
    return text === undefined ? 0 : this.#names.get(parent, text)
  }

  /** The path of an asset that exists. */
  assetPath(id: AssetId): string {
    const names = [this.assets.name(id)]
    for (let at = this.assets.parent(id); at !== ROOT; at = this.assets.parent(at)) names.push(this.assets.name(at))
    return names.reverse().join('/')
  }

  /** The path of a series that has a signal. */
  signalPath(series: SeriesId): string {
    return `${this.assetPath(this.signals.asset(series))}/${this.signals.name(series)}`
  }

  /** The asset of an id that exists. */
  asset(id: AssetId): Asset {
    return this.assets.asset(id, this.assetPath(id))
  }

  signal(series: SeriesId): Signal {
    return this.signals.signal(series)
  }

  childCount(id: AssetId): number {
    return this.#children.get(id)?.count ?? 0
  }

  signalCount(id: AssetId): number {
    return this.#signals.get(id)?.count ?? 0
  }

  /** The ids of an asset's children by name. Valid until the next change. */
  childrenOf(id: AssetId): readonly AssetId[] {
    return this.#children.get(id)?.inOrder(this.#assetNames) ?? NONE
  }

  /** The series of an asset's signals by name. Valid until the next change. */
  signalsOf(id: AssetId): readonly SeriesId[] {
    return this.#signals.get(id)?.inOrder(this.#signalNames) ?? NONE
  }

  /** Places an asset; the caller has seen that the name is free below the parent. */
  addAsset(id: AssetId, record: AssetRecord): void {
    const list = listOf(this.#children, record.parent)
    // Before the table knows the id: a list drops what no longer belongs, and must not take the newcomer for a leftover.
    list.add(id, this.#assetNames)
    this.assets.put(id, record, record.parent, record.name)
    this.#names.add(record.parent, this.assets.nameId(id), assetRef(id))
  }

  removeAsset(id: AssetId): void {
    const parent = this.assets.parent(id)
    this.#names.remove(parent, this.assets.nameId(id))
    this.assets.remove(id)
    dropFrom(this.#children, parent)
  }

  addSignal(series: SeriesId, record: SignalRecord): void {
    listOf(this.#signals, record.asset).add(series, this.#signalNames)
    this.signals.put(series, record)
    this.#names.add(record.asset, this.signals.nameId(series), signalRef(series))
  }

  removeSignal(series: SeriesId): void {
    const asset = this.signals.asset(series)
    this.#names.remove(asset, this.signals.nameId(series))
    this.signals.remove(series)
    dropFrom(this.#signals, asset)
  }

  #walk(from: AssetId, path: string): NodeRef {
    let parent = from
    let start = 0
    for (;;) {
      const cut = path.indexOf('/', start)
      const ref = this.child(parent, cut < 0 ? path.slice(start) : path.slice(start, cut))
      if (cut < 0 || ref === 0) return ref
      if (isSignalRef(ref)) return 0
      parent = idOf(ref)
      start = cut + 1
    }
  }
}

function listOf(lists: Map<AssetId, Siblings>, parent: AssetId): Siblings {
  const known = lists.get(parent)
  if (known !== undefined) return known
  const list = new Siblings(parent)
  lists.set(parent, list)
  return list
}

function dropFrom(lists: Map<AssetId, Siblings>, parent: AssetId): void {
  const list = lists.get(parent)
  list?.noteRemoved()
  if (list?.count === 0) lists.delete(parent)
}
