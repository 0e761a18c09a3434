/** Rows of numbers in columns of equal length. */
export interface Table {
  readonly rows: number
  readonly columns: readonly Float64Array[]
}

/** A column, or the programmer's error of asking for one that is not there. */
export function columnOf(table: Table, index: number): Float64Array {
  const column = table.columns[index]
  if (column === undefined) throw new Error(`BUG: there is no column ${index}`)
  return column
}

/**
 * A table from text: fields split by `separator`, lines before `skip` left out, a field that is no number is NaN. Dates become microseconds
 * since the epoch, read as UTC.
 */
export function tableOfText(text: string, separator: string | RegExp, skip = 0): Table {
  const lines = text.split('\n').slice(skip).map((line) => line.trim()).filter((line) => line !== '')
  const width = (lines[0] ?? '').split(separator).length
  const columns = Array.from({ length: lines[0] === undefined ? 0 : width }, () => new Float64Array(lines.length))
  for (const [row, line] of lines.entries()) {
    const fields = line.split(separator)
    for (const [index, column] of columns.entries()) column[row] = numberOf(fields[index] ?? '')
  }
  return { rows: lines.length, columns }
}

/** The time of `2014-04-10 07:15:00.000000` in microseconds, read as UTC; NaN if it is none. */
export function timeUsOf(text: string): number {
  return Date.parse(`${text.trim().slice(0, 19).replace(' ', 'T')}Z`) * 1000
}

function numberOf(field: string): number {
  if (field === '') return Number.NaN
  return /^\d{4}-\d\d-\d\d/.test(field) ? timeUsOf(field) : Number(field)
}

/** Rows `from` to `to` of every column, without copying. */
export function rowsOf(table: Table, from: number, to: number): Table {
  return { rows: Math.max(0, Math.min(to, table.rows) - from), columns: table.columns.map((column) => column.subarray(from, to)) }
}

/** Copies row `row` into `into`. */
export function copyRow(table: Table, row: number, into: Float64Array): Float64Array {
  for (let index = 0; index < table.columns.length; index++) into[index] = (table.columns[index] as Float64Array)[row] as number
  return into
}
