/** A detector of one signal: it sees the signal's values one after the other, and never again. */
export interface SignalDetector {
  /** Whether it has learned enough to judge. */
  readonly ready: boolean
  /** How strange the value is, from 0; NaN while it learns. A value of NaN is passed over with the last answer. `mayLearn` as for a row detector. */
  step(value: number, mayLearn: boolean): number
  save(): Uint8Array
}
