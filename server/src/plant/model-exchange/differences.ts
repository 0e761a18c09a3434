import type { Asset, PropertyValue } from '@millwright/model/asset.ts'
import type { Signal } from '@millwright/model/signal.ts'
import type { AssetFields, SignalFields } from '../asset-model.ts'
import type { AssetRow, SignalRow } from './model-row.ts'

/** One field that an import changes; `null` is "none". */
export interface FieldChange {
  readonly field: string
  readonly from: PropertyValue | null
  readonly to: PropertyValue | null
}

const ASSET_FIELDS = ['level', 'type', 'description'] as const
const SIGNAL_FIELDS = ['kind', 'unit', 'low', 'high', 'deadband', 'retentionDays', 'description'] as const

/** What a row changes of an asset (all that it says of a new one), as fields of an edit and for people. */
export function assetDifferences(known: Asset | undefined, row: AssetRow): { readonly fields: AssetFields; readonly changes: readonly FieldChange[] } {
  const changes: FieldChange[] = []
  const fields: Record<string, unknown> = {}
  for (const field of ASSET_FIELDS) {
    const change = difference(field, known?.[field], row[field])
    if (change === undefined) continue
    changes.push(change)
    fields[field] = change.to
  }
  const properties = propertyDifferences(known?.properties ?? {}, row)
  if (properties.length > 0) fields['properties'] = Object.fromEntries(properties.map(({ field, to }) => [field, to]))
  return { fields, changes: [...changes, ...properties.map((change) => ({ ...change, field: `properties.${change.field}` }))] }
}

/** What a row changes of a signal; `after` is how its fields will be, for checks over several of them. */
export function signalDifferences(known: Signal | undefined, row: SignalRow): { readonly fields: SignalFields; readonly changes: readonly FieldChange[]; readonly after: SignalFields } {
  const changes: FieldChange[] = []
  const fields: Record<string, unknown> = {}
  for (const field of SIGNAL_FIELDS) {
    const change = difference(field, known?.[field], row[field])
    if (change === undefined) continue
    changes.push(change)
    fields[field] = change.to
  }
  const { low = known?.low ?? null, high = known?.high ?? null } = row
  return { fields, changes, after: { low, high } }
}

function difference(field: string, before: PropertyValue | undefined, after: PropertyValue | null | undefined): FieldChange | undefined {
  if (after === undefined) return undefined
  const from = before ?? null
  return from === after ? undefined : { field, from, to: after }
}

function propertyDifferences(known: Readonly<Record<string, PropertyValue>>, row: AssetRow): FieldChange[] {
  const wanted = new Map(Object.entries(row.properties ?? {}))
  if (row.allProperties === true) for (const name of Object.keys(known)) if (!wanted.has(name)) wanted.set(name, null)
  const changes: FieldChange[] = []
  for (const [field, to] of wanted) {
    const from = Object.hasOwn(known, field) ? (known[field] ?? null) : null
    if (from !== to) changes.push({ field, from, to })
  }
  return changes
}
