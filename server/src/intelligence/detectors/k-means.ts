import { seededRandom } from '../algebra/random.ts'

/** Rounds of reassignment; more change little. */
const ROUNDS = 20

/** Squared distance of two vectors of `width` numbers at their places, given up once it is above `bound`. */
export function squaredDistance(left: Float64Array, leftAt: number, right: Float64Array, rightAt: number, width: number, bound: number): number {
  let sum = 0
  for (let at = 0; at < width; at++) {
    const difference = (left[leftAt + at] as number) - (right[rightAt + at] as number)
    sum += difference * difference
    if ((at & 7) === 7 && sum > bound) return sum
  }
  return sum
}

/**
 * `count` centres of `rows` vectors, one after the other in `data`, by k-means (Lloyd 1982) begun far apart (k-means++, Arthur and Vassilvitskii 2007).
 * Fewer vectors than centres repeat themselves. The same seed gives the same centres.
 */
export function kMeans(data: Float64Array, rows: number, width: number, count: number, seed = 1): Float64Array {
  const centres = beginnings(data, rows, width, count, seed)
  const sums = new Float64Array(count * width)
  const members = new Float64Array(count)
  for (let round = 0; round < ROUNDS; round++) {
    sums.fill(0)
    members.fill(0)
    for (let row = 0; row < rows; row++) {
      const { index } = nearest(centres, count, width, data, row * width)
      members[index] = (members[index] as number) + 1
      for (let at = 0; at < width; at++) sums[index * width + at] = (sums[index * width + at] as number) + (data[row * width + at] as number)
    }
    for (let index = 0; index < count; index++) {
      const size = members[index] as number
      if (size > 0) for (let at = 0; at < width; at++) centres[index * width + at] = (sums[index * width + at] as number) / size
    }
  }
  return centres
}

/** The nearest centre of a vector and its squared distance. */
export function nearest(centres: Float64Array, count: number, width: number, data: Float64Array, from: number): { readonly index: number; readonly squared: number } {
  let [index, squared] = [0, Number.POSITIVE_INFINITY]
  for (let centre = 0; centre < count; centre++) {
    const distance = squaredDistance(data, from, centres, centre * width, width, squared)
    if (distance < squared) [index, squared] = [centre, distance]
  }
  return { index, squared }
}

function beginnings(data: Float64Array, rows: number, width: number, count: number, seed: number): Float64Array {
  const random = seededRandom(seed)
  const centres = new Float64Array(count * width)
  const distances = new Float64Array(rows).fill(Number.POSITIVE_INFINITY)
  let chosen = Math.floor(random() * rows)
  for (let centre = 0; centre < count; centre++) {
    centres.set(data.subarray(chosen * width, (chosen + 1) * width), centre * width)
    let sum = 0
    for (let row = 0; row < rows; row++) {
      distances[row] = Math.min(distances[row] as number, squaredDistance(data, row * width, centres, centre * width, width, distances[row] as number))
      sum += distances[row] as number
    }
    let rest = random() * sum
    for (chosen = 0; chosen < rows - 1; chosen++) if ((rest -= distances[chosen] as number) <= 0) break
  }
  return centres
}
