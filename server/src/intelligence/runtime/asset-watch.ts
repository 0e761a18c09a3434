import type { SeriesId } from '@millwright/model/sample-batch.ts'
import { US_PER_HOUR } from '@millwright/model/time.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { GateStep } from '../scoring/alarm-gate.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { AnomalyLead } from './anomaly-lead.ts'
import { AssetAlarm, type FrameCircumstances } from './asset-alarm.ts'
import { AssetFrames, type FrameCounts } from './asset-frames.ts'
import { FrameModel, MIN_DISTINCT } from './frame-model.ts'
import { MAX_REGIMES, Regimes } from './regimes.ts'
import { remapColumn } from './remap.ts'
import { RoutedWatch, type Findings } from './routed/routed-watch.ts'
import type { WatchPick } from './routed/watch-pick.ts'
import { SignalCharts, type FrameDeviations } from './signal-charts.ts'
import { signalParts, type Found, type SignalPart } from './signal-parts.ts'
import { StateDwell } from './state-dwell.ts'
import { Stillness } from './stillness.ts'

/** Most numeric signals of one asset that are watched together; the others are named as left out. */
export const MAX_SIGNALS = 48
/** Frames after a change of regime that are neither judged nor learned: start-up. */
export const SETTLE_FRAMES = 5
/** A signal has moved when it is above its own limit; it is back below the half. */
const [MOVED, BACK] = [1, 0.5]
/** Frames from which the longest normal stretch of no change was learned: a day. */
const STILL_LEARNED = 1_440
/** Score of what is known to be wrong without a number of its own: a sensor that stands still, a state that does not end. It passes the limit at its highest. */
const CERTAIN = 20
const [KIND, VERSION] = ['asset-watch', 5]

/** The signals of an asset that are watched, by the id of their series: a rename changes nothing. */
export interface WatchShape {
  /** Numeric ones, at most {@link MAX_SIGNALS}. */
  readonly signals: readonly SeriesId[]
  /** Texts and booleans. */
  readonly states: readonly SeriesId[]
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
  readonly #charts: SignalCharts
  readonly #alarm = new AssetAlarm()
  readonly #stillness: Stillness
  readonly #dwell: StateDwell
  readonly #lead: AnomalyLead
  readonly #routed: RoutedWatch
  /** The highest score over its limit of each signal, of the charts and of what was routed to it. */
  readonly #ratios: Float64Array
  readonly #z: Float64Array
  readonly #apart: Float64Array
  readonly #spikes: Float64Array
  readonly #movedUs: Float64Array
  #regime = -1
  #framesInState = 0
  /** A part of the anomaly that lasts was said to be a fault or planned. */
  #isExcluded = false
  #framesSeen = 0

  constructor(shape: WatchShape) {
    this.shape = shape
    const size = shape.signals.length
    this.frames = new AssetFrames(size)
    this.regimes = new Regimes(shape.states.length, size)
    this.#charts = new SignalCharts(size)
    this.#stillness = new Stillness(size)
    this.#dwell = new StateDwell(shape.states.length)
    this.#lead = new AnomalyLead(size)
    this.#routed = new RoutedWatch(shape)
    this.#ratios = new Float64Array(size)
    this.#z = new Float64Array(size)
    this.#apart = new Float64Array(size)
    this.#spikes = new Float64Array(size)
    this.#movedUs = new Float64Array(size).fill(Number.NaN)
  }

  get isAbnormal(): boolean {
    return this.#alarm.active
  }

  get phase(): WatchPhase {
    if (!this.#models.some((model) => model !== undefined && this.#mayJudge(model))) return 'learning'
    return this.#alarm.isReady ? 'watching' : 'calibrating'
  }

  get counts(): FrameCounts {
    return this.frames.counts
  }

  get framesSeen(): number {
    return this.#framesSeen
  }

  /** Signals that are judged now in some regime. */
  judgedSignals(): SeriesId[] {
    return this.shape.signals.filter((_, index) => this.#isJudged(index))
  }

  /** Whether a numeric signal only ever grows, but for a reset now and then: a counter. */
  isCounter(index: number): boolean {
    return this.#stillness.isCounter(index, MIN_DISTINCT - 1)
  }

  /** What was picked beside the usual charts, and why. */
  picks(): WatchPick[] {
    return this.#routed.picks(this.#isJudged)
  }

  /** Memory of the detectors that were picked beside the usual ones, in bytes. */
  get extraBytes(): number {
    return this.#routed.bytes
  }

  /** Samples a minute that a signal usually has; 0 while that is not known. */
  samplesPerMinute(series: SeriesId): number {
    return this.#routed.samplesPerMinute(this.shape.signals.indexOf(series))
  }

  readonly #isJudged = (index: number): boolean => this.#models.some((model) => model !== undefined && this.#mayJudge(model) && this.#uses(model, index))

  #mayJudge(model: FrameModel): boolean {
    return model.isReady && (model.isMature || this.regimes.count === 1)
  }

  #uses(model: FrameModel, index: number): boolean {
    return model.uses(index) && !this.#stillness.isIdle(index)
  }

