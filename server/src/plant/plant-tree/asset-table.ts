import { ASSET_LEVELS, type Asset, type AssetId, type AssetLevel, type PropertyValue } from '@millwright/model/asset.ts'
import { reaching } from './columns.ts'
import type { TextId, TextPool } from './text-pool.ts'

/** What the table keeps of an asset; its place is the parent's id (0 for a root) and its name. */
export interface AssetRecord {
  readonly parent: AssetId
  readonly name: string
  readonly level?: AssetLevel | undefined
  readonly type?: string | undefined
  readonly description?: string | undefined
  readonly properties: Readonly<Record<string, PropertyValue>>
}

/** The properties of an asset that has none. */
export const NO_PROPERTIES: Readonly<Record<string, PropertyValue>> = Object.freeze({})

/** All assets in columns by id, about 20 bytes each besides their texts. An id without a name is no asset. */
export class AssetTable {
  readonly #texts: TextPool
  #parents = new Uint32Array(0)
  #names = new Uint32Array(0)
  #levels = new Uint8Array(0)
  #types = new Uint32Array(0)
  #descriptions = new Uint32Array(0)
  readonly #properties = new Map<AssetId, Readonly<Record<string, PropertyValue>>>()
  #count = 0

  constructor(texts: TextPool) {
    this.#texts = texts
  }

  get count(): number {
    return this.#count
  }

  /** One more than the highest id that may be an asset's. */
  get slots(): number {
    return this.#names.length
  }

  has(id: AssetId): boolean {
    return (this.#names[id] ?? 0) !== 0
  }

  parent(id: AssetId): AssetId {
    return this.#parents[id] as number
  }

  nameId(id: AssetId): TextId {
    return this.#names[id] as number
  }

  name(id: AssetId): string {
    return this.#texts.text(this.#names[id] as number) ?? ''
  }

  typeId(id: AssetId): TextId {
    return this.#types[id] as number
  }

  descriptionId(id: AssetId): TextId {
    return this.#descriptions[id] as number
  }

  /** The record of an asset that exists. */
  record(id: AssetId): AssetRecord {
    return {
      parent: this.parent(id),
      name: this.name(id),
      level: ASSET_LEVELS[(this.#levels[id] as number) - 1],
      type: this.#texts.text(this.typeId(id)),
      description: this.#texts.text(this.descriptionId(id)),
      properties: this.#properties.get(id) ?? NO_PROPERTIES,
    }
  }

  /** The asset as others see it. */
  asset(id: AssetId, path: string): Asset {
    const asset: { -readonly [K in keyof Asset]: Asset[K] } = { id, path, properties: this.#properties.get(id) ?? NO_PROPERTIES }
    const level = ASSET_LEVELS[(this.#levels[id] as number) - 1]
    const type = this.#texts.text(this.typeId(id))
    const description = this.#texts.text(this.descriptionId(id))
    if (level !== undefined) asset.level = level
    if (type !== undefined) asset.type = type
    if (description !== undefined) asset.description = description
    return asset
  }

  /** Puts a record under an id that has none. */
  put(id: AssetId, record: Omit<AssetRecord, 'parent' | 'name'>, parent: AssetId, name: string): void {
    if (id >= this.#names.length) this.reserve(id)
    this.#parents[id] = parent
    this.#names[id] = this.#texts.take(name)
    this.#levels[id] = record.level === undefined ? 0 : ASSET_LEVELS.indexOf(record.level) + 1
    this.#types[id] = this.#texts.take(record.type)
    this.#descriptions[id] = this.#texts.take(record.description)
    if (record.properties !== NO_PROPERTIES && Object.keys(record.properties).length > 0) this.#properties.set(id, record.properties)
    this.#count++
  }

  remove(id: AssetId): void {
    this.#texts.release(this.#names[id] as number)
    this.#texts.release(this.#types[id] as number)
    this.#texts.release(this.#descriptions[id] as number)
    this.#names[id] = 0
    this.#types[id] = 0
    this.#descriptions[id] = 0
    this.#properties.delete(id)
    this.#count--
  }

  /** Makes room for ids up to `id`. */
  reserve(id: AssetId): void {
    this.#parents = reaching(this.#parents, id, 0)
    this.#names = reaching(this.#names, id, 0)
    this.#levels = reaching(this.#levels, id, 0)
    this.#types = reaching(this.#types, id, 0)
    this.#descriptions = reaching(this.#descriptions, id, 0)
  }
}
