import type { Asset, AssetId } from '@millwright/model/asset.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { Signal } from '@millwright/model/signal.ts'
import { isUnder, parentPath } from '@millwright/model/path.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Listing, ListQuery } from '../asset-model.ts'
import { AssetWalk } from './asset-walk.ts'
import { ROOT, type PlantTree } from './plant-tree.ts'
import { SearchWords } from './search-words.ts'

type ListedAsset = Asset & { readonly childCount: number; readonly signalCount: number }
type ListedSignal = Signal & { readonly path: string }

/** Most items of one page. */
export const MAX_PAGE = 10_000

/** A page of assets, parents before children and siblings by name; the cursor is the last one's path. */
export function listAssets(tree: PlantTree, query: ListQuery): Listing<ListedAsset> {
  const base = baseOf(tree, query.under)
  if (base === undefined) return EMPTY
  const direct = query.direct === true
  const limit = Math.max(1, Math.min(query.limit, MAX_PAGE))
  const walk = walkFrom(tree, base, direct)
  if (query.cursor !== undefined) walk.skipTo(namesIn(query.cursor, query.under, direct ? query.under : parentOf(query.under)))
  const finder = query.search === undefined ? undefined : new Finder(tree, query.search)
  const items: ListedAsset[] = []
  for (let id = walk.next(); id !== undefined; id = walk.next()) {
    if (finder !== undefined && !finder.asset(id)) continue
    if (items.length === limit) return { items, next: items.at(-1)?.path, total: assetTotal(tree, base, query) }
    items.push({ ...tree.asset(id), childCount: tree.childCount(id), signalCount: tree.signalCount(id) })
  }
  return { items, next: undefined, total: assetTotal(tree, base, query) }
}

/** A page of signals, in the order of their assets and by name within one; the cursor is the last one's path. */
export function listSignals(tree: PlantTree, query: ListQuery): Listing<ListedSignal> {
  const base = baseOf(tree, query.under)
  if (base === undefined) return EMPTY
  const limit = Math.max(1, Math.min(query.limit, MAX_PAGE))
  const finder = query.search === undefined ? undefined : new Finder(tree, query.search)
  const items: ListedSignal[] = []
  const total = signalTotal(tree, base, query)
  for (const { asset, behind } of assetsWithSignals(tree, base, query)) {
    for (const series of tree.signalsOf(asset)) {
      if (behind !== undefined && tree.signals.name(series) <= behind) continue
      if (finder !== undefined && !finder.signal(series)) continue
      if (items.length === limit) return { items, next: items.at(-1)?.path, total }
      items.push({ ...tree.signal(series), path: tree.signalPath(series) })
    }
  }
  return { items, next: undefined, total }
}

/** The series of an asset and all below it, in the order of {@link listSignals}, at most `limit`. */
export function seriesUnder(tree: PlantTree, path: string, limit: number): SeriesId[] {
  const series: SeriesId[] = []
  const base = baseOf(tree, path)
  if (base === undefined) {
    const signal = tree.findSignal(path)
    return signal === undefined || limit < 1 ? [] : [signal]
  }
  const walk = walkFrom(tree, base, false, true)
  for (let id = walk.next(); id !== undefined; id = walk.next()) {
    if (tree.signalCount(id) === 0) continue
    for (const one of tree.signalsOf(id)) {
      if (series.length >= limit) return series
      series.push(one)
    }
  }
  return series
}

const EMPTY = { items: [], next: undefined, total: 0 }

/** Tells which nodes of a walk have all words of a search. A word in an asset's name counts for all below it, as it is in their paths. */
class Finder {
  readonly #tree: PlantTree
  readonly #words: SearchWords
  // Words in the path of the asset looked at last and of those above it, so that each asset costs one step.
  readonly #ids: AssetId[] = [ROOT]
  readonly #masks: number[] = [0]

  constructor(tree: PlantTree, search: string) {
    this.#tree = tree
    this.#words = new SearchWords(tree.texts, search)
  }

