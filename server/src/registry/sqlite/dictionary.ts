/** Values of a page that stand once, in the order in which they came. */
export class Dictionary<T> {
  readonly values: T[] = []
  readonly #keyOf: (value: T) => string
  readonly #indexes = new Map<string, number>()

  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf
  }

  indexOf(value: T): number {
    const key = this.#keyOf(value)
    const known = this.#indexes.get(key)
    if (known !== undefined) return known
    this.#indexes.set(key, this.values.length)
    return this.values.push(value) - 1
  }
}
