/**
 * Copies what is known of signals to their new places: `places` says for each new signal where it was, −1 for one that is new and keeps what `into` holds.
 * `stride` is how many numbers a signal has.
 */
export function remapColumn(into: Float64Array | Float32Array, from: Float64Array | Float32Array, places: readonly number[], stride = 1): void {
  for (const [now, before] of places.entries()) {
    if (before >= 0) into.set(from.subarray(before * stride, (before + 1) * stride), now * stride)
  }
}

/** The same for a matrix of signals by signals, row by row. */
export function remapMatrix(into: Float64Array | Float32Array, from: Float64Array | Float32Array, places: readonly number[], sizeBefore: number): void {
  const size = places.length
  for (const [row, rowBefore] of places.entries()) {
    for (const [column, columnBefore] of places.entries()) {
      if (rowBefore >= 0 && columnBefore >= 0) into[row * size + column] = from[rowBefore * sizeBefore + columnBefore] as number
    }
  }
}
