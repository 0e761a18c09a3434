import { US_PER_HOUR } from '@millwright/model/time.ts'
import type { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { AssetLimit } from './asset-limit.ts'
import type { AssetNormal } from './asset-normal.ts'
import { SignalCharts } from './signal-charts.ts'

/** Anomalies that follow each other within this time are one stretch. */
const QUIET_US = 12 * US_PER_HOUR
/** A stretch that lasts longer is no odd Sunday: limits learn nothing from it. */
const LONG_US = 36 * US_PER_HOUR

/**
 * A stretch of time in which anomalies were told, and the limits as they were before it. From a short one limits learn, since a plant has odd hours and nobody wants to be
 * told each of them again. Once it is long, or people say that it was real or planned, limits go back to what they were and learn nothing until it is over.
 */
export class ToldStretch {
  readonly #charts: SignalCharts
  readonly #limit = new AssetLimit()
  #fromUs = Number.NaN
  #lastUs = Number.NaN
  #isUndone = false

  constructor(size: number) {
    this.#charts = new SignalCharts(size)
  }

  /** A stretch that begins now. */
  static begin(normal: AssetNormal, endUs: number): ToldStretch {
    const stretch = new ToldStretch(normal.size)
    stretch.#charts.copyFrom(normal.charts)
    stretch.#limit.copyFrom(normal.limit)
    stretch.#fromUs = endUs
    stretch.#lastUs = endUs
    return stretch
  }

  /** Whether limits went back to what they were: nothing more is learned of it while abnormal. */
  get isUndone(): boolean {
    return this.#isUndone
  }

  /** An anomaly lasts in this frame. */
  lasts(endUs: number): void {
    this.#lastUs = endUs
  }

  isOver(endUs: number): boolean {
    return endUs - this.#lastUs > QUIET_US
  }

  /** Undoes what limits learned of it when that is due. `saidOf` tells what people said of a time. */
  follow(normal: AssetNormal, saidOf: (timeUs: number) => 'exclude' | 'normal' | undefined): void {
    if (this.#isUndone) return
    const said = saidOf(this.#fromUs)
    if (said !== 'exclude' && (said === 'normal' || this.#lastUs - this.#fromUs <= LONG_US)) return
    normal.charts.takeLimits(this.#charts)
    normal.limit.copyFrom(this.#limit)
    this.#isUndone = true
  }

  /** Takes over what is known of signals whose places have changed; `places` as in `remapColumn`. */
  takeOver(other: ToldStretch, places: readonly number[]): void {
    this.#charts.takeOver(other.#charts, places)
    this.#limit.copyFrom(other.#limit)
    this.#fromUs = other.#fromUs
    this.#lastUs = other.#lastUs
    this.#isUndone = other.#isUndone
  }

  save(into: StateWriter): void {
    for (const value of [this.#fromUs, this.#lastUs, Number(this.#isUndone)]) into.number(value)
    this.#charts.save(into)
    this.#limit.save(into)
  }

  restore(from: StateReader): void {
    this.#fromUs = from.number()
    this.#lastUs = from.number()
    this.#isUndone = from.number() === 1
    this.#charts.restore(from)
    this.#limit.restore(from)
  }
}
