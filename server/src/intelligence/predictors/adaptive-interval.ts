import { type ErrorDistribution, errorDistribution, intervalAround, type IntervalForecast, type TrialErrors } from './forecast-interval.ts'

/** How far one trial moves the level: between slow following of a changed signal and a level that jumps about. Chosen on the tuning half of the arena, where 0.05 is nearly as good. */
const PACE = 0.1
/** The part left out that is asked for stays between these multiples of the one that was wanted: an interval is never everything, and never a line. */
const [LEAST_LEFT, MOST_LEFT] = [0.02, 3]
/** Trials that are remembered: of more, the oldest leave. */
const MOST_TRIALS = 120

/**
 * Intervals that learn from how often they were wrong: adaptive conformal inference (Gibbs and Candès, "Adaptive conformal inference under distribution shift", NeurIPS 2021). Errors of the past
 * are a fair sample of those to come only while the signal stays as it was; so after each trial the level that is asked for moves by how much more or less of it lay outside than was wanted,
 * which holds the wanted part over time whatever the signal does. Trials are taken in the order of time; the first half only calibrates.
 */
export class AdaptiveInterval {
  readonly #trials: Float64Array[] = []
  readonly #steps: number
  readonly #wanted: number
  #left: number
  #errors: ErrorDistribution
  #inside = 0
  #judged = 0

  constructor(trials: TrialErrors, { steps, coverage }: { readonly steps: number; readonly coverage: number }) {
    this.#steps = steps
    this.#wanted = 1 - coverage
    this.#left = this.#wanted
    const half = Math.ceil(trials.length / 2)
    this.#trials.push(...trials.slice(0, half))
    this.#errors = errorDistribution(this.#trials, steps)
    for (const errors of trials.slice(half)) this.learn(this.around(new Float64Array(steps)), errors)
  }

  /** What the forecast is expected to miss, as far as it is known. */
  get errors(): ErrorDistribution {
    return this.#errors
  }

  /** The part that the interval is made for now, so that it holds the wanted one. */
  get coverage(): number {
    return 1 - this.#left
  }

  /** Steps that were judged by an interval told before them, and the part of them that it held; undefined while there are none. */
  get held(): { readonly steps: number; readonly part: number } | undefined {
    return this.#judged === 0 ? undefined : { steps: this.#judged, part: this.#inside / this.#judged }
  }

  around(expected: Float64Array): IntervalForecast {
    return intervalAround(expected, this.#errors, this.coverage)
  }

  /** What came true: the interval that was told, and the signed errors (truth less forecast) of its steps, NaN where the truth is not known. */
  learn({ expected, low, high }: IntervalForecast, errors: Float64Array): void {
    let [outside, known] = [0, 0]
    for (let step = 0; step < this.#steps; step++) {
      const truth = (expected[step] as number) + (errors[step] as number)
      if (!Number.isFinite(truth)) continue
      known++
      if (truth < (low[step] as number) || truth > (high[step] as number)) outside++
    }
    if (known === 0) return
    this.#judged += known
    this.#inside += known - outside
    this.#left = Math.min(this.#wanted * MOST_LEFT, Math.max(this.#wanted * LEAST_LEFT, this.#left + PACE * (this.#wanted - outside / known)))
    this.#trials.push(errors)
    if (this.#trials.length > MOST_TRIALS) this.#trials.shift()
    this.#errors = errorDistribution(this.#trials, this.#steps)
  }
}
