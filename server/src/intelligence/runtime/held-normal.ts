import { US_PER_DAY } from '@millwright/model/time.ts'
import type { StateReader, StateWriter } from '../scoring/state-codec.ts'
import type { AssetNormal, Judges, ScoredFrame } from './asset-normal.ts'

/** The asset has come back when it was as before for a day, in so many judged frames of the regimes in which the anomaly was. */
const [BACK_US, BACK_FRAMES] = [US_PER_DAY, 360]
/** A frame above the limit takes back this many below it: a cause need not show in every minute. */
const DOUBT = 10
/** Weight of the newest frame in what the last ones were nearer to, and how much (in T²) is clear by itself: three spreads. */
const [LATELY, CLEAR] = [1 / 15, 9]
/** What has not come back in four weeks is normal for good. */
const KEPT_US = 28 * US_PER_DAY

/** What becomes of what was normal before: it is kept, it is taken up again because the asset has come back, or it is given up because now is normal for good. */
export type HeldOutcome = 'keep' | 'back' | 'over'

/**
 * What was normal before an anomaly that lasted so long that the asset is lived with as it is. It learns no more. Each frame is judged by the normal that it is nearer to, so a
 * repair is no anomaly; when the asset has come back, it is taken up again and what was learned meanwhile is forgotten. It costs as much as the normal of now, while it is held.
 */
export class HeldNormal {
  readonly normal: AssetNormal
  /** Regimes in which the anomaly was accepted: only there it can be seen that it is over. */
  #regimes: number[] = []
  #firstUs = Number.NaN
  #lastUs = Number.NaN
  #calmFromUs = Number.NaN
  #calm = 0
  #lead = 0

  /** `normal` is a copy that nobody else changes. */
  constructor(normal: AssetNormal) {
    this.normal = normal
  }

  /** When it was first decided to live with what is abnormal. */
  get sinceUs(): number {
    return this.#firstUs
  }

  /** What is abnormal in this regime is lived with from now on. */
  accept(regime: number, endUs: number): void {
    if (Number.isNaN(this.#firstUs)) this.#firstUs = endUs
    this.#lastUs = endUs
    this.#calm = 0
    this.#lead = -CLEAR
    this.normal.charts.rebase()
    if (!this.#regimes.includes(regime)) this.#regimes.push(regime)
  }

  /** Regimes became one. */
  merge(to: readonly number[]): void {
    this.normal.merge(to)
    this.#regimes = [...new Set(this.#regimes.flatMap((regime) => to[regime] ?? []))]
  }

  /**
   * Whether a frame is nearer to what was normal before than to what is lived with. One that is clearly so decides alone, of others the last quarter of an hour. Only
   * the nearer one takes the frame into its averages: with a sudden repair neither has hours of the other's time in them.
   */
  isNearer(frame: ScoredFrame & { readonly regime: number }, now: AssetNormal, judges: Judges): boolean {
    const { regime, values } = frame
    const [before, model] = [this.normal.models[regime], now.models[regime]]
    if (before === undefined || model === undefined || !judges.mayJudge(before)) return false
    const lead = (now.distance(model, values) - this.normal.distance(before, values)) * now.size
    if (Number.isNaN(lead)) return false
    this.#lead += LATELY * (Math.max(-CLEAR, Math.min(CLEAR, lead)) - this.#lead)
    return (Math.abs(lead) >= CLEAR ? lead : this.#lead) > 0
  }

  /** Counts a frame as it is judged: nearer to what was normal before or not, and its score over the limit. */
  count(regime: number, endUs: number, isCalm: boolean): void {
    if (!this.#regimes.includes(regime)) return
    this.#calm = isCalm ? this.#calm + 1 : Math.max(0, this.#calm - DOUBT)
    if (this.#calm <= 1) this.#calmFromUs = endUs
  }

  /** What becomes of it. People decide at once: what they called normal is, and what they called a fault never becomes so by itself. */
  outcome(endUs: number, saidOf: (timeUs: number) => 'exclude' | 'normal' | undefined): HeldOutcome {
    if (this.#calm >= BACK_FRAMES && endUs - this.#calmFromUs >= BACK_US) return 'back'
    const [first, last] = [saidOf(this.#firstUs), saidOf(this.#lastUs)]
    if (first === 'exclude' || last === 'exclude') return 'keep'
    return first === 'normal' || endUs - this.#lastUs > KEPT_US ? 'over' : 'keep'
  }

  /** The same for the asset's signals as they are now: `normal` has been taken over already. */
  reshaped(normal: AssetNormal): HeldNormal {
    const held = new HeldNormal(normal)
    held.#regimes = [...this.#regimes]
    held.#firstUs = this.#firstUs
    held.#lastUs = this.#lastUs
    held.#calmFromUs = this.#calmFromUs
    held.#calm = this.#calm
    held.#lead = this.#lead
    return held
  }

  save(into: StateWriter): void {
    for (const value of [this.#firstUs, this.#lastUs, this.#calmFromUs, this.#calm, this.#lead]) into.number(value)
    into.numbers(Float64Array.from(this.#regimes))
    this.normal.save(into)
  }

  restore(from: StateReader): void {
    this.#firstUs = from.number()
    this.#lastUs = from.number()
    this.#calmFromUs = from.number()
    this.#calm = from.number()
    this.#lead = from.number()
    this.#regimes = [...from.numbers()]
    this.normal.restore(from)
  }
}
