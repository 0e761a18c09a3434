import { US_PER_DAY } from '@millwright/model/time.ts'
import { AlarmGate, type GateStep } from '../scoring/alarm-gate.ts'
import type { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { learnTail, TAIL_FIELDS, tailLimit, tailRarity } from '../scoring/tail-limit.ts'
import { FRAME_US } from './asset-frames.ts'

const FRAMES_PER_WEEK = (7 * US_PER_DAY) / FRAME_US
/** Frames that were judged before the first anomaly may be told: with learning, within a day of data. */
const CALIBRATION_FRAMES = 480
/** In the first eight days no weekend may have been seen: the limit stands so much higher, and comes down with the fourth power of the age afterwards. */
const [YOUNG_FRAMES, YOUNG] = [8 * 1_440, 0.6]
/** After a change of operating state heat and pressure settle for an hour: the limit begins so much higher and falls. */
const [SETTLING_FRAMES, SETTLING] = [60, 1]
/** The asset's limit lies between these: a chart's own limit is 1. */
const [LOWEST, HIGHEST] = [1, 4]
/** What is learned is cut at so many limits. */
const LEARNED_UP_TO = 1.5
/** An abnormal stretch of this many judged frames (two days) is the new normal. */
const LONGEST_FRAMES = 2 * 1_440

/** The p-value of a frame below which an anomaly is told, for so many false alarms a week. */
export function pValueLimit(alarmsPerWeek: number): number {
  return alarmsPerWeek / FRAMES_PER_WEEK
}

/** What is known of a frame when it is judged. */
export interface FrameCircumstances {
  /** False alarms an asset and week that are accepted. */
  readonly alarmsPerWeek: number
  readonly framesSeen: number
  /** Frames since the operating state changed. */
  readonly framesInState: number
}

/**
 * One calibrated verdict an asset: the highest of all its scores beside a limit that normal episodes pass as often as was allowed (peaks over a threshold: Siffer et al.,
 * KDD 2017), with hysteresis and refractory time. Counted are episodes, not frames: a Sunday that looks odd is one.
 */
export class AssetAlarm {
  readonly #gate = new AlarmGate({ offAt: 0.6, offAtPeak: 0.05, refractory: 30, longest: LONGEST_FRAMES })
  readonly #tail = new Float64Array(TAIL_FIELDS)
  #learned = 0

  /** Whether an anomaly lasts; learning is frozen meanwhile. */
  get active(): boolean {
    return this.#gate.active
  }

  /** Whether enough was judged to tell anomalies. */
  get isReady(): boolean {
    return this.#learned >= CALIBRATION_FRAMES
  }

  /** Judges a frame by its score, 1 at a chart's own limit; NaN when the frame cannot be judged. */
  judge(score: number, { alarmsPerWeek, framesSeen, framesInState }: FrameCircumstances): { readonly step: GateStep; readonly pValue: number; readonly ratio: number } {
    if (Number.isNaN(score)) return { step: this.#gate.step(Number.NaN), pValue: 1, ratio: 0 }
    const allowed = pValueLimit(alarmsPerWeek)
    const caution = (1 + YOUNG * Math.min(1, YOUNG_FRAMES / framesSeen) ** 4) * (1 + SETTLING * Math.max(0, 1 - framesInState / SETTLING_FRAMES))
    const limit = this.#limit(allowed)
    const ratio = score / (limit * caution)
    const pValue = this.isReady ? Math.min(1, tailRarity(this.#tail, 0, score / caution)) : 1
    return { step: this.isReady ? this.#gate.step(ratio) : 'quiet', pValue, ratio }
  }

  /** Ends the anomaly that lasts, so that another one can begin at once. */
  cut(): GateStep {
    this.#gate.cut()
    return 'ends'
  }

  #limit(allowed: number): number {
    return Math.min(HIGHEST, Math.max(LOWEST, tailLimit(this.#tail, 0, allowed)))
  }

  /** Learns from the score of a frame that counts as normal. */
  learn(score: number, { alarmsPerWeek }: FrameCircumstances): void {
    if (Number.isNaN(score)) return
    this.#learned++
    learnTail(this.#tail, 0, Math.min(score, LEARNED_UP_TO * this.#limit(pValueLimit(alarmsPerWeek))))
  }

  save(into: StateWriter): void {
    into.number(this.#learned)
    into.numbers(this.#tail)
    this.#gate.save(into)
  }

  restore(from: StateReader): void {
    this.#learned = from.number()
    this.#tail.set(from.numbers(TAIL_FIELDS))
    this.#gate.restore(from)
  }
}
