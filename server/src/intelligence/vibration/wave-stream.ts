import { severityOf } from '@millwright/model/quality.ts'
import type { SampleBatch, SeriesId } from '@millwright/model/sample-batch.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { bearingOrders } from './bearing-orders.ts'
import { SpeedMemory } from './speed-memory.ts'
import { vibrationFeatures, waveRefusal } from './vibration-features.ts'
import type { PointOrder, RecordingResult } from './vibration-messages.ts'
import { waveUnit } from './wave-unit.ts'

/** Waveform signals that are followed at most; recordings of others are refused with this as the reason. */
export const MAX_FOLLOWED = 5_000
const [KIND, VERSION] = ['wave-stream', 1]

/** Turns the recordings of the stream into features. It knows no clock, no disk and no names: the same batches in the same order always give the same results. */
export class WaveStream {
  readonly #points = new Map<SeriesId, PointOrder>()
  /** Series that were asked for and are nobody's. */
  readonly #gone = new Set<SeriesId>()
  readonly #speeds = new Map<SeriesId, SpeedMemory>()
  #isSpeed = new Uint8Array(1_024)

  /** Takes points in, or what has changed of them. */
  setPoints(points: readonly PointOrder[], gone: readonly SeriesId[]): void {
    for (const series of gone) {
      this.#points.delete(series)
      if (this.#gone.size < MAX_FOLLOWED) this.#gone.add(series)
    }
    for (const point of points) {
      this.#gone.delete(point.series)
      if (this.#points.size < MAX_FOLLOWED || this.#points.has(point.series)) this.#points.set(point.series, point)
    }
    const speeds = new Set([...this.#points.values()].flatMap(({ speed }) => (speed !== undefined && 'series' in speed ? [speed.series] : [])))
    for (const series of speeds) if (!this.#speeds.has(series)) this.#speeds.set(series, new SpeedMemory())
    for (const series of this.#speeds.keys()) if (!speeds.has(series)) this.#speeds.delete(series)
    this.#isSpeed = new Uint8Array(Math.max(1_024, ...speeds) + 1)
    for (const series of speeds) this.#isSpeed[series] = 1
  }

  /** Series of recordings that nobody has said anything of, each once. */
  unknown({ waveforms }: SampleBatch): SeriesId[] {
    const unknown = new Set<SeriesId>()
    for (let at = 0; at < waveforms.length; at++) {
      const series = waveforms.series[at] as number
      if (!this.#points.has(series) && !this.#gone.has(series) && this.#points.size + unknown.size < MAX_FOLLOWED) unknown.add(series)
    }
    return [...unknown]
  }

  /** Remembers the speeds of a batch, and computes its recordings one by one. */
  *take({ numbers, waveforms }: SampleBatch): Generator<RecordingResult> {
    const { length, series, values, timesUs, status } = numbers
    for (let at = 0; at < length; at++) {
      const id = series[at] as number
      if (this.#isSpeed[id] === 1 && Number.isFinite(values[at] as number) && severityOf(status[at] as number) !== 'bad') this.#speeds.get(id)?.add(timesUs[at] as number, values[at] as number)
    }
    for (let at = 0; at < waveforms.length; at++) {
      const point = this.#points.get(waveforms.series[at] as number)
      const wave = waveforms.values[at]
      if (wave === undefined || this.#gone.has(waveforms.series[at] as number)) continue
      const about = { series: waveforms.series[at] as number, timeUs: waveforms.timesUs[at] as number, status: waveforms.status[at] as number }
      const refusal = point === undefined ? `${MAX_FOLLOWED} waveform signals are followed already` : severityOf(about.status) === 'bad' ? 'its quality is bad' : waveRefusal(wave, waveforms.rateHz[at] as number)
      const { features } = refusal === undefined && point !== undefined ? vibrationFeatures(wave, waveforms.rateHz[at] as number, this.#circumstances(point, about.timeUs)) : { features: undefined }
      yield { ...about, features, refusal }
    }
  }

  #circumstances({ unit, bearing, speed }: PointOrder, timeUs: number) {
    const shaftHz = speed === undefined ? undefined : 'hz' in speed ? speed.hz : scaled(this.#speeds.get(speed.series)?.at(timeUs), speed.turnsPerSecond)
    return { unit: waveUnit(unit), shaftHz, orders: bearing === undefined ? undefined : bearingOrders(bearing) }
  }

  /** The series that it follows, and the speeds that it remembers; {@link restore} takes them back. */
  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    into.numbers(Float64Array.from(this.#points.keys()))
    into.integer(this.#speeds.size)
    for (const [series, memory] of this.#speeds) {
      into.integer(series)
      memory.save(into)
    }
    return into.finish()
  }

  /** Before the first points are set. Answers the series that were followed. Throws MillwrightError CORRUPT_FILE. */
  restore(state: Uint8Array): SeriesId[] {
    const from = new StateReader(state, KIND, VERSION)
    const followed = [...from.numbers()]
    for (let left = from.integer(); left > 0; left--) {
      const series = from.integer()
      const memory = new SpeedMemory()
      memory.restore(from)
      this.#speeds.set(series, memory)
    }
    return followed
  }
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : Math.abs(value) * factor
}