  /** Judges the frame that {@link frames} closed, then learns from it. `alarmsPerWeek` is the false-alarm budget. */
  closeFrame(endUs: number, alarmsPerWeek: number, teaching: Teaching = NOTHING_SAID): FrameVerdict {
    const { values, samples } = this.frames
    this.#framesSeen++
    this.#routed.mask(values, samples, endUs)
    const said = teaching.of(endUs)
    const wasActive = this.#alarm.active
    this.#stillness.frame(values, !wasActive && said !== 'exclude')
    const model = this.#enter(this.regimes.frame(endUs, values))
    const stay = this.#dwell.frame((signal) => this.regimes.valueOf(signal), said !== 'exclude')
    const circumstances: FrameCircumstances = { alarmsPerWeek, framesSeen: this.#framesSeen, framesInState: this.#framesInState }
    const isJudged = this.#framesInState > SETTLE_FRAMES && this.#mayJudge(model)
    const mayLearn = said === 'normal' || (said === undefined && !wasActive)
    const further = this.#routed.frame({ endUs, values, samples, regime: this.#regime, mayLearn, stateOf: (signal) => this.regimes.valueOf(signal), isJudged: this.#isJudged })
    const score = higher(isJudged ? this.#score(model, endUs) : Number.NaN, further.score)
    this.#gatherRatios(isJudged, further)
    const frozen = isJudged && this.#framesSeen >= STILL_LEARNED ? this.#stillness.frozen((at) => this.#uses(model, at)) : -1
    const isCertain = frozen >= 0 || stay !== undefined || further.isCertain
    const told = isCertain ? Math.max(CERTAIN, score || 0) : score
    const { step, pValue } = this.#alarm.judge(told, circumstances)
    if (step === 'begins') this.#lead.begin(this.#ratios, frozen, stay?.signal)
    else if (step === 'lasts' && said === 'normal' && !this.#isExcluded) return { endUs, step: this.#alarm.cut(), pValue, score: told, parts: [] }
    // Another cause, which comes while an anomaly lasts, is an anomaly of its own: it begins with the next frame.
    else if (step === 'lasts' && isJudged && this.#lead.hasPassed(this.#ratios, frozen, stay?.signal)) return { endUs, step: this.#alarm.cut(), pValue, score: told, parts: [] }
    const parts = step === 'quiet' || !(isJudged || stay !== undefined || further.of.length > 0) ? [] : this.#parts(model, { frozen, stay, further, endUs })
    if (step === 'begins') this.#isExcluded = false
    if (said === 'exclude') this.#isExcluded = true
    // Where people contradict each other about parts of one anomaly, the fault wins for all of it.
    if (said === 'normal' && isJudged && !(this.#alarm.active && this.#isExcluded)) this.#charts.allow()
    if (said !== 'exclude') this.#learnLimits(score, isJudged, endUs, circumstances)
    if (this.#framesInState > SETTLE_FRAMES && (said === 'normal' || (said === undefined && !this.#alarm.active))) this.#learn(model, isJudged, endUs)
    if (step === 'accepted' && said !== 'exclude') this.#accept(model)
    return { endUs, step, pValue, score: told, parts }
  }

  /**
   * What judges the frame whose values stand in {@link frames}, by what is known now; undefined where nothing does, or fewer than `settled` such frames have passed since
   * the operating regime changed. Of a copy only: regimes are followed, though nothing is learned of values.
   */
  judgeOf(endUs: number, settled = SETTLE_FRAMES): { readonly model: FrameModel; uses(signal: number): boolean } | undefined {
    const model = this.#enter(this.regimes.frame(endUs, this.frames.values))
    return this.#framesInState > settled && this.#mayJudge(model) ? { model, uses: (signal) => this.#uses(model, signal) } : undefined
  }

  #enter(regime: number): FrameModel {
    const merge = this.regimes.takeMerge()
    if (merge !== undefined) this.#mergeModels(merge)
    const model = (this.#models[regime] ??= new FrameModel(this.shape.signals.length))
    if (regime !== this.#regime) {
      this.#regime = regime
      this.#framesInState = 0
      this.#charts.enter()
      this.#movedUs.fill(Number.NaN)
      model.enter()
    }
    this.#framesInState++
    return model
  }

  /** Of regimes that became one, what was learned longest stays. */
  #mergeModels(to: readonly number[]): void {
    const before = [...this.#models]
    this.#models.fill(undefined)
    for (const [from, model] of before.entries()) {
      const place = to[from]
      if (model !== undefined && place !== undefined && model.frames > (this.#models[place]?.frames ?? -1)) this.#models[place] = model
    }
    const now = this.#regime < 0 ? -1 : (to[this.#regime] ?? -1)
    this.#regime = now
  }

  /** The highest of all charts. */
  #score(model: FrameModel, endUs: number): number {
    const { values, reach } = this.frames
    model.standardise(values, this.#z)
    for (let at = 0; at < this.#z.length; at++) {
      this.#apart[at] = this.#uses(model, at) ? model.surprise(this.#z, at) : 0
      this.#spikes[at] = (reach[at] as number) / model.spreadOf(at)
    }
    const score = this.#charts.step(this.#deviations(endUs), (at) => this.#uses(model, at))
    for (let at = 0; at < this.#z.length; at++) {
      const ratio = this.#charts.ratios[at] as number
      if (ratio > MOVED && Number.isNaN(this.#movedUs[at])) this.#movedUs[at] = endUs
      else if (ratio < BACK) this.#movedUs[at] = Number.NaN
    }
    return score
  }

  #gatherRatios(isJudged: boolean, { of }: Findings): void {
    if (isJudged) this.#ratios.set(this.#charts.ratios)
    else this.#ratios.fill(0)
    for (const { signal, score } of of) this.#ratios[signal] = Math.max(score, this.#ratios[signal] as number)
  }

  #deviations(endUs: number): FrameDeviations {
    return { apart: this.#apart, level: this.#z, spikes: this.#spikes, hour: Math.floor((endUs - 1) / US_PER_HOUR) % 24 }
  }

  /** Also of frames that look abnormal: limits count episodes, and an episode that came and went is one. */
  #learnLimits(score: number, isJudged: boolean, endUs: number, circumstances: FrameCircumstances): void {
    this.#alarm.learn(score, circumstances)
    const model = this.#models[this.#regime]
    if (isJudged && model !== undefined) this.#charts.learnLimits(this.#deviations(endUs), (at) => this.#uses(model, at))
  }

  #learn(model: FrameModel, isJudged: boolean, endUs: number): void {
    if (isJudged) this.#charts.learnHour(this.#deviations(endUs), (at) => this.#uses(model, at))
    model.learn(this.frames.values, (index) => this.isCounter(index))
  }

  /** What has lasted for two days is the new normal: levels move there, what is learned of spreads and limits stays. */
  #accept(model: FrameModel): void {
    model.shift((at) => this.#charts.levelOf(at))
    this.#charts.rebase()
    this.#dwell.accept()
  }

  #parts(model: FrameModel, found: Found): SignalPart[] {
    const { frames, shape } = this
    return signalParts({ shape, model, charts: this.#charts, frames, z: this.#z, ratios: this.#ratios, movedUs: this.#movedUs }, found)
  }

  /** The same watch for the asset's signals as they are now: what was learned stays, a signal that has come is learned from now on. An anomaly that lasts goes on. */
  reshaped(shape: WatchShape): AssetWatch {
    const grown = new AssetWatch(shape)
    const numbers = shape.signals.map((series) => this.shape.signals.indexOf(series))
    const states = shape.states.map((series) => this.shape.states.indexOf(series))
    grown.frames.takeOver(this.frames, numbers)
    grown.regimes.takeOver(this.regimes, states, numbers)
    grown.#charts.takeOver(this.#charts, numbers)
    grown.#stillness.takeOver(this.#stillness, numbers)
    grown.#dwell.takeOver(this.#dwell, states)
    grown.#routed.takeOver(this.#routed, numbers, states)
    const writer = new StateWriter(KIND, VERSION)
    this.#alarm.save(writer)
    grown.#alarm.restore(new StateReader(writer.finish(), KIND, VERSION))
    remapColumn(grown.#movedUs, this.#movedUs, numbers)
    grown.#regime = this.#regime
    grown.#framesInState = this.#framesInState
    grown.#framesSeen = this.#framesSeen
    grown.#isExcluded = this.#isExcluded
    for (const [regime, model] of this.#models.entries()) {
      if (model === undefined) continue
      const own = new FrameModel(shape.signals.length)
      own.takeOver(model, numbers)
      grown.#models[regime] = own
    }
    return grown
  }

  /** The whole state; {@link AssetWatch.restore} makes the same watch of it. */
  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    into.text(JSON.stringify(this.shape))
    for (const value of [this.#regime, this.#framesInState, this.#framesSeen, Number(this.#isExcluded)]) into.number(value)
    for (const part of this.#saved()) part.save(into)
    into.numbers(this.#movedUs)
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
    watch.#framesInState = from.number()
    watch.#framesSeen = from.number()
    watch.#isExcluded = from.number() === 1
    for (const part of watch.#saved()) part.restore(from)
    watch.#movedUs.set(from.numbers(watch.#movedUs.length))
    for (let index = 0; index < MAX_REGIMES; index++) {
      if (from.integer() === 0) continue
      const model = new FrameModel(watch.shape.signals.length)
      model.restore(from)
      watch.#models[index] = model
    }
    return watch
  }

  #saved() {
    return [this.frames, this.regimes, this.#charts, this.#alarm, this.#stillness, this.#dwell, this.#lead, this.#routed] as const
  }
}

/** The higher of two scores, of which either may be no number. */
function higher(one: number, other: number): number {
  return Number.isNaN(one) ? other : Number.isNaN(other) ? one : Math.max(one, other)
}
