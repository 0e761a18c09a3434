import { isStorableTime } from '@millwright/model/time.ts'
import { lastName, parentPath, pathProblem } from '@millwright/model/path.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { LONG_NAMES, type Layout } from './detect.ts'
import { LabelRows } from './label-rows.ts'
import type { LocalClock } from './local-clock.ts'
import type { RefusedRows } from './refused-rows.ts'
import type { TimeFormat } from './time-format.ts'

/** How rows become samples. */
export interface Mapping {
  readonly layout: Layout
  readonly columns: readonly string[]
  readonly timeColumn: number
  readonly format: TimeFormat
  /** For times that do not say their zone; undefined when all do. */
  readonly clock: LocalClock | undefined
  /** Asset that the signals belong to; undefined in the long layout when its signals are whole paths. */
  readonly into: string | undefined
  /** Columns to take, with the signals that they become; empty takes all. */
  readonly chosen: ReadonlyMap<string, string>
  readonly isDecimalComma: boolean
  /** Columns of numbers, by their index: a text there is a fault and not a text signal. */
  readonly numeric: ReadonlySet<number>
  /** A column that marks rows which were not normal, and those that are left out; neither becomes a signal. */
  readonly labels: number | undefined
  readonly left: ReadonlySet<string>
}

/** Words for "no value". */
const NOTHING: ReadonlySet<string> = new Set(['', 'null', 'NULL', 'NaN', 'nan', 'NA', 'N/A', 'n/a', '#N/A', '-', '--', '\\N'])
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

interface WideGroup {
  readonly pathJson: string
  readonly cells: readonly { readonly column: number; readonly nameJson: string }[]
}

/** Turns rows into messages of `POST /api/v1/samples`, one a line (NDJSON). */
export class RowMapper {
  readonly #mapping: Mapping
  readonly #refused: RefusedRows
  readonly #groups: readonly WideGroup[]
  readonly #long: { readonly signal: number; readonly value: number; readonly quality: number }
  /** Of each signal path of the long layout, the beginning of its message and the beginning of its values. */
  readonly #paths = new Map<string, { readonly pathJson: string; readonly nameJson: string } | undefined>()
  /** What the column of labels marks. */
  readonly labelled = new LabelRows()
  /** First and last time that was read. */
  firstUs = Number.POSITIVE_INFINITY
  lastUs = Number.NEGATIVE_INFINITY
  /** Samples that were given out. */
  samples = 0
  /** Fields without a value. */
  blank = 0

  constructor(mapping: Mapping, refused: RefusedRows) {
    this.#mapping = mapping
    this.#refused = refused
    this.#groups = mapping.layout === 'wide' ? wideGroups(mapping) : []
    this.#long = mapping.layout === 'long' ? longColumns(mapping.columns) : { signal: -1, value: -1, quality: -1 }
  }

  /** The signals of the wide layout, or the number of columns that name them. */
  get signalCount(): number {
    return this.#groups.reduce((sum, group) => sum + group.cells.length, 0)
  }

  /** Adds the messages of a row to `into`. A row or field that is no sample is counted with its reason. */
  map(fields: readonly string[], line: number, into: string[], lines: number[]): void {
    const { columns, timeColumn, format, clock, layout, labels } = this.#mapping
    if (fields.length !== columns.length) {
      this.#refused.add(line, 'fields', `has ${fields.length} fields, the table ${columns.length}`)
      return
    }
    const timeText = fields[timeColumn] ?? ''
    const written = format.read(timeText)
    if (written === undefined) {
      this.#refused.add(line, 'time', `"${timeText.slice(0, 40)}" is no time of the form ${format.name}`)
      return
    }
    const timeUs = written.offsetMinutes === undefined ? (clock?.momentOf(written.localUs) ?? Number.NaN) : written.localUs - written.offsetMinutes * 60_000_000
    if (!isStorableTime(timeUs)) {
      this.#refused.add(line, 'time', `${timeText.slice(0, 40)} is not between 1970 and 2255`)
      return
    }
    this.firstUs = Math.min(this.firstUs, timeUs)
    this.lastUs = Math.max(this.lastUs, timeUs)
    if (labels !== undefined) this.labelled.add(timeUs, fields[labels] ?? '')
    const before = into.length
    if (layout === 'wide') this.#wide(fields, line, timeUs / 1000, into)
    else this.#longRow(fields, line, timeUs / 1000, into)
    for (let added = before; added < into.length; added++) lines.push(line)
  }

