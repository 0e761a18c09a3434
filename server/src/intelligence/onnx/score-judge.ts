import { US_PER_HOUR } from '@millwright/model/time.ts'
import { TailScore } from '../runtime/tail-score.ts'
import { AlarmGate, type GateStep } from '../scoring/alarm-gate.ts'
import type { StateReader, StateWriter } from '../scoring/state-codec.ts'

/** Scores from which level and spread are taken, once. */
const FIRST = 256
/** Before an anomaly may be told: so many judged scores, and so much time of the machine. */
const LEAST_SCORES = 500
const LEAST_US = 12 * US_PER_HOUR
const WEEK_US = 7 * 24 * US_PER_HOUR

export interface JudgedScore {
  readonly step: GateStep
  /** How often a normal call gives a score this high; 1 while that is not known. */
  readonly pValue: number
}

/**
 * Makes a score of any scale mean something: how rare it is among those of this machine (conformal rank, Pareto tail), against a limit that is exceeded as often as people put up with.
 * Learns from normal rows only; constant memory.
 */
export class ScoreJudge {
  readonly #limit: number
  readonly #first: number[] = []
  #middle = Number.NaN
  #spread = Number.NaN
  #beganUs = Number.NaN
  #calibratedUs = Number.NaN
  readonly #tail = new TailScore()
  readonly #gate: AlarmGate

  /** `everyUs`: device time from one score to the next. */
  constructor({ alarmsPerWeek, everyUs }: { readonly alarmsPerWeek: number; readonly everyUs: number }) {
    this.#limit = Math.min(0.01, (alarmsPerWeek * everyUs) / WEEK_US)
    this.#gate = new AlarmGate({ offAt: 0.5, offAtPeak: 0.05, refractory: 0, longest: Math.ceil((2 * 24 * US_PER_HOUR) / everyUs) })
  }

  get isAbnormal(): boolean {
    return this.#gate.active
  }

  /** From when on it could tell an anomaly. */
  get calibratedFromUs(): number | undefined {
    return Number.isNaN(this.#calibratedUs) ? undefined : this.#calibratedUs
  }

  /** Judges a score, then learns from it unless people said otherwise. */
  judge(endUs: number, score: number, said: 'exclude' | 'normal' | undefined): JudgedScore {
    if (Number.isNaN(this.#beganUs)) this.#beganUs = endUs
    if (this.#first.length < FIRST) {
      if (said !== 'exclude') this.#first.push(score)
      if (this.#first.length === FIRST) this.#settle()
      return { step: 'quiet', pValue: 1 }
    }
    const place = (score - this.#middle) / this.#spread
    const isCalibrated = this.#tail.frames >= LEAST_SCORES && endUs - this.#beganUs >= LEAST_US
    if (isCalibrated && Number.isNaN(this.#calibratedUs)) this.#calibratedUs = endUs
    const pValue = isCalibrated ? this.#tail.pValue(place) : 1
    // The ratio of logarithms: 1 at the limit.
    const step = isCalibrated ? this.#gate.step(Math.log(pValue) / Math.log(this.#limit)) : 'quiet'
    if (said === 'normal' || (said === undefined && !this.#gate.active)) this.#tail.learn(place)
    return { step, pValue }
  }

  /** Level and spread of the first scores, by median and quartiles. */
  #settle(): void {
    const sorted = Float64Array.from(this.#first).toSorted()
    const at = (part: number) => sorted[Math.floor(part * (FIRST - 1))] ?? 0
    this.#middle = at(0.5)
    const quartiles = (at(0.75) - at(0.25)) / 1.349
    this.#spread = Math.max(quartiles, (at(1) - at(0)) / 100, Math.abs(this.#middle) * 1e-9, 1e-12)
    for (const score of this.#first) this.#tail.learn((score - this.#middle) / this.#spread)
  }

  save(into: StateWriter): void {
    into.numbers(Float64Array.from(this.#first))
    for (const value of [this.#middle, this.#spread, this.#beganUs, this.#calibratedUs]) into.number(value)
    this.#tail.save(into)
    this.#gate.save(into)
  }

  restore(from: StateReader): void {
    this.#first.splice(0, FIRST, ...from.numbers())
    this.#middle = from.number()
    this.#spread = from.number()
    this.#beganUs = from.number()
    this.#calibratedUs = from.number()
    this.#tail.restore(from)
    this.#gate.restore(from)
  }
}
