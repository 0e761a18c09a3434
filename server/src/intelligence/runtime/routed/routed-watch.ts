import type { StateReader, StateWriter } from '../../scoring/state-codec.ts'
import type { WatchShape } from '../asset-watch.ts'
import type { Evidence } from './evidence.ts'
import { SamplePace } from './sample-pace.ts'
import type { WatchPick } from './watch-pick.ts'

/** A frame as the routed detectors see it. */
export interface RoutedFrame {
  readonly endUs: number
  readonly values: Float64Array
  /** Samples of each signal that lie in it. */
  readonly samples: Float64Array
  /** Number of the operating state. */
  readonly regime: number
  readonly mayLearn: boolean
}

/** What else was found in a frame. */
export interface Findings {
  /** The highest score, 1 at the detector's own limit; NaN while none of them can judge. */
  readonly score: number
  readonly isCertain: boolean
  /** The strongest evidence of each signal that has any. */
  readonly of: readonly Evidence[]
}

/** Evidence below this part of its own limit is not worth keeping. */
const LEAST_SCORE = 0.5

/** The detectors that are picked for an asset beside the usual charts, by what was seen of its signals: they begin, stop and are told by themselves. */
export class RoutedWatch {
  readonly #shape: WatchShape
  readonly #pace: SamplePace
  #regime = -1
  #regimeSinceUs = Number.NEGATIVE_INFINITY

  constructor(shape: WatchShape) {
    this.#shape = shape
    this.#pace = new SamplePace(shape.signals.length)
  }

  /** Takes out what is too old to stand for now: a steady signal whose samples have stopped. */
  mask(values: Float64Array, samples: Float64Array, endUs: number): void {
    for (let at = 0; at < values.length; at++) if (samples[at] === 0 && this.#pace.isStale(at, endUs)) values[at] = Number.NaN
  }

  /** Judges a frame, then learns from it. */
  frame({ endUs, samples, regime, mayLearn }: RoutedFrame): Findings {
    if (regime !== this.#regime) {
      // The first operating state of all has been there before.
      if (this.#regime >= 0) this.#regimeSinceUs = endUs
      this.#regime = regime
    }
    const evidence = this.#pace.frame({ endUs, samples, regimeSinceUs: this.#regimeSinceUs, mayLearn })
    return findings(evidence, Number.NaN)
  }

  /** Samples a minute that a signal usually has; 0 while that is not known. */
  samplesPerMinute(at: number): number {
    return this.#pace.isKnown(at) ? 60 / this.#pace.secondsOf(at) : 0
  }

  /** What is picked now, and what was considered. */
  picks(): WatchPick[] {
    const { signals } = this.#shape
    const steady = [...signals.keys()].filter((at) => this.#pace.isSteady(at))
    const unsteady = [...signals.keys()].filter((at) => this.#pace.isKnown(at) && !this.#pace.isSteady(at))
    const named = (places: readonly number[]) => places.flatMap((at) => signals[at] ?? [])
    const seconds = steady.map((at) => this.#pace.secondsOf(at))
    const picks: WatchPick[] = []
    if (steady.length > 0) picks.push({ detector: 'pace', signals: named(steady), isOn: true, reason: 'steadyPace', values: { shortest: Math.min(...seconds), longest: Math.max(...seconds) } })
    if (unsteady.length > 0) picks.push({ detector: 'pace', signals: named(unsteady), isOn: false, reason: 'unsteadyPace', values: {} })
    return picks
  }

  /** Takes over what is known of signals whose places have changed: `numbers` and `states` as in `remapColumn`. */
  takeOver(other: RoutedWatch, numbers: readonly number[], _states: readonly number[]): void {
    this.#pace.takeOver(other.#pace, numbers)
    this.#regime = other.#regime
    this.#regimeSinceUs = other.#regimeSinceUs
  }

  save(into: StateWriter): void {
    for (const value of [this.#regime, this.#regimeSinceUs]) into.number(value)
    this.#pace.save(into)
  }

  restore(from: StateReader): void {
    this.#regime = from.number()
    this.#regimeSinceUs = from.number()
    this.#pace.restore(from)
  }
}

/** The strongest evidence of each signal. `judged` is the highest score of detectors that had nothing to tell; NaN when there were none. */
function findings(evidence: readonly Evidence[], judged: number): Findings {
  const strongest = new Map<number, Evidence>()
  let [score, isCertain] = [judged, false]
  for (const one of evidence) {
    if (!(one.score <= score)) score = one.score
    if (one.isCertain) isCertain = true
    const known = strongest.get(one.signal)
    if (one.score >= LEAST_SCORE && (known === undefined || one.score > known.score)) strongest.set(one.signal, one)
  }
  return { score, isCertain, of: [...strongest.values()] }
}
