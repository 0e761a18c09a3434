import type { Asset, AssetId } from '@millwright/model/asset.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { Signal } from '@millwright/model/signal.ts'
import { AssetTable, type AssetRecord } from './asset-table.ts'
import { Families } from './families.ts'
import { FoldedTexts } from './folded-texts.ts'
import { assetRef, idOf, isSignalRef, NameIndex, signalRef, type NodeRef } from './name-index.ts'
import type { ShapeId } from './shape-pool.ts'
import { SignalTable, type SignalRecord } from './signal-table.ts'
import { TextPool, type TextId } from './text-pool.ts'

/** The parent of the roots. */
export const ROOT: AssetId = 0

/**
 * The plant's hierarchy in memory: tables, names, and who is below whom. It keeps what it is given; what makes sense
 * (`plant/plant-model.ts`) and what is durable is others' business.
 */
export class PlantTree {
  readonly texts = new TextPool()
  /** The texts as searches need them. */
  readonly folded = new FoldedTexts(this.texts)
  readonly assets = new AssetTable(this.texts)
  readonly signals = new SignalTable(this.texts)
  readonly #names = new NameIndex()
  readonly #children = new Families({
    name: (id) => this.assets.name(id),
    belongs: (id, parent) => this.assets.has(id) && this.assets.parent(id) === parent,
  })
  readonly #signals = new Families({
    name: (series) => this.signals.name(series),
    belongs: (series, asset) => this.signals.has(series) && this.signals.asset(series) === asset,
  })
  #changes = 0

  /** Grows with every change. */
  get changes(): number {
    return this.#changes
  }

  /** Makes room for assets and signals up to these ids, so that loading does not move the tables time and again. */
  reserve(highest: { readonly asset: AssetId; readonly series: SeriesId }): void {
    this.#names.reserve(highest.asset + highest.series)
    this.assets.reserve(highest.asset)
    this.signals.reserve(highest.series)
    this.#children.reserve({ parent: highest.asset, id: highest.asset })
    this.#signals.reserve({ parent: highest.asset, id: highest.series })
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
    return this.#children.count(id)
  }

  signalCount(id: AssetId): number {
    return this.#signals.count(id)
  }

  /** The ids of an asset's children by name. Valid until the next change. */
  childrenOf(id: AssetId): readonly AssetId[] {
    return this.#children.inOrder(id)
  }

  /** The series of an asset's signals by name. Valid until the next change. */
  signalsOf(id: AssetId): readonly SeriesId[] {
    return this.#signals.inOrder(id)
  }

  /** Places an asset; the caller has seen that the name is free below the parent. */
  addAsset(id: AssetId, record: AssetRecord): void {
    this.#changes++
    // Before the table knows the id: a list drops what no longer belongs, and must not take the newcomer for a leftover.
    this.#children.add(record.parent, id)
    this.assets.put(id, record, record.parent, record.name)
    this.#names.add(record.parent, this.assets.nameId(id), assetRef(id))
  }

  removeAsset(id: AssetId): void {
    const parent = this.assets.parent(id)
    this.#names.remove(parent, this.assets.nameId(id))
    this.assets.remove(id)
    this.#children.remove(parent, id)
    this.#changes++
  }

  addSignal(series: SeriesId, record: SignalRecord): void {
    const { asset, ...shape } = record
    this.addShapedSignal(series, asset, this.signals.shapes.take(shape))
  }

  /** Places a signal whose shape was taken already: for many like signals at once. */
  addShapedSignal(series: SeriesId, asset: AssetId, shape: ShapeId): void {
    this.#changes++
    this.#signals.add(asset, series)
    this.signals.putShaped(series, asset, shape)
    this.#names.add(asset, this.signals.shapes.nameId(shape), signalRef(series))
  }

  /** Whether a node below `parent` bears the name. */
  hasChild(parent: AssetId, name: TextId): boolean {
    return this.#names.get(parent, name) !== 0
  }

  removeSignal(series: SeriesId): void {
    const asset = this.signals.asset(series)
    this.#names.remove(asset, this.signals.nameId(series))
    this.signals.remove(series)
    this.#signals.remove(asset, series)
    this.#changes++
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
