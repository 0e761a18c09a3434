import type { AssetId } from '@millwright/model/asset.ts'
import { ROOT, type PlantTree } from './plant-tree.ts'

interface Frame {
  readonly ids: readonly AssetId[]
  at: number
}

/**
 * Visits an asset and all below it, parents first and siblings by name. It can go on behind any path, even of an asset that is gone, because
 * the order is that of the paths' names. Valid until the tree changes.
 */
export class AssetWalk {
  readonly #tree: PlantTree
  readonly #frames: Frame[]
  readonly #deep: boolean
  readonly #enters: (id: AssetId) => boolean

  /**
   * `ids` are the siblings to begin with, by name. With `deep` what lies below them is visited too, where `enters` says so.
   */
  constructor(tree: PlantTree, ids: readonly AssetId[], deep: boolean, enters: (id: AssetId) => boolean = () => true) {
    this.#tree = tree
    this.#deep = deep
    this.#enters = enters
    this.#frames = [{ ids, at: 0 }]
  }

  /** The next asset; undefined at the end. */
  next(): AssetId | undefined {
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      const id = frame.ids[frame.at]
      if (id !== undefined) {
        frame.at++
        if (this.#deep) this.#enter(id)
        return id
      }
      this.#frames.pop()
    }
    return undefined
  }

  /** Goes on behind the asset whose names, from the first siblings down, are these; assets before it are not visited. */
  skipTo(names: readonly string[]): void {
    for (const [index, name] of names.entries()) {
      const frame = this.#frames[index]
      if (frame === undefined) return
      frame.at = this.#firstFrom(frame.ids, name)
      const id = frame.ids[frame.at]
      if (id === undefined || this.#tree.assets.name(id) !== name) return
      frame.at++
      if (this.#deep) this.#enter(id)
    }
  }

  #enter(id: AssetId): void {
    if (this.#tree.childCount(id) > 0 && this.#enters(id)) this.#frames.push({ ids: this.#tree.childrenOf(id), at: 0 })
  }

  #firstFrom(ids: readonly AssetId[], name: string): number {
    let [low, high] = [0, ids.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#tree.assets.name(ids[middle] ?? ROOT) < name) low = middle + 1
      else high = middle
    }
    return low
  }
}
