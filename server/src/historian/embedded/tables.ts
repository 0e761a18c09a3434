import type { ValueKind } from '@millwright/model/sample-batch.ts'

/** What is kept in tables and files of its own. */
export const TABLES = ['numbers', 'texts', 'waveforms', 'events'] as const
export type Table = (typeof TABLES)[number]

/** The table of a signal's samples. */
export function tableOf(kind: ValueKind): Exclude<Table, 'events'> {
  return kind === 'text' ? 'texts' : kind === 'waveform' ? 'waveforms' : 'numbers'
}

/** Columns as both stores have them, in order. `received` is only kept where it differs from `time` by more than ten seconds. */
export const COLUMNS: Readonly<Record<Table, readonly (readonly [name: string, type: string])[]>> = {
  numbers: [
    ['series', 'UINTEGER'],
    ['time', 'TIMESTAMP'],
    ['value', 'DOUBLE'],
    ['status', 'UINTEGER'],
    ['received', 'TIMESTAMP'],
  ],
  texts: [
    ['series', 'UINTEGER'],
    ['time', 'TIMESTAMP'],
    ['value', 'VARCHAR'],
    ['status', 'UINTEGER'],
    ['received', 'TIMESTAMP'],
  ],
  waveforms: [
    ['series', 'UINTEGER'],
    ['time', 'TIMESTAMP'],
    ['rate_hz', 'DOUBLE'],
    ['value', 'BLOB'],
    ['status', 'UINTEGER'],
    ['received', 'TIMESTAMP'],
  ],
  events: [
    ['time', 'TIMESTAMP'],
    ['kind', 'VARCHAR'],
    ['path', 'VARCHAR'],
    ['data', 'VARCHAR'],
  ],
}

/** The names of a table's columns, for SQL. */
export function columnNames(table: Table): string {
  return COLUMNS[table].map(([name]) => name).join(', ')
}

/** The recent table that holds one generation. */
export function recentTable(table: Table, generation: number): string {
  return `${table}_${generation}`
}

/** A read of nothing with the columns of `table`, so that a union of sources is never empty. */
export function emptySelect(table: Table): string {
  return `SELECT ${COLUMNS[table].map(([name, type]) => `NULL::${type} AS ${name}`).join(', ')} WHERE false`
}
