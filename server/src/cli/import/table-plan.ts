import { statSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { MillwrightError } from '../../kernel/error.ts'
import { detectDelimiter, detectEncoding, detectShape, HEAD_BYTES, indexOfColumn, rowsOf, type Encoding, type Layout } from './detect.ts'
import { LocalClock } from './local-clock.ts'
import type { Mapping } from './row-mapper.ts'
import { csvSource, openParquet, readHead, type RowSource } from './row-source.ts'
import { timeFormat, TIME_FORMAT_HELP, type TimeDetection, type TimeFormat } from './time-format.ts'

/** What the user said about a table; what is undefined is detected. */
export interface TableOptions {
  readonly into?: string | undefined
  readonly columns: readonly string[]
  readonly timeColumn?: string | undefined
  readonly timeZone?: string | undefined
  readonly timeFormat?: string | undefined
  readonly delimiter?: string | undefined
  readonly encoding?: Encoding | undefined
  readonly header?: boolean | undefined
  readonly layout?: Layout | undefined
  /** Column that marks rows which were not normal; columns that become no signals. */
  readonly labels?: string | undefined
  readonly skip?: readonly string[] | undefined
}

/** How one file will be read. */
export interface TablePlan {
  readonly source: RowSource
  readonly mapping: Mapping
  /** Rows at the beginning that are no data. */
  readonly headerRows: number
  /** What was detected or said, for people. */
  readonly description: string
  close(): void
}

/** Looks at a file and decides how to read it. Throws `IMPORT_FAILED` that says which option is missing. */
export async function planTable(file: string, options: TableOptions): Promise<TablePlan> {
  if (/\.(parquet|pq)$/i.test(file)) return planParquet(file, options)
  const head = await readHead(file, HEAD_BYTES)
  const encoding = options.encoding ?? detectEncoding(head)
  if (encoding === undefined) throw new MillwrightError('IMPORT_FAILED', `the file is UTF-16; save it as UTF-8 ("CSV UTF-8" in Excel)`)
  const text = new TextDecoder(encoding).decode(head, { stream: true })
  if (text.includes('\0')) throw new MillwrightError('IMPORT_FAILED', 'the file is no text')
  const delimiter = delimiterOf(options.delimiter) ?? detectDelimiter(text)
  const rows = rowsOf(head.length < HEAD_BYTES ? `${text}\n` : text, delimiter)
  const source = csvSource(file, statSync(file).size, { encoding, delimiter })
  const shape = planMapping(file, rows, options, delimiter !== ',')
  const name = delimiter === '\t' ? 'tab' : `"${delimiter}"`
  return { source, ...shape, description: `${encoding}, delimiter ${name}, ${shape.description}`, close: () => undefined }
}

async function planParquet(file: string, options: TableOptions): Promise<TablePlan> {
  const parquet = await openParquet(file)
  try {
    const shape = planMapping(file, [[...parquet.columns], ...parquet.head.map((row) => [...row])], { ...options, header: true }, false)
    return { source: parquet.source, ...shape, headerRows: 0, description: `Parquet, ${shape.description}`, close: () => parquet.close() }
  } catch (thrown) {
    parquet.close()
    throw thrown
  }
}

function planMapping(file: string, rows: readonly string[][], options: TableOptions, mayHaveDecimalComma: boolean): { readonly mapping: Mapping; readonly headerRows: number; readonly description: string } {
  if (rows.length === 0) throw new MillwrightError('IMPORT_FAILED', 'the file is empty')
  const shape = detectShape(rows, options)
  const { columns, timeColumn, layout } = shape
  if (timeColumn === undefined) {
    const why = options.timeColumn === undefined ? 'no column of times was recognised' : `there is no column "${options.timeColumn}"`
    throw new MillwrightError('IMPORT_FAILED', `${why}; say which it is with --time-column, and its form with --time-format. The columns are: ${columns.join(', ')}`)
  }
  const data = shape.hasHeader ? rows.slice(1) : rows
  const format = chosenFormat(options.timeFormat, shape.time)
  const first = data.map((row) => row[timeColumn] ?? '').find((text) => format.read(text) !== undefined)
  const saysZone = first === undefined || format.read(first)?.offsetMinutes !== undefined
  if (!saysZone && options.timeZone === undefined) {
    throw new MillwrightError('IMPORT_FAILED', `the times, such as "${first}", do not say their time zone; say it with --time-zone, such as --time-zone Asia/Shanghai or --time-zone UTC`)
  }
  const isDecimalComma = mayHaveDecimalComma && hasDecimalComma(data)
  const into = options.into ?? (layout === 'long' ? undefined : basename(file, extname(file)))
  const chosen = new Map(options.columns.map((entry) => nameAndSignal(entry, columns)))
  const labels = options.labels === undefined ? undefined : columnOf(options.labels, columns)
  if (labels !== undefined && layout === 'long') throw new MillwrightError('IMPORT_FAILED', '--labels names a column of a wide table; this one is long')
  const mapping: Mapping = {
    labels,
    left: new Set((options.skip ?? []).map((wanted) => columns[columnOf(wanted, columns)] ?? wanted)),
    layout,
    columns,
    timeColumn,
    format,
    clock: options.timeZone === undefined ? undefined : new LocalClock(options.timeZone),
    into,
    chosen,
    isDecimalComma,
    numeric: layout === 'wide' ? numericColumns(columns.length, data) : new Set(),
  }
  const where = into === undefined ? 'signals by their paths' : `into ${into}`
  const zone = saysZone ? 'zone in the text' : (options.timeZone ?? '')
  const description = `${shape.hasHeader ? 'header' : 'no header'}, ${layout}, time in "${columns[timeColumn] ?? ''}" as ${format.name} (${zone})${isDecimalComma ? ', decimal comma' : ''}, ${where}`
  return { mapping, headerRows: shape.hasHeader ? 1 : 0, description }
}

function chosenFormat(name: string | undefined, detected: TimeDetection): TimeFormat {
  const said = name === undefined ? undefined : timeFormat(name)
  if (said !== undefined) return said
  if (name !== undefined) throw new MillwrightError('IMPORT_FAILED', `"${name}" is no form of time; expected ${TIME_FORMAT_HELP}`)
  if (detected === undefined) throw new MillwrightError('IMPORT_FAILED', `the form of the times was not recognised; say it with --time-format: ${TIME_FORMAT_HELP}`)
  if ('format' in detected) return detected.format
  throw new MillwrightError('IMPORT_FAILED', `the times can be read in several ways (${detected.ambiguous.join(', ')}); say which with --time-format`)
}

function columnOf(wanted: string, columns: readonly string[]): number {
  const index = indexOfColumn(columns, wanted)
  if (index === undefined) throw new MillwrightError('IMPORT_FAILED', `the table has no column "${wanted}"; it has ${columns.join(', ')}`)
  return index
}

function delimiterOf(said: string | undefined): string | undefined {
  if (said === undefined) return undefined
  return said === 'tab' || said === '\\t' ? '\t' : said
}

function nameAndSignal(entry: string, columns: readonly string[]): readonly [string, string] {
  const cut = columns.includes(entry) ? -1 : entry.indexOf('=')
  const [wanted, signal] = cut < 0 ? [entry, undefined] : [entry.slice(0, cut), entry.slice(cut + 1)]
  const index = indexOfColumn(columns, wanted)
  const name = index === undefined ? wanted : (columns[index] ?? wanted)
  return [name, signal ?? name]
}

/** Columns whose values in the first rows are numbers, with at most a few words among them. */
function numericColumns(count: number, data: readonly (readonly string[])[]): ReadonlySet<number> {
  const numeric = new Set<number>()
  for (let column = 0; column < count; column++) {
    const texts = data.map((row) => (row[column] ?? '').trim()).filter((text) => text !== '')
    const numbers = texts.filter((text) => Number.isFinite(Number(text.replace(',', '.')))).length
    if (texts.length > 0 && numbers > texts.length / 2) numeric.add(column)
  }
  return numeric
}

function hasDecimalComma(data: readonly (readonly string[])[]): boolean {
  const fields = data.flat()
  return fields.some((text) => /^\s*[+-]?\d+,\d+\s*$/.test(text)) && !fields.some((text) => /^\s*[+-]?\d+\.\d+\s*$/.test(text))
}
