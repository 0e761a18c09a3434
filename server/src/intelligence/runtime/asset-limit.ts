import { US_PER_DAY } from '@millwright/model/time.ts'
import type { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { learnTail, TAIL_FIELDS, tailLimit, tailRarity } from '../scoring/tail-limit.ts'
import { FRAME_US } from './asset-frames.ts'
import { WeeklyRoutine } from './weekly-routine.ts'

const FRAMES_PER_WEEK = (7 * US_PER_DAY) / FRAME_US
/** Frames that were judged before the first anomaly may be told: with learning, within a day of data. */
const CALIBRATION_FRAMES = 480
/** In the first eight days no weekend may have been seen: the limit stands so much higher, and comes down with the fourth power of the age afterwards. */
const [YOUNG_FRAMES, YOUNG] = [8 * 1_440, 0.6]
/** After a change of operating state heat and pressure settle for an hour: the limit begins so much higher and falls. */
const [SETTLING_FRAMES, SETTLING] = [60, 1]
/** The asset's limit lies between these: a chart's own limit is 1. */
const [LOWEST, HIGHEST] = [1, 4]
/** Of anomalies that were told, a week is remembered; each beyond what was allowed raises the limit by this part of it. */
const [TOLD_MEMORY_US, RAISED] = [7 * US_PER_DAY, 0.25]
/** What is learned is cut at so many limits. */
const LEARNED_UP_TO = 1.5

/** The p-value of a frame below which an anomaly is told, for so many false alarms a week. */
export function pValueLimit(alarmsPerWeek: number): number {
  return alarmsPerWeek / FRAMES_PER_WEEK
}

/** What is known of a frame when it is judged. */
export interface FrameCircumstances {
  readonly endUs: number
  /** False alarms an asset and week that are accepted. */
  readonly alarmsPerWeek: number
  readonly framesSeen: number
  /** Frames since the operating state changed. */
  readonly framesInState: number
}

/**
 * The limit of an asset's score, which normal episodes pass as often as was allowed (peaks over a threshold: Siffer et al., KDD 2017). Counted are episodes, not frames:
 * a Sunday that looks odd is one. At hours of the week that were odd before, and after more was told than is allowed, it stands higher.
 */
export class AssetLimit {
  readonly #tail = new Float64Array(TAIL_FIELDS)
  readonly #routine = new WeeklyRoutine()
  #learned = 0
  /** Anomalies told, fading over a week, and when that was reckoned. */
  #told = 0
  #toldUs = 0

  /** Whether enough was judged to tell anomalies. */
  get isReady(): boolean {
    return this.#learned >= CALIBRATION_FRAMES
  }

  /** A score, 1 at a chart's own limit, over the limit at which an anomaly is told; NaN for no number. */
  ratio(score: number, circumstances: FrameCircumstances): number {
    return score / Math.max(this.#limit(circumstances) * cautionOf(circumstances) * this.#strictness(circumstances), this.#routine.usual(circumstances.endUs))
  }

  /** How often a normal frame begins an episode with such a score; 1 while too little was judged. */
  pValue(score: number, circumstances: FrameCircumstances): number {
    return this.isReady ? Math.min(1, tailRarity(this.#tail, 0, score / cautionOf(circumstances))) : 1
  }

  #limit({ alarmsPerWeek }: FrameCircumstances): number {
    return Math.min(HIGHEST, Math.max(LOWEST, tailLimit(this.#tail, 0, pValueLimit(alarmsPerWeek))))
  }

  /** An anomaly begins. One that people call real, or that lasts long, is taken back together with what was learned of it. */
  tell(endUs: number): void {
    this.#told = 1 + this.#toldBy(endUs)
    this.#toldUs = endUs
  }

  #strictness({ endUs, alarmsPerWeek }: FrameCircumstances): number {
    return 1 + RAISED * Math.max(0, this.#toldBy(endUs) - alarmsPerWeek)
  }

  #toldBy(endUs: number): number {
    return this.#told * Math.exp(-Math.max(0, endUs - this.#toldUs) / TOLD_MEMORY_US)
  }

  /** Learns from the score of a frame that counts as normal, and from what was told of it, which is higher where something is certain. */
  learn(score: number, told: number, circumstances: FrameCircumstances): void {
    const limit = this.#limit(circumstances)
    if (!Number.isNaN(told)) this.#routine.learn(told >= limit ? told : 0, circumstances.endUs)
    if (Number.isNaN(score)) return
    this.#learned++
    learnTail(this.#tail, 0, Math.min(score, LEARNED_UP_TO * limit))
  }

  /** Becomes as the other one is. */
  copyFrom(other: AssetLimit): void {
    this.#learned = other.#learned
    this.#told = other.#told
    this.#toldUs = other.#toldUs
    this.#tail.set(other.#tail)
    this.#routine.copyFrom(other.#routine)
  }

  save(into: StateWriter): void {
    for (const value of [this.#learned, this.#told, this.#toldUs]) into.number(value)
    into.numbers(this.#tail)
    this.#routine.save(into)
  }

  restore(from: StateReader): void {
    this.#learned = from.number()
    this.#told = from.number()
    this.#toldUs = from.number()
    this.#tail.set(from.numbers(TAIL_FIELDS))
    this.#routine.restore(from)
  }
}

function cautionOf({ framesSeen, framesInState }: FrameCircumstances): number {
  return (1 + YOUNG * Math.min(1, YOUNG_FRAMES / framesSeen) ** 4) * (1 + SETTLING * Math.max(0, 1 - framesInState / SETTLING_FRAMES))
}
