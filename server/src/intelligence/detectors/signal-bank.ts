import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { learnTail, tailLimit } from '../scoring/tail-limit.ts'
import { FIELD as F, FIELDS, MODES, REASONS, type Reason, type SignalMode } from './signal-fields.ts'

export interface BankSettings {
  /** False alarms per signal and week that are accepted: the one setting. */
  readonly falseAlarmsPerWeek: number
}

export const BANK_DEFAULTS: BankSettings = { falseAlarmsPerWeek: 0.1 }

/** Samples from which level and spread are learned first; then samples before anything is judged, from which limits are learned; the slowest learning rate. */
const [WARM_UP, JUDGED_FROM, SLOWEST] = [300, 1200, 0.001]

/** Weight of the newest sample in the fast level, in the pace of sampling, and in the hour's part. */
const [FAST, PACE, HOURLY] = [0.2, 0.05, 0.02]

/** Deviations are cut at so many spreads before they are learned (Huber 1964); CUSUM lets half a spread pass (Page 1954) and ends at its highest. */
const [CUT, SLACK, HIGHEST_SUM] = [3, 0.5, 1000]

/** Scores below these never ring: spreads for spike and level, a sum of spreads for drift. */
const [LEAST_SPIKE, LEAST_LEVEL, LEAST_DRIFT] = [6, 5, 15]

/** Above this strength a sample is too doubtful to learn from what limits shall be. */
const DOUBTFUL = 0.7

/** Sampling twice as slow or fast rings; so does silence of change for this many times the usual. */
const [PACE_LIMIT, FROZEN_TIMES, FROZEN_LEAST] = [1, 5, 60]

/** Abnormal samples after which the state counts as the new normal; late samples after which the source's clock is believed. */
const [ACCEPT_AFTER, BELIEVE_LATE] = [86_400, 100]

const [HOUR_US, WEEK_US, JUMP_US] = [3_600_000_000, 604_800_000_000, 86_400_000_000]

const [KIND, VERSION] = ['signal-bank', 1]

/**
 * The default detectors of many signals, for the hot path: spike, level, drift (CUSUM), freeze and change of sampling, with hours of the day and limits that keep to a number of false
 * alarms. 480 bytes a signal, no allocation a sample. A signal in several operating states has one slot for each of them.
 */
export class SignalBank {
  readonly size: number
  readonly #state: Float64Array
  readonly #settings: BankSettings
  /** Samples that were passed over: not after the last one, and without a good number. */
  readonly counts = { late: 0, missing: 0 }

  constructor(size: number, settings: BankSettings = BANK_DEFAULTS) {
    this.size = size
    this.#settings = settings
    this.#state = new Float64Array(size * FIELDS)
  }

  setMode(slot: number, mode: SignalMode): void {
    this.#state[slot * FIELDS + F.mode] = MODES.indexOf(mode)
  }

