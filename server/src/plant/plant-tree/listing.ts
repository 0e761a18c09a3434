import type { Asset, AssetId } from '@millwright/model/asset.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { Signal } from '@millwright/model/signal.ts'
import { isUnder, parentPath } from '@millwright/model/path.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Listing, ListQuery } from '../asset-model.ts'
import { AssetWalk } from './asset-walk.ts'
import { ROOT, type PlantTree } from './plant-tree.ts'

/** An asset in a listing. */
export type ListedAsset = Asset & { readonly childCount: number; readonly signalCount: number }
/** A signal in a listing. */
export type ListedSignal = Signal & { readonly path: string }

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
  const items: ListedAsset[] = []
  for (let id = walk.next(); id !== undefined; id = walk.next()) {
    if (items.length === limit) return { items, next: items.at(-1)?.path, total: assetTotal(tree, base, query) }
    items.push(listedAsset(tree, id))
  }
  return { items, next: undefined, total: assetTotal(tree, base, query) }
}

/** A page of signals, in the order of their assets and by name within one; the cursor is the last one's path. */
export function listSignals(tree: PlantTree, query: ListQuery): Listing<ListedSignal> {
  const base = baseOf(tree, query.under)
  if (base === undefined) return EMPTY
  const limit = Math.max(1, Math.min(query.limit, MAX_PAGE))
  const items: ListedSignal[] = []
  const total = signalTotal(tree, base, query)
  for (const { asset, behind } of assetsWithSignals(tree, base, query)) {
    for (const series of tree.signalsOf(asset)) {
      if (behind !== undefined && tree.signals.name(series) <= behind) continue
      if (items.length === limit) return { items, next: items.at(-1)?.path, total }
      items.push(listedSignal(tree, series))
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
  const walk = walkFrom(tree, base, false, { withBase: true })
  for (let id = walk.next(); id !== undefined; id = walk.next()) {
    if (tree.signalCount(id) === 0) continue
    for (const one of tree.signalsOf(id)) {
      if (series.length >= limit) return series
      series.push(one)
    }
  }
  return series
}

/** An asset as listings show it. */
export function listedAsset(tree: PlantTree, id: AssetId): ListedAsset {
  return { ...tree.asset(id), childCount: tree.childCount(id), signalCount: tree.signalCount(id) }
}

/** A signal as listings show it. */
export function listedSignal(tree: PlantTree, series: SeriesId): ListedSignal {
  return { ...tree.signal(series), path: tree.signalPath(series) }
}

/** What there is below an asset that does not exist. */
export const EMPTY = { items: [], next: undefined, total: 0 }

/** The asset of `under`, {@link ROOT} for all; undefined when there is no such asset. */
export function baseOf(tree: PlantTree, under: string | undefined): AssetId | undefined {
  return under === undefined || under === '' ? ROOT : tree.findAsset(under)
}

/** A walk through what a listing shows; with `withBase` the base comes first; `enters` may leave out what lies below an asset. */
export function walkFrom(tree: PlantTree, base: AssetId, direct: boolean, { withBase = !direct, enters }: { withBase?: boolean; enters?: (id: AssetId) => boolean } = {}): AssetWalk {
  return new AssetWalk(tree, base === ROOT || !withBase ? tree.childrenOf(base) : [base], !direct, enters)
}

/** The path above `under`. */
export function parentOf(under: string | undefined): string | undefined {
  return under === undefined ? undefined : parentPath(under)
}

/** The names of a cursor from the first siblings of its listing down; a cursor that does not belong there is refused. */
export function namesIn(cursor: string, under: string | undefined, above: string | undefined): string[] {
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
  if (query.direct === true) return tree.childCount(base)
  return base === ROOT ? tree.assets.count : undefined
}

function signalTotal(tree: PlantTree, base: AssetId, query: ListQuery): number | undefined {
  if (query.direct === true) return tree.signalCount(base)
  return base === ROOT ? tree.signals.count : undefined
}
