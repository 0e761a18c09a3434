import { MillwrightError } from '../../kernel/error.ts'

/** Machines, rows and signals of one table at most. */
export const [MAX_UNITS, MAX_ROWS, MAX_SIGNALS] = [500, 200_000, 100]

/** One machine of a table: its rows in the order of its cycles. */
export interface HistoryUnit {
  readonly unit: string
  readonly cycles: readonly number[]
  /** A column for each signal; NaN where a field is empty. */
  readonly columns: readonly (readonly number[])[]
}

/** A table of histories: which machine, which cycle, and what was measured. */
export interface HistoryTable {
  readonly signals: readonly string[]
  readonly units: readonly HistoryUnit[]
  /** Signals that are the same in every row: they show no wear and are left out. */
  readonly constant: readonly string[]
}

interface Open {
  readonly cycles: number[]
  readonly rows: number[][]
}

/**
 * Reads a run-to-failure table as they are published and exported: fields parted by comma, semicolon, tab or blanks; the first column is the machine, the second its cycle (any number that rises),
 * the others are signals. The first line names the columns where its second field is no number; otherwise `names` do, or they are value1, value2 and so on.
 * @throws MillwrightError PAYLOAD_INVALID with the line, LIMIT_REACHED.
 */
export function historyTableOf(text: string, names: readonly string[] = []): HistoryTable {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const first = lines.findIndex((line) => line.trim() !== '')
  if (first < 0) throw new MillwrightError('PAYLOAD_INVALID', 'the table is empty')
  const split = splitterOf(lines[first] ?? '')
  const head = split(lines[first] ?? '')
  if (head.length < 3) throw new MillwrightError('PAYLOAD_INVALID', `line ${first + 1} has ${head.length} columns; a table has the machine, its cycle, and at least one signal`)
  const hasNames = !isNumber(head[1] ?? '')
  const signals = signalsOf(hasNames ? head.slice(2) : names, head.length - 2, hasNames)
  const units = new Map<string, Open>()
  let rows = 0
  for (let at = hasNames ? first + 1 : first; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line.trim() === '') continue
    if (++rows > MAX_ROWS) throw new MillwrightError('LIMIT_REACHED', `the table has more than ${MAX_ROWS} rows; bring it in parts`)
    const fields = split(line)
    if (fields.length !== head.length) throw new MillwrightError('PAYLOAD_INVALID', `line ${at + 1} has ${fields.length} fields, and the first one has ${head.length}`)
    takeRow(units, fields, at + 1)
  }
  if (rows === 0) throw new MillwrightError('PAYLOAD_INVALID', 'the table has names of columns and no rows')
  return withoutConstant(signals, units)
}

function takeRow(units: Map<string, Open>, fields: readonly string[], line: number): void {
  const [unit = '', cycle = '', ...values] = fields
  if (unit === '' || !isNumber(cycle)) throw new MillwrightError('PAYLOAD_INVALID', `line ${line}: the first field is the machine and the second its cycle, a number; they are "${unit}" and "${cycle}"`)
  const wrong = values.findIndex((value) => value !== '' && !isNumber(value))
  if (wrong >= 0) throw new MillwrightError('PAYLOAD_INVALID', `line ${line}, column ${wrong + 3}: "${values[wrong]}" is no number`)
  const open = units.get(unit) ?? { cycles: [], rows: [] }
  if (open.cycles.length === 0 && units.size >= MAX_UNITS) throw new MillwrightError('LIMIT_REACHED', `the table has more than ${MAX_UNITS} machines`)
  const last = open.cycles.at(-1)
  if (last !== undefined && Number(cycle) <= last) throw new MillwrightError('PAYLOAD_INVALID', `line ${line}: cycle ${cycle} of machine "${unit}" comes after ${last}; the rows of a machine stand in order`)
  open.cycles.push(Number(cycle))
  open.rows.push(values.map((value) => (value === '' ? Number.NaN : Number(value))))
  units.set(unit, open)
}

function withoutConstant(signals: readonly string[], units: ReadonlyMap<string, Open>): HistoryTable {
  const low = signals.map(() => Number.POSITIVE_INFINITY)
  const high = signals.map(() => Number.NEGATIVE_INFINITY)
  for (const { rows } of units.values()) {
    for (const row of rows) {
      for (const [at, value] of row.entries()) {
        if (Number.isNaN(value)) continue
        low[at] = Math.min(low[at] ?? value, value)
        high[at] = Math.max(high[at] ?? value, value)
      }
    }
  }
  const moves = signals.map((_, at) => (high[at] ?? 0) > (low[at] ?? 0))
  if (!moves.includes(true)) throw new MillwrightError('PAYLOAD_INVALID', 'no column of the table ever changes: there is nothing to learn from')
  const kept = signals.map((_, at) => at).filter((at) => moves[at])
  return {
    signals: kept.map((at) => signals[at] ?? ''),
    units: [...units].map(([unit, { cycles, rows }]) => ({ unit, cycles, columns: kept.map((at) => rows.map((row) => row[at] ?? Number.NaN)) })),
    constant: signals.filter((_, at) => !moves[at]),
  }
}

function signalsOf(names: readonly string[], count: number, areOfTable: boolean): string[] {
  if (count > MAX_SIGNALS) throw new MillwrightError('LIMIT_REACHED', `the table has ${count} signals; at most ${MAX_SIGNALS}`)
  if (names.length > 0 && names.length !== count) throw new MillwrightError('PAYLOAD_INVALID', `${names.length} names are given for ${count} columns of signals`)
  const given = Array.from({ length: count }, (_, at) => (names[at] ?? `value${at + 1}`).trim().replaceAll(/[\s/\\+#]+/g, '_'))
  const twice = given.find((name, at) => name === '' || given.indexOf(name) !== at)
  if (twice !== undefined) throw new MillwrightError('PAYLOAD_INVALID', twice === '' ? `a column of ${areOfTable ? 'the table' : 'the names'} has no name` : `two columns are called "${twice}"`)
  return given
}

function splitterOf(line: string): (line: string) => string[] {
  const separator = [';', '\t', ','].find((one) => line.includes(one))
  return separator === undefined ? (one) => one.trim().split(/\s+/) : (one) => one.split(separator).map((field) => field.trim().replace(/^"(.*)"$/, '$1'))
}

function isNumber(field: string): boolean {
  return field !== '' && Number.isFinite(Number(field))
}
