import { CsvReader } from './csv-reader.ts'
import { detectTimeFormat, type TimeDetection } from './time-format.ts'

export type Encoding = 'utf-8' | 'gb18030'
export type Layout = 'wide' | 'long'

/** Bytes of a file that detection looks at. */
export const HEAD_BYTES = 64 * 1024
const SAMPLE_ROWS = 100

/** Names by which the columns of the long layout are known, in lower case. */
export const LONG_NAMES = {
  signal: ['signal', 'tag', 'tagname', 'tag_name', 'name', 'variable', 'point', 'metric', 'series', '信号', '变量', '测点', '点名', '位号', '名称'],
  value: ['value', 'val', 'v', '值', '数值', '测量值'],
  quality: ['quality', 'q', 'status', '质量', '质量码'],
} as const
const TIME_NAMES = ['time', 'timestamp', 'datetime', 'date', 'ts', 't', '_time', 'date_time', 'time_stamp', '时间', '时间戳', '日期', '日期时间', '采集时间']
const DELIMITERS = [',', ';', '\t', '|', ' '] as const

/** The encoding of a file's beginning: UTF-8 where that is possible, else GB18030 (which GBK and GB2312 are part of); undefined for UTF-16. */
export function detectEncoding(head: Uint8Array): Encoding | undefined {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return undefined
  try {
    // The last character may be cut in two: `stream` leaves it.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return 'utf-8'
  } catch {
    return 'gb18030'
  }
}

/** The delimiter that cuts the first lines into the same number of fields, and into most of them. */
export function detectDelimiter(text: string): string {
  let best = ','
  let bestScore = 0
  for (const delimiter of DELIMITERS) {
    const rows = rowsOf(text, delimiter).slice(0, 20)
    const first = rows[0]?.length ?? 0
    const same = rows.filter((row) => row.length === first).length
    // A comma inside of numbers or texts cuts unevenly; a space inside of times cuts evenly but less.
    const score = first < 2 ? 0 : (same / rows.length) * 1000 + Math.min(first, 500) - (delimiter === ' ' ? 600 : 0)
    if (score > bestScore) {
      best = delimiter
      bestScore = score
    }
  }
  return best
}

/** The first rows of a text; the last one may be cut and is left out. */
export function rowsOf(text: string, delimiter: string): string[][] {
  const rows: string[][] = []
  const reader = new CsvReader(delimiter, (fields) => {
    if (rows.length <= SAMPLE_ROWS) rows.push(fields)
  })
  reader.push(text.length < HEAD_BYTES / 4 ? `${text}\n` : text)
  return rows
}

export interface TableShape {
  readonly hasHeader: boolean
  /** Names of the columns, `column1` … where there is no header. */
  readonly columns: readonly string[]
  readonly timeColumn: number | undefined
  readonly layout: Layout
  readonly time: TimeDetection
}

/** What a table looks like from its first rows. `given` is what the user said. */
export function detectShape(rows: readonly string[][], given: { readonly timeColumn?: string | undefined; readonly header?: boolean | undefined; readonly layout?: Layout | undefined }): TableShape {
  const [first = [], ...rest] = rows
  const hasHeader = given.header ?? !first.some((field) => looksLikeValue(field))
  const columns = hasHeader ? first.map((name) => name.trim()) : first.map((_, index) => `column${index + 1}`)
  const data = hasHeader ? rest : rows
  const texts = (column: number) => data.map((row) => row[column] ?? '').filter((text) => text.trim() !== '').slice(0, SAMPLE_ROWS)
  const lower = columns.map((name) => name.toLowerCase())
  const timeColumn = given.timeColumn === undefined ? findTimeColumn(lower, texts) : indexOfColumn(columns, given.timeColumn)
  const hasLongNames = [LONG_NAMES.signal, LONG_NAMES.value].every((names: readonly string[]) => lower.some((name) => names.includes(name)))
  return { hasHeader, columns, timeColumn, layout: given.layout ?? (hasLongNames ? 'long' : 'wide'), time: timeColumn === undefined ? undefined : detectTimeFormat(texts(timeColumn)) }
}

/** A column by its name or its number from 1. */
export function indexOfColumn(columns: readonly string[], wanted: string): number | undefined {
  const byName = columns.indexOf(wanted)
  if (byName >= 0) return byName
  const number = /^\d+$/.test(wanted) ? Number(wanted) - 1 : -1
  return number >= 0 && number < columns.length ? number : undefined
}

function findTimeColumn(lower: readonly string[], texts: (column: number) => readonly string[]): number | undefined {
  const named = TIME_NAMES.map((name) => lower.indexOf(name)).filter((index) => index >= 0)
  return [...named, ...lower.keys()].find((index) => detectTimeFormat(texts(index)) !== undefined)
}

function looksLikeValue(text: string): boolean {
  const trimmed = text.trim()
  return trimmed !== '' && (Number.isFinite(Number(trimmed)) || detectTimeFormat([trimmed]) !== undefined)
}
