import { MillwrightError } from '../../kernel/error.ts'

/** Longest row, in characters: a row beyond it is no table, or a quotation mark that is never closed. */
export const MAX_ROW_LENGTH = 1_048_576
/** Most fields of a row. */
export const MAX_FIELDS = 10_000

/** Takes a row. `line` is the number of the line on which it begins, from 1. The array is the caller's to keep. */
export type OnRow = (fields: string[], line: number) => void

/**
 * Reads delimiter-separated text (RFC 4180, with any delimiter) piece by piece: quoted fields with delimiters, line breaks and doubled quotation marks in
 * them, LF, CRLF or CR-less last line. Blank lines are passed over. Memory is bounded by the longest row.
 */
export class CsvReader {
  readonly #delimiter: string
  readonly #onRow: OnRow
  #rest = ''
  #line: number

  constructor(delimiter: string, onRow: OnRow, firstLine = 1) {
    this.#delimiter = delimiter
    this.#onRow = onRow
    this.#line = firstLine
  }

  /** True while a row has begun and not ended: not a place to go on from later. */
  get isInsideRow(): boolean {
    return this.#rest !== ''
  }

  /** The line that the next row begins on. */
  get line(): number {
    return this.#line
  }

  /** Takes the next piece of text. Throws `IMPORT_FAILED` for a row beyond the limits. */
  push(text: string): void {
    const all = this.#rest === '' ? text : this.#rest + text
    let start = 0
    for (;;) {
      const end = this.#endOfRow(all, start)
      if (end < 0) break
      this.#row(all.slice(start, end))
      start = end + 1
    }
    this.#rest = all.slice(start)
    if (this.#rest.length > MAX_ROW_LENGTH) throw this.#tooLong()
  }

  /** Ends the text. */
  end(): void {
    const last = this.#rest
    this.#rest = ''
    if (last !== '') this.#row(last)
  }

  /** The line break that ends the row from `start`, outside of quotation marks; -1 when it has not come yet. */
  #endOfRow(text: string, start: number): number {
    let end = text.indexOf('\n', start)
    if (end < 0) return -1
    let quote = text.indexOf('"', start)
    if (quote < 0 || quote > end) return end
    let isQuoted = false
    for (;;) {
      while (quote >= 0 && quote < end) {
        isQuoted = !isQuoted
        quote = text.indexOf('"', quote + 1)
      }
      if (!isQuoted) return end
      if (end - start > MAX_ROW_LENGTH) throw this.#tooLong()
      end = text.indexOf('\n', end + 1)
      if (end < 0) return -1
    }
  }

  #row(raw: string): void {
    const line = this.#line
    const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    this.#line += 1
    if (text === '') return
    if (text.length > MAX_ROW_LENGTH) throw this.#tooLong()
    if (text.includes('"')) {
      for (let at = raw.indexOf('\n'); at >= 0; at = raw.indexOf('\n', at + 1)) this.#line += 1
      this.#deliver(quotedFields(text, this.#delimiter), line)
    } else this.#deliver(text.split(this.#delimiter), line)
  }

  #deliver(fields: string[], line: number): void {
    if (fields.length > MAX_FIELDS) throw new MillwrightError('IMPORT_FAILED', `line ${line} has ${fields.length} fields; at most ${MAX_FIELDS} are read`)
    this.#onRow(fields, line)
  }

  #tooLong(): MillwrightError {
    return new MillwrightError('IMPORT_FAILED', `the row on line ${this.#line} is longer than ${MAX_ROW_LENGTH} characters: is a quotation mark not closed, or is this no table?`)
  }
}

/** The fields of a row in which there are quotation marks. A mark inside of an unquoted field is a character like others. */
function quotedFields(text: string, delimiter: string): string[] {
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (text[at] !== '"') {
      const end = text.indexOf(delimiter, at)
      if (end < 0) return [...fields, text.slice(at)]
      fields.push(text.slice(at, end))
      at = end + delimiter.length
      continue
    }
    let field = ''
    at++
    for (;;) {
      const close = text.indexOf('"', at)
      field += text.slice(at, close < 0 ? text.length : close)
      if (close < 0) return [...fields, field]
      at = close + 1
      if (text[at] !== '"') break
      field += '"'
      at++
    }
    const end = text.indexOf(delimiter, at)
    // What stands between the closing mark and the delimiter belongs to the field, as spreadsheets read it.
    fields.push(field + text.slice(at, end < 0 ? text.length : end))
    if (end < 0) return fields
    at = end + delimiter.length
  }
}
