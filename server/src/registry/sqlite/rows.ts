import { ASSET_LEVELS, type Asset, type AssetLevel, type PropertyValue } from '@millwright/model/asset.ts'
import type { ValueKind } from '@millwright/model/sample-batch.ts'
import type { Signal } from '@millwright/model/signal.ts'
import type { SQLOutputValue } from 'node:sqlite'
import { MillwrightError } from '../../kernel/error.ts'

/** A row as an array, which `node:sqlite` makes twice as fast as an object. */
export type Row = readonly SQLOutputValue[]

/** What a statement with `setReturnArrays` answers, whose declared type speaks of objects. */
export function rowOf(answer: unknown): Row {
  if (!Array.isArray(answer)) throw new Error('BUG: the statement does not return arrays')
  return answer
}

export const ASSET_COLUMNS = 'id, path, level, type, description, properties'
export const SIGNAL_COLUMNS = 'series, asset, name, kind, unit, low, high, description, deadband, retention_days'

const LEVELS: ReadonlyMap<unknown, AssetLevel> = new Map(ASSET_LEVELS.map((level) => [level, level]))
const KINDS: ReadonlyMap<unknown, ValueKind> = new Map((['number', 'boolean', 'text', 'waveform'] as const).map((kind) => [kind, kind]))
const NO_PROPERTIES: Readonly<Record<string, PropertyValue>> = Object.freeze({})

/** The asset in a row of {@link ASSET_COLUMNS}. */
export function assetOfRow(row: Row): Asset {
  const [id, path, level, type, description, properties] = row
  if (typeof id !== 'number' || typeof path !== 'string' || typeof properties !== 'string') throw badRow('assets', row)
  const asset: { -readonly [K in keyof Asset]: Asset[K] } = { id, path, properties: propertiesOf(properties, row) }
  if (level !== null) {
    const known = LEVELS.get(level)
    if (known === undefined) throw badRow('assets', row)
    asset.level = known
  }
  if (typeof type === 'string') asset.type = type
  if (typeof description === 'string') asset.description = description
  return asset
}

/** The signal in a row of {@link SIGNAL_COLUMNS}. */
export function signalOfRow(row: Row): Signal {
  const [series, asset, name, kindText, unit, low, high, description, deadband, retentionDays] = row
  const kind = KINDS.get(kindText)
  if (typeof series !== 'number' || typeof asset !== 'number' || typeof name !== 'string' || kind === undefined) throw badRow('signals', row)
  const signal: { -readonly [K in keyof Signal]: Signal[K] } = { series, asset, name, kind }
  if (typeof unit === 'string') signal.unit = unit
  if (typeof low === 'number') signal.low = low
  if (typeof high === 'number') signal.high = high
  if (typeof description === 'string') signal.description = description
  if (typeof deadband === 'number') signal.deadband = deadband
  if (typeof retentionDays === 'number') signal.retentionDays = retentionDays
  return signal
}

function propertiesOf(json: string, row: Row): Readonly<Record<string, PropertyValue>> {
  if (json === '{}') return NO_PROPERTIES
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    throw badRow('assets', row)
  }
  if (!isProperties(parsed)) throw badRow('assets', row)
  return parsed
}

function isProperties(value: unknown): value is Record<string, PropertyValue> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every((item) => typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean')
}

function badRow(table: string, row: Row): MillwrightError {
  return new MillwrightError('CORRUPT_FILE', `registry: row ${String(row[0])} of table ${table} is not what Millwright writes`, { detail: { table, id: String(row[0]) } })
}
