import { MillwrightError } from '../../kernel/error.ts'
import type { Table } from './table.ts'

/**
 * A two-dimensional NumPy array of little-endian 64-bit floats (NEP 1, format versions 1 to 3), as columns.
 * @throws MillwrightError CORRUPT_FILE for anything else.
 */
export function tableOfNpy(bytes: Uint8Array): Table {
  const magic = Buffer.from(bytes.subarray(0, 6)).toString('latin1')
  if (magic !== '\x93NUMPY' || bytes.length < 12) throw new MillwrightError('CORRUPT_FILE', 'this is no .npy file')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const long = (bytes[6] ?? 1) >= 2
  const from = long ? 12 : 10
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true)
  const header = Buffer.from(bytes.subarray(from, from + length)).toString('latin1')
  const shape = /'shape': *\((\d+), *(\d+)\)/.exec(header)
  if (shape === null || !header.includes("'<f8'") || !header.includes("'fortran_order': False")) {
    throw new MillwrightError('CORRUPT_FILE', `only two-dimensional '<f8' arrays in C order are read, this one is ${header.trim()}`)
  }
  const [rows, width] = [Number(shape[1]), Number(shape[2])]
  const data = from + length
  if (data + rows * width * 8 > bytes.length) throw new MillwrightError('CORRUPT_FILE', 'the .npy file ends before its last row')
  const columns = Array.from({ length: width }, () => new Float64Array(rows))
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++) (columns[column] as Float64Array)[row] = view.getFloat64(data + (row * width + column) * 8, true)
  }
  return { rows, columns }
}