  #wide(fields: readonly string[], line: number, ts: number, into: string[]): void {
    for (const { pathJson, cells } of this.#groups) {
      let values = ''
      for (const { column, nameJson } of cells) {
        const value = this.#value(fields[column] ?? '', column, line)
        if (value === undefined) continue
        values += values === '' ? `${nameJson}:${value}` : `,${nameJson}:${value}`
        this.samples++
      }
      if (values !== '') into.push(`{"path":${pathJson},"ts":${ts},"values":{${values}}}`)
    }
  }

  #longRow(fields: readonly string[], line: number, ts: number, into: string[]): void {
    const { signal, value: valueColumn, quality } = this.#long
    const value = this.#value(fields[valueColumn] ?? '', valueColumn, line)
    if (value === undefined) return
    const text = (fields[signal] ?? '').trim()
    if (!this.#paths.has(text)) {
      if (this.#paths.size >= MAX_PATHS) this.#paths.clear()
      this.#paths.set(text, this.#path(text))
    }
    const place = this.#paths.get(text)
    if (place === undefined) {
      this.#refused.add(line, 'signal', `"${text.slice(0, 60)}" cannot be a signal's path; --into names the asset when it is only a name`)
      return
    }
    const word = quality < 0 ? '' : (fields[quality] ?? '').trim()
    this.samples++
    into.push(`{"path":${place.pathJson},"ts":${ts},"values":{${place.nameJson}:${value}}${word === '' ? '' : `,"quality":${/^\d+$/.test(word) ? word : JSON.stringify(word)}`}}`)
  }

  #path(signal: string): { readonly pathJson: string; readonly nameJson: string } | undefined {
    const whole = this.#mapping.into === undefined ? signal : `${this.#mapping.into}/${signal}`
    const asset = parentPath(whole)
    return asset === undefined || pathProblem(whole) !== undefined ? undefined : { pathJson: JSON.stringify(asset), nameJson: JSON.stringify(lastName(whole)) }
  }

  /** A field as JSON; undefined when it holds no value, or one that it may not hold. */
  #value(raw: string, column: number, line: number): string | undefined {
    const text = raw.trim()
    if (NOTHING.has(text)) {
      this.blank++
      return undefined
    }
    const numeric = this.#mapping.isDecimalComma && /^[+-]?\d+,\d+([eE][+-]?\d+)?$/.test(text) ? text.replace(',', '.') : text
    if (NUMBER.test(numeric)) {
      const number = Number(numeric)
      if (Number.isFinite(number)) return String(number)
    } else if (!this.#mapping.numeric.has(column)) return text === 'true' || text === 'false' ? text : JSON.stringify(text)
    this.#refused.add(line, 'value', `"${text.slice(0, 40)}" in column ${this.#mapping.columns[column] ?? column + 1} is no number`)
    return undefined
  }
}

/** Signal paths of a long table whose messages' beginnings are remembered. */
const MAX_PATHS = 100_000

function wideGroups({ columns, timeColumn, chosen, into, labels, left }: Mapping): WideGroup[] {
  const unknown = [...chosen.keys()].filter((name) => !columns.includes(name))
  if (unknown.length > 0) throw new MillwrightError('IMPORT_FAILED', `the table has no column ${unknown.join(', ')}; it has ${columns.join(', ')}`)
  const groups = new Map<string, { column: number; nameJson: string }[]>()
  const seen = new Set<string>()
  for (const [column, name] of columns.entries()) {
    if (column === timeColumn || column === labels || left.has(name) || (chosen.size > 0 && !chosen.has(name))) continue
    const path = `${into ?? ''}/${chosen.get(name) ?? name}`.replace(/^\//, '')
    const asset = parentPath(path)
    const problem = pathProblem(path)
    if (problem !== undefined || asset === undefined) {
      throw new MillwrightError('IMPORT_FAILED', `column ${column + 1} cannot become the signal "${path}": ${problem ?? 'it needs an asset; say --into'}. Rename it with --columns "${name}=signal"`)
    }
    if (seen.has(path)) throw new MillwrightError('IMPORT_FAILED', `two columns are named "${name}"; rename them in the file's first line`)
    seen.add(path)
    const cells = groups.get(asset) ?? []
    cells.push({ column, nameJson: JSON.stringify(lastName(path)) })
    groups.set(asset, cells)
  }
  return [...groups].map(([asset, cells]) => ({ pathJson: JSON.stringify(asset), cells }))
}

function longColumns(columns: readonly string[]): { readonly signal: number; readonly value: number; readonly quality: number } {
  const find = (names: readonly string[]) => columns.findIndex((name) => names.includes(name.toLowerCase()))
  const [signal, value, quality] = [find(LONG_NAMES.signal), find(LONG_NAMES.value), find(LONG_NAMES.quality)]
  if (signal < 0 || value < 0) {
    throw new MillwrightError('IMPORT_FAILED', `the long layout needs a column of signals (${LONG_NAMES.signal.join(', ')}) and one of values (${LONG_NAMES.value.join(', ')}); the table has ${columns.join(', ')}`)
  }
  return { signal, value, quality }
}
