import { packArray, unpackArray, type ArrayItem } from './array-value.ts'
import { DataType, dataTypeName, isArrayType, isIntegerType } from './data-type.ts'
import { PayloadFlaw, type Uint64, type WireValue } from './payload.ts'

/** What a value means: whole numbers beyond 2⁵³ are bigints. */
export type TypedValue = number | bigint | boolean | string | Uint8Array | readonly ArrayItem[]

/**
 * The meaning of a scalar or array value under its data type. Signed integers ride in unsigned fields as two's complement (Sparkplug 3.0, 6.4.16);
 * writers differ in which integer or float field they use, so all are taken. Throws `PayloadFlaw` where value and type do not go together.
 */
export function typedValue(datatype: number, wire: WireValue): TypedValue {
  const { field, value } = wire
  switch (field) {
    case 'int':
    case 'long':
      return isIntegerType(datatype) ? wholeNumber(datatype, value) : otherNumber(datatype, value)
    case 'float':
    case 'double':
      if (datatype === DataType.float || datatype === DataType.double) return value
      break
    case 'boolean':
      if (datatype === DataType.boolean) return value
      break
    case 'string':
      if (datatype === DataType.string || datatype === DataType.text || datatype === DataType.uuid) return value
      break
    case 'bytes':
      if (datatype === DataType.bytes || datatype === DataType.file) return value
      if (isArrayType(datatype)) return unpackArray(datatype, value)
      break
  }
  throw new PayloadFlaw(`the metric is of type ${dataTypeName(datatype)}, and its value is a ${field}`)
}

function otherNumber(datatype: number, value: Uint64): TypedValue {
  if (datatype === DataType.boolean && (value === 0 || value === 1)) return value === 1
  if (datatype === DataType.float || datatype === DataType.double) return Number(value)
  throw new PayloadFlaw(`the metric is of type ${dataTypeName(datatype)}, and its value is a whole number`)
}

function wholeNumber(datatype: number, value: Uint64): number | bigint {
  const low = typeof value === 'number' ? value % 4_294_967_296 | 0 : Number(BigInt.asIntN(32, value))
  switch (datatype) {
    case DataType.int8:
      return (low << 24) >> 24
    case DataType.int16:
      return (low << 16) >> 16
    case DataType.int32:
      return low
    case DataType.uint8:
      return low & 0xff
    case DataType.uint16:
      return low & 0xffff
    case DataType.uint32:
      return low >>> 0
    case DataType.int64:
      return typeof value === 'number' ? value : narrow(BigInt.asIntN(64, value))
    default:
      return value
  }
}

function narrow(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** How a value of a data type is written. Throws `PayloadFlaw` where they do not go together or the value is out of the type's range. */
export function wireValue(datatype: number, value: TypedValue): WireValue {
  if (isIntegerType(datatype)) return wholeWire(datatype, value)
  switch (datatype) {
    case DataType.float:
    case DataType.double:
      if (typeof value === 'number') return { field: datatype === DataType.float ? 'float' : 'double', value }
      break
    case DataType.boolean:
      if (typeof value === 'boolean') return { field: 'boolean', value }
      break
    case DataType.string:
    case DataType.text:
    case DataType.uuid:
      if (typeof value === 'string') return { field: 'string', value }
      break
    case DataType.bytes:
    case DataType.file:
      if (value instanceof Uint8Array) return { field: 'bytes', value }
      break
    default:
      if (isArrayType(datatype) && typeof value === 'object' && !(value instanceof Uint8Array)) return { field: 'bytes', value: packArray(datatype, value) }
  }
  throw new PayloadFlaw(`a ${typeof value} is no value of type ${dataTypeName(datatype)}`)
}

const BITS: Readonly<Record<number, number>> = {
  [DataType.int8]: 8, [DataType.uint8]: 8, [DataType.int16]: 16, [DataType.uint16]: 16, [DataType.int32]: 32, [DataType.uint32]: 32,
}

function wholeWire(datatype: number, value: TypedValue): WireValue {
  if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isInteger(value))) throw new PayloadFlaw(`a value of type ${dataTypeName(datatype)} is a whole number`)
  const whole = BigInt(value)
  const bits = BITS[datatype] ?? 64
  const isSigned = datatype <= DataType.int64
  const fits = isSigned ? BigInt.asIntN(bits, whole) === whole : BigInt.asUintN(bits, whole) === whole
  if (!fits) throw new PayloadFlaw(`${value} is beyond the range of ${dataTypeName(datatype)}`)
  if (bits < 64) return { field: 'int', value: Number(BigInt.asUintN(bits, whole)) }
  const unsigned = BigInt.asUintN(64, whole)
  return { field: 'long', value: unsigned <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(unsigned) : unsigned }
}