  /** Why the last sample of a slot was abnormal. */
  reasonOf(slot: number): Reason {
    return REASONS[this.#state[slot * FIELDS + F.reason] as number] ?? 'none'
  }

  /** What a slot expects next, and how far from it is usual; NaN before it knows. */
  expectedOf(slot: number): { readonly level: number; readonly spread: number } {
    const at = slot * FIELDS
    if ((this.#state[at + F.rows] as number) < WARM_UP) return { level: Number.NaN, spread: Number.NaN }
    return { level: this.#state[at + F.level] as number, spread: this.#state[at + F.spread] as number }
  }

  /**
   * Takes a sample and says how strange it is: the highest score over its limit, above 1 is abnormal; 0 while it learns and for a sample that is late,
   * bad or no number. `mayLearn` is false at start-up and in a planned stop; during an anomaly learning stops by itself.
   */
  step(slot: number, timeUs: number, value: number, good: boolean, mayLearn: boolean): number {
    const state = this.#state
    const at = slot * FIELDS
    if (!good || !Number.isFinite(value)) {
      this.counts.missing++
      return 0
    }
    const rows = state[at + F.rows] as number
    const elapsedUs = timeUs - (state[at + F.timeUs] as number)
    if (rows > 0 && elapsedUs <= 0 && !this.#believesClock(at)) return 0
    const paceScore = rows > 0 && elapsedUs > 0 ? this.#pace(at, elapsedUs, mayLearn) : 0
    const measured = this.#measured(at, value, elapsedUs)
    state[at + F.timeUs] = timeUs
    state[at + F.late] = 0
    if (rows === 0) state[at + F.startUs] = timeUs
    const frozenScore = this.#freeze(at, value, mayLearn)
    state[at + F.value] = value
    if (Number.isNaN(measured)) return 0
    state[at + F.rows] = rows + 1
    if (state[at + F.mode] === 2) return rows < WARM_UP ? 0 : this.#verdict(at, 0, 0, 0, 0, paceScore)
    const hour = at + F.hours + (Math.floor(timeUs / HOUR_US) % 24)
    const seasoned = timeUs - (state[at + F.startUs] as number) > 3 * JUMP_US
    const x = seasoned ? measured - (state[hour] as number) : measured
    if (rows < WARM_UP) {
      if (mayLearn) this.#learn(at, x, rows)
      else state[at + F.rows] = rows
      return 0
    }
    const small = 1e-9 * Math.abs(state[at + F.level] as number) + Number.MIN_VALUE
    const deviation = (x - (state[at + F.level] as number)) / ((state[at + F.spread] as number) + small)
    const spike = Math.abs(x - (state[at + F.fast] as number)) / ((state[at + F.fastSpread] as number) + small)
    const bounded = Math.max(-CUT, Math.min(CUT, deviation))
    const rise = (state[at + F.rise] = Math.min(HIGHEST_SUM, Math.max(0, (state[at + F.rise] as number) + bounded - SLACK)))
    const fall = (state[at + F.fall] = Math.min(HIGHEST_SUM, Math.max(0, (state[at + F.fall] as number) - bounded - SLACK)))
    const allowed = (this.#settings.falseAlarmsPerWeek * (state[at + F.intervalUs] as number)) / WEEK_US / 3
    const drift = Math.max(rise, fall)
    if (rows < JUDGED_FROM) {
      if (mayLearn) {
        this.#learnLimits(at, spike, Math.abs(deviation), drift)
        this.#learn(at, x, rows)
      } else state[at + F.rows] = rows
      return 0
    }
    const strength = this.#verdict(at,
      this.#overLimit(at + F.spikeTail, spike, LEAST_SPIKE, allowed),
      this.#overLimit(at + F.levelTail, Math.abs(deviation), LEAST_LEVEL, allowed),
      this.#overLimit(at + F.driftTail, drift, LEAST_DRIFT, allowed),
      frozenScore, paceScore)
    const abnormal = (state[at + F.abnormal] = strength > 1 ? (state[at + F.abnormal] as number) + 1 : 0)
    if (abnormal > ACCEPT_AFTER) this.accept(slot)
    else if (abnormal > 0 || !mayLearn) state[at + F.fast] = (state[at + F.fast] as number) + FAST * (x - (state[at + F.fast] as number))
    else {
      if (strength <= DOUBTFUL) this.#learnLimits(at, spike, Math.abs(deviation), drift)
      const apart = measured - (state[at + F.level] as number) - (state[hour] as number)
      const reach = CUT * (state[at + F.spread] as number)
      state[hour] = (state[hour] as number) + (HOURLY * Math.max(-reach, Math.min(reach, apart))) / CUT
      this.#learn(at, x, rows)
    }
    return strength
  }

  #learnLimits(at: number, spike: number, level: number, drift: number): void {
    learnTail(this.#state, at + F.spikeTail, spike)
    learnTail(this.#state, at + F.levelTail, level)
    learnTail(this.#state, at + F.driftTail, drift)
  }

  /** A score over its limit. Below the least limit the learned one, which costs a power, is not asked. */
  #overLimit(tail: number, score: number, least: number, allowed: number): number {
    return score / (score <= least ? least : Math.max(least, tailLimit(this.#state, tail, allowed)))
  }

  /** The value that is judged: itself, or a counter's growth a second; NaN at a counter's reset and at its first sample. */
  #measured(at: number, value: number, elapsedUs: number): number {
    const state = this.#state
    if (state[at + F.mode] !== 1) return value
    const before = state[at + F.value] as number
    const first = state[at + F.timeUs] === 0
    return first || value < before || elapsedUs <= 0 ? Number.NaN : ((value - before) * 1e6) / elapsedUs
  }

  /** A sample that is not after the last one is backfill, until so many came in succession that it was the clock which had been wrong. */
  #believesClock(at: number): boolean {
    this.counts.late++
    const late = (this.#state[at + F.late] = (this.#state[at + F.late] as number) + 1)
    return late > BELIEVE_LATE
  }

  #pace(at: number, elapsedUs: number, mayLearn: boolean): number {
    const state = this.#state
    const usual = state[at + F.intervalUs] as number
    if (usual === 0) {
      state[at + F.intervalUs] = elapsedUs
      return 0
    }
    // One gap says little: it counts as eightfold at most. So does a jump of the clock.
    const ratio = Math.max(-3, Math.min(3, Math.log2(elapsedUs / usual)))
    const pace = (state[at + F.pace] = (state[at + F.pace] as number) + PACE * (ratio - (state[at + F.pace] as number)))
    const rows = state[at + F.rows] as number
    if (mayLearn && Math.abs(pace) < PACE_LIMIT / 2) state[at + F.intervalUs] = usual * 2 ** (Math.max(SLOWEST, 1 / (rows + 1)) * ratio)
    return Math.abs(pace) / PACE_LIMIT
  }

  #freeze(at: number, value: number, mayLearn: boolean): number {
    const state = this.#state
    const before = state[at + F.same] as number
    const moved = value !== state[at + F.value]
    const same = (state[at + F.same] = moved ? 0 : before + 1)
    const limit = Math.max(FROZEN_LEAST, (state[at + F.longestSame] as number) * FROZEN_TIMES)
    // A rest is learned when it is over; what stands still from the beginning (a setpoint) may go on standing still.
    const learning = (state[at + F.rows] as number) < WARM_UP || state[at + F.spread] === 0
    if (mayLearn && (learning || (moved && before < limit))) state[at + F.longestSame] = Math.max(state[at + F.longestSame] as number, before)
    return same / limit
  }

  #verdict(at: number, spike: number, level: number, drift: number, frozen: number, sampling: number): number {
    let [strength, reason] = [spike, 1]
    if (level > strength) [strength, reason] = [level, 2]
    if (drift > strength) [strength, reason] = [drift, 3]
    if (frozen > strength) [strength, reason] = [frozen, 4]
    if (sampling > strength) [strength, reason] = [sampling, 5]
    // The first sample of a shift cannot be told from a spike: it is called one until a second comes.
    if (spike > 1 && reason === 2 && this.#state[at + F.abnormal] === 0) reason = 1
    this.#state[at + F.reason] = strength > 1 ? reason : 0
    return strength
  }

  #learn(at: number, x: number, rows: number): void {
    const state = this.#state
    const weight = Math.max(SLOWEST, 1 / (rows + 1))
    if (rows === 0) state[at + F.fast] = state[at + F.level] = x
    const spread = state[at + F.spread] as number
    const apart = x - (state[at + F.level] as number)
    const cut = rows < 30 ? apart : Math.max(-CUT * spread, Math.min(CUT * spread, apart))
    state[at + F.level] = (state[at + F.level] as number) + weight * (spread === 0 ? apart : cut)
    state[at + F.spread] = spread + weight * (Math.min(Math.abs(apart), spread === 0 ? Number.POSITIVE_INFINITY : 2 * CUT * spread) - spread)
    const step = x - (state[at + F.fast] as number)
    const fastSpread = state[at + F.fastSpread] as number
    state[at + F.fastSpread] = fastSpread + weight * (Math.min(Math.abs(step), fastSpread === 0 ? Number.POSITIVE_INFINITY : 2 * CUT * fastSpread) - fastSpread)
    state[at + F.fast] = (state[at + F.fast] as number) + FAST * step
  }

  /** What is now counts as usual: by a person's word, or because it has lasted for a day of seconds. Learning begins again. */
  accept(slot: number): void {
    const at = slot * FIELDS
    const kept = [F.mode, F.timeUs, F.value, F.startUs].map((field) => this.#state[at + field] as number)
    this.#state.fill(0, at, at + FIELDS)
    for (const [index, field] of [F.mode, F.timeUs, F.value, F.startUs].entries()) this.#state[at + field] = kept[index] as number
  }

  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    into.number(this.#settings.falseAlarmsPerWeek)
    into.numbers(Float64Array.of(this.counts.late, this.counts.missing))
    into.numbers(this.#state)
    return into.finish()
  }

  /** @throws MillwrightError CORRUPT_FILE when the bytes are no saved bank. */
  static restore(bytes: Uint8Array): SignalBank {
    const from = new StateReader(bytes, KIND, VERSION)
    const falseAlarmsPerWeek = from.number()
    const [late = 0, missing = 0] = from.numbers(2)
    const state = from.numbers()
    const bank = new SignalBank(Math.floor(state.length / FIELDS), { falseAlarmsPerWeek })
    bank.#state.set(state.subarray(0, bank.size * FIELDS))
    Object.assign(bank.counts, { late, missing })
    return bank
  }
}
