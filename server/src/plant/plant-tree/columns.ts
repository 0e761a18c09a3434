/** A numeric column that grows as ids do; one step beyond its end costs a copy of a quarter more. */
export type Column = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

/** `column`, or a longer copy where `index` lies behind its end; new elements are `fill`. */
export function reaching(column: Uint8Array<ArrayBuffer>, index: number, fill: number): Uint8Array<ArrayBuffer>
export function reaching(column: Uint32Array<ArrayBuffer>, index: number, fill: number): Uint32Array<ArrayBuffer>
export function reaching(column: Float64Array<ArrayBuffer>, index: number, fill: number): Float64Array<ArrayBuffer>
export function reaching(column: Column, index: number, fill: number): Column {
  if (index < column.length) return column
  const length = Math.max(1024, Math.ceil((index + 1) * 1.25))
  if (column instanceof Uint8Array) return copied(new Uint8Array(length), column, fill)
  if (column instanceof Uint32Array) return copied(new Uint32Array(length), column, fill)
  return copied(new Float64Array(length), column, fill)
}

function copied<T extends Column>(into: T, from: Column, fill: number): T {
  into.set(from)
  if (fill !== 0) into.fill(fill, from.length)
  return into
}
