import type { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { AssetLimit } from './asset-limit.ts'
import { FrameModel } from './frame-model.ts'
import { MAX_REGIMES } from './regimes.ts'
import { SignalCharts, type FrameDeviations } from './signal-charts.ts'

/** Which models may judge now, and which of their signals. */
export interface Judges {
  mayJudge(model: FrameModel): boolean
  uses(model: FrameModel, signal: number): boolean
}

/** A frame to be scored. */
export interface ScoredFrame {
  readonly values: Float64Array
  /** How far the sample of each signal that stuck out most did so. */
  readonly reach: Float64Array
  /** Hour of the day, UTC. */
  readonly hour: number
}

/** What is normal for an asset: a model for each operating regime, the charts of its signals with their limits, and the limit of the asset's score. */
export class AssetNormal {
  readonly size: number
  readonly models: (FrameModel | undefined)[] = Array.from({ length: MAX_REGIMES }, () => undefined)
  readonly charts: SignalCharts
  readonly limit = new AssetLimit()
  /** Standardised values of the frame that was scored last. */
  readonly z: Float64Array
  readonly #apart: Float64Array
  readonly #spikes: Float64Array
  readonly #judges: Judges
  #hour = 0

  constructor(size: number, judges: Judges) {
    this.size = size
    this.charts = new SignalCharts(size)
    this.z = new Float64Array(size)
    this.#apart = new Float64Array(size)
    this.#spikes = new Float64Array(size)
    this.#judges = judges
  }

  /** The model of a regime, a new one where it is met for the first time. */
  modelOf(regime: number): FrameModel {
    return (this.models[regime] ??= new FrameModel(this.size))
  }

  /** Of regimes that became one, what was learned longest stays. `to` says what became of each. */
  merge(to: readonly number[]): void {
    const before = [...this.models]
    this.models.fill(undefined)
    for (const [from, model] of before.entries()) {
      const place = to[from]
      if (model !== undefined && place !== undefined && model.frames > (this.models[place]?.frames ?? -1)) this.models[place] = model
    }
  }

  /** How far a frame is from the middle of what is normal: T² for each judged signal. */
  distance(model: FrameModel, values: Float64Array): number {
    model.standardise(values, this.z)
    return model.score(this.z)
  }

  /** The highest of all charts, 1 at a chart's own limit; NaN while none has a limit. */
  score(model: FrameModel, { values, reach, hour }: ScoredFrame): number {
    this.#hour = hour
    model.standardise(values, this.z)
    for (let at = 0; at < this.size; at++) {
      this.#apart[at] = this.#judges.uses(model, at) ? model.surprise(this.z, at) : 0
      this.#spikes[at] = (reach[at] as number) / model.spreadOf(at)
    }
    return this.charts.step(this.#deviations(), (at) => this.#judges.uses(model, at))
  }

  #deviations(): FrameDeviations {
    return { apart: this.#apart, level: this.z, spikes: this.#spikes, hour: this.#hour }
  }

  /** Charts learn their limits from the frame that was scored last. */
  learnLimits(model: FrameModel): void {
    this.charts.learnLimits(this.#deviations(), (at) => this.#judges.uses(model, at))
  }

  /** Charts learn what the hour of the day adds to levels, from the frame that was scored last. */
  learnHour(model: FrameModel): void {
    this.charts.learnHour(this.#deviations(), (at) => this.#judges.uses(model, at))
  }

  /** What has lasted is lived with: levels move there, what is learned of spreads and limits stays. */
  shift(model: FrameModel): void {
    model.shift((at) => this.charts.levelOf(at))
    this.charts.rebase()
  }

  /** The same again, exactly, that learns for itself. */
  copy(): AssetNormal {
    const copy = new AssetNormal(this.size, this.#judges)
    for (const [regime, model] of this.models.entries()) copy.models[regime] = model?.copy()
    copy.charts.copyFrom(this.charts)
    copy.limit.copyFrom(this.limit)
    return copy
  }

  /** Takes over what is known of signals whose places have changed; `places` as in `remapColumn`. */
  takeOver(other: AssetNormal, places: readonly number[]): void {
    this.charts.takeOver(other.charts, places)
    this.limit.copyFrom(other.limit)
    for (const [regime, model] of other.models.entries()) {
      if (model === undefined) continue
      this.models[regime] = new FrameModel(this.size)
      this.models[regime].takeOver(model, places)
    }
  }

  save(into: StateWriter): void {
    this.charts.save(into)
    this.limit.save(into)
    for (const model of this.models) {
      into.integer(model === undefined ? 0 : 1)
      model?.save(into)
    }
  }

  restore(from: StateReader): void {
    this.charts.restore(from)
    this.limit.restore(from)
    for (let regime = 0; regime < MAX_REGIMES; regime++) {
      if (from.integer() === 0) continue
      this.modelOf(regime).restore(from)
    }
  }
}
