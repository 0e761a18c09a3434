import { US_PER_DAY, US_PER_MINUTE, US_PER_SECOND } from '@millwright/model/time.ts'
import type { StateReader, StateWriter } from '../../scoring/state-codec.ts'
import { remapColumn } from '../remap.ts'
import type { Evidence } from './evidence.ts'

/** Intervals that were measured before a signal's pace is known, and the mean deviation (in octaves) up to which it is steady. */
const [LEAST_INTERVALS, STEADY] = [300, 0.5]
/** Samples come by the clock, and not when a value changes, where such a part of them repeats the value before at the usual interval. */
const REPEATING = 0.05
/** A signal whose values never repeat comes by the clock if another of the asset does at the same interval, to so many octaves. */
const SAME_PACE = 0.1
/** Data time before anything is told: how signals rest at night must have been seen. */
const EXPERIENCE_US = US_PER_DAY
/** Weight of the newest interval at the slowest. */
const SLOWEST = 1 / 1_440
/** Octaves by which an interval must differ, at least and in mean deviations; and how many such in succession (others count half against them). */
const [LEAST_CHANGE, DEVIATIONS, CONFIRMED] = [1.5, 4, 6]
/** A signal is silent after so long, so many of its intervals, and so many times the longest pause it ever made. */
const [SILENT_US, SILENT_INTERVALS, SILENT_TIMES] = [10 * US_PER_MINUTE, 10, 3]
/** A held value of a steady signal is stale after so many of its intervals, and not before so long. */
const [STALE_INTERVALS, STALE_US] = [4, 3 * US_PER_MINUTE]
/** A new pace is usual after it was told for an hour; a silent signal is given up after a day. */
const [ACCEPTED_US, GIVEN_UP_US] = [60 * US_PER_MINUTE, US_PER_DAY]
/** A change of the operating state so near to a change of pace explains it: what is sent when it changes rests with the machine. */
const NEAR_US = 5 * US_PER_MINUTE
/** A pause of the whole asset: so much longer than its frames usually are apart. */
const PAUSE = 4
const SCORE = 2

/** A frame as the pace is judged by it. */
export interface PaceFrame {
  readonly endUs: number
  /** Samples of each signal that lie in it. */
  readonly samples: Float64Array
  /** Of these, how many repeat the value before. */
  readonly repeats: Float64Array
  /** When the operating state began. */
  readonly regimeSinceUs: number
  readonly mayLearn: boolean
}

/**
 * Knows at which pace each signal's samples come, and tells when one that comes by the clock comes more rarely or not at all while its asset goes on. Where values are sent
 * when they change, a rate says what the machine does and not how the line is: such signals are left alone. Intervals are compared as octaves (logarithms), since a rate changes
 * by factors. What most signals do together is the connection's doing, and is taken over in silence, as is a higher rate. 44 bytes a signal.
 */
export class SamplePace {
  readonly size: number
  /** End of the frame with the newest sample, and when what is abnormal began. */
  readonly #lastUs: Float64Array
  readonly #oddUs: Float64Array
  /** Mean octave of the interval in seconds, its mean deviation, intervals measured, how many were odd lately, and their mean octave. */
  readonly #usual: Float32Array
  readonly #spread: Float32Array
  readonly #count: Float32Array
  readonly #odd: Float32Array
  readonly #now: Float32Array
  /** Part of the samples at the usual pace that repeat the value before. */
  readonly #same: Float32Array
  /** Longest pause in seconds. */
  readonly #pause: Float32Array
  /** Worked out from the others after each frame. */
  readonly #isClocked: Uint8Array
  #firstUs = Number.NaN
  #beforeUs = Number.NaN
  #step = Number.NaN

  constructor(size: number) {
    this.size = size
    this.#lastUs = new Float64Array(size).fill(Number.NaN)
    this.#oddUs = new Float64Array(size)
    this.#isClocked = new Uint8Array(size)
    const column = () => new Float32Array(size)
    this.#usual = column()
    this.#spread = column()
    this.#count = column()
    this.#odd = column()
    this.#now = column()
    this.#same = column()
    this.#pause = column()
  }

  /** Whether a signal's samples come by the clock. */
  isSteady(at: number): boolean {
    return this.#isClocked[at] === 1
  }

  #isRegular(at: number): boolean {
    return (this.#count[at] as number) >= LEAST_INTERVALS && (this.#spread[at] as number) <= STEADY
  }

