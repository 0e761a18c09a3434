import { RandomStream } from './random.ts'

/**
 * Noise that moves slowly: a function of time alone (value noise: random numbers on a lattice, blended), with mean 0 and
 * standard deviation 1 at every time. It has no state, so it is the same for every step size and every start.
 */
export class SmoothNoise {
  readonly #stream: RandomStream
  readonly #periodS: number
  #cell = Number.NaN
  #left = 0
  #right = 0

  constructor(seed: number, name: string, periodS: number) {
    this.#stream = new RandomStream(seed, name)
    this.#periodS = periodS
  }

  at(timeS: number): number {
    const place = timeS / this.#periodS
    const cell = Math.floor(place)
    if (cell !== this.#cell) {
      this.#cell = cell
      this.#left = this.#stream.gaussian(cell)
      this.#right = this.#stream.gaussian(cell + 1)
    }
    const fraction = place - cell
    const blend = fraction * fraction * (3 - 2 * fraction)
    const rest = 1 - blend
    return (this.#left * rest + this.#right * blend) / Math.sqrt(rest * rest + blend * blend)
  }
}
