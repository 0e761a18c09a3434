import type { PropertyValue } from '@millwright/model/asset.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { MAX_ROW_ERRORS, type AssetRow, type ModelRow, type ReadRows, type RowError, type SignalRow } from './model-row.ts'
import { nearestName } from '../../config/nearest-name.ts'
import { propertyOfText, propertyToText } from './property-text.ts'
import { COLUMN_OF, COLUMNS, KIND_OF, LEVEL_OF, PROPERTY_PREFIX, PROPERTY_PREFIXES, ROW_OF, type ColumnName } from './words.ts'

/** A cell of a table: CSV has texts only, a sheet also numbers and truth values. `null` is an empty cell. */
export type Cell = string | number | boolean | null

/** A row of a table with its place in the file. */
export interface TableRow {
  readonly row: number
  readonly cells: readonly Cell[]
}

/** Most properties that get a column each; a plant with more has them all in one column, as JSON. */
export const MAX_PROPERTY_COLUMNS = 200
/** Most columns of a table that is read. */
export const MAX_COLUMNS = 1_000

const COLUMNS_BEFORE_PROPERTIES = COLUMNS.filter((name) => name !== 'properties')

/** The model as a table: a heading, then a row per asset and signal. One pass collects the properties, the next makes the rows. */
export function* tableOf(rows: () => Iterable<ModelRow>): Generator<Cell[]> {
  const names = propertyNames(rows())
  const columns = names === undefined ? ['properties'] : names.map((name) => PROPERTY_PREFIX + name)
  yield [...COLUMNS_BEFORE_PROPERTIES, ...columns]
  for (const row of rows()) yield row.what === 'asset' ? assetCells(row, names) : signalCells(row, columns.length)
}

function propertyNames(rows: Iterable<ModelRow>): string[] | undefined {
  const names = new Set<string>()
  for (const row of rows) {
    if (row.what === 'asset') for (const name of Object.keys(row.properties ?? {})) names.add(name)
    if (names.size > MAX_PROPERTY_COLUMNS) return undefined
  }
  return [...names].sort()
}

function assetCells(row: AssetRow, names: readonly string[] | undefined): Cell[] {
  const properties: Readonly<Record<string, PropertyValue | null>> = row.properties ?? {}
  const own = (name: string) => (Object.hasOwn(properties, name) ? (properties[name] ?? null) : null)
  const sorted = Object.keys(properties).sort().map((name) => [name, own(name)] as const)
  const cells = names === undefined ? [sorted.length === 0 ? null : JSON.stringify(Object.fromEntries(sorted))] : names.map((name) => cellOf(own(name)))
  return ['asset', row.path, row.level ?? null, row.type ?? null, null, null, null, null, null, null, row.description ?? null, ...cells]
}

// Numbers and truth values stay what they are, so that a sheet can reckon with them.
function cellOf(value: PropertyValue | null): Cell {
  return typeof value === 'string' ? propertyToText(value) : Object.is(value, -0) ? 0 : value
}

function signalCells(row: SignalRow, more: number): Cell[] {
  const { path, kind, unit, low, high, deadband, retentionDays, description } = row
  const cells = ['signal', path, null, null, kind ?? null, unit ?? null, low ?? null, high ?? null, deadband ?? null, retentionDays ?? null, description ?? null]
  return [...cells, ...new Array<null>(more).fill(null)]
}

/** Reads a table whose first row is the heading. Wrong cells are told one by one, and their row is left out. */
export function readTable(table: Iterable<TableRow>): ReadRows {
  const rows: { row: number; value: ModelRow }[] = []
  const errors: RowError[] = []
  let reader: RowReader | undefined
  for (const { row, cells } of table) {
    if (errors.length >= MAX_ROW_ERRORS) break
    if (cells.every((cell) => cell === null || cell === '')) continue
    if (reader === undefined) {
      reader = new RowReader(row, cells, errors)
      if (errors.length > 0) break
      continue
    }
    const before = errors.length
    const value = reader.read(row, cells)
    if (value !== undefined && errors.length === before) rows.push({ row, value })
  }
  if (reader === undefined) errors.push({ row: 1, problem: 'the file is empty', expected: `a heading with the columns ${COLUMNS.join(', ')}` })
  return { rows, errors }
}

