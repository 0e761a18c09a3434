import { MillwrightError } from '../../kernel/error.ts'
import { solveSymmetric } from '../algebra/cholesky.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { type Forecaster, withoutGaps } from './forecaster.ts'

export interface LinearSettings {
  /** Values of the past that a forecast sees, and steps that it tells. */
  readonly window: number
  readonly horizon: number
  /** Ridge: added to the diagonal, as a part of its mean. */
  readonly ridge: number
}

/** Largest window: the solve costs its cube. */
export const MAX_WINDOW = 1024

const [KIND, VERSION] = ['linear-forecast', 1]

/** A linear map from the last values, less the very last one, to the next ones: NLinear (Zeng et al., "Are transformers effective for time series forecasting?", AAAI 2023), solved in closed form. */
export class LinearForecast implements Forecaster {
  readonly needs: number
  readonly horizon: number
  /** Row by row: `horizon` rows of `needs` weights. */
  readonly #weights: Float64Array

  constructor(window: number, horizon: number, weights: Float64Array) {
    this.needs = window
    this.horizon = horizon
    this.#weights = weights
  }

  /** Steps beyond the horizon are told from those before them. */
  forecast(past: Float64Array, steps: number): Float64Array {
    const seen = withoutGaps(past)
    const told = new Float64Array(steps)
    for (let from = 0; from < steps; from += this.horizon) {
      const known = Float64Array.of(...seen.subarray(Math.max(0, seen.length - this.needs)), ...told.subarray(0, from)).slice(-this.needs)
      const last = known.at(-1) ?? 0
      for (let step = 0; step < Math.min(this.horizon, steps - from); step++) {
        let sum = last
        for (let at = 0; at < known.length; at++) sum += (this.#weights[step * this.needs + this.needs - known.length + at] as number) * ((known[at] as number) - last)
        told[from + step] = sum
      }
    }
    return told
  }

  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    into.integer(this.needs)
    into.integer(this.horizon)
    into.numbers(this.#weights)
    return into.finish()
  }

  /** @throws MillwrightError CORRUPT_FILE when the bytes are no saved forecast. */
  static restore(bytes: Uint8Array): LinearForecast {
    const from = new StateReader(bytes, KIND, VERSION)
    const [window, horizon] = [from.integer(), from.integer()]
    return new LinearForecast(window, horizon, from.numbers(window * horizon))
  }
}

/**
 * Learns from one or more series, all steps of the horizon at once.
 * @throws MillwrightError BAD_REQUEST when no series is longer than window and horizon together, LIMIT_REACHED when the window is larger than {@link MAX_WINDOW}.
 */
export function trainLinear(series: readonly Float64Array[], { window, horizon, ridge }: LinearSettings): LinearForecast {
  if (window > MAX_WINDOW) throw new MillwrightError('LIMIT_REACHED', `a window has at most ${MAX_WINDOW} values, not ${window}`)
  const gram = new Float64Array(window * window)
  const sides = Array.from({ length: horizon }, () => new Float64Array(window))
  const input = new Float64Array(window)
  let examples = 0
  for (const raw of series) {
    const values = withoutGaps(raw)
    for (let at = window; at + horizon <= values.length; at++, examples++) {
      const last = values[at - 1] as number
      for (let place = 0; place < window; place++) input[place] = (values[at - window + place] as number) - last
      for (let row = 0; row < window; row++) {
        const left = input[row] as number
        for (let column = 0; column <= row; column++) gram[row * window + column] = (gram[row * window + column] as number) + left * (input[column] as number)
      }
      for (let step = 0; step < horizon; step++) {
        const side = sides[step] as Float64Array
        const target = (values[at + step] as number) - last
        for (let place = 0; place < window; place++) side[place] = (side[place] as number) + target * (input[place] as number)
      }
    }
  }
  if (examples === 0) throw new MillwrightError('BAD_REQUEST', `training needs a series of at least ${window + horizon} values`)
  let trace = 0
  for (let row = 0; row < window; row++) trace += gram[row * window + row] as number
  for (let row = 0; row < window; row++) gram[row * window + row] = (gram[row * window + row] as number) + (ridge * trace) / window
  solveSymmetric(gram, window, sides)
  const weights = new Float64Array(window * horizon)
  for (const [step, side] of sides.entries()) weights.set(side, step * window)
  return new LinearForecast(window, horizon, weights)
}
