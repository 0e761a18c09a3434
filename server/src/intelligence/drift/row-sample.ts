import { seededRandom } from '../algebra/random.ts'
import { referenceOfValues, type DriftReference } from './drift-reference.ts'

/** Values that are kept of each input. */
const SIZE = 2_000

/** A fair sample of each input's values out of a stream of rows (Vitter 1985, algorithm R), the same for the same rows; constant memory. */
export class RowSample {
  readonly #kept: Float64Array[]
  readonly #seen: Float64Array
  readonly #missing: Float64Array
  readonly #random = seededRandom(20_260_101)

  constructor(size: number) {
    this.#kept = Array.from({ length: size }, () => new Float64Array(SIZE))
    this.#seen = new Float64Array(size)
    this.#missing = new Float64Array(size)
  }

  add(row: Float64Array): void {
    for (let at = 0; at < this.#kept.length; at++) {
      const value = row[at] ?? Number.NaN
      if (Number.isNaN(value)) {
        this.#missing[at] = (this.#missing[at] as number) + 1
        continue
      }
      const seen = (this.#seen[at] as number)
      this.#seen[at] = seen + 1
      const place = seen < SIZE ? seen : Math.floor(this.#random() * (seen + 1))
      const kept = this.#kept[at]
      if (kept !== undefined && place < SIZE) kept[place] = value
    }
  }

  /** Null of an input that hardly ever had a value. */
  references(): (DriftReference | null)[] {
    return this.#kept.map((kept, at) => {
      const [seen, missing] = [this.#seen[at] as number, this.#missing[at] as number]
      const made = referenceOfValues(kept.subarray(0, Math.min(SIZE, seen)), missing / Math.max(1, seen + missing))
      return made === undefined ? null : { ...made, count: seen }
    })
  }
}
