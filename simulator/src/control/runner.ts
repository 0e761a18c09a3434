import { US_PER_MS, US_PER_SECOND } from '@millwright/model/time.ts'
import type { PlantSink } from '../plant/gateway-link.ts'
import type { Plant } from '../plant/plant.ts'

/** Slowest and fastest that a plant is run against the clock on the wall. */
export const SPEED_LIMITS = { minimum: 0.1, maximum: 1000 } as const

/** The plant is moved in slices of so much of its own time, so that the process stays awake for others. */
const SLICE_US = 30 * US_PER_SECOND
const TICK_MS = 100

/** A sink that says whether it has room. */
export interface PacedSink extends PlantSink {
  readonly hasRoom: boolean
}

export interface RunnerOptions {
  readonly plant: Plant
  readonly sink: PacedSink
  readonly speed: number
  /** Milliseconds that never go back. */
  readonly monotonicMs: () => number
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Moves a plant with the clock. What is sampled does not depend on the speed; a sink without room makes the plant late, never incomplete. */
export class PlantRunner {
  readonly #options: RunnerOptions
  #speed: number
  #originUs: number
  #originMs: number

  constructor(options: RunnerOptions) {
    this.#options = options
    this.#speed = checkSpeed(options.speed)
    this.#originUs = options.plant.nowUs
    this.#originMs = options.monotonicMs()
  }

  get speed(): number {
    return this.#speed
  }

  /** Changes the speed from the moment where the plant is. */
  setSpeed(speed: number): void {
    this.#speed = checkSpeed(speed)
    this.#originUs = this.#options.plant.nowUs
    this.#originMs = this.#options.monotonicMs()
  }

  /** How far the plant is behind its clock, in its own time. */
  get lateUs(): number {
    return Math.max(0, this.#dueUs() - this.#options.plant.nowUs - US_PER_SECOND)
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { plant, sink, wait } = this.#options
    while (!signal.aborted) {
      const dueUs = this.#dueUs()
      if (plant.nowUs + US_PER_SECOND > dueUs || !sink.hasRoom) {
        await wait(TICK_MS, signal)
        continue
      }
      plant.step(Math.min(dueUs, plant.nowUs + SLICE_US), sink)
      await wait(0, signal)
    }
  }

  #dueUs(): number {
    return this.#originUs + (this.#options.monotonicMs() - this.#originMs) * US_PER_MS * this.#speed
  }
}

/** The speed, when it is one at which a plant can be run; throws RangeError otherwise. */
export function checkSpeed(speed: number): number {
  if (!(speed >= SPEED_LIMITS.minimum && speed <= SPEED_LIMITS.maximum)) throw new RangeError(`speed must be ${SPEED_LIMITS.minimum} to ${SPEED_LIMITS.maximum}, not ${speed}`)
  return speed
}
