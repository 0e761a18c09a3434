import type { SeriesId } from '@millwright/model/sample-batch.ts'
import { US_PER_HOUR } from '@millwright/model/time.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { AlarmGate, type GateStep } from '../scoring/alarm-gate.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { AnomalyLead } from './anomaly-lead.ts'
import { AssetFrames, type FrameCounts } from './asset-frames.ts'
import type { FrameCircumstances } from './asset-limit.ts'
import { AssetNormal, type Judges } from './asset-normal.ts'
import { MIN_DISTINCT, type FrameModel } from './frame-model.ts'
import { HeldNormal } from './held-normal.ts'
import { Regimes } from './regimes.ts'
import { remapColumn } from './remap.ts'
import { RoutedWatch, type Findings } from './routed/routed-watch.ts'
import type { WatchPick } from './routed/watch-pick.ts'
import { signalParts, type Found, type SignalPart } from './signal-parts.ts'
import { StateDwell } from './state-dwell.ts'
import { Stillness } from './stillness.ts'
import { ToldStretch } from './told-stretch.ts'
import { WATCH_KIND, WATCH_VERSION } from './watch-version.ts'

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
/** An anomaly has a hysteresis, rests half an hour after its end, and is lived with after this many judged frames: two days. */
const GATE = { offAt: 0.6, offAtPeak: 0.05, refractory: 30, longest: 2 * 1_440 }

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
  #normal: AssetNormal
  /** What was normal before an anomaly that is lived with. */
  #held: HeldNormal | undefined
  /** By which of the two the last frame was judged: the one that it was nearer to. */
  #by: AssetNormal
  #stretch: ToldStretch | undefined
  readonly #gate = new AlarmGate(GATE)
  readonly #stillness: Stillness
  readonly #dwell: StateDwell
  readonly #lead: AnomalyLead
  readonly #routed: RoutedWatch
  /** The highest score over its limit of each signal, of the charts and of what was routed to it. */
  readonly #ratios: Float64Array
  readonly #movedUs: Float64Array
  #regime = -1
  #framesInState = 0
  /** A part of the anomaly that lasts was said to be a fault or planned. */
  #isExcluded = false
  #framesSeen = 0
  readonly #judges: Judges = {
    mayJudge: (model) => this.#mayJudge(model),
    uses: (model, signal) => this.#uses(model, signal),
  }

  constructor(shape: WatchShape) {
    this.shape = shape
    const size = shape.signals.length
    this.frames = new AssetFrames(size)
    this.regimes = new Regimes(shape.states.length, size)
    this.#normal = new AssetNormal(size, this.#judges)
    this.#by = this.#normal
    this.#stillness = new Stillness(size)
    this.#dwell = new StateDwell(shape.states.length)
    this.#lead = new AnomalyLead(size)
    this.#routed = new RoutedWatch(shape)
    this.#ratios = new Float64Array(size)
    this.#movedUs = new Float64Array(size).fill(Number.NaN)
  }

  get isAbnormal(): boolean {
    return this.#gate.active
  }

  get phase(): WatchPhase {
    if (!this.#normal.models.some((model) => model !== undefined && this.#mayJudge(model))) return 'learning'
    return this.#normal.limit.isReady ? 'watching' : 'calibrating'
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

  readonly #isJudged = (index: number): boolean => this.#normal.models.some((model) => model !== undefined && this.#mayJudge(model) && this.#uses(model, index))

  #mayJudge(model: FrameModel): boolean {
    return model.isReady && (model.isMature || this.regimes.count === 1)
  }

  #uses(model: FrameModel, index: number): boolean {
    return model.uses(index) && !this.#stillness.isIdle(index)
  }

  /** Judges the frame that {@link frames} closed, then learns from it. `alarmsPerWeek` is the false-alarm budget. */
  closeFrame(endUs: number, alarmsPerWeek: number, teaching: Teaching = NOTHING_SAID): FrameVerdict {
    const { values, samples, repeats } = this.frames
    this.#framesSeen++
    this.#by = this.#normal
    this.#routed.mask(values, samples, endUs)
    const said = teaching.of(endUs)
    const wasActive = this.#gate.active
    this.#stillness.frame(values, !wasActive && said !== 'exclude')
    const model = this.#enter(this.regimes.frame(endUs, values))
    const stay = this.#dwell.frame((signal) => this.regimes.valueOf(signal), said !== 'exclude')
    const circumstances: FrameCircumstances = { endUs, alarmsPerWeek, framesSeen: this.#framesSeen, framesInState: this.#framesInState }
    const isJudged = this.#framesInState > SETTLE_FRAMES && this.#mayJudge(model)
    const mayLearn = said === 'normal' || (said === undefined && !wasActive)
    const further = this.#routed.frame({ endUs, values, samples, repeats, regime: this.#regime, mayLearn, stateOf: (signal) => this.regimes.valueOf(signal), isJudged: this.#isJudged })
    const score = higher(isJudged ? this.#score(model, endUs, circumstances) : Number.NaN, further.score)
    this.#gatherRatios(isJudged, further)
    const frozen = isJudged && this.#framesSeen >= STILL_LEARNED ? this.#stillness.frozen((at) => this.#uses(model, at)) : -1
    const isCertain = frozen >= 0 || stay !== undefined || further.isCertain
    const told = isCertain ? Math.max(CERTAIN, score || 0) : score
    const { limit } = this.#normal
    const step = limit.isReady ? this.#gate.step(limit.ratio(told, circumstances)) : 'quiet'
    const pValue = Number.isNaN(told) ? 1 : limit.pValue(told, circumstances)
    if (step === 'begins') this.#lead.begin(this.#ratios, frozen, stay?.signal)
    else if (step === 'lasts' && said === 'normal' && !this.#isExcluded) return { endUs, step: this.#cut(), pValue, score: told, parts: [] }
    // Another cause, which comes while an anomaly lasts, is an anomaly of its own: it begins with the next frame.
    else if (step === 'lasts' && isJudged && this.#lead.hasPassed(this.#ratios, frozen, stay?.signal)) return { endUs, step: this.#cut(), pValue, score: told, parts: [] }
    const parts = step === 'quiet' || !(isJudged || stay !== undefined || further.of.length > 0) ? [] : this.#parts(model, { frozen, stay, further, endUs })
    if (step === 'begins') this.#isExcluded = false
    if (said === 'exclude') this.#isExcluded = true
    // Where people contradict each other about parts of one anomaly, the fault wins for all of it.
    if (said === 'normal' && isJudged && !(this.#gate.active && this.#isExcluded)) this.#allow()
    this.#followStretch(endUs, teaching)
    if (step === 'begins') limit.tell(endUs)
    if (said !== 'exclude' && !(this.#gate.active && this.#stretch?.isUndone === true)) this.#learnLimits(score, told, model, isJudged, circumstances)
    if (this.#framesInState > SETTLE_FRAMES && (said === 'normal' || (said === undefined && !this.#gate.active))) this.#learn(model, isJudged)
    if (step === 'accepted') this.#accept(model, endUs, said === 'exclude')
    this.#goBack(endUs, teaching)
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
    if (merge !== undefined) {
      this.#normal.merge(merge)
      this.#held?.merge(merge)
      this.#regime = this.#regime < 0 ? -1 : (merge[this.#regime] ?? -1)
    }
    const model = this.#normal.modelOf(regime)
    if (regime !== this.#regime) {
      this.#regime = regime
      this.#framesInState = 0
      this.#normal.charts.enter()
      this.#held?.normal.charts.enter()
      this.#movedUs.fill(Number.NaN)
      model.enter()
    }
    this.#framesInState++
    return model
  }

  /** The highest of all charts; where a normal is held, of the one of the two that the frame is nearer to. */
  #score(model: FrameModel, endUs: number, circumstances: FrameCircumstances): number {
    const { values, reach } = this.frames
    const frame = { values, reach, hour: Math.floor((endUs - 1) / US_PER_HOUR) % 24, endUs, regime: this.#regime }
    const held = this.#held
    const before = held?.isNearer(frame, this.#normal, this.#judges) === true ? held.normal : undefined
    this.#by = before ?? this.#normal
    let score = this.#by.score(this.#by.models[this.#regime] ?? model, frame)
    if (before !== undefined) score *= before.limit.ratio(1, circumstances) / this.#normal.limit.ratio(1, circumstances)
    held?.count(this.#regime, endUs, before !== undefined && this.#normal.limit.ratio(score, circumstances) < 1)
    const { ratios } = this.#by.charts
    for (let at = 0; at < ratios.length; at++) {
      const ratio = ratios[at] as number
      if (ratio > MOVED && Number.isNaN(this.#movedUs[at])) this.#movedUs[at] = endUs
      else if (ratio < BACK) this.#movedUs[at] = Number.NaN
    }
    return score
  }

  #gatherRatios(isJudged: boolean, { of }: Findings): void {
    if (isJudged) this.#ratios.set(this.#by.charts.ratios)
    else this.#ratios.fill(0)
    for (const { signal, score } of of) this.#ratios[signal] = Math.max(score, this.#ratios[signal] as number)
  }

  #cut(): GateStep {
    this.#gate.cut()
    return 'ends'
  }

  #allow(): void {
    this.#normal.charts.allow()
    this.#held?.normal.charts.allow()
  }

  #followStretch(endUs: number, teaching: Teaching): void {
    if (this.#gate.active) {
      this.#stretch ??= ToldStretch.begin(this.#normal, endUs)
      this.#stretch.lasts(endUs)
    } else if (this.#stretch?.isOver(endUs) === true) this.#stretch = undefined
    this.#stretch?.follow(this.#normal, (timeUs) => teaching.of(timeUs))
  }

  /** Also of frames that look abnormal: limits count episodes, and a short one that came and went is one. */
  #learnLimits(score: number, told: number, model: FrameModel, isJudged: boolean, circumstances: FrameCircumstances): void {
    // The machine as it was before says nothing of how it is lived with.
    if (this.#by !== this.#normal) return
    this.#normal.limit.learn(score, told, circumstances)
    if (isJudged) this.#normal.learnLimits(model)
  }

  #learn(model: FrameModel, isJudged: boolean): void {
    if (this.#by !== this.#normal) return
    if (isJudged) this.#normal.learnHour(model)
    model.learn(this.frames.values, (index) => this.isCounter(index))
  }

  /** What has lasted for two days is lived with, so that the next cause is seen; what was normal before is held. A state that lasts becomes usual, but not as a fault. */
  #accept(model: FrameModel, endUs: number, isFault: boolean): void {
    this.#held ??= new HeldNormal(this.#normal.copy())
    this.#held.accept(this.#regime, endUs)
    this.#normal.shift(model)
    if (!isFault) this.#dwell.accept()
  }

  #goBack(endUs: number, teaching: Teaching): void {
    const outcome = this.#held?.outcome(endUs, (timeUs) => teaching.of(timeUs)) ?? 'keep'
    if (this.#held === undefined || outcome === 'keep') return
    if (outcome === 'back') {
      const before = this.#held.normal
      // Regimes that were met since are known only from then.
      for (const [regime, model] of this.#normal.models.entries()) before.models[regime] ??= model
      this.#normal = before
    }
    this.#by = this.#normal
    this.#held = undefined
  }

  /** Since when something abnormal is lived with, what was normal before being held; undefined when nothing is. */
  get heldSinceUs(): number | undefined {
    return this.#held?.sinceUs
  }

  #parts(model: FrameModel, found: Found): SignalPart[] {
    const { frames, shape } = this
    return signalParts({ shape, model: this.#by.models[this.#regime] ?? model, charts: this.#by.charts, frames, z: this.#by.z, ratios: this.#ratios, movedUs: this.#movedUs }, found)
  }

  /** The same watch for the asset's signals as they are now: what was learned stays, a signal that has come is learned from now on. An anomaly that lasts goes on. */
  reshaped(shape: WatchShape): AssetWatch {
    const grown = new AssetWatch(shape)
    const numbers = shape.signals.map((series) => this.shape.signals.indexOf(series))
    const states = shape.states.map((series) => this.shape.states.indexOf(series))
    grown.frames.takeOver(this.frames, numbers)
    grown.regimes.takeOver(this.regimes, states, numbers)
    grown.#normal.takeOver(this.#normal, numbers)
    if (this.#held !== undefined) {
      const before = new AssetNormal(shape.signals.length, grown.#judges)
      before.takeOver(this.#held.normal, numbers)
      grown.#held = this.#held.reshaped(before)
    }
    if (this.#stretch !== undefined) {
      grown.#stretch = new ToldStretch(shape.signals.length)
      grown.#stretch.takeOver(this.#stretch, numbers)
    }
    grown.#stillness.takeOver(this.#stillness, numbers)
    grown.#dwell.takeOver(this.#dwell, states)
    grown.#lead.takeOver(this.#lead, numbers)
    grown.#routed.takeOver(this.#routed, numbers, states)
    const writer = new StateWriter(WATCH_KIND, WATCH_VERSION)
    this.#gate.save(writer)
    grown.#gate.restore(new StateReader(writer.finish(), WATCH_KIND, WATCH_VERSION))
    remapColumn(grown.#movedUs, this.#movedUs, numbers)
    grown.#regime = this.#regime
    grown.#framesInState = this.#framesInState
    grown.#framesSeen = this.#framesSeen
    grown.#isExcluded = this.#isExcluded
    return grown
  }

  /** The whole state; {@link AssetWatch.restore} makes the same watch of it. */
  save(): Uint8Array {
    const into = new StateWriter(WATCH_KIND, WATCH_VERSION)
    into.text(JSON.stringify(this.shape))
    for (const value of [this.#regime, this.#framesInState, this.#framesSeen, Number(this.#isExcluded)]) into.number(value)
    for (const part of this.#saved()) part.save(into)
    into.numbers(this.#movedUs)
    for (const part of [this.#held, this.#stretch]) {
      into.integer(part === undefined ? 0 : 1)
      part?.save(into)
    }
    return into.finish()
  }

  /** Throws MillwrightError CORRUPT_FILE for anything but what {@link save} wrote. */
  static restore(bytes: Uint8Array): AssetWatch {
    const from = new StateReader(bytes, WATCH_KIND, WATCH_VERSION)
    if (from.version !== WATCH_VERSION) throw new MillwrightError('CORRUPT_FILE', `this state is of version ${from.version} and cannot be read any more; the asset is learned anew`)
    // Our own writer made it, and the file's checksum held.
    const watch = new AssetWatch(JSON.parse(from.text()) as WatchShape)
    watch.#regime = from.number()
    watch.#framesInState = from.number()
    watch.#framesSeen = from.number()
    watch.#isExcluded = from.number() === 1
    for (const part of watch.#saved()) part.restore(from)
    watch.#movedUs.set(from.numbers(watch.#movedUs.length))
    const size = watch.shape.signals.length
    if (from.integer() === 1) {
      watch.#held = new HeldNormal(new AssetNormal(size, watch.#judges))
      watch.#held.restore(from)
    }
    if (from.integer() === 1) {
      watch.#stretch = new ToldStretch(size)
      watch.#stretch.restore(from)
    }
    return watch
  }

  #saved() {
    return [this.frames, this.regimes, this.#normal, this.#gate, this.#stillness, this.#dwell, this.#lead, this.#routed] as const
  }
}

/** The higher of two scores, of which either may be no number. */
function higher(one: number, other: number): number {
  return Number.isNaN(one) ? other : Number.isNaN(other) ? one : Math.max(one, other)
}
