/** A node's place in the equipment hierarchy (IEC 62264-1, 5.3), from the enterprise down. */
export const ASSET_LEVELS = ['enterprise', 'site', 'area', 'line', 'cell', 'equipment', 'component'] as const
export type AssetLevel = (typeof ASSET_LEVELS)[number]

/** Id of an asset: a small integer, given once and never reused. It survives a rename or a move. */
export type AssetId = number

/** A free property of an asset, such as its maker or serial number. */
export type PropertyValue = string | number | boolean

/** A node of the plant's hierarchy. */
export interface Asset {
  readonly id: AssetId
  readonly path: string
  /** Undefined until somebody says what it is. */
  readonly level?: AssetLevel
  /** Name of the asset's type, such as `centrifugal_pump`. */
  readonly type?: string
  readonly description?: string
  readonly properties: Readonly<Record<string, PropertyValue>>
}
