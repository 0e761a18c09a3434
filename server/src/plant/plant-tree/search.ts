import type { AssetId } from '@millwright/model/asset.ts'
import { ROOT, type PlantTree } from './plant-tree.ts'
import type { SearchWords } from './search-words.ts'
import { STEPS, type TimeSlice } from './time-slice.ts'

/** Matches that are also listed, to be put in order; more of them are found in order, as they are not rare. */
export const MAX_LISTED = 2_000

/** Below the words' bits in what is known of an asset: it was looked at; it lies in the part that is searched. */
const SEEN = 2 ** 16
const WITHIN = 2 ** 17
const WORDS = SEEN - 1

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
  #texts = new Uint16Array(0)
  #tails = new Uint16Array(0)
  #assets = new Uint32Array(0)
  readonly #heads = { path: ROOT, tails: 0, mask: 0 }

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
    const { base, direct } = this.#scope
    for (let id = 1; id < this.#assets.length; id++) {
      if (id % STEPS === 0 && this.#slice.isOver) await this.#slice.rest()
      const known = this.#assets[id] as number
      if ((known & WITHIN) === 0 || !assets.has(id) || (direct && assets.parent(id) !== base)) continue
      const mask = known | (this.#texts[assets.typeId(id)] ?? 0) | (this.#texts[assets.descriptionId(id)] ?? 0)
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
    const { texts } = this.#tree
    const { haveSpans } = this.#words
    this.#texts = new Uint16Array(texts.size)
    this.#tails = new Uint16Array(haveSpans ? texts.size : 0)
    let union = 0
    for (let id = 1; id < this.#texts.length; id++) {
      if (id % STEPS === 0 && this.#slice.isOver) await this.#slice.rest()
      const text = texts.text(id) ?? ''
      const mask = this.#words.maskOf(text)
      this.#texts[id] = mask
      union |= mask
      if (!haveSpans) continue
      const tails = this.#words.tailsOf(text)
      this.#tails[id] = tails
      union |= tails
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
    let mask = this.#lookAtAsset(parent) | (this.#texts[name] ?? 0)
    const tails = this.#words.haveSpans ? (this.#tails[name] ?? 0) & ~mask : 0
    if (tails !== 0) mask |= this.#spans(parent, tails)
    if (id === this.#scope.base) mask |= WITHIN
    this.#assets[id] = mask
    return mask
  }

  /** Spanning words that end in a name with these `tails` below an asset. Siblings follow each other, so the last answer is kept. */
  #spans(asset: AssetId, tails: number): number {
    if (tails === 0 || asset === ROOT) return 0
    const last = this.#heads
    if (last.path !== asset || (tails & ~last.tails) !== 0) {
      last.path = asset
      last.tails = tails
      last.mask = this.#words.headsOf(this.#tree.assetPath(asset), tails)
    }
    return last.mask & tails
  }

  #lookAtShapes(): { readonly masks: Uint16Array; readonly tails: Uint16Array } {
    const { shapes } = this.#tree.signals
    const masks = new Uint16Array(shapes.size)
    const tails = new Uint16Array(shapes.size)
    for (let id = 1; id < masks.length; id++) {
      if (!shapes.isUsed(id)) continue
      masks[id] = (this.#texts[shapes.nameId(id)] ?? 0) | (this.#texts[shapes.descriptionId(id)] ?? 0)
      tails[id] = this.#tails[shapes.nameId(id)] ?? 0
    }
    return { masks, tails }
  }
}
