/** Samples of one series as columns of equal length, in the order in which they were written. */
export interface WrittenColumns {
  readonly timesUs: Float64Array
  readonly status: Uint32Array
  readonly values: Float64Array | readonly (string | null)[]
}

/**
 * Which of the written samples stand, as indexes in time order: of those with one timestamp only the last written.
 * `undefined` when the samples are in order and unique already, the usual case, which then costs one pass.
 *
 * The written order is a few ascending stretches (files, arrival in order), so the natural merge sort is close to linear.
 */
export function standing(timesUs: Float64Array): Uint32Array | undefined {
  const bounds = ascendingStretches(timesUs)
  if (bounds.length <= 2) return undefined
  let indexes = Uint32Array.from(timesUs, (_, index) => index)
  let spare = new Uint32Array(indexes.length)
  let stretches = bounds
  while (stretches.length > 2) {
    const merged = [0]
    let at = 0
    for (let s = 0; s + 1 < stretches.length; s += 2) {
      const from = stretches[s] as number
      const middle = stretches[s + 1] as number
      const to = stretches[s + 2] ?? middle
      at = mergeInto(spare, at, indexes, { from, middle, to }, timesUs)
      merged.push(at)
    }
    // A merge drops repeated times, so the stretches close up: `merged` holds their new bounds.
    ;[indexes, spare] = [spare, indexes]
    stretches = merged
  }
  return indexes.slice(0, stretches[1])
}

/** {@link standing} applied: the samples in time order, each time once, the later write winning. */
export function laterWins(written: WrittenColumns): WrittenColumns {
  const indexes = standing(written.timesUs)
  return indexes === undefined ? written : pick(written, indexes)
}

/** The samples at these places, in their order. */
export function pick(written: WrittenColumns, indexes: Uint32Array): WrittenColumns {
  const { values } = written
  return {
    timesUs: Float64Array.from(indexes, (index) => written.timesUs[index] as number),
    status: Uint32Array.from(indexes, (index) => written.status[index] as number),
    values:
      values instanceof Float64Array
        ? Float64Array.from(indexes, (index) => values[index] as number)
        : Array.from(indexes, (index) => values[index] as string | null),
  }
}

/** Where the strictly ascending stretches begin, and the end. */
function ascendingStretches(timesUs: Float64Array): number[] {
  const bounds = [0]
  for (let i = 1; i < timesUs.length; i++) {
    if ((timesUs[i] as number) <= (timesUs[i - 1] as number)) bounds.push(i)
  }
  bounds.push(timesUs.length)
  return bounds
}

/** Merges two neighbouring stretches; the second was written later. Answers the end of what it wrote. */
function mergeInto(
  target: Uint32Array,
  at: number,
  indexes: Uint32Array,
  bounds: { readonly from: number; readonly middle: number; readonly to: number },
  timesUs: Float64Array,
): number {
  let { from: a, middle: b } = bounds
  while (a < bounds.middle && b < bounds.to) {
    const earlier = indexes[a] as number
    const later = indexes[b] as number
    const difference = (timesUs[earlier] as number) - (timesUs[later] as number)
    if (difference < 0) {
      target[at++] = earlier
      a++
    } else {
      target[at++] = later
      b++
      if (difference === 0) a++
    }
  }
  while (a < bounds.middle) target[at++] = indexes[a++] as number
  while (b < bounds.to) target[at++] = indexes[b++] as number
  return at
}
