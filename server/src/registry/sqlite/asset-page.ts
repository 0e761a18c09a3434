import { ASSET_LEVELS, type Asset, type AssetId, type PropertyValue } from '@millwright/model/asset.ts'
import { lastName, parentPath } from '@millwright/model/path.ts'
import type { AssetColumns, AssetShape } from '../registry.ts'
import { Dictionary } from './dictionary.ts'
import { JsonColumns } from './json-columns.ts'
import { PAGE_IDS } from './schema.ts'

const MAX_VALUE = 2 ** 32
const LEVELS: ReadonlySet<unknown> = new Set(ASSET_LEVELS)
const NO_PROPERTIES: Readonly<Record<string, PropertyValue>> = Object.freeze({})

/** An asset with the number of its signals, by which a deletion that would leave signals behind is refused. */
export interface KeptAsset {
  readonly asset: Asset
  readonly signals: number
}

/** The assets of a page by id. */
export type AssetPage = Map<AssetId, KeptAsset>

/** A page as the text that is stored. */
export function encodeAssetPage(page: AssetPage): string {
  const parents = new Dictionary<string>((path) => path)
  const shapes = new Dictionary<AssetShape>((shape) => JSON.stringify(shape))
  const rows = [...page.values()].sort((a, b) => a.asset.id - b.asset.id)
  const parent = rows.map(({ asset }) => parents.indexOf(parentPath(asset.path) ?? ''))
  const shape = rows.map(({ asset: { level, type, description } }) => shapes.indexOf({ ...given('level', level), ...given('type', type), ...given('description', description) }))
  const hasProperties = rows.some(({ asset }) => Object.keys(asset.properties).length > 0)
  return JSON.stringify({
    ids: rows.map(({ asset }) => asset.id),
    names: rows.map(({ asset }) => lastName(asset.path)),
    parent,
    parents: parents.values,
    shape,
    shapes: shapes.values,
    ...(hasProperties && { properties: rows.map(({ asset }) => (Object.keys(asset.properties).length === 0 ? null : asset.properties)) }),
    signals: rows.map(({ signals }) => signals),
  })
}

/** The columns of a stored page. Throws CORRUPT_FILE. */
export function assetColumnsOf(json: string, page: number): AssetColumns & { readonly signals: readonly number[] } {
  const columns = new JsonColumns(json, whereOfAssets(page))
  const ids = columns.integers('ids', MAX_VALUE)
  const parents = columns.texts('parents')
  const shapes = columns.values('shapes', isShape)
  return {
    ids,
    names: columns.texts('names', ids.length),
    parent: columns.integers('parent', parents.length, ids.length),
    parents,
    shape: columns.integers('shape', shapes.length, ids.length),
    shapes,
    properties: columns.has('properties') ? columns.values('properties', isPropertiesOrNull, ids.length) : ids.map(() => null),
    signals: columns.integers('signals', MAX_VALUE, ids.length),
  }
}

/** The assets of columns, one by one. */
export function assetsOf({ ids, names, parent, parents, shape, shapes, properties }: AssetColumns): Asset[] {
  return ids.map((id, i) => {
    const above = parents[parent[i] as number] as string
    const name = names[i] as string
    return { id, path: above === '' ? name : `${above}/${name}`, ...shapes[shape[i] as number], properties: properties[i] ?? NO_PROPERTIES }
  })
}

export function decodeAssetPage(json: string, page: number): AssetPage {
  const columns = assetColumnsOf(json, page)
  return new Map(assetsOf(columns).map((asset, i) => [asset.id, { asset, signals: columns.signals[i] as number }]))
}

/** The page in words. */
export function whereOfAssets(page: number): string {
  return `page ${page} of the assets (ids ${page * PAGE_IDS} to ${(page + 1) * PAGE_IDS - 1})`
}

function given<K extends string, V>(name: K, value: V | undefined): { readonly [N in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in K]: V })
}

function isShape(value: unknown): value is AssetShape {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).every(([name, field]) => (name === 'level' ? LEVELS.has(field) : (name === 'type' || name === 'description') && typeof field === 'string'))
}

function isPropertiesOrNull(value: unknown): value is Readonly<Record<string, PropertyValue>> | null {
  if (value === null) return true
  if (typeof value !== 'object' || Array.isArray(value)) return false
  for (const item of Object.values(value)) if (typeof item !== 'string' && typeof item !== 'number' && typeof item !== 'boolean') return false
  return true
}
