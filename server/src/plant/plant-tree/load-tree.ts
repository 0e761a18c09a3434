import type { AssetId } from '@millwright/model/asset.ts'
import { lastName, parentPath } from '@millwright/model/path.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Registry } from '../../registry/registry.ts'
import { IdSource } from './id-source.ts'
import { PlantTree, ROOT } from './plant-tree.ts'

/** Entries for which room is made before loading; ids of what was deleted count too, so it is no more than a guess. */
const MAX_RESERVED = 8_000_000

/** Reads the whole plant model into memory. Rejects with CORRUPT_FILE when what is stored is no tree. */
export async function loadTree(registry: Registry): Promise<{ readonly tree: PlantTree; readonly ids: IdSource }> {
  const tree = new PlantTree()
  const highest = await registry.highestIds()
  tree.reserve(Math.min(highest.asset + highest.series, MAX_RESERVED))
  // Assets come in the order of their paths, so siblings follow each other and share the look-up of their parent.
  let last: { readonly path: string; readonly id: AssetId } | undefined
  for await (const piece of registry.assets()) {
    for (const { id, path, level, type, description, properties } of piece) {
      const above = parentPath(path)
      const parent = above === undefined ? ROOT : above === last?.path ? last.id : tree.findAsset(above)
      if (parent === undefined) throw damaged(`asset ${path} has no parent`)
      if (above !== undefined && above !== last?.path) last = { path: above, id: parent }
      const name = lastName(path)
      if (tree.assets.has(id) || tree.child(parent, name) !== 0) throw damaged(`asset ${path} is there twice`)
      tree.addAsset(id, { parent, name, level, type, description, properties })
    }
  }
  for await (const piece of registry.signals()) {
    for (const signal of piece) {
      if (!tree.assets.has(signal.asset)) throw damaged(`signal ${signal.name} (series ${signal.series}) belongs to no asset`)
      if (tree.child(signal.asset, signal.name) !== 0) throw damaged(`name ${tree.assetPath(signal.asset)}/${signal.name} is used twice`)
      tree.addSignal(signal.series, signal)
    }
  }
  return { tree, ids: new IdSource(highest) }
}

function damaged(what: string): MillwrightError {
  return new MillwrightError('CORRUPT_FILE', `the stored plant model contradicts itself: ${what}. Restore a backup, or see "millwright verify"`)
}
