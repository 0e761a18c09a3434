/**
 * Counter-based randomness: every draw is a pure function of (seed, stream name, counter), as in Salmon et al., "Parallel
 * random numbers: as easy as 1, 2, 3" (SC'11). No draw depends on how many were made before it or elsewhere, so a fault in
 * one machine cannot change the noise of another, and the plant is the same whatever the size of the calls that drive it.
 */

// Finaliser with low bias by Chris Wellons ("hash prospector").
function scramble(bits: number): number {
  let x = bits
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0xd35a2d97)
  return x ^ (x >>> 15)
}

/** FNV-1a over the UTF-16 units of a name: the number of its stream. */
function hashName(name: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return hash
}

// Four uniform 16-bit numbers add up to a bell: mean 4 * 32767.5, standard deviation sqrt(4 * (65536^2 - 1) / 12).
const BELL_MEAN = 131_070
const BELL_DEVIATION = 37_837.227

/** Most that {@link RandomStream.gaussian} can be away from 0: healthy sensors stay in their range for certain. */
export const GAUSSIAN_LIMIT = BELL_MEAN / BELL_DEVIATION

/** One named stream of randomness. A counter is any integer, usually the second of the step or the number of a part. */
export class RandomStream {
  readonly #first: number
  readonly #second: number

  constructor(seed: number, name: string) {
    this.#first = scramble(hashName(name) ^ scramble(seed | 0))
    this.#second = scramble(this.#first + 0x9e3779b9)
  }

  /** 32 random bits, signed. */
  bits(counter: number): number {
    return scramble(scramble((counter | 0) ^ this.#first) + this.#second)
  }

  /** Uniform in [0, 1). */
  uniform(counter: number): number {
    return (this.bits(counter) >>> 0) / 4_294_967_296
  }

  /** Mean 0, standard deviation 1, bell-shaped, and never beyond {@link GAUSSIAN_LIMIT}. */
  gaussian(counter: number): number {
    const a = this.bits(counter)
    const b = scramble(a ^ this.#second)
    return ((a >>> 16) + (a & 0xffff) + (b >>> 16) + (b & 0xffff) - BELL_MEAN) / BELL_DEVIATION
  }

  /** Tells whether something that happens once in `meanS` seconds on average happens in the `dtS` seconds that end at `counter`. */
  happens(counter: number, dtS: number, meanS: number): boolean {
    return this.uniform(counter) < -Math.expm1(-dtS / meanS)
  }

  /** One of the choices. */
  pick<T>(counter: number, choices: readonly T[]): T {
    const choice = choices[Math.floor(this.uniform(counter) * choices.length)]
    if (choice === undefined) throw new Error('BUG: pick from nothing')
    return choice
  }
}
