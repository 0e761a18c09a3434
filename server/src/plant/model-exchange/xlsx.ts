import { MillwrightError, messageOf } from '../../kernel/error.ts'
import { MAX_COLUMNS, type Cell, type TableRow } from './table.ts'
import { readZip, writeZip, type ZipEntry } from './zip.ts'

/** Rows of a sheet (ECMA-376; Excel has 2^20, one of which is the heading). */
export const MAX_SHEET_ROWS = 1_048_576
/** Longest text of a cell, in UTF-16 units. */
export const MAX_CELL_LENGTH = 32_767
/** A workbook may unpack to this much, in this many files. */
const LIMITS = { bytes: 1024 * 2 ** 20, entries: 2_000 }
/** Cells that the rectangle of a sheet may span: the reader makes all of them. */
const MAX_CELLS = 100_000_000

/** A table as a workbook of one sheet, whose heading stays in view. Texts are typed as such, so none can be a formula. */
export async function writeXlsx(table: Iterable<readonly Cell[]>): Promise<Uint8Array> {
  const { default: writeExcelFile } = await import('write-excel-file/node')
  const rows = []
  for (const cells of table) {
    if (rows.length >= MAX_SHEET_ROWS) throw new MillwrightError('LIMIT_REACHED', `a sheet holds ${MAX_SHEET_ROWS} rows; export this plant as CSV or YAML`)
    rows.push(cells.map(sheetCell))
  }
  const bytes = await writeExcelFile(rows, { sheet: 'Millwright', stickyRowsCount: 1 }).toBuffer()
  // The library dates its files with now; without dates the same model is the same bytes.
  return writeZip(await readZip(bytes, LIMITS))
}

function sheetCell(cell: Cell) {
  if (cell === null) return null
  if (typeof cell === 'number') return { value: cell, type: Number }
  if (typeof cell === 'boolean') return { value: cell, type: Boolean }
  if (cell.length > MAX_CELL_LENGTH) throw new MillwrightError('LIMIT_REACHED', `a cell holds ${MAX_CELL_LENGTH} characters; export this plant as CSV or YAML`)
  return { value: escaped(cell), type: String }
}

/** A carriage return, and what looks like an escape already, as ECMA-376 Part 1, 22.9.2.19 (ST_Xstring) writes them. */
function escaped(text: string): string {
  // write-excel-file 4.1.1 looks texts up in a plain object, and finds what every object inherits: "constructor", "toString" and so on.
  if (text in Object.prototype) return `_x${text.charCodeAt(0).toString(16).padStart(4, '0')}_${text.slice(1)}`
  return text.replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_').replaceAll('\r', '_x000D_')
}

/** Reads the first sheet of a workbook. Throws IMPORT_FAILED and LIMIT_REACHED. */
export async function readXlsx(bytes: Uint8Array): Promise<TableRow[]> {
  const entries = await readZip(bytes, LIMITS)
  for (const entry of entries) refuseHugeSheet(entry)
  const { default: readExcelFile } = await import('read-excel-file/node')
  try {
    const sheets = await readExcelFile(writeZip(entries), { trim: false })
    return (sheets[0]?.data ?? []).map((cells, index) => ({ row: index + 1, cells: cells.map(tableCell) }))
  } catch (thrown) {
    throw new MillwrightError('IMPORT_FAILED', `the workbook cannot be read: ${messageOf(thrown)}`, { cause: thrown })
  }
}

function tableCell(cell: unknown): Cell {
  if (typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean') return cell
  return cell instanceof Date && !Number.isNaN(cell.getTime()) ? cell.toISOString() : null
}

/** One cell far away makes a rectangle of billions, which the reader would fill. */
function refuseHugeSheet(entry: ZipEntry): void {
  if (!/^xl\/worksheets\/.*\.xml$/i.test(entry.name)) return
  let [columns, rows] = [0, 0]
  const text = Buffer.from(entry.bytes.buffer, entry.bytes.byteOffset, entry.bytes.length).toString('latin1')
  for (const match of text.matchAll(/\b(?:r|ref)\s*=\s*["'](?:[A-Z]+\d+:)?([A-Z]*)(\d+)["']/gi)) {
    columns = Math.max(columns, columnNumber(match[1] ?? ''))
    rows = Math.max(rows, Number(match[2]))
  }
  if (columns > MAX_COLUMNS || rows > MAX_SHEET_ROWS || columns * rows > MAX_CELLS) {
    throw new MillwrightError('LIMIT_REACHED', `the sheet spans ${rows} rows and ${columns} columns; at most ${MAX_SHEET_ROWS} rows and ${MAX_COLUMNS} columns are read`)
  }
}

function columnNumber(letters: string): number {
  let column = 0
  for (const letter of letters.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64
  return column
}