  asset(id: AssetId): boolean {
    const { assets } = this.#tree
    const mask = this.#pathMask(id) | this.#words.maskOf(assets.typeId(id)) | this.#words.maskOf(assets.descriptionId(id))
    if (mask !== this.#words.all) return false
    const { type, description } = assets.record(id)
    return this.#words.spansMatch(this.#tree.assetPath(id), [type, description])
  }

  signal(series: SeriesId): boolean {
    const { signals } = this.#tree
    const own = this.#words.maskOf(signals.nameId(series)) | this.#words.maskOf(signals.descriptionId(series))
    if ((own | this.#pathMask(signals.asset(series))) !== this.#words.all) return false
    return this.#words.spansMatch(this.#tree.signalPath(series), [signals.signal(series).description])
  }

  #pathMask(id: AssetId): number {
    const [ids, masks] = [this.#ids, this.#masks]
    if (ids.at(-1) === id) return masks.at(-1) ?? 0
    const parent = this.#tree.assets.parent(id)
    while (ids.length > 1 && ids.at(-1) !== parent) {
      ids.pop()
      masks.pop()
    }
    const above = ids.at(-1) === parent ? (masks.at(-1) ?? 0) : this.#pathMask(parent)
    const mask = above | this.#words.maskOf(this.#tree.assets.nameId(id))
    ids.push(id)
    masks.push(mask)
    return mask
  }
}

/** The asset of `under`, {@link ROOT} for all; undefined when there is no such asset. */
function baseOf(tree: PlantTree, under: string | undefined): AssetId | undefined {
  return under === undefined || under === '' ? ROOT : tree.findAsset(under)
}

function walkFrom(tree: PlantTree, base: AssetId, direct: boolean, withBase = !direct): AssetWalk {
  return new AssetWalk(tree, base === ROOT || !withBase ? tree.childrenOf(base) : [base], !direct)
}

function parentOf(under: string | undefined): string | undefined {
  return under === undefined ? undefined : parentPath(under)
}

/** The names of a cursor from the first siblings of its listing down; a cursor that does not belong there is refused. */
function namesIn(cursor: string, under: string | undefined, above: string | undefined): string[] {
  if (under !== undefined && under !== '' && !isUnder(cursor, under)) {
    throw new MillwrightError('BAD_REQUEST', `the cursor does not belong to a listing under ${under}; leave it out to begin anew`)
  }
  return (above === undefined || above === '' ? cursor : cursor.slice(above.length + 1)).split('/')
}

function* assetsWithSignals(tree: PlantTree, base: AssetId, query: ListQuery): Generator<{ asset: AssetId; behind: string | undefined }> {
  const { cursor, under } = query
  const cut = cursor === undefined ? -1 : cursor.lastIndexOf('/')
  if (cursor !== undefined && cut < 0) throw new MillwrightError('BAD_REQUEST', 'the cursor is not the path of a signal; leave it out to begin anew')
  const assetPath = cursor?.slice(0, cut)
  const behind = cursor?.slice(cut + 1)
  const at = assetPath === undefined ? undefined : tree.findAsset(assetPath)
  if (query.direct === true) {
    if (base !== ROOT) yield { asset: base, behind: at === base ? behind : undefined }
    return
  }
  const walk = walkFrom(tree, base, false)
  if (assetPath !== undefined) {
    walk.skipTo(namesIn(assetPath, under, parentOf(under)))
    if (at !== undefined) yield { asset: at, behind }
  }
  for (let id = walk.next(); id !== undefined; id = walk.next()) {
    if (tree.signalCount(id) > 0) yield { asset: id, behind: undefined }
  }
}

function assetTotal(tree: PlantTree, base: AssetId, query: ListQuery): number | undefined {
  if (query.search !== undefined) return undefined
  if (query.direct === true) return tree.childCount(base)
  return base === ROOT ? tree.assets.count : undefined
}

function signalTotal(tree: PlantTree, base: AssetId, query: ListQuery): number | undefined {
  if (query.search !== undefined) return undefined
  if (query.direct === true) return tree.signalCount(base)
  return base === ROOT ? tree.signals.count : undefined
}
