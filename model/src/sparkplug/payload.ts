/** A 64-bit integer without sign: a number while that is exact, else a bigint. */
export type Uint64 = number | bigint

/** What is wrong with bytes that should be a Sparkplug B payload. */
export class PayloadFlaw extends Error {
  override readonly name = 'PayloadFlaw'
}

/** A value as it is on the wire: the field says which of the `oneof` it was, the metric's data type what it means. */
export type WireValue =
  | { readonly field: 'int'; readonly value: number }
  | { readonly field: 'long'; readonly value: Uint64 }
  | { readonly field: 'float'; readonly value: number }
  | { readonly field: 'double'; readonly value: number }
  | { readonly field: 'boolean'; readonly value: boolean }
  | { readonly field: 'string'; readonly value: string }
  | { readonly field: 'bytes'; readonly value: Uint8Array }
  | { readonly field: 'dataSet'; readonly value: DataSet }
  | { readonly field: 'template'; readonly value: Template }
  | { readonly field: 'propertySet'; readonly value: PropertySet }
  | { readonly field: 'propertySets'; readonly value: readonly PropertySet[] }

/** A table of values (Sparkplug 3.0, 6.4.9). */
export interface DataSet {
  readonly columns: readonly string[]
  readonly types: readonly number[]
  readonly rows: readonly (readonly (WireValue | undefined)[])[]
  readonly columnCount?: Uint64
}

/** A user-defined type or an instance of one (Sparkplug 3.0, 6.4.12). */
export interface Template {
  readonly version?: string
  readonly metrics: readonly Metric[]
  readonly parameters: readonly Parameter[]
  /** The definition's name, in instances. */
  readonly reference?: string
  readonly isDefinition?: boolean
}

export interface Parameter {
  readonly name?: string
  readonly type?: number
  readonly value?: WireValue
}

/** Properties by key (Sparkplug 3.0, 6.4.7); `undefined` is null. */
export type PropertySet = ReadonlyMap<string, Property>

export interface Property {
  readonly type?: number
  readonly isNull?: boolean
  readonly value?: WireValue
}

/** What is told of binary values (Sparkplug 3.0, 6.4.6). */
export interface MetaData {
  readonly isMultiPart?: boolean
  readonly contentType?: string
  readonly size?: Uint64
  readonly seq?: Uint64
  readonly fileName?: string
  readonly fileType?: string
  readonly md5?: string
  readonly description?: string
}

/** One value of one metric (Sparkplug 3.0, 6.4.5). */
export interface Metric {
  readonly name?: string
  readonly alias?: Uint64
  /** Milliseconds since the epoch. */
  readonly timestampMs?: Uint64
  readonly datatype?: number
  readonly isHistorical?: boolean
  readonly isTransient?: boolean
  readonly isNull?: boolean
  readonly metadata?: MetaData
  readonly properties?: PropertySet
  readonly value?: WireValue
}

/** A Sparkplug B message (Sparkplug 3.0, 6.4.4). */
export interface Payload {
  readonly timestampMs?: Uint64
  readonly metrics: readonly Metric[]
  readonly seq?: Uint64
  readonly uuid?: string
  readonly body?: Uint8Array
}

/** Readonly lifted, for those who build one field by field. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] }
