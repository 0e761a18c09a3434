/** Data types of Sparkplug B (Sparkplug 3.0, 6.4.16); the numbers are on the wire. */
export const DataType = {
  unknown: 0,
  int8: 1,
  int16: 2,
  int32: 3,
  int64: 4,
  uint8: 5,
  uint16: 6,
  uint32: 7,
  uint64: 8,
  float: 9,
  double: 10,
  boolean: 11,
  string: 12,
  dateTime: 13,
  text: 14,
  uuid: 15,
  dataSet: 16,
  bytes: 17,
  file: 18,
  template: 19,
  propertySet: 20,
  propertySetList: 21,
  int8Array: 22,
  int16Array: 23,
  int32Array: 24,
  int64Array: 25,
  uint8Array: 26,
  uint16Array: 27,
  uint32Array: 28,
  uint64Array: 29,
  floatArray: 30,
  doubleArray: 31,
  booleanArray: 32,
  stringArray: 33,
  dateTimeArray: 34,
} as const

const NAMES: readonly string[] = Object.keys(DataType)

/** A data type's name for people; the number where it is none. */
export function dataTypeName(datatype: number): string {
  return NAMES[datatype] ?? `data type ${datatype}`
}

/** Whether values of the type are whole numbers of at most 64 bits. */
export function isIntegerType(datatype: number): boolean {
  return (datatype >= DataType.int8 && datatype <= DataType.uint64) || datatype === DataType.dateTime
}

/** Whether values of the type are arrays, packed into bytes. */
export function isArrayType(datatype: number): boolean {
  return datatype >= DataType.int8Array && datatype <= DataType.dateTimeArray
}
