import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { kMeans, nearest } from './k-means.ts'
import type { SignalDetector } from './signal-detector.ts'

/** How shapes are learned and compared. */
export interface ShapeSettings {
  /** Samples of a window. */
  readonly window: number
  /** How many usual shapes are kept. */
  readonly shapes: number
  /** Windows from which they are learned. */
  readonly learnWindows: number
  /** Samples from one learned window to the next. */
  readonly stride: number
  /** Weight of the newest distance in the score. */
  readonly smoothing: number
}

export const SHAPE_DEFAULTS: ShapeSettings = { window: 40, shapes: 20, learnWindows: 1250, stride: 2, smoothing: 0.05 }

const [KIND, VERSION] = ['shape-clusters', 1]

/**
 * Distance of the last window of a signal to the nearest of its usual shapes, found by k-means (KMeansAD of Schmidl, Wenig and Papenbrock, VLDB 2022, here causal). Windows keep their level:
 * only the signal's own mean and spread are taken out, because on telemetry a usual shape at an unusual height is a fault too. Memory: learnWindows × window numbers
 * while it learns, shapes × window afterwards.
 */
export class ShapeClusters implements SignalDetector {
  readonly #settings: ShapeSettings
  readonly #ring: Float64Array
  readonly #shape: Float64Array
  #seen = 0
  #learned: Float64Array | undefined
  #windows = 0
  #centres: Float64Array | undefined
  #mean = 0
  #scale = 0
  #score = 0

  constructor(settings: ShapeSettings = SHAPE_DEFAULTS) {
    this.#settings = settings
    this.#ring = new Float64Array(settings.window)
    this.#shape = new Float64Array(settings.window)
  }

  get ready(): boolean {
    return this.#centres !== undefined
  }

  step(value: number, mayLearn: boolean): number {
    const { window, shapes, smoothing, stride } = this.#settings
    if (!Number.isFinite(value)) return this.ready ? this.#score : Number.NaN
    this.#ring[this.#seen % window] = value
    this.#seen++
    if (this.#seen < window) return Number.NaN
    if (this.#centres === undefined) {
      if (mayLearn && this.#seen % stride === 0) this.#learn()
      return Number.NaN
    }
    for (let at = 0; at < window; at++) this.#shape[at] = ((this.#ring[(this.#seen + at) % window] as number) - this.#mean) * this.#scale
    const { squared } = nearest(this.#centres, shapes, window, this.#shape, 0)
    this.#score += smoothing * (Math.sqrt(squared / window) - this.#score)
    return this.#score
  }

  /** Learns from what it has, without waiting for more; nothing happens before the first whole window. */
  finishLearning(): void {
    if (this.#centres !== undefined || this.#learned === undefined) return
    const { window, shapes } = this.#settings
    const data = this.#learned.subarray(0, this.#windows * window)
    let [sum, squares] = [0, 0]
    for (const value of data) sum += value
    this.#mean = sum / data.length
    for (const value of data) squares += (value - this.#mean) ** 2
    const spread = Math.sqrt(squares / data.length)
    this.#scale = spread > 0 ? 1 / spread : 1
    for (let at = 0; at < data.length; at++) data[at] = ((data[at] as number) - this.#mean) * this.#scale
    this.#centres = kMeans(data, this.#windows, window, shapes)
    this.#learned = undefined
  }

  #learn(): void {
    const { window, learnWindows } = this.#settings
    this.#learned ??= new Float64Array(learnWindows * window)
    for (let at = 0; at < window; at++) this.#learned[this.#windows * window + at] = this.#ring[(this.#seen + at) % window] as number
    this.#windows++
    if (this.#windows === learnWindows) this.finishLearning()
  }

  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    const { window, shapes, learnWindows, stride, smoothing } = this.#settings
    into.numbers(Float64Array.of(window, shapes, learnWindows, stride, smoothing))
    into.numbers(Float64Array.of(this.#seen, this.#windows, this.#mean, this.#scale, this.#score))
    into.numbers(this.#ring)
    into.numbers(this.#learned?.subarray(0, this.#windows * window) ?? new Float64Array())
    into.numbers(this.#centres ?? new Float64Array())
    return into.finish()
  }

  /** @throws MillwrightError CORRUPT_FILE when the bytes are no saved shapes. */
  static restore(bytes: Uint8Array): ShapeClusters {
    const from = new StateReader(bytes, KIND, VERSION)
    const [window = 1, shapes = 1, learnWindows = 1, stride = 1, smoothing = 1] = from.numbers(5)
    const detector = new ShapeClusters({ window, shapes, learnWindows, stride, smoothing })
    const [seen = 0, windows = 0, mean = 0, scale = 0, score = 0] = from.numbers(5)
    detector.#seen = seen
    detector.#windows = windows
    detector.#mean = mean
    detector.#scale = scale
    detector.#score = score
    detector.#ring.set(from.numbers(window))
    const learned = from.numbers()
    if (learned.length > 0) {
      detector.#learned = new Float64Array(learnWindows * window)
      detector.#learned.set(learned)
    }
    const centres = from.numbers()
    if (centres.length > 0) detector.#centres = centres
    return detector
  }
}
