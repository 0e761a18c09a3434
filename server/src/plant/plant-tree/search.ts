import type { AssetId } from '@millwright/model/asset.ts'
import { ROOT, type PlantTree } from './plant-tree.ts'
import type { SearchWords, TextMasks } from './search-words.ts'
import { BLOCK_TEXTS } from './text-pool.ts'
import { STEPS, type TimeSlice } from './time-slice.ts'

/** Matches that are also listed, to be put in order; more of them are found in order, as they are not rare. */
export const MAX_LISTED = 2_000

/** Below the words' bits in what is known of an asset: it was looked at; it lies in the part that is searched. */
const SEEN = 2 ** 16
const WITHIN = 2 ** 17
const WORDS = SEEN - 1
const NOTHING = new Uint16Array(0)

/** What a search looks through. */
export interface SearchScope {
  /** Only this asset and what lies below it; `ROOT` for all. */
  readonly base: AssetId
  /** Only the children (or signals) of `base` itself. */
  readonly direct: boolean
}

/** Nodes that have all words of a search, as they were when it looked at them. */
export class Matches {
  readonly #marks: Uint8Array
  readonly listed: number[] = []
  #count = 0

  constructor(slots: number) {
    this.#marks = new Uint8Array(slots)
  }

  get count(): number {
    return this.#count
  }

  has(id: number): boolean {
    return this.#marks[id] === 1
  }

  add(id: number): void {
    this.#marks[id] = 1
    if (this.#count++ < MAX_LISTED) this.listed.push(id)
  }
}

/**
 * One search. It looks at each distinct text once, then runs through the columns of assets and signals by id with a few instructions each:
 * a tenth of a second for half a million assets and millions of signals, in slices. What changes meanwhile may be found as it was before.
 */
export class Search {
  readonly #tree: PlantTree
  readonly #words: SearchWords
  readonly #slice: TimeSlice
  readonly #scope: SearchScope
  #texts: TextMasks = { found: NOTHING, tails: NOTHING, heads: NOTHING }
  #assets = new Uint32Array(0)
  /** The last path of which the end was looked at. */
  readonly #last = { asset: ROOT, tails: 0, mask: 0 }

  constructor(tree: PlantTree, words: SearchWords, slice: TimeSlice, scope: SearchScope) {
    this.#tree = tree
    this.#words = words
    this.#slice = slice
    this.#scope = scope
  }

  async assets(): Promise<Matches> {
    const { assets } = this.#tree
    const matches = new Matches(assets.slots)
    if (!(await this.#lookAtTexts())) return matches
    await this.#lookAtAssets()
    const { found } = this.#texts
    const { base, direct } = this.#scope
    for (let id = 1; id < this.#assets.length; id++) {
      if (id % STEPS === 0 && this.#slice.isOver) await this.#slice.rest()
      const known = this.#assets[id] as number
      if ((known & WITHIN) === 0 || !assets.has(id) || (direct && assets.parent(id) !== base)) continue
      const mask = known | (found[assets.typeId(id)] ?? 0) | (found[assets.descriptionId(id)] ?? 0)
      if ((mask & WORDS) === this.#words.all) matches.add(id)
    }
    return matches
  }

  async signals(): Promise<{ readonly signals: Matches; readonly assets: Matches }> {
    const { assets, signals } = this.#tree
    const found = { signals: new Matches(signals.slots), assets: new Matches(assets.slots) }
    if (!(await this.#lookAtTexts())) return found
    await this.#lookAtAssets()
    const { base, direct } = this.#scope
    const { masks, tails } = this.#lookAtShapes()
    const { all } = this.#words
    for (let series = 1; series < signals.slots; series++) {
      if (series % STEPS === 0 && this.#slice.isOver) await this.#slice.rest()
      const shape = signals.shape(series)
      if (shape === 0) continue
      const asset = signals.asset(series)
      const known = this.#assets[asset] ?? 0
      if ((known & WITHIN) === 0 || (direct && asset !== base)) continue
      let mask = (known & WORDS) | (masks[shape] ?? 0)
      if (mask !== all) mask |= this.#spans(asset, (tails[shape] ?? 0) & ~mask)
      if (mask !== all) continue
      found.signals.add(series)
      if (!found.assets.has(asset)) found.assets.add(asset)
    }
    return found
  }

  /** False when there is a word that no text has: most searches that find nothing end here. */
  async #lookAtTexts(): Promise<boolean> {
    const { texts, folded } = this.#tree
    const spanning = this.#words.haveSpans ? texts.size : 0
    const size = folded.blockCount * BLOCK_TEXTS
    this.#texts = { found: new Uint16Array(size), tails: new Uint16Array(spanning && size), heads: new Uint16Array(spanning && size) }
    let union = 0
    for (let index = 0; index * BLOCK_TEXTS < size; index++) {
      if (this.#slice.isOver) await this.#slice.rest()
      union |= this.#words.look(folded.block(index), texts, this.#texts)
    }
    return union === this.#words.all
  }

  /** The words in each asset's path. */
  async #lookAtAssets(): Promise<void> {
    const { assets } = this.#tree
    this.#assets = new Uint32Array(assets.slots)
    this.#assets[ROOT] = SEEN | (this.#scope.base === ROOT ? WITHIN : 0)
    for (let id = 1; id < this.#assets.length; id++) {
      if (id % STEPS === 0 && this.#slice.isOver) await this.#slice.rest()
      if (assets.has(id)) this.#lookAtAsset(id)
    }
  }

  #lookAtAsset(id: AssetId): number {
    const known = this.#assets[id] ?? SEEN
    if (known !== 0) return known
    const { assets } = this.#tree
    const parent = assets.parent(id)
    const name = assets.nameId(id)
    let mask = this.#lookAtAsset(parent) | (this.#texts.found[name] ?? 0)
    const tails = this.#words.haveSpans ? (this.#texts.tails[name] ?? 0) & ~mask : 0
    if (tails !== 0) mask |= this.#spans(parent, tails)
    if (id === this.#scope.base) mask |= WITHIN
    this.#assets[id] = mask
    return mask
  }

  /** Spanning words that end in a name with these `tails` below an asset. Siblings follow each other, so the last answer is kept. */
  #spans(asset: AssetId, tails: number): number {
    if (asset === ROOT) return 0
    const wanted = tails & (this.#texts.heads[this.#tree.assets.nameId(asset)] ?? 0)
    if (wanted === 0) return 0
    const last = this.#last
    if (last.asset !== asset || (wanted & ~last.tails) !== 0) {
      last.asset = asset
      last.tails = wanted
      last.mask = this.#words.headsOf(this.#tree.assetPath(asset), wanted)
    }
    return last.mask & wanted
  }

  #lookAtShapes(): { readonly masks: Uint16Array; readonly tails: Uint16Array } {
    const { shapes } = this.#tree.signals
    const masks = new Uint16Array(shapes.size)
    const tails = new Uint16Array(shapes.size)
    for (let id = 1; id < masks.length; id++) {
      if (!shapes.isUsed(id)) continue
      masks[id] = (this.#texts.found[shapes.nameId(id)] ?? 0) | (this.#texts.found[shapes.descriptionId(id)] ?? 0)
      tails[id] = this.#texts.tails[shapes.nameId(id)] ?? 0
    }
    return { masks, tails }
  }
}
