import type { DriftState, WireSpread } from '@millwright/model/wire/drift.ts'
import type { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { quantileAt, type DriftReference } from './drift-reference.ts'

/** Limits of the population stability index that are common (Siddiqi, "Credit Risk Scorecards", 2006): above the first it moved, above the second it drifted. */
export const PSI_LIMITS = { moved: 0.1, drifted: 0.25 } as const
/** A KS distance below this is no drift whatever the PSI says: the outer bins alone have changed. */
export const KS_LEAST = 0.1
/** Rows without a value, above the part of the training data. */
export const MISSING_LIMITS = { moved: 0.05, drifted: 0.25 } as const
/** Bins of the PSI hold at least this part of the training data. */
const PSI_BIN = 0.095
const FLOOR = 1e-3

export interface DriftMeasure {
  readonly state: DriftState
  readonly psi: number | null
  readonly ks: number | null
  readonly missing: number | null
}

/** The values of late beside a reference: a histogram over its edges that forgets by halving. Constant memory, one pass. */
export class PresentSpread {
  readonly reference: DriftReference
  readonly #memory: number
  readonly #least: number
  readonly #counts: Float64Array
  #total = 0
  #missing = 0
  #sum = 0
  #lowest = Number.POSITIVE_INFINITY
  #highest = Number.NEGATIVE_INFINITY

  /** `memory`: rows that are remembered, halved at twice that; `least`: rows before anything is said. */
  constructor(reference: DriftReference, { memory, least }: { readonly memory: number; readonly least: number }) {
    this.reference = reference
    this.#memory = memory
    this.#least = least
    this.#counts = new Float64Array(reference.edges.length + 1)
  }

  /** Takes a row's value; NaN is a missing one. */
  add(value: number): void {
    if (Number.isNaN(value)) this.#missing++
    else {
      const { edges } = this.reference
      let [low, high] = [0, edges.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if ((edges[middle] as number) < value) low = middle + 1
        else high = middle
      }
      this.#counts[low] = (this.#counts[low] as number) + 1
      this.#total++
      this.#sum += value
      this.#lowest = Math.min(this.#lowest, value)
      this.#highest = Math.max(this.#highest, value)
    }
    if (this.#total + this.#missing >= 2 * this.#memory) this.#forget()
  }

  get rows(): number {
    return this.#total + this.#missing
  }

  measure(): DriftMeasure {
    if (this.rows < this.#least) return { state: 'collecting', psi: null, ks: null, missing: null }
    const missing = this.#missing / this.rows
    const beyond = missing - this.reference.missing
    // Of a handful of values nothing is said but that the others are missing.
    const [psi, ks] = this.#total < this.#least / 10 ? [null, null] : [this.#psi(), this.#ks()]
    const isAbove = (limits: typeof PSI_LIMITS | typeof MISSING_LIMITS, value: number, name: 'moved' | 'drifted') => value > limits[name]
    const says = (name: 'moved' | 'drifted') => (psi !== null && ks !== null && ks > KS_LEAST && isAbove(PSI_LIMITS, psi, name)) || isAbove(MISSING_LIMITS, beyond, name)
    return { state: says('drifted') ? 'drifted' : says('moved') ? 'moved' : 'steady', psi, ks, missing }
  }

  spread(): WireSpread | null {
    if (this.#total === 0) return null
    const edges = [...this.reference.edges, this.#highest].map((edge, at) => (at === 0 ? Math.max(edge, this.#lowest) : edge))
    const shares = [...this.#counts].map((count) => count / this.#total)
    const at = (part: number) => Math.min(this.#highest, Math.max(this.#lowest, quantileAt({ edges, shares }, part)))
    return { count: this.#total, mean: this.#sum / this.#total, low: at(0.05), middle: at(0.5), high: at(0.95) }
  }

  /** Kolmogorov–Smirnov distance at the edges. */
  #ks(): number {
    let [here, there, most] = [0, 0, 0]
    for (let at = 0; at < this.#counts.length - 1; at++) {
      here += (this.#counts[at] as number) / this.#total
      there += this.reference.shares[at] ?? 0
      most = Math.max(most, Math.abs(here - there))
    }
    return most
  }

  /** Population stability index over bins that hold about a tenth of the reference each, and what lies outside of it. */
  #psi(): number {
    const { shares } = this.reference
    let [psi, here, there] = [0, 0, 0]
    const close = () => {
      const [p, q] = [Math.max(FLOOR, here), Math.max(FLOOR, there)]
      psi += (p - q) * Math.log(p / q)
      here = 0
      there = 0
    }
    for (let at = 0; at < this.#counts.length; at++) {
      const isOutside = at === 0 || at === this.#counts.length - 1
      if (isOutside && at > 0) close()
      here += (this.#counts[at] as number) / this.#total
      there += shares[at] ?? 0
      if (isOutside || there >= PSI_BIN) close()
    }
    return psi
  }

  #forget(): void {
    for (let at = 0; at < this.#counts.length; at++) this.#counts[at] = (this.#counts[at] as number) / 2
    this.#total /= 2
    this.#missing /= 2
    this.#sum /= 2
  }

  /** All numbers of its state; lowest and highest are left out before the first value. */
  numbers(): number[] {
    return this.#total === 0 ? [this.#missing] : [this.#missing, this.#total, this.#sum, this.#lowest, this.#highest, ...this.#counts]
  }

  /** Goes on from what {@link numbers} gave. */
  take([missing = 0, total = 0, sum = 0, lowest = Number.POSITIVE_INFINITY, highest = Number.NEGATIVE_INFINITY, ...counts]: readonly number[]): void {
    this.#missing = missing
    this.#total = total
    this.#sum = sum
    this.#lowest = lowest
    this.#highest = highest
    if (counts.length === this.#counts.length) this.#counts.set(counts)
  }

  save(into: StateWriter): void {
    for (const value of [this.#total, this.#missing, this.#sum, this.#lowest, this.#highest]) into.number(value)
    into.numbers(this.#counts)
  }

  restore(from: StateReader): void {
    this.#total = from.number()
    this.#missing = from.number()
    this.#sum = from.number()
    this.#lowest = from.number()
    this.#highest = from.number()
    this.#counts.set(from.numbers(this.#counts.length))
  }
}