  #findClocked(): void {
    const paces: number[] = []
    for (let at = 0; at < this.size; at++) if (this.#isRegular(at) && (this.#same[at] as number) >= REPEATING) paces.push(this.#usual[at] as number)
    for (let at = 0; at < this.size; at++) {
      this.#isClocked[at] = this.#isRegular(at) && paces.some((pace) => Math.abs(pace - (this.#usual[at] as number)) <= SAME_PACE) ? 1 : 0
    }
  }

  /** Whether enough was seen of a signal to say how its samples come. */
  isKnown(at: number): boolean {
    return (this.#count[at] as number) >= LEAST_INTERVALS
  }

  /** Usual seconds between two samples. */
  secondsOf(at: number): number {
    return 2 ** (this.#usual[at] as number)
  }

  /** Whether the newest value of a signal is too old to stand for now. */
  isStale(at: number, endUs: number): boolean {
    if (!this.isSteady(at)) return false
    return endUs - (this.#lastUs[at] as number) > Math.max(STALE_US, STALE_INTERVALS * this.secondsOf(at) * US_PER_SECOND)
  }

  /** Takes a frame; answers what is to be told. */
  frame({ endUs, samples, repeats, regimeSinceUs, mayLearn }: PaceFrame): Evidence[] {
    const gap = endUs - this.#beforeUs
    const isPause = gap > PAUSE * Math.max(this.#step, US_PER_MINUTE)
    this.#step = Number.isNaN(gap) ? Number.NaN : Number.isNaN(this.#step) ? gap : this.#step + 0.05 * (Math.min(gap, PAUSE * this.#step) - this.#step)
    this.#beforeUs = endUs
    if (Number.isNaN(this.#firstUs)) this.#firstUs = endUs
    for (let at = 0; at < this.size; at++) {
      const count = samples[at] as number
      // Where the whole asset was silent, no signal's interval says anything of it.
      if (isPause) this.#lastUs[at] = count > 0 || !Number.isNaN(this.#lastUs[at]) ? endUs : Number.NaN
      else if (count > 0) this.#measure(at, endUs, count, (repeats[at] as number) / count, mayLearn)
    }
    this.#findClocked()
    if (endUs - this.#firstUs < EXPERIENCE_US) return []
    return this.#told(endUs, regimeSinceUs)
  }

  #measure(at: number, endUs: number, count: number, same: number, mayLearn: boolean): void {
    const before = this.#lastUs[at] as number
    this.#lastUs[at] = endUs
    if (Number.isNaN(before)) return
    const seconds = (endUs - before) / US_PER_SECOND / count
    // A signal that comes again after it was silent: the pause is known from now on, and no interval.
    if (count === 1 && seconds > SILENT_US / US_PER_SECOND && this.isSteady(at) && seconds > SILENT_INTERVALS * this.secondsOf(at)) {
      if (mayLearn) this.#pause[at] = Math.max(this.#pause[at] as number, seconds)
      return
    }
    const octave = Math.log2(seconds)
    const [usual, known] = [this.#usual[at] as number, this.#count[at] as number]
    const off = octave - usual
    if (Math.abs(off) < STEADY || known < LEAST_INTERVALS) this.#same[at] = (this.#same[at] as number) + Math.max(1 / (known + 1), SLOWEST) * (same - (this.#same[at] as number))
    const isOdd = known >= LEAST_INTERVALS && Math.abs(off) > this.#allowed(at)
    if (isOdd) {
      const odd = this.#odd[at] as number
      if (odd <= 0) [this.#oddUs[at], this.#now[at]] = [before, octave]
      this.#now[at] = (this.#now[at] as number) + 0.3 * (octave - (this.#now[at] as number))
      this.#odd[at] = Math.min(CONFIRMED + 4, odd + 1)
    } else this.#odd[at] = Math.max(0, (this.#odd[at] as number) - 0.5)
    // One odd interval is learned as far as it is allowed, so that a signal without a pace becomes known as one.
    const learned = Math.max(-this.#allowed(at), Math.min(this.#allowed(at), off))
    const weight = Math.max(1 / (known + 1), SLOWEST)
    this.#count[at] = known + 1
    this.#usual[at] = usual + weight * (known < LEAST_INTERVALS ? off : learned)
    this.#spread[at] = (this.#spread[at] as number) + weight * (Math.abs(known < LEAST_INTERVALS ? off : learned) - (this.#spread[at] as number))
  }

  #allowed(at: number): number {
    return Math.max(LEAST_CHANGE, DEVIATIONS * (this.#spread[at] as number))
  }

  #silentUs(at: number): number {
    return Math.max(SILENT_US, SILENT_INTERVALS * this.secondsOf(at) * US_PER_SECOND, SILENT_TIMES * (this.#pause[at] as number) * US_PER_SECOND)
  }

  #told(endUs: number, regimeSinceUs: number): Evidence[] {
    let [steady, quiet] = [0, 0]
    const odd: number[] = []
    const silent: number[] = []
    for (let at = 0; at < this.size; at++) {
      if (!this.isSteady(at)) continue
      const missingUs = endUs - (this.#lastUs[at] as number)
      if (missingUs > GIVEN_UP_US) continue
      steady++
      if (missingUs > this.#silentUs(at)) silent.push(at)
      else if ((this.#odd[at] as number) >= CONFIRMED) odd.push(at)
      if (missingUs > SILENT_US / 2 && missingUs > SILENT_INTERVALS * this.secondsOf(at) * US_PER_SECOND) quiet++
      else if ((this.#odd[at] as number) > 0) quiet++
    }
    const isAlone = steady === 1
    const areTogether = !isAlone && quiet > steady / 2
    const told: Evidence[] = []
    for (const at of odd) {
      const sinceUs = this.#oddUs[at] as number
      // Of a slow signal it takes so many intervals to be sure.
      const lasted = endUs - sinceUs - CONFIRMED * 2 ** (this.#now[at] as number) * US_PER_SECOND
      if (lasted > ACCEPTED_US || areTogether || (this.#now[at] as number) < (this.#usual[at] as number) || Math.abs(sinceUs - regimeSinceUs) <= NEAR_US) this.#accept(at)
      else told.push(this.#evidence(at, 'pace', 2 ** (this.#now[at] as number), sinceUs))
    }
    for (const at of silent) {
      const sinceUs = this.#lastUs[at] as number
      // A state that changed since may have ended its samples.
      if (areTogether || regimeSinceUs >= sinceUs - NEAR_US) continue
      told.push(this.#evidence(at, 'silent', (endUs - sinceUs) / US_PER_SECOND, sinceUs))
    }
    return told
  }

  #accept(at: number): void {
    this.#usual[at] = this.#now[at] as number
    this.#odd[at] = 0
  }

  #evidence(signal: number, reason: 'pace' | 'silent', value: number, sinceUs: number): Evidence {
    const usual = this.secondsOf(signal)
    return { signal, score: SCORE, isCertain: true, reason, value, expected: usual, band: usual * (2 ** this.#allowed(signal) - 1), sinceUs }
  }

  /** Takes over what is known of signals whose places have changed; `places` as in {@link remapColumn}. */
  takeOver(other: SamplePace, places: readonly number[]): void {
    this.#firstUs = other.#firstUs
    this.#beforeUs = other.#beforeUs
    this.#step = other.#step
    const [wide, narrow] = other.#columns()
    const [ownWide, ownNarrow] = this.#columns()
    for (const [index, column] of ownWide.entries()) remapColumn(column, wide[index] as Float64Array, places)
    for (const [index, column] of ownNarrow.entries()) remapColumn(column, narrow[index] as Float32Array, places)
    this.#findClocked()
  }

  save(into: StateWriter): void {
    for (const value of [this.#firstUs, this.#beforeUs, this.#step]) into.number(value)
    const [wide, narrow] = this.#columns()
    for (const column of wide) into.numbers(column)
    for (const column of narrow) into.shorts(column)
  }

  restore(from: StateReader): void {
    this.#firstUs = from.number()
    this.#beforeUs = from.number()
    this.#step = from.number()
    const [wide, narrow] = this.#columns()
    for (const column of wide) column.set(from.numbers(this.size))
    for (const column of narrow) column.set(from.shorts(this.size))
    this.#findClocked()
  }

  #columns(): readonly [readonly Float64Array[], readonly Float32Array[]] {
    return [[this.#lastUs, this.#oddUs], [this.#usual, this.#spread, this.#count, this.#odd, this.#now, this.#same, this.#pause]]
  }
}
