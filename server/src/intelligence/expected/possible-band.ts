/** The range that a signal is declared to have; infinite where it has none. */
export interface DeclaredRange {
  readonly low: number
  readonly high: number
}

/**
 * Whether a band of what is usual is to be cut to the declared range of what is possible. Where the other signals are far off, what they let expect can lie outside of that
 * range as a whole: a velocity below zero. Only where the measured value lies outside too, the range is not to be believed. NaN: no value.
 */
export function isRangeBelieved({ low, high }: DeclaredRange, bandLow: number, bandHigh: number, value: number): boolean {
  return !(value < low || value > high) || (bandHigh >= low && bandLow <= high)
}
