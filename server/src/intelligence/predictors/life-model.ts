import { MillwrightError } from '../../kernel/error.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { BOOSTING_DEFAULTS, BoostedModel, type BoostingSettings, trainBoosting, type TrainingControl } from './gradient-boosting.ts'
import { learnRegimes, lifeFeatures, type LifeTable, type Regimes } from './life-features.ts'
import { correctedInterval, type IntervalCorrection, intervalCorrection, LIFE_COVERAGE, type LifeTrial } from './life-interval.ts'

/** Cycles above which lives are not told apart: a young machine shows nothing of its end yet (Heimes 2008). */
export const LIFE_CAP = 125

/** A remaining life in cycles: the median and the interval that holds the truth in 80 % of the cases. */
export interface RemainingLife {
  readonly low: number
  readonly median: number
  readonly high: number
}

/** Runs to failure that are needed at least: fewer cannot say how far apart machines are. */
export const FEWEST_RUNS = 4
/** Parts of the runs that are kept away in turn, to measure the interval and the errors. */
const FOLDS = 4
/** Trials of each kept run: places spread over the part of its life in which its end is near enough to matter. */
const [TRIALS, NEAR] = [16, 1.2]
const QUANTILES = [(1 - LIFE_COVERAGE) / 2, 0.5, (1 + LIFE_COVERAGE) / 2] as const
const [KIND, VERSION] = ['life-model', 1]

interface Parts {
  readonly settings: number
  readonly regimes: Regimes
  /** For the lower end, the median and the upper end. */
  readonly models: readonly [BoostedModel, BoostedModel, BoostedModel]
  readonly correction: IntervalCorrection
}

/** Tells remaining lives from runs. */
export class LifeModel {
  readonly cap = LIFE_CAP
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The life left after the last row of a run. */
  predict(run: LifeTable): RemainingLife {
    const { regimes, settings, models, correction } = this.#parts
    const last = lifeFeatures(run, settings, regimes).map((column) => column.at(-1) ?? Number.NaN)
    return correctedInterval(toldBy(models, last), correction, LIFE_CAP)
  }

  save(): Uint8Array {
    const { regimes, settings, models, correction } = this.#parts
    const into = new StateWriter(KIND, VERSION)
    into.integer(settings)
    into.integer(regimes.names.length)
    for (const [at, name] of regimes.names.entries()) {
      into.text(name)
      into.numbers(regimes.mean[at] ?? new Float64Array())
      into.numbers(regimes.scale[at] ?? new Float64Array())
    }
    for (const model of models) into.bytes(model.save())
    into.numbers(correction)
    return into.finish()
  }

  /** @throws MillwrightError CORRUPT_FILE when the bytes are no saved life model. */
  static load(bytes: Uint8Array): LifeModel {
    const from = new StateReader(bytes, KIND, VERSION)
    const settings = from.integer()
    const count = Math.min(from.integer(), bytes.length)
    const regimes = Array.from({ length: count }, () => ({ name: from.text(), mean: from.numbers(), scale: from.numbers() }))
    const model = () => BoostedModel.restore(from.bytes())
    return new LifeModel({
      settings,
      regimes: { names: regimes.map(({ name }) => name), mean: regimes.map(({ mean }) => mean), scale: regimes.map(({ scale }) => scale) },
      models: [model(), model(), model()],
      correction: from.numbers(),
    })
  }
}

/** How well lives were told of machines that the model had not seen, in cycles. */
export interface LifeBackTest {
  readonly trials: number
  readonly rmse: number
  readonly mae: number
  /** The error of who always says the median of what was left. */
  readonly naiveMae: number
  /** Part of the trials inside of an interval that was corrected without their machine. */
  readonly coverage: number
  readonly width: number
}

/**
 * Learns remaining lives from runs to failure: regimes, rolling features, boosting for the median and the ends of the interval, which is then corrected by what it misses on machines
 * that were kept away ({@link intervalCorrection}). The same runs and settings give the same model.
 * @throws MillwrightError BAD_REQUEST with fewer than {@link FEWEST_RUNS} runs or runs without rows, STOPPING when aborted.
 */
