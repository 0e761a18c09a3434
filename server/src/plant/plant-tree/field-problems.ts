import { ASSET_LEVELS } from '@millwright/model/asset.ts'
import type { ValueKind } from '@millwright/model/sample-batch.ts'
import type { AssetFields, SignalFields } from '../asset-model.ts'

/** Longest type name and unit, in UTF-16 units. */
export const MAX_LABEL_LENGTH = 200
/** Longest description and property value, in UTF-16 units. */
export const MAX_TEXT_LENGTH = 4_000
/** Most properties of one asset. */
export const MAX_PROPERTIES = 200
/** Longest retention: beyond it a signal is kept for ever by the plant's default. */
export const MAX_RETENTION_DAYS = 36_500

export const VALUE_KINDS = ['number', 'boolean', 'text', 'waveform'] as const satisfies readonly ValueKind[]

/** A field that cannot be kept: what is wrong and what would be right. */
export interface FieldProblem {
  readonly field: string
  readonly problem: string
}

/** What is wrong with the fields of an asset. */
export function assetFieldProblem(fields: AssetFields): FieldProblem | undefined {
  const { level, type, description, properties = {} } = fields
  if (level !== undefined && level !== null && !ASSET_LEVELS.includes(level)) return { field: 'level', problem: `must be one of ${ASSET_LEVELS.join(', ')}` }
  const text = textProblem('type', type, MAX_LABEL_LENGTH) ?? textProblem('description', description, MAX_TEXT_LENGTH)
  if (text !== undefined) return text
  const entries = Object.entries(properties)
  if (entries.length > MAX_PROPERTIES) return { field: 'properties', problem: `at most ${MAX_PROPERTIES} properties, not ${entries.length}` }
  for (const [key, value] of entries) {
    const problem = propertyProblem(key, value)
    if (problem !== undefined) return { field: `properties.${key}`, problem }
  }
  return undefined
}

/** What is wrong with the fields of a signal, where `low` and `high` are as they will be. */
export function signalFieldProblem(fields: SignalFields): FieldProblem | undefined {
  const { kind, unit, low, high, description, deadband, retentionDays } = fields
  if (kind !== undefined && !VALUE_KINDS.includes(kind)) return { field: 'kind', problem: `must be one of ${VALUE_KINDS.join(', ')}` }
  const text = textProblem('unit', unit, MAX_LABEL_LENGTH) ?? textProblem('description', description, MAX_TEXT_LENGTH)
  if (text !== undefined) return text
  for (const [field, value] of Object.entries({ low, high, deadband, retentionDays })) {
    if (value !== undefined && value !== null && !Number.isFinite(value)) return { field, problem: 'must be a finite number' }
  }
  if (typeof low === 'number' && typeof high === 'number' && low > high) return { field: 'high', problem: `must not be less than low (${low})` }
  if (typeof deadband === 'number' && deadband < 0) return { field: 'deadband', problem: 'must be 0 or more' }
  if (typeof retentionDays === 'number' && (retentionDays <= 0 || retentionDays > MAX_RETENTION_DAYS)) {
    return { field: 'retentionDays', problem: `must be more than 0 and at most ${MAX_RETENTION_DAYS} days` }
  }
  return undefined
}

function textProblem(field: string, text: string | null | undefined, max: number): FieldProblem | undefined {
  if (text === null || text === undefined) return undefined
  if (text === '') return { field, problem: 'must not be empty; leave it out instead' }
  if (text.length > max) return { field, problem: `must have at most ${max} characters, not ${text.length}` }
  // XML 1.0, clause 2.2, has no place for the other control characters, so a spreadsheet could not carry them.
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text) || !text.isWellFormed()) return { field, problem: 'must be well-formed text without control characters' }
  return undefined
}

function propertyProblem(key: string, value: string | number | boolean | null): string | undefined {
  if (key === '' || key === '__proto__' || key !== key.trim()) return 'a property needs a name without white space around it'
  const named = textProblem('name', key, MAX_LABEL_LENGTH)
  if (named !== undefined) return `its name ${named.problem}`
  if (typeof value === 'number' && !Number.isFinite(value)) return 'must be a finite number'
  if (typeof value === 'string' && value !== '') return textProblem('value', value, MAX_TEXT_LENGTH)?.problem
  return undefined
}
