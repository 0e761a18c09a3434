import { LEAST_RUNS } from '../../detectors/batch-course.ts'
import type { StateReader, StateWriter } from '../../scoring/state-codec.ts'
import { FRAME_US } from '../asset-frames.ts'
import type { WatchShape } from '../asset-watch.ts'
import type { Evidence } from './evidence.ts'
import { RecipeWatch } from './recipe-watch.ts'
import { SamplePace } from './sample-pace.ts'
import { ShapeWatch } from './shape-watch.ts'
import type { WatchPick } from './watch-pick.ts'

/** A frame as the routed detectors see it. */
export interface RoutedFrame {
  readonly endUs: number
  readonly values: Float64Array
  /** Samples of each signal that lie in it. */
  readonly samples: Float64Array
  /** Of these, how many repeat the value before. */
  readonly repeats: Float64Array
  /** Number of the operating state. */
  readonly regime: number
  readonly mayLearn: boolean
  /** What a state signal says at the end of the frame. */
  stateOf(signal: number): string
  /** Whether the usual charts judge a numeric signal, now or in another operating state. */
  isJudged(signal: number): boolean
}

/** What else was found in a frame. */
export interface Findings {
  /** The highest score, 1 at the detector's own limit; NaN while none of them can judge. */
  readonly score: number
  readonly isCertain: boolean
  /** The strongest evidence of each signal that has any. */
  readonly of: readonly Evidence[]
}

const SECONDS_A_FRAME = FRAME_US / 1e6
/** With so few signals there is nothing to compare them with but their own past. */
const LONELY = 2
/** How often it is decided anew what is picked, in frames, and the first time: a third of a day. */
const [DECIDED_EVERY, FIRST_DECIDED] = [60, 480]
/** Evidence below this part of its own limit is not worth keeping. */
const LEAST_SCORE = 0.5

/** The detectors that are picked for an asset beside the usual charts, by what was seen of its signals: they begin, stop and are told by themselves. */
export class RoutedWatch {
  readonly #shape: WatchShape
  readonly #pace: SamplePace
  readonly #recipes: RecipeWatch
  readonly #shapes = new Map<number, ShapeWatch>()
  #frames = 0
  #judged = 0
  #regime = -1
  #regimeSinceUs = Number.NEGATIVE_INFINITY

  constructor(shape: WatchShape) {
    this.#shape = shape
    this.#pace = new SamplePace(shape.signals.length)
    this.#recipes = new RecipeWatch(shape.states.length, shape.signals.length)
  }

