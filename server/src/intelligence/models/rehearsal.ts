import { createHash, type Hash } from 'node:crypto'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import { AssetWatch, type Teaching, type WatchShape } from '../runtime/asset-watch.ts'
import type { DriftReference } from '../drift/drift-reference.ts'
import { RowSample } from '../drift/row-sample.ts'
import { teachingOf } from '../runtime/asset-slot.ts'
import type { TaughtRange } from '../runtime/stream-messages.ts'

/** Samples of one series within a window, in time order. */
export interface SeriesStretch {
  readonly series: SeriesId
  readonly timesUs: Float64Array
  readonly values: Float64Array | readonly (string | null)[]
  readonly status: Uint32Array
}

/** An anomaly that a model tells on recorded data. */
export interface ToldAnomaly {
  readonly detectedUs: number
  endedUs: number | undefined
}

/** A model on recorded data: learns it window by window, judging each frame before it learns from it, and fingerprints all that it was given. */
export class Rehearsal {
  readonly told: ToldAnomaly[] = []
  /** From when on it could have told something; undefined while it could not. */
  judgedFromUs: number | undefined
  samples = 0
  readonly #watch: AssetWatch
  readonly #alarmsPerWeek: number
  readonly #teaching: Teaching
  readonly #hash: Hash = createHash('sha256')
  readonly #rows: RowSample
  readonly #places = new Map<SeriesId, { readonly index: number; readonly isState: boolean }>()

  constructor(watch: AssetWatch, alarmsPerWeek: number, taught: readonly TaughtRange[]) {
    this.#watch = watch
    this.#alarmsPerWeek = alarmsPerWeek
    this.#teaching = teachingOf(taught)
    this.#rows = new RowSample(watch.shape.signals.length)
    for (const [index, series] of watch.shape.signals.entries()) this.#places.set(series, { index, isState: false })
    for (const [index, series] of watch.shape.states.entries()) this.#places.set(series, { index, isState: true })
  }

  static fresh(shape: WatchShape, alarmsPerWeek: number, taught: readonly TaughtRange[]): Rehearsal {
    return new Rehearsal(new AssetWatch(shape), alarmsPerWeek, taught)
  }

  /** Takes a window; windows come in the order of time. */
  take(stretches: readonly SeriesStretch[]): void {
    this.samples += hashStretches(this.#hash, stretches)
    const close = (endUs: number) => this.#close(endUs)
    for (const stretch of stretches) this.#takeStates(stretch)
    const numbers = stretches.filter(({ series, values }) => values instanceof Float64Array && this.#places.get(series)?.isState === false)
    inTimeOrder(numbers, ({ series, values, status }, at, timeUs) => {
      const place = this.#places.get(series)
      if (place !== undefined) this.#watch.frames.add(place.index, timeUs, values[at] as number, status[at] as number, timeUs, close)
    })
  }

  /** Of the samples, in the order in which they came. */
  fingerprint(): string {
    return this.#hash.copy().digest('hex')
  }

  state(): Uint8Array {
    return this.#watch.save()
  }

  /** What its signals were, for drift. */
  references(): (DriftReference | null)[] {
    return this.#rows.references()
  }

  get frames(): number {
    return this.#watch.framesSeen
  }

  #takeStates({ series, timesUs, values }: SeriesStretch): void {
    const place = this.#places.get(series)
    if (place?.isState !== true) return
    for (let at = 0; at < timesUs.length; at++) this.#watch.regimes.add(place.index, timesUs[at] as number, String(values[at] ?? ''))
  }

  #close(endUs: number): void {
    this.#rows.add(this.#watch.frames.values)
    const { step } = this.#watch.closeFrame(endUs, this.#alarmsPerWeek, this.#teaching)
    if (this.judgedFromUs === undefined && this.#watch.phase === 'watching') this.judgedFromUs = endUs
    if (step === 'begins') this.told.push({ detectedUs: endUs, endedUs: undefined })
    const last = this.told.at(-1)
    if ((step === 'ends' || step === 'accepted') && last !== undefined) last.endedUs = endUs
  }
}

/** Adds the samples of a window to a fingerprint, in their order; answers how many there are. */
export function hashStretches(hash: Hash, stretches: readonly SeriesStretch[]): number {
  let samples = 0
  for (const { series, timesUs, values, status } of stretches) {
    hash.update(Float64Array.of(series, timesUs.length))
    hash.update(timesUs)
    hash.update(values instanceof Float64Array ? values : JSON.stringify(values))
    hash.update(status)
    samples += timesUs.length
  }
  return samples
}

/** Walks the samples of all stretches by time; of equal times the earlier stretch first. */
export function inTimeOrder(stretches: readonly SeriesStretch[], visit: (stretch: SeriesStretch, at: number, timeUs: number) => void): void {
  const total = stretches.reduce((sum, { timesUs }) => sum + timesUs.length, 0)
  const times = new Float64Array(total)
  const from = new Uint32Array(total)
  const places = new Uint32Array(total)
  let count = 0
  for (const [index, { timesUs }] of stretches.entries()) {
    for (let at = 0; at < timesUs.length; at++) {
      times[count] = timesUs[at] as number
      from[count] = index
      places[count++] = at
    }
  }
  const order = Uint32Array.from(times.keys()).sort((a, b) => (times[a] as number) - (times[b] as number) || a - b)
  for (const at of order) visit(stretches[from[at] as number] as SeriesStretch, places[at] as number, times[at] as number)
}
