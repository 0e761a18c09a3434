import { latin1Text } from './latin1-text.ts'

/** Powers of ten that a 64-bit float holds exactly. */
const EXACT_POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
/** So many digits always make an integer below 2^53. */
const EXACT_DIGITS = 15

const ZERO = 0x30
const NINE = 0x39

/**
 * Reads decimal numbers from bytes to the nearest 64-bit float, as `Number(text)` does: up to 15 digits by an exact integer and one
 * correctly rounded division (Clinger, How to Read Floating Point Numbers Accurately, 1990), others by `Number` itself.
 */
export class DecimalReader {
  /** Where the number that was read last ended. */
  end = 0
  /** Whether it had neither fraction nor exponent. */
  isInteger = false
  /** How many digits it had before the exponent. */
  digits = 0

  /** The JSON number (RFC 8259, section 6) at `at`; NaN when there is none. Never reads at or behind `limit`. */
  read(bytes: Uint8Array, at: number, limit: number): number {
    const start = at
    const isNegative = at < limit && bytes[at] === 0x2d
    if (isNegative) at++
    const first = at
    let mantissa = 0
    let byte = 0
    while (at < limit && (byte = bytes[at] as number) >= ZERO && byte <= NINE) {
      mantissa = mantissa * 10 + (byte - ZERO)
      at++
    }
    let digits = at - first
    if (digits === 0 || (digits > 1 && bytes[first] === ZERO)) return Number.NaN
    this.isInteger = true
    let fraction = 0
    if (at < limit && bytes[at] === 0x2e) {
      this.isInteger = false
      const point = ++at
      while (at < limit && (byte = bytes[at] as number) >= ZERO && byte <= NINE) {
        mantissa = mantissa * 10 + (byte - ZERO)
        at++
      }
      fraction = at - point
      if (fraction === 0) return Number.NaN
      digits += fraction
    }
    this.digits = digits
    if (at < limit && (bytes[at] === 0x65 || bytes[at] === 0x45)) return this.#withExponent(bytes, start, at, limit)
    this.end = at
    if (digits > EXACT_DIGITS) return Number(latin1Text(bytes, start, at))
    const value = fraction === 0 ? mantissa : mantissa / (EXACT_POWERS[fraction] as number)
    return isNegative ? -value : value
  }

  #withExponent(bytes: Uint8Array, start: number, at: number, limit: number): number {
    this.isInteger = false
    at++
    if (at < limit && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++
    const first = at
    while (at < limit && (bytes[at] as number) >= ZERO && (bytes[at] as number) <= NINE) at++
    this.end = at
    return at === first ? Number.NaN : Number(latin1Text(bytes, start, at))
  }
}