type Place = { readonly column: ColumnName } | { readonly property: string }

class RowReader {
  readonly #heading: readonly string[]
  readonly #places: readonly (Place | undefined)[]
  readonly #errors: RowError[]

  constructor(row: number, heading: readonly Cell[], errors: RowError[]) {
    if (heading.length > MAX_COLUMNS) throw new MillwrightError('LIMIT_REACHED', `a table may have ${MAX_COLUMNS} columns, not ${heading.length}`)
    this.#heading = heading.map((cell) => (cell === null ? '' : String(cell).trim()))
    this.#errors = errors
    this.#places = this.#heading.map((name) => this.#placeOf(name, row))
    const keys = this.#places.map((place) => (place === undefined ? undefined : JSON.stringify(place)))
    for (const [index, key] of keys.entries()) {
      if (key !== undefined && keys.indexOf(key) < index) errors.push({ row, column: this.#heading[index] ?? '', problem: 'this column is there twice' })
    }
    for (const needed of ['row', 'path'] as const) {
      const isThere = this.#places.some((place) => place !== undefined && 'column' in place && place.column === needed)
      if (!isThere) errors.push({ row, column: needed, problem: `the column "${needed}" is missing`, expected: `a heading with at least row and path; known are ${COLUMNS.join(', ')}` })
    }
  }

  read(row: number, cells: readonly Cell[]): ModelRow | undefined {
    const line = new Line(row, this.#errors)
    for (const [index, place] of this.#places.entries()) {
      if (place !== undefined) line.set(place, this.#heading[index] ?? '', cells[index] ?? null)
    }
    for (const [index, cell] of cells.entries()) {
      if (index >= this.#places.length && cell !== null && cell !== '') line.fail('', `there is a value in column ${index + 1}, which has no heading`)
    }
    return line.value()
  }

  #placeOf(name: string, row: number): Place | undefined {
    if (name === '') return undefined
    const column = COLUMN_OF.get(name.toLowerCase())
    if (column !== undefined) return { column }
    const prefix = PROPERTY_PREFIXES.find((one) => name.toLowerCase().startsWith(one))
    if (prefix !== undefined && name.length > prefix.length && !name.endsWith('.__proto__')) return { property: name.slice(prefix.length) }
    const nearest = nearestName(name, COLUMN_OF.keys())
    const expected = `one of ${COLUMNS.join(', ')}, or property.<name>`
    this.#errors.push({ row, column: name, problem: 'this column is not known', expected, ...(nearest === undefined ? {} : { nearest }) })
    return undefined
  }
}

/** The cells of one line, read by what the line is: an asset or a signal. */
class Line {
  readonly #row: number
  readonly #errors: RowError[]
  readonly #cells = new Map<ColumnName, { readonly heading: string; readonly cell: Cell }>()
  readonly #properties: Record<string, PropertyValue | null> = {}
  #propertyCount = 0

  constructor(row: number, errors: RowError[]) {
    this.#row = row
    this.#errors = errors
  }

  set(place: Place, heading: string, cell: Cell): void {
    const kept = cell === '' ? null : cell
    if ('column' in place) {
      this.#cells.set(place.column, { heading, cell: kept })
      return
    }
    const value = typeof kept === 'string' ? propertyOfText(kept) : kept
    if (value === undefined) return this.fail(heading, 'begins with a quotation mark but is no JSON text', 'plain text, or a text in JSON quotes')
    this.#properties[place.property] = value
    if (value !== null) this.#propertyCount++
  }

  fail(column: string, problem: string, expected?: string, nearest?: string): void {
    const more = { ...(expected === undefined ? {} : { expected }), ...(nearest === undefined ? {} : { nearest }) }
    this.#errors.push({ row: this.#row, ...(column === '' ? {} : { column }), problem, ...more })
  }

  value(): ModelRow | undefined {
    const what = this.#word('row', ROW_OF)
    const path = this.#text('path')
    if (what === null || what === undefined) {
      if (what === null) this.fail('row', 'is empty', 'asset or signal')
      return undefined
    }
    if (path === null || path === undefined) {
      this.fail('path', 'is empty', 'the path of an asset, or <asset path>/<signal>')
      return undefined
    }
    return what === 'asset' ? this.#asset(path) : this.#signal(path)
  }

  #asset(path: string): AssetRow {
    this.#mustBeEmpty(['kind', 'unit', 'low', 'high', 'deadband', 'retention_days'], 'an asset has none')
    return {
      what: 'asset',
      path,
      ...given('level', this.#word('level', LEVEL_OF)),
      ...given('type', this.#text('type')),
      ...given('description', this.#text('description')),
      ...this.#allProperties(),
    }
  }

  #signal(path: string): SignalRow {
    this.#mustBeEmpty(['level', 'type', 'properties'], 'a signal has none')
    if (this.#propertyCount > 0) this.fail('', 'a signal has no properties')
    const kind = this.#word('kind', KIND_OF)
    if (kind === null) this.fail('kind', 'is empty', 'number, boolean, text or waveform')
    return {
      what: 'signal',
      path,
      ...(kind === null || kind === undefined ? {} : { kind }),
      ...given('unit', this.#text('unit')),
      ...given('low', this.#number('low')),
      ...given('high', this.#number('high')),
      ...given('deadband', this.#number('deadband')),
      ...given('retentionDays', this.#number('retention_days')),
      ...given('description', this.#text('description')),
    }
  }

  #allProperties(): Pick<AssetRow, 'properties' | 'allProperties'> {
    const json = this.#text('properties')
    if (json === undefined) return { properties: this.#properties }
    const parsed = json === null ? {} : parseProperties(json)
    if (parsed !== undefined) return { properties: { ...parsed, ...this.#properties }, allProperties: true }
    this.fail('properties', 'is no JSON object of texts, numbers and truth values', '{"maker": "ACME", "power": 7.5}')
    return {}
  }

  #mustBeEmpty(columns: readonly ColumnName[], why: string): void {
    for (const column of columns) {
      const given = this.#cells.get(column)
      if (given !== undefined && given.cell !== null) this.fail(given.heading, why, 'an empty cell')
    }
  }

  #text(column: ColumnName): string | null | undefined {
    const cell = this.#cells.get(column)?.cell
    return cell === undefined || cell === null ? cell : String(cell)
  }

  #word<T extends string>(column: ColumnName, words: ReadonlyMap<string, T>): T | null | undefined {
    const text = this.#text(column)
    if (text === null || text === undefined) return text
    const word = words.get(text.trim().toLowerCase())
    if (word !== undefined) return word
    const heading = this.#cells.get(column)?.heading ?? column
    this.fail(heading, `"${text.slice(0, 60)}" is not known`, [...new Set(words.values())].join(', '), nearestName(text.trim(), words.keys()))
    return undefined
  }

  #number(column: ColumnName): number | null | undefined {
    const given = this.#cells.get(column)
    if (given === undefined) return undefined
    if (given.cell === null) return null
    const value = typeof given.cell === 'string' ? (given.cell.trim() === '' ? Number.NaN : Number(given.cell)) : given.cell
    if (typeof value === 'number' && Number.isFinite(value)) return value
    this.fail(given.heading, `"${String(given.cell).slice(0, 60)}" is no number`, 'a number such as 12.5, or an empty cell')
    return undefined
  }
}

function given<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V })
}

function parseProperties(json: string): Record<string, PropertyValue> | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    return undefined
  }
  return isProperties(parsed) ? parsed : undefined
}

/** Tells whether a value from outside is an object of properties. */
export function isProperties(value: unknown): value is Record<string, PropertyValue> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every((one) => typeof one === 'string' || typeof one === 'boolean' || (typeof one === 'number' && Number.isFinite(one)))
}