export function trainLifeModel(runs: readonly LifeTable[], settings: number, boosting: Omit<BoostingSettings, 'aim'> = BOOSTING_DEFAULTS, control: TrainingControl = {}): { readonly model: LifeModel; readonly backTest: LifeBackTest } {
  if (runs.length < FEWEST_RUNS) throw new MillwrightError('BAD_REQUEST', `a remaining life is learned from at least ${FEWEST_RUNS} runs to failure; there are ${runs.length}`)
  if (runs.some(({ rows }) => rows === 0)) throw new MillwrightError('BAD_REQUEST', 'a run to failure has no rows')
  const regimes = learnRegimes(runs, settings)
  const features = runs.map((run) => lifeFeatures(run, settings, regimes))
  const witness = { ...boosting, trees: Math.ceil(boosting.trees / 5), learningRate: Math.min(1, boosting.learningRate * 2) }
  // The median of the whole, two ends, and three quantiles of each fold.
  const trees = boosting.trees + (2 + 3 * FOLDS) * witness.trees
  let grown = 0
  const counted: TrainingControl = { ...control, onProgress: () => control.onProgress?.(++grown, trees) }
  const trials = Array.from({ length: FOLDS }, (_, fold) => {
    const models = modelsOf(features.filter((_, index) => index % FOLDS !== fold), witness, witness, counted)
    return features.filter((_, index) => index % FOLDS === fold).flatMap((run) => trialsOf(run, models))
  })
  const model = new LifeModel({ settings, regimes, models: modelsOf(features, boosting, witness, counted), correction: intervalCorrection(trials.flat(), LIFE_CAP) })
  return { model, backTest: backTestOf(trials) }
}

type Models = Parts['models']

function modelsOf(features: readonly Float64Array[][], median: Omit<BoostingSettings, 'aim'>, ends: Omit<BoostingSettings, 'aim'>, control: TrainingControl): Models {
  const width = features[0]?.length ?? 0
  const columns = Array.from({ length: width }, (_, feature) => joined(features.map((run) => run[feature] ?? new Float64Array())))
  const lives = joined(features.map((run) => livesOf(run, LIFE_CAP)))
  const [low, middle, high] = QUANTILES
  return [trainBoosting(columns, lives, { ...ends, aim: low }, control), trainBoosting(columns, lives, { ...median, aim: middle }, control), trainBoosting(columns, lives, { ...ends, aim: high }, control)]
}

function toldBy([low, median, high]: Models, row: ArrayLike<number>): Omit<LifeTrial, 'truth'> {
  return { low: low.predict(row), median: Math.max(0, Math.min(LIFE_CAP, median.predict(row))), high: high.predict(row) }
}

function trialsOf(run: readonly Float64Array[], models: Models): LifeTrial[] {
  const lives = livesOf(run, Number.POSITIVE_INFINITY)
  const first = Math.max(0, lives.length - 1 - Math.floor(NEAR * LIFE_CAP))
  const places = Array.from({ length: TRIALS }, (_, at) => first + Math.floor(((at + 0.5) * (lives.length - first)) / TRIALS))
  return [...new Set(places)].map((row) => ({ ...toldBy(models, run.map((column) => column[row] as number)), truth: Math.min(LIFE_CAP, lives[row] as number) }))
}

/** Each fold is judged by the correction that the others give. */
function backTestOf(folds: readonly (readonly LifeTrial[])[]): LifeBackTest {
  const all = folds.flat()
  const truths = Float64Array.from(all, ({ truth }) => truth).sort()
  const usual = truths[Math.floor(truths.length / 2)] ?? 0
  let [inside, width] = [0, 0]
  for (const [at, fold] of folds.entries()) {
    const correction = intervalCorrection(folds.filter((_, other) => other !== at).flat(), LIFE_CAP)
    for (const trial of fold) {
      const { low, high } = correctedInterval(trial, correction, LIFE_CAP)
      if (trial.truth >= low && trial.truth <= high) inside++
      width += high - low
    }
  }
  const mean = (of: (trial: LifeTrial) => number) => all.reduce((sum, trial) => sum + of(trial), 0) / Math.max(1, all.length)
  return {
    trials: all.length,
    rmse: Math.sqrt(mean(({ median, truth }) => (median - truth) ** 2)),
    mae: mean(({ median, truth }) => Math.abs(median - truth)),
    naiveMae: mean(({ truth }) => Math.abs(usual - truth)),
    coverage: inside / Math.max(1, all.length),
    width: width / Math.max(1, all.length),
  }
}

function livesOf(run: readonly Float64Array[], cap: number): Float64Array {
  const rows = run[0]?.length ?? 0
  return Float64Array.from({ length: rows }, (_, row) => Math.min(cap, rows - 1 - row))
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
