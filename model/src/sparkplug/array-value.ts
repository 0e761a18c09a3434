import { DataType, dataTypeName } from './data-type.ts'
import { PayloadFlaw } from './payload.ts'

/** An element of an array value; 64-bit integers beyond 2⁵³ are bigints. */
export type ArrayItem = number | bigint | boolean | string

interface Layout {
  readonly size: number
  readonly get: (view: DataView, at: number) => ArrayItem
  readonly set: (view: DataView, at: number, item: ArrayItem) => void
}

const narrow = (whole: bigint): number | bigint => (Number.isSafeInteger(Number(whole)) ? Number(whole) : whole)
const layout = (size: number, get: Layout['get'], set: Layout['set']): Layout => ({ size, get, set })

// Packed little-endian (Sparkplug 3.0, 6.4.16).
const LAYOUTS: Readonly<Record<number, Layout>> = {
  [DataType.int8Array]: layout(1, (view, at) => view.getInt8(at), (view, at, item) => view.setInt8(at, Number(item))),
  [DataType.uint8Array]: layout(1, (view, at) => view.getUint8(at), (view, at, item) => view.setUint8(at, Number(item))),
  [DataType.int16Array]: layout(2, (view, at) => view.getInt16(at, true), (view, at, item) => view.setInt16(at, Number(item), true)),
  [DataType.uint16Array]: layout(2, (view, at) => view.getUint16(at, true), (view, at, item) => view.setUint16(at, Number(item), true)),
  [DataType.int32Array]: layout(4, (view, at) => view.getInt32(at, true), (view, at, item) => view.setInt32(at, Number(item), true)),
  [DataType.uint32Array]: layout(4, (view, at) => view.getUint32(at, true), (view, at, item) => view.setUint32(at, Number(item), true)),
  [DataType.int64Array]: layout(8, (view, at) => narrow(view.getBigInt64(at, true)), (view, at, item) => view.setBigInt64(at, BigInt(item), true)),
  [DataType.uint64Array]: layout(8, (view, at) => narrow(view.getBigUint64(at, true)), (view, at, item) => view.setBigUint64(at, BigInt(item), true)),
  [DataType.dateTimeArray]: layout(8, (view, at) => narrow(view.getBigUint64(at, true)), (view, at, item) => view.setBigUint64(at, BigInt(item), true)),
  [DataType.floatArray]: layout(4, (view, at) => view.getFloat32(at, true), (view, at, item) => view.setFloat32(at, Number(item), true)),
  [DataType.doubleArray]: layout(8, (view, at) => view.getFloat64(at, true), (view, at, item) => view.setFloat64(at, Number(item), true)),
}

/** The elements of an array value. Throws `PayloadFlaw` when the bytes are not as many as they should be. */
export function unpackArray(datatype: number, bytes: Uint8Array): ArrayItem[] {
  if (datatype === DataType.booleanArray) return unpackBooleans(bytes)
  if (datatype === DataType.stringArray) return unpackStrings(bytes)
  const { size, get } = layoutOf(datatype)
  if (bytes.length % size !== 0) throw new PayloadFlaw(`${bytes.length} bytes are no ${dataTypeName(datatype)}, whose elements have ${size}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length / size }, (_, index) => get(view, index * size))
}

/** The bytes of an array value. */
export function packArray(datatype: number, items: readonly ArrayItem[]): Uint8Array {
  if (datatype === DataType.booleanArray) return packBooleans(items)
  if (datatype === DataType.stringArray) return new TextEncoder().encode(items.map((item) => `${String(item)}\0`).join(''))
  const { size, set } = layoutOf(datatype)
  const bytes = new Uint8Array(items.length * size)
  const view = new DataView(bytes.buffer)
  for (const [index, item] of items.entries()) set(view, index * size, item)
  return bytes
}

function layoutOf(datatype: number): Layout {
  const found = LAYOUTS[datatype]
  if (found === undefined) throw new PayloadFlaw(`${dataTypeName(datatype)} is no array type`)
  return found
}

// A count of four bytes, then bits, the first in the highest place.
function unpackBooleans(bytes: Uint8Array): boolean[] {
  if (bytes.length < 4) throw new PayloadFlaw('a BooleanArray begins with a count of four bytes')
  const count = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  if (Math.ceil(count / 8) !== bytes.length - 4) throw new PayloadFlaw(`a BooleanArray of ${count} has ${bytes.length - 4} bytes of bits`)
  return Array.from({ length: count }, (_, index) => (((bytes[4 + (index >> 3)] as number) >> (7 - (index & 7))) & 1) === 1)
}

function packBooleans(items: readonly ArrayItem[]): Uint8Array {
  const bytes = new Uint8Array(4 + Math.ceil(items.length / 8))
  new DataView(bytes.buffer).setUint32(0, items.length, true)
  for (const [index, item] of items.entries()) if (item === true) bytes[4 + (index >> 3)] = (bytes[4 + (index >> 3)] as number) | (0x80 >> (index & 7))
  return bytes
}

function unpackStrings(bytes: Uint8Array): string[] {
  if (bytes.length === 0) return []
  if (bytes[bytes.length - 1] !== 0) throw new PayloadFlaw('each text of a StringArray ends with a zero byte')
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, -1)).split('\0')
}
