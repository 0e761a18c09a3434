import type { AssetId } from '@millwright/model/asset.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { AssetColumns, AssetShape, Registry, SignalColumns } from '../../registry/registry.ts'
import { NO_PROPERTIES, type AssetRecord } from './asset-table.ts'
import { IdSource } from './id-source.ts'
import { MAX_ID } from './name-index.ts'
import { PlantTree, ROOT } from './plant-tree.ts'

/** Entries for which room is made before loading; ids of what was deleted count too, so it is no more than a guess. */
const MAX_RESERVED = 8_000_000

/** An asset whose parent has not come yet: it was moved below one that is younger. */
interface Early {
  readonly id: AssetId
  readonly above: string
  readonly record: Omit<AssetRecord, 'parent'>
}

/** Reads the whole plant model into memory. Rejects with CORRUPT_FILE when what is stored is no tree. */
export async function loadTree(registry: Registry): Promise<{ readonly tree: PlantTree; readonly ids: IdSource }> {
  const tree = new PlantTree()
  const highest = await registry.highestIds()
  tree.reserve({ asset: Math.min(highest.asset, MAX_RESERVED), series: Math.min(highest.series, MAX_RESERVED) })
  const early: Early[] = []
  for await (const columns of registry.assetColumns()) addAssets(tree, columns, early)
  addEarly(tree, early)
  for await (const columns of registry.signalColumns()) addSignals(tree, columns)
  return { tree, ids: new IdSource(highest) }
}

function addAssets(tree: PlantTree, columns: AssetColumns, early: Early[]): void {
  const { ids, names, parents, shapes, properties } = columns
  // Siblings share the look-up of their parent; one that is in the same piece is found at the second try.
  const parentIds = parents.map((path) => (path === '' ? ROOT : tree.findAsset(path)))
  for (let i = 0; i < ids.length; i++) {
    const at = columns.parent[i] as number
    const above = parents[at] as string
    const parent = (parentIds[at] ??= tree.findAsset(above))
    const shape: AssetShape = shapes[columns.shape[i] as number] ?? {}
    const record = { name: names[i] as string, level: shape.level, type: shape.type, description: shape.description, properties: properties[i] ?? NO_PROPERTIES }
    const id = ids[i] as number
    if (parent === undefined) early.push({ id, above, record })
    else addAsset(tree, id, { ...record, parent }, above)
  }
}

function addEarly(tree: PlantTree, early: readonly Early[]): void {
  const fromTheTop = early.map((one) => ({ ...one, depth: one.above.split('/').length })).sort((a, b) => a.depth - b.depth)
  for (const { id, above, record } of fromTheTop) {
    const parent = tree.findAsset(above)
    if (parent === undefined) throw contradiction(`asset ${above}/${record.name} has no parent`)
    addAsset(tree, id, { ...record, parent }, above)
  }
}

function addAsset(tree: PlantTree, id: AssetId, record: AssetRecord, above: string): void {
  if (id === ROOT || id > MAX_ID || tree.assets.has(id) || tree.child(record.parent, record.name) !== 0) throw contradiction(`asset ${above}/${record.name} (${id}) is there twice`)
  tree.addAsset(id, record)
}

function addSignals(tree: PlantTree, { series, assets, shape, shapes }: SignalColumns): void {
  const { signals } = tree
  const uses = new Uint32Array(shapes.length)
  for (const index of shape) uses[index] = (uses[index] as number) + 1
  const taken = shapes.map((one, index) => signals.shapes.take(one, uses[index]))
  for (let i = 0; i < series.length; i++) {
    const one = series[i] as number
    const asset = assets[i] as number
    const shapeId = taken[shape[i] as number] as number
    if (!tree.assets.has(asset)) throw contradiction(`series ${one} belongs to no asset`)
    if (signals.has(one) || one > MAX_ID || tree.hasChild(asset, signals.shapes.nameId(shapeId))) {
      throw contradiction(`name ${tree.assetPath(asset)}/${shapes[shape[i] as number]?.name} is used twice (series ${one})`)
    }
    tree.addShapedSignal(one, asset, shapeId)
  }
}

function contradiction(what: string): MillwrightError {
  return new MillwrightError('CORRUPT_FILE', `the stored plant model contradicts itself: ${what}. Restore a backup, or see "millwright verify"`)
}
