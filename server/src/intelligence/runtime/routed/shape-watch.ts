import { NearestShape } from '../../detectors/nearest-shape.ts'
import type { StateReader, StateWriter } from '../../scoring/state-codec.ts'
import { isSettled, learnTail, TAIL_FIELDS, tailLimit } from '../../scoring/tail-limit.ts'
import type { Evidence } from './evidence.ts'

/** A quarter of an hour against half a day, in frames that have a sample; the three most alike. */
const SETTINGS = { window: 15, history: 720, neighbours: 3, isCentred: true }
/** A signal's own limit is what one episode in so many of its frames passes. */
const RARE = 1 / 5_000
/** Frames of past before distances are learned from: while little is known, all is far from it. */
const LEAST_PAST = 300
/** What is learned is cut at so many limits. */
const LEARNED_UP_TO = 1.5

/** Whether the course of a signal's last minutes resembles any of the last half day: the left matrix profile ({@link NearestShape}) beside a limit that is learned. 12 KB. */
export class ShapeWatch {
  readonly #nearest: NearestShape
  readonly #tail = new Float64Array(TAIL_FIELDS)
  #seen = 0

  constructor(nearest = new NearestShape(SETTINGS)) {
    this.#nearest = nearest
  }

  /** Memory in bytes, about. */
  get bytes(): number {
    return 16 * SETTINGS.history
  }

  /** Takes the value of a frame with a sample; undefined while it learns. */
  step(signal: number, value: number, endUs: number, frameUs: number, mayLearn: boolean): Evidence | undefined {
    const distance = this.#nearest.step(value, mayLearn)
    this.#seen++
    if (Number.isNaN(distance) || this.#seen <= LEAST_PAST) return undefined
    const limit = Math.max(Number.MIN_VALUE, tailLimit(this.#tail, 0, RARE))
    const isReady = isSettled(this.#tail, 0)
    learnTail(this.#tail, 0, isReady ? Math.min(distance, LEARNED_UP_TO * limit) : distance)
    if (!isReady) return undefined
    const { likeness, range } = this.#nearest
    // At the limit each value of the window is off by so much, in the mean square.
    const band = (limit * range) / Math.sqrt(SETTINGS.window)
    return { signal, score: distance / limit, isCertain: false, reason: 'shape', value, expected: Number.isNaN(likeness) ? value : likeness, band, sinceUs: endUs - SETTINGS.window * frameUs }
  }

  save(into: StateWriter): void {
    into.bytes(this.#nearest.save())
    into.numbers(this.#tail)
    into.number(this.#seen)
  }

  static restore(from: StateReader): ShapeWatch {
    const watch = new ShapeWatch(NearestShape.restore(from.bytes()))
    watch.#tail.set(from.numbers(TAIL_FIELDS))
    watch.#seen = from.number()
    return watch
  }
}
