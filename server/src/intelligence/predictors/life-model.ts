import { BOOSTING_DEFAULTS, type BoostedModel, type BoostingSettings, trainBoosting, type TrainingControl } from './gradient-boosting.ts'
import { learnRegimes, lifeFeatures, type LifeTable, type Regimes } from './life-features.ts'

/** Cycles above which lives are not told apart: a young machine shows nothing of its end yet (Heimes 2008). */
export const LIFE_CAP = 125

/** A remaining life in cycles: the median and the interval that holds the truth in 80 % of the cases. */
export interface RemainingLife {
  readonly low: number
  readonly median: number
  readonly high: number
}

/** Tells remaining lives from runs. */
export interface LifeModel {
  readonly cap: number
  /** The life left after the last row of a run. */
  predict(run: LifeTable): RemainingLife
}

/** Part of the runs that is kept from training to measure the interval, and its coverage. */
const [KEPT, COVERAGE] = [0.2, 0.8]

/**
 * Learns remaining lives from runs to failure: regimes, rolling features, boosting for the median, and an interval by conformal prediction on runs that a second model has not seen
 * (split conformal, Lei et al. 2018), its width by the predicted life itself: the end is known better than the beginning.
 * @throws MillwrightError BAD_REQUEST without runs, STOPPING when aborted.
 */
export function trainLifeModel(runs: readonly LifeTable[], settings: number, boosting: BoostingSettings = { ...BOOSTING_DEFAULTS, aim: 0.5 }, control: TrainingControl = {}): LifeModel {
  const regimes = learnRegimes(runs, settings)
  const features = runs.map((run) => lifeFeatures(run, settings, regimes))
  const model = modelOf(features, boosting, control)
  const every = Math.round(1 / KEPT)
  const kept = features.filter((_, index) => index % every === every - 1)
  const witness = kept.length === 0 ? model : modelOf(features.filter((_, index) => index % every !== every - 1), { ...boosting, trees: Math.ceil(boosting.trees / 4), learningRate: Math.min(1, boosting.learningRate * 2) }, control)
  const reach = reachOf(kept, witness)
  return { cap: LIFE_CAP, predict: (run) => lifeOf(run, { regimes, settings, model, reach }) }
}

function modelOf(features: readonly Float64Array[][], boosting: BoostingSettings, control: TrainingControl): BoostedModel {
  const width = features[0]?.length ?? 0
  const columns = Array.from({ length: width }, (_, feature) => joined(features.map((run) => run[feature] ?? new Float64Array())))
  const lives = joined(features.map((run) => livesOf(run)))
  return trainBoosting(columns, lives, boosting, control)
}

function livesOf(run: readonly Float64Array[]): Float64Array {
  const rows = run[0]?.length ?? 0
  return Float64Array.from({ length: rows }, (_, row) => Math.min(LIFE_CAP, rows - 1 - row))
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** The absolute error that is not exceeded in the wished part of cases, for predicted lives of 0–24, 25–49 … cycles. */
function reachOf(kept: readonly Float64Array[][], witness: BoostedModel): Float64Array {
  const errors: number[][] = Array.from({ length: 5 }, () => [])
  for (const run of kept) {
    const lives = livesOf(run)
    for (let row = 0; row < lives.length; row++) {
      const told = bounded(witness.predict(run.map((column) => column[row] as number)))
      errors[bandOf(told)]?.push(Math.abs(told - (lives[row] as number)))
    }
  }
  return Float64Array.from(errors, (band) => band.sort((a, b) => a - b)[Math.min(band.length - 1, Math.ceil((band.length + 1) * COVERAGE) - 1)] ?? LIFE_CAP)
}

function bandOf(life: number): number {
  return Math.min(4, Math.floor(life / 25))
}

function bounded(life: number): number {
  return Math.max(0, Math.min(LIFE_CAP, life))
}

interface Learned {
  readonly regimes: Regimes
  readonly settings: number
  readonly model: BoostedModel
  readonly reach: Float64Array
}

function lifeOf(run: LifeTable, { regimes, settings, model, reach }: Learned): RemainingLife {
  const last = lifeFeatures(run, settings, regimes).map((column) => column.at(-1) ?? Number.NaN)
  const median = bounded(model.predict(last))
  const half = reach[bandOf(median)] as number
  return { low: bounded(median - half), median, high: bounded(median + half) }
}
