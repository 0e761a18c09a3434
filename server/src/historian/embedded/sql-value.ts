import { DuckDBListValue, DuckDBStructValue, DuckDBTimestampTZValue, DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api'
import { formatIsoTime } from '@millwright/model/time.ts'

/** A value of a result as JSON can carry it: timestamps as ISO 8601, integers beyond 2^53 and everything rare as text. */
export function jsonValue(value: DuckDBValue): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return isoTime(value.micros)
  if (value instanceof DuckDBListValue) return value.items.map(jsonValue)
  if (value instanceof DuckDBStructValue) return Object.fromEntries(Object.entries(value.entries).map(([key, each]) => [key, jsonValue(each)]))
  return String(value)
}

// Infinity and years beyond JavaScript's calendar are left as numbers of microseconds.
function isoTime(micros: bigint): string {
  const timeUs = Number(micros)
  return Math.abs(timeUs) > 8.64e18 / 1000 ? String(micros) : formatIsoTime(timeUs)
}
