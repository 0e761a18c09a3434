import { AdaptiveInterval } from '../predictors/adaptive-interval.ts'
import { errorDistribution, type TrialErrors } from '../predictors/forecast-interval.ts'

/** How forecasts of the past did, in the signal's unit. */
export interface TrialScore {
  readonly mae: number
  readonly rmse: number
  /** Continuous ranked probability score of the distribution that the earlier half of the trials gives, on the later half. */
  readonly crps: number
  /** Part of the later half of the trials that intervals held which knew only the trials before; undefined where that is too few. */
  readonly coverage: number | undefined
}

/** Levels of the distribution whose mean pinball loss is the score (Gneiting and Raftery 2007). */
const LEVELS: readonly number[] = Array.from({ length: 19 }, (_, at) => (at + 1) / 20)
/** Steps that a coverage is measured on at least. */
const FEWEST_STEPS = 20

/** Scores trials. Intervals are judged on trials that they were not made from. */
export function scoreTrials(trials: TrialErrors, steps: number, coverage: number): TrialScore {
  let [sizes, squares, count] = [0, 0, 0]
  for (const errors of trials) {
    for (const error of errors) {
      if (!Number.isFinite(error)) continue
      sizes += Math.abs(error)
      squares += error * error
      count++
    }
  }
  const half = Math.ceil(trials.length / 2)
  const earlier = errorDistribution(trials.slice(0, half), steps)
  let [pinball, judged] = [0, 0]
  for (const errors of trials.slice(half)) {
    for (let step = 0; step < steps; step++) {
      const error = errors[step] as number
      if (!Number.isFinite(error)) continue
      for (const level of LEVELS) {
        const miss = error - earlier.quantile(level, step)
        pinball += miss >= 0 ? level * miss : (level - 1) * miss
      }
      judged++
    }
  }
  const mean = Math.max(1, count)
  const { held } = new AdaptiveInterval(trials, { steps, coverage })
  return { mae: sizes / mean, rmse: Math.sqrt(squares / mean), crps: (2 * pinball) / Math.max(1, judged * LEVELS.length), coverage: held === undefined || held.steps < FEWEST_STEPS ? undefined : held.part }
}
