import type { SeriesId } from '@millwright/model/sample-batch.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { AlarmGate, type GateStep } from '../scoring/alarm-gate.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { AssetFrames, FRAME_US, type FrameCounts } from './asset-frames.ts'
import { FrameModel, MIN_DISTINCT } from './frame-model.ts'
import { MAX_REGIMES, Regimes } from './regimes.ts'
import { TailScore } from './tail-score.ts'

/** Most numeric signals of one asset that are watched together; the others are named as left out. */
export const MAX_SIGNALS = 48
/** Weight of the newest frame in the moving average that is judged (Lowry et al. 1992, MEWMA). */
const LAMBDA = 0.15
/** Frames after a change of regime that are neither judged nor learned: start-up. */
const SETTLE_FRAMES = 5
/** Judged frames before the first anomaly may be told: with learning, within a day of data. */
const CALIBRATION_FRAMES = 720
const FRAMES_PER_WEEK = (7 * 86_400_000_000) / FRAME_US
/** A signal has moved when it is this far from what the others make of it; it is back below the half. */
const MOVED = 3
/** An abnormal stretch of this many judged frames (two days) is the new normal. */
const LONGEST_FRAMES = 2 * 1_440
/** A signal stands still when it has not changed for this many frames, and for this many times the longest stretch that was normal for it. */
const [STILL_FRAMES, STILL_TIMES] = [30, 3]
/** Frames from which the longest normal stretch of no change was learned: a day. */
const STILL_LEARNED = 1_440
const [KIND, VERSION] = ['asset-watch', 2]

/** The signals of an asset that are watched, by the id of their series: a rename changes nothing. */
export interface WatchShape {
  /** Numeric ones, at most {@link MAX_SIGNALS}. */
  readonly signals: readonly SeriesId[]
  /** Texts and booleans. */
  readonly states: readonly SeriesId[]
}

/** A signal's part in an anomaly. */
export interface SignalPart {
  readonly series: SeriesId
  /** 0 to 1; all parts of an anomaly together are 1. */
  readonly share: number
  readonly value: number
  /** What it should be, from the other signals, and the half width of the band in which it normally is. */
  readonly expected: number
  readonly band: number
  /** When it left its band; undefined while it is inside. */
  readonly movedUs: number | undefined
}

/** What a frame of an asset meant. */
export interface FrameVerdict {
  readonly endUs: number
  readonly step: GateStep
  readonly pValue: number
  readonly score: number
  /** Ranked, the most telling first; empty unless an anomaly begins, lasts or ends. */
  readonly parts: readonly SignalPart[]
}

export type WatchPhase = 'learning' | 'calibrating' | 'watching'

/** What people said about the asset that matters for what is learned from a frame. */
export interface Teaching {
  /** `exclude`: the frame is of a fault or a planned stop and is not learned. `normal`: somebody said that nothing was wrong, so it is learned even while it looks abnormal. */
  of(endUs: number): 'exclude' | 'normal' | undefined
}

/** The p-value of a frame below which an anomaly is told, for so many false alarms a week. */
export function pValueLimit(alarmsPerWeek: number): number {
  return alarmsPerWeek / FRAMES_PER_WEEK
}

const NOTHING_SAID: Teaching = { of: () => undefined }

/**
 * Watches one asset: learns what is normal in each operating regime from its own stream, judges each frame before it learns from it, and freezes learning while
 * abnormal, after changes of regime and where people say so. Its state saves and restores exactly.
 */
export class AssetWatch {
  readonly shape: WatchShape
  readonly frames: AssetFrames
  readonly regimes: Regimes
  readonly #models: (FrameModel | undefined)[] = Array.from({ length: MAX_REGIMES }, () => undefined)
  readonly #tail = new TailScore()
  readonly #gate = new AlarmGate({ offAt: 0.6, offAtPeak: 0.05, refractory: 30, longest: LONGEST_FRAMES })
  readonly #z: Float64Array
  readonly #average: Float64Array
  readonly #movedUs: Float64Array
  readonly #last: Float64Array
  readonly #ups: Float64Array
  readonly #downs: Float64Array
  /** Frames in which a signal has not changed, and the longest such stretch that was normal. */
  readonly #still: Float64Array
  readonly #longestStill: Float64Array
  #regime = -1
  #generation = 0
  #settling = 0
  #judged = 0
  #framesSeen = 0

