import type { AssetId } from '@millwright/model/asset.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { Listing, SearchQuery } from '../asset-model.ts'
import type { AssetWalk } from './asset-walk.ts'
import { baseOf, EMPTY, listedAsset, listedSignal, MAX_PAGE, namesIn, parentOf, walkFrom, type ListedAsset, type ListedSignal } from './listing.ts'
import { ROOT, type PlantTree } from './plant-tree.ts'
import { MAX_LISTED, Search, type Matches } from './search.ts'
import { SearchWords } from './search-words.ts'
import { STEPS, TimeSlice } from './time-slice.ts'

/** Where an asset or signal stands in a listing: the names of the asset, and that of the signal. */
interface Place {
  readonly id: number
  readonly names: readonly string[]
  readonly name: string
}

/** A page of the assets that have all words of a search, in the order of `listAssets`. */
export async function findAssets(tree: PlantTree, query: SearchQuery & { readonly search: string }): Promise<Listing<ListedAsset>> {
  const base = baseOf(tree, query.under)
  if (base === undefined) return EMPTY
  const { direct = false, under, cursor } = query
  const limit = limitOf(query)
  // Refuses a cursor of another listing before anything is done.
  const behind = cursor === undefined ? undefined : namesIn(cursor, under, direct ? under : parentOf(under))
  const slice = new TimeSlice()
  const matches = await new Search(tree, new SearchWords(query.search), slice, { base, direct }).assets()
  const ids: AssetId[] = []
  if (matches.count <= MAX_LISTED) {
    const place = cursor === undefined ? undefined : { id: 0, names: cursor.split('/'), name: '' }
    const places = matches.listed.filter((id) => tree.assets.has(id)).map((id) => ({ id, names: tree.assetPath(id).split('/'), name: '' }))
    ids.push(...inOrder(places, place, limit + 1))
  } else {
    const enters = await waysTo(tree, matches, slice)
    const walk = new SlicedWalk(tree, slice, () => walkFrom(tree, base, direct, { enters }), { behind, above: direct ? under : parentOf(under) })
    for (let id = await walk.next(); id !== undefined && ids.length <= limit; id = await walk.next()) if (matches.has(id)) ids.push(id)
  }
  const items = ids.slice(0, limit).filter((id) => tree.assets.has(id)).map((id) => listedAsset(tree, id))
  return { items, next: ids.length > limit ? items.at(-1)?.path : undefined, total: matches.count }
}

/** A page of the signals that have all words of a search, in the order of `listSignals`. */
export async function findSignals(tree: PlantTree, query: SearchQuery & { readonly search: string }): Promise<Listing<ListedSignal>> {
  const base = baseOf(tree, query.under)
  if (base === undefined) return EMPTY
  const { direct = false, under, cursor } = query
  const limit = limitOf(query)
  const place = cursor === undefined ? undefined : signalPlace(0, cursor)
  const behind = cursor === undefined ? undefined : namesIn(cursor, under, parentOf(under)).slice(0, -1)
  const slice = new TimeSlice()
  const matches = await new Search(tree, new SearchWords(query.search), slice, { base, direct }).signals()
  const found: SeriesId[] = []
  if (matches.signals.count <= MAX_LISTED) {
    const places = matches.signals.listed.filter((series) => tree.signals.has(series)).map((series) => signalPlace(series, tree.signalPath(series)))
    found.push(...inOrder(places, place, limit + 1))
  } else {
    const take = (asset: AssetId, after: string | undefined): void => {
      if (!matches.assets.has(asset) || !tree.assets.has(asset)) return
      const fits = tree.signalsOf(asset).filter((series) => matches.signals.has(series) && (after === undefined || tree.signals.name(series) > after))
      found.push(...fits.slice(0, limit + 1 - found.length))
    }
    const at = place === undefined ? undefined : tree.findAsset(place.names.join('/'))
    if (at !== undefined) take(at, place?.name)
    if (direct && at === undefined) take(base, undefined)
    const enters = await waysTo(tree, matches.assets, slice)
    const walk = new SlicedWalk(tree, slice, () => walkFrom(tree, base, false, { enters }), { behind, above: parentOf(under) })
    for (let id = direct ? undefined : await walk.next(); id !== undefined && found.length <= limit; id = await walk.next()) take(id, undefined)
  }
  const items = found.slice(0, limit).filter((series) => tree.signals.has(series)).map((series) => listedSignal(tree, series))
  return { items, next: found.length > limit ? items.at(-1)?.path : undefined, total: matches.signals.count }
}

/** Tells the assets below which something was found, so that a walk leaves out the rest. One that came meanwhile is entered. */
async function waysTo(tree: PlantTree, matches: Matches, slice: TimeSlice): Promise<(id: AssetId) => boolean> {
  const { assets } = tree
  const slots = assets.slots
  const ways = new Uint8Array(slots)
  for (let id = 1; id < slots; id++) {
    if (id % STEPS === 0 && slice.isOver) await slice.rest()
    if (!matches.has(id) || !assets.has(id)) continue
    for (let at = assets.parent(id); at !== ROOT && ways[at] === 0; at = assets.parent(at)) ways[at] = 1
  }
  return (id) => id >= slots || ways[id] === 1
}

/** A walk that lets others work now and then, and goes on where it was even when the tree has changed meanwhile. */
class SlicedWalk {
  readonly #tree: PlantTree
  readonly #slice: TimeSlice
  readonly #begin: () => AssetWalk
  readonly #above: string | undefined
  #walk: AssetWalk
  #steps = 0

  /** `behind` are the names, below `above`, of the asset to go on behind. */
  constructor(tree: PlantTree, slice: TimeSlice, begin: () => AssetWalk, from: { readonly behind: readonly string[] | undefined; readonly above: string | undefined }) {
    this.#tree = tree
    this.#slice = slice
    this.#begin = begin
    this.#above = from.above
    this.#walk = begin()
    if (from.behind !== undefined) this.#walk.skipTo(from.behind)
  }

  async next(): Promise<AssetId | undefined> {
    const id = this.#walk.next()
    if (id === undefined || ++this.#steps % STEPS !== 0 || !this.#slice.isOver) return id
    const names = namesIn(this.#tree.assetPath(id), undefined, this.#above)
    const before = this.#tree.changes
    await this.#slice.rest()
    if (this.#tree.changes !== before) {
      this.#walk = this.#begin()
      this.#walk.skipTo(names)
    }
    return this.#tree.assets.has(id) ? id : this.next()
  }
}

function limitOf({ limit }: SearchQuery): number {
  return Math.max(1, Math.min(limit, MAX_PAGE))
}

function signalPlace(id: number, path: string): Place {
  const names = path.split('/')
  const name = names.pop() ?? ''
  return { id, names, name }
}

/** The ids of the first `limit` places behind `after`. */
function inOrder(places: readonly Place[], after: Place | undefined, limit: number): number[] {
  const rest = after === undefined ? [...places] : places.filter((place) => byPlace(place, after) > 0)
  return rest.sort(byPlace).slice(0, limit).map(({ id }) => id)
}

/** Order of listings: parents before children, siblings by name (UTF-16 units), signals of one asset by name. */
function byPlace(a: Place, b: Place): number {
  const shared = Math.min(a.names.length, b.names.length)
  for (let i = 0; i < shared; i++) {
    const [left, right] = [a.names[i] as string, b.names[i] as string]
    if (left !== right) return left < right ? -1 : 1
  }
  return a.names.length - b.names.length || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
}
