import { RandomStream } from '../physics/random.ts'

/** What a line makes: a number of one product. */
export interface Order<Product> {
  readonly id: string
  readonly product: Product
  readonly quantity: number
}

/** The order book of a line: order `n` is a pure function of seed, line and `n`. */
export class OrderBook<Product> {
  readonly #random: RandomStream
  readonly #prefix: string
  readonly #products: readonly Product[]
  readonly #smallest: number
  readonly #largest: number
  #number = -1
  #order: Order<Product> | undefined

  constructor(seed: number, line: string, prefix: string, products: readonly Product[], quantities: { readonly smallest: number; readonly largest: number }) {
    this.#random = new RandomStream(seed, `${line}:orders`)
    this.#prefix = prefix
    this.#products = products
    this.#smallest = quantities.smallest
    this.#largest = quantities.largest
  }

  at(number: number): Order<Product> {
    if (this.#order !== undefined && this.#number === number) return this.#order
    const quantity = Math.round((this.#smallest + (this.#largest - this.#smallest) * this.#random.uniform(2 * number)) / 10) * 10
    const product = this.#random.pick(2 * number + 1, this.#products)
    this.#order = { id: `${this.#prefix}-${100_001 + number}`, product, quantity }
    this.#number = number
    return this.#order
  }
}