  constructor(shape: WatchShape) {
    this.shape = shape
    const size = shape.signals.length
    this.frames = new AssetFrames(size)
    this.regimes = new Regimes(shape.states.length)
    this.#z = new Float64Array(size)
    this.#average = new Float64Array(size)
    this.#movedUs = new Float64Array(size).fill(Number.NaN)
    this.#last = new Float64Array(size).fill(Number.NaN)
    this.#ups = new Float64Array(size)
    this.#downs = new Float64Array(size)
    this.#still = new Float64Array(size)
    this.#longestStill = new Float64Array(size)
  }

  get isAbnormal(): boolean {
    return this.#gate.active
  }

  get phase(): WatchPhase {
    if (!this.#models.some((model) => model?.isReady === true)) return 'learning'
    return this.#tail.frames < CALIBRATION_FRAMES ? 'calibrating' : 'watching'
  }

  get counts(): FrameCounts {
    return this.frames.counts
  }

  get framesSeen(): number {
    return this.#framesSeen
  }

  /** Signals that are judged now in some regime. */
  judgedSignals(): SeriesId[] {
    return this.shape.signals.filter((_, index) => this.#models.some((model) => model?.isReady === true && model.uses(index)))
  }

  /** Whether a numeric signal only ever grows, but for a reset now and then: a counter. */
  isCounter(index: number): boolean {
    const [ups, downs] = [this.#ups[index] as number, this.#downs[index] as number]
    return (ups >= MIN_DISTINCT - 1 && downs === 0) || (ups >= 30 && downs <= 0.02 * ups)
  }

  /** Judges the frame that {@link frames} closed, then learns from it. `alarmsPerWeek` is the false-alarm budget. */
  closeFrame(endUs: number, alarmsPerWeek: number, teaching: Teaching = NOTHING_SAID): FrameVerdict {
    const { values } = this.frames
    this.#framesSeen++
    this.#noteDirections(values)
    const regime = this.regimes.frame(endUs)
    if (this.regimes.generation !== this.#generation) this.#forgetRegimes()
    if (regime !== this.#regime) {
      this.#regime = regime
      this.#settling = SETTLE_FRAMES
      this.#average.fill(0)
      this.#movedUs.fill(Number.NaN)
    }
    const model = regime < 0 ? undefined : (this.#models[regime] ??= new FrameModel(this.shape.signals.length))
    const isSettling = this.#settling > 0
    if (isSettling) this.#settling--
    if (model === undefined || isSettling) return this.#quiet(endUs)
    const verdict = model.isReady ? this.#judge(model, endUs, alarmsPerWeek, values) : this.#quiet(endUs)
    const said = teaching.of(endUs)
    const mayLearn = said === 'normal' || (said === undefined && !this.#gate.active)
    if (mayLearn) {
      if (model.isReady) this.#tail.learn(verdict.score)
      model.learn(values, (index) => this.isCounter(index))
    }
    if (verdict.step === 'accepted' && said !== 'exclude') this.#models[regime] = undefined
    return verdict
  }

  #judge(model: FrameModel, endUs: number, alarmsPerWeek: number, values: Float64Array): FrameVerdict {
    model.standardise(values, this.#z)
    const weight = this.#judged++ === 0 ? 1 : LAMBDA
    for (let at = 0; at < this.#z.length; at++) this.#average[at] = (this.#average[at] as number) * (1 - weight) + weight * (this.#z[at] as number)
    this.#noteMoves(model, endUs)
    const score = model.score(this.#average) * ((2 - LAMBDA) / LAMBDA)
    const limit = pValueLimit(alarmsPerWeek)
    const frozen = this.#framesSeen < STILL_LEARNED ? -1 : this.#frozen(model)
    // A sensor that stands still is told like what is as rare as the limit allows: it has no score of its own.
    const pValue = frozen < 0 ? this.#tail.pValue(score) : Math.min(this.#tail.pValue(score), limit / 2)
    if (this.#tail.frames < CALIBRATION_FRAMES) return { endUs, step: 'quiet', pValue, score, parts: [] }
    // The ratio of logarithms: 1 at the limit, and hysteresis means a p-value that is so many times more usual.
    const step = this.#gate.step(Math.log(pValue) / Math.log(limit))
    return { endUs, step, pValue, score, parts: step === 'quiet' ? [] : this.#parts(model, values, frozen) }
  }

  /** The signal that has stood still for longest beyond what is normal for it; −1 when none has. */
  #frozen(model: FrameModel): number {
    let [worst, ratio] = [-1, 1]
    for (let at = 0; at < this.#still.length; at++) {
      const beyond = (this.#still[at] as number) / Math.max(STILL_FRAMES, STILL_TIMES * (this.#longestStill[at] as number))
      if (beyond > ratio && model.uses(at)) [worst, ratio] = [at, beyond]
    }
    return worst
  }

  #parts(model: FrameModel, values: Float64Array, frozen: number): SignalPart[] {
    const weights = Float64Array.from(this.#average, (_, index) => (model.uses(index) ? model.surprise(this.#average, index) ** 2 : 0))
    // What stands still is named first, whatever the others do.
    if (frozen >= 0) weights[frozen] = (weights[frozen] as number) + weights.reduce((total, weight) => total + weight, 1)
    const sum = weights.reduce((total, weight) => total + weight, 0)
    if (sum === 0) return []
    const parts: SignalPart[] = []
    for (const [signal, weight] of weights.entries()) {
      if (weight < 0.01 * sum) continue
      const { value: expected, spread } = model.expected(this.#z, signal)
      const movedUs = this.#movedUs[signal] as number
      parts.push({ series: this.shape.signals[signal] as number, share: weight / sum, value: values[signal] as number, expected, band: 3 * spread, movedUs: Number.isNaN(movedUs) ? undefined : movedUs })
    }
    return parts.sort((a, b) => b.share - a.share)
  }

  #noteMoves(model: FrameModel, endUs: number): void {
    const gain = Math.sqrt((2 - LAMBDA) / LAMBDA)
    for (let at = 0; at < this.#average.length; at++) {
      if (!model.uses(at)) continue
      const away = Math.abs(model.surprise(this.#average, at)) * gain
      if (away > MOVED && Number.isNaN(this.#movedUs[at])) this.#movedUs[at] = endUs
      else if (away < MOVED / 2) this.#movedUs[at] = Number.NaN
    }
  }

  #noteDirections(values: Float64Array): void {
    for (let at = 0; at < values.length; at++) {
      const value = values[at] as number
      const before = this.#last[at] as number
      if (value > before) this.#ups[at] = (this.#ups[at] as number) + 1
      else if (value < before) this.#downs[at] = (this.#downs[at] as number) + 1
      const still = this.#still[at] as number
      // Learned when it is over: while it lasts nobody knows whether it is normal.
      if (value !== before && !this.#gate.active) this.#longestStill[at] = Math.max(this.#longestStill[at] as number, still)
      this.#still[at] = value === before ? still + 1 : 0
      if (!Number.isNaN(value)) this.#last[at] = value
    }
  }

  #quiet(endUs: number): FrameVerdict {
    return { endUs, step: this.#gate.active ? 'lasts' : 'quiet', pValue: 1, score: Number.NaN, parts: [] }
  }

  #forgetRegimes(): void {
    this.#generation = this.regimes.generation
    this.#models.fill(undefined)
    this.#regime = -1
  }

  /** The whole state; {@link AssetWatch.restore} makes the same watch of it. */
  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    into.text(JSON.stringify(this.shape))
    for (const value of [this.#regime, this.#generation, this.#settling, this.#judged, this.#framesSeen]) into.number(value)
    this.frames.save(into)
    this.regimes.save(into)
    this.#tail.save(into)
    this.#gate.save(into)
    for (const column of this.#columns()) into.numbers(column)
    for (const model of this.#models) {
      into.integer(model === undefined ? 0 : 1)
      model?.save(into)
    }
    return into.finish()
  }

  /** Throws MillwrightError CORRUPT_FILE for anything but what {@link save} wrote. */
  static restore(bytes: Uint8Array): AssetWatch {
    const from = new StateReader(bytes, KIND, VERSION)
    if (from.version !== VERSION) throw new MillwrightError('CORRUPT_FILE', `this state is of version ${from.version} and cannot be read any more; the asset is learned anew`)
    // Our own writer made it, and the file's checksum held.
    const watch = new AssetWatch(JSON.parse(from.text()) as WatchShape)
    watch.#regime = from.number()
    watch.#generation = from.number()
    watch.#settling = from.number()
    watch.#judged = from.number()
    watch.#framesSeen = from.number()
    watch.frames.restore(from)
    watch.regimes.restore(from)
    watch.#tail.restore(from)
    watch.#gate.restore(from)
    for (const column of watch.#columns()) column.set(from.numbers(column.length))
    for (let index = 0; index < MAX_REGIMES; index++) {
      if (from.integer() === 0) continue
      const model = new FrameModel(watch.shape.signals.length)
      model.restore(from)
      watch.#models[index] = model
    }
    return watch
  }

  #columns(): readonly Float64Array[] {
    return [this.#average, this.#movedUs, this.#last, this.#ups, this.#downs, this.#still, this.#longestStill]
  }
}