  /** Memory of what was picked beside the pace, in bytes: at most two shapes (23 KB) and sixteen courses (74 KB). */
  get bytes(): number {
    return [...this.#shapes.values()].reduce((sum, { bytes }) => sum + bytes, this.#recipes.bytes)
  }

  /** Takes out what is too old to stand for now: a steady signal whose samples have stopped. */
  mask(values: Float64Array, samples: Float64Array, endUs: number): void {
    for (let at = 0; at < values.length; at++) if (samples[at] === 0 && this.#pace.isStale(at, endUs)) values[at] = Number.NaN
  }

  /** Judges a frame, then learns from it. */
  frame(frame: RoutedFrame): Findings {
    const { endUs, samples, repeats, regime, mayLearn, values } = frame
    if (regime !== this.#regime) {
      // The first operating state of all has been there before.
      if (this.#regime >= 0) this.#regimeSinceUs = endUs
      this.#regime = regime
    }
    this.#frames++
    if (this.#frames >= FIRST_DECIDED && this.#frames % DECIDED_EVERY === 0) this.#decide(frame)
    // How a counter or a setpoint is sent says nothing of the machine.
    const evidence = this.#pace.frame({ endUs, samples, repeats, regimeSinceUs: this.#regimeSinceUs, mayLearn }).filter(({ signal }) => frame.isJudged(signal))
    const ofRecipes = this.#recipes.frame(frame)
    if (ofRecipes !== undefined) evidence.push(...ofRecipes)
    for (const [signal, shape] of this.#shapes) {
      if (samples[signal] === 0) continue
      const frameUs = Math.max(1, this.#pace.secondsOf(signal) / SECONDS_A_FRAME) * FRAME_US
      const found = shape.step(signal, values[signal] as number, endUs, frameUs, mayLearn)
      if (found !== undefined) evidence.push(found)
    }
    return findings(evidence)
  }

  /** Shapes are for signals that have no others beside them: with others, the charts find what they find, and earlier. */
  #decide({ isJudged }: RoutedFrame): void {
    const judged = [...this.#shape.signals.keys()].filter(isJudged)
    this.#judged = judged.length
    for (const signal of this.#shapes.keys()) if (judged.length > LONELY || !judged.includes(signal)) this.#shapes.delete(signal)
    if (judged.length <= LONELY) for (const signal of judged) if (!this.#shapes.has(signal)) this.#shapes.set(signal, new ShapeWatch())
  }

  /** Samples a minute that a signal usually has; 0 while that is not known. */
  samplesPerMinute(at: number): number {
    return this.#pace.isKnown(at) ? SECONDS_A_FRAME / this.#pace.secondsOf(at) : 0
  }

  /** What is picked now, and what was considered. */
  picks(isJudged: (signal: number) => boolean): WatchPick[] {
    const { signals, states } = this.#shape
    const named = (places: readonly number[]) => places.flatMap((at) => signals[at] ?? [])
    const picks: WatchPick[] = []
    const add = (detector: WatchPick['detector'], which: readonly number[], isOn: boolean, reason: WatchPick['reason'], values: WatchPick['values'] = {}) => {
      if (which.length > 0) picks.push({ detector, signals: which, isOn, reason, values })
    }
    const steady = [...signals.keys()].filter((at) => isJudged(at) && this.#pace.isSteady(at))
    const seconds = steady.map((at) => this.#pace.secondsOf(at))
    add('pace', named(steady), true, 'steadyPace', { shortest: Math.min(...seconds), longest: Math.max(...seconds) })
    add('pace', named([...signals.keys()].filter((at) => isJudged(at) && this.#pace.isKnown(at) && !this.#pace.isSteady(at))), false, 'unsteadyPace')
    const { courses, runs, signals: following, phases } = this.#recipes.describe()
    if (courses > 0) add('batch', named(following.filter(isJudged)), true, 'recipe', { courses })
    else if (runs > 0) add('batch', phases.flatMap((at) => states[at] ?? []), false, 'recipeLearning', { runs, needed: LEAST_RUNS })
    add('shape', named([...this.#shapes.keys()]), true, 'lonely', { signals: this.#shapes.size })
    add('pattern', named([...this.#shapes.keys()]), false, 'noGain')
    if (this.#judged > LONELY) add('shape', named([...signals.keys()].filter(isJudged)), false, 'hasOthers')
    return picks
  }

  /** Takes over what is known of signals whose places have changed: `numbers` and `states` say where each was, −1 for a new one. */
  takeOver(other: RoutedWatch, numbers: readonly number[], states: readonly number[]): void {
    this.#pace.takeOver(other.#pace, numbers)
    this.#recipes.takeOver(other.#recipes, states, numbers)
    for (const [now, before] of numbers.entries()) {
      const shape = other.#shapes.get(before)
      if (shape !== undefined) this.#shapes.set(now, shape)
    }
    this.#frames = other.#frames
    this.#judged = other.#judged
    this.#regime = other.#regime
    this.#regimeSinceUs = other.#regimeSinceUs
  }

  save(into: StateWriter): void {
    for (const value of [this.#regime, this.#regimeSinceUs, this.#frames, this.#judged]) into.number(value)
    this.#pace.save(into)
    this.#recipes.save(into)
    into.integer(this.#shapes.size)
    for (const [signal, shape] of this.#shapes) {
      into.integer(signal)
      shape.save(into)
    }
  }

  restore(from: StateReader): void {
    this.#regime = from.number()
    this.#regimeSinceUs = from.number()
    this.#frames = from.number()
    this.#judged = from.number()
    this.#pace.restore(from)
    this.#recipes.restore(from)
    this.#shapes.clear()
    for (let left = from.integer(); left > 0; left--) this.#shapes.set(from.integer(), ShapeWatch.restore(from))
  }
}

/** The strongest evidence of each signal. */
function findings(evidence: readonly Evidence[]): Findings {
  const strongest = new Map<number, Evidence>()
  let [score, isCertain] = [Number.NaN, false]
  for (const one of evidence) {
    // What is certain is told as such; its number says nothing of how rare it is.
    if (one.isCertain) isCertain = true
    else if (!(one.score <= score)) score = one.score
    const known = strongest.get(one.signal)
    if (one.score >= LEAST_SCORE && (known === undefined || one.score > known.score)) strongest.set(one.signal, one)
  }
  return { score, isCertain, of: [...strongest.values()] }
}
