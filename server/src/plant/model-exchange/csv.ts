import { MillwrightError } from '../../kernel/error.ts'
import type { Cell, TableRow } from './table.ts'

// A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection). Such a text gets an apostrophe, which the import takes
// away again; texts that begin with apostrophes before such a character get one more, so that every text comes back as it was.
const FORMULA = /^'*[=+\-@\t\r]/
const GUARDED = /^'+[=+\-@\t\r]/

const ENCODER = new TextEncoder()
const FLUSH_LENGTH = 1 << 16

/** A table as CSV (RFC 4180), UTF-8 with a byte order mark, by which Excel knows it. Numbers stay bare; texts cannot be formulas. */
export function writeCsv(table: Iterable<readonly Cell[]>): Uint8Array {
  const pieces: Uint8Array[] = []
  let text = '\ufeff'
  for (const cells of table) {
    text += `${cells.map(cellText).join(',')}\r\n`
    if (text.length > FLUSH_LENGTH) {
      pieces.push(ENCODER.encode(text))
      text = ''
    }
  }
  pieces.push(ENCODER.encode(text))
  return Buffer.concat(pieces)
}

function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  const safe = FORMULA.test(cell) && !isPlainNumber(cell) ? `'${cell}` : cell
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

// A negative number is no formula, and an apostrophe would make a text of it.
function isPlainNumber(text: string): boolean {
  return /^-\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)
}

/** The text of a file: UTF-8 with or without byte order mark, UTF-16 with one (Excel's "Unicode text"), else GB18030. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes)
    } catch {
      // Not this one: the next is tried.
    }
  }
  throw new MillwrightError('IMPORT_FAILED', 'the file is neither UTF-8 nor GB18030 text; save it as "CSV UTF-8"')
}

/** Reads CSV with comma, semicolon or tab between the cells, whichever the heading has most of. `row` is the line where a row begins. */
export function* readCsv(bytes: Uint8Array): Generator<TableRow> {
  const text = decodeText(bytes)
  const delimiter = delimiterOf(text)
  let [at, line] = [0, 1]
  while (at < text.length) {
    const cells: string[] = []
    const row = line
    for (;;) {
      const cell = readCell(text, at, delimiter, line)
      cells.push(GUARDED.test(cell.text) ? cell.text.slice(1) : cell.text)
      at = cell.next
      line += cell.lines
      if (text[at] !== delimiter) break
      at++
    }
    if (text[at] === '\r') at++
    if (text[at] === '\n') at++
    line++
    yield { row, cells }
  }
}

interface CellRead {
  readonly text: string
  readonly next: number
  readonly lines: number
}

function readCell(text: string, start: number, delimiter: string, line: number): CellRead {
  if (text[start] === '"') return readQuoted(text, start + 1, delimiter, line)
  let end = start
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end++
  return { text: text.slice(start, end), next: end, lines: 0 }
}

function readQuoted(text: string, start: number, delimiter: string, line: number): CellRead {
  let cell = ''
  for (let at = start; ; ) {
    const quote = text.indexOf('"', at)
    if (quote < 0) throw new MillwrightError('IMPORT_FAILED', `line ${line}: the quotation mark is never closed`, { detail: { row: line } })
    cell += text.slice(at, quote)
    if (text[quote + 1] !== '"') {
      const after = text[quote + 1]
      if (after !== undefined && after !== delimiter && after !== '\n' && after !== '\r') {
        throw new MillwrightError('IMPORT_FAILED', `line ${line}: text after a closing quotation mark; a mark within a cell is written twice`, { detail: { row: line } })
      }
      return { text: cell, next: quote + 1, lines: cell.split('\n').length - 1 }
    }
    cell += '"'
    at = quote + 2
  }
}

function delimiterOf(text: string): string {
  const end = text.search(/[\r\n]/)
  const heading = end < 0 ? text : text.slice(0, end)
  const counts = [',', ';', '\t'].map((delimiter) => [delimiter, heading.split(delimiter).length] as const)
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0]
}
