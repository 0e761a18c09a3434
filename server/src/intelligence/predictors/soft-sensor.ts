import { MillwrightError } from '../../kernel/error.ts'
import { solveSymmetric } from '../algebra/cholesky.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { BOOSTING_DEFAULTS, BoostedModel, trainBoosting } from './gradient-boosting.ts'

/** A signal computed from others: `predict` takes one value of each, in the order of training; NaN where one is missing. */
export interface SoftSensor {
  /** How many inputs it takes. */
  readonly width: number
  predict(row: ArrayLike<number>): number
  /** Bytes of which {@link restoreSoftSensor} makes the same sensor. */
  save(): Uint8Array
}

const [LINEAR, VERSION] = ['soft-sensor-linear', 1]

interface Scaled {
  readonly columns: Float64Array[]
  readonly target: Float64Array
  readonly means: Float64Array
  readonly scales: Float64Array
  readonly targetMean: number
}

/** Ridge regression on scaled inputs (Hoerl and Kennard 1970). `ridge` counts as so many further rows without information. */
export function trainRidge(inputs: readonly Float64Array[], target: Float64Array, ridge: number): SoftSensor {
  const scaled = scale(inputs, target)
  const width = inputs.length
  const gram = new Float64Array(width * width)
  const side = new Float64Array(width)
  for (let a = 0; a < width; a++) {
    for (let b = 0; b <= a; b++) gram[a * width + b] = dot(scaled.columns[a] as Float64Array, scaled.columns[b] as Float64Array)
    gram[a * width + a] = (gram[a * width + a] as number) + ridge
    side[a] = dot(scaled.columns[a] as Float64Array, scaled.target)
  }
  solveSymmetric(gram, width, [side])
  return linear(side, scaled)
}

/** Partial least squares of one target (PLS1 by NIPALS, Wold, Sjöström and Eriksson 2001): few directions that explain inputs and target, for signals that move together. */
export function trainPls(inputs: readonly Float64Array[], target: Float64Array, components: number): SoftSensor {
  const scaled = scale(inputs, target)
  const width = inputs.length
  const [weights, loadings, answers]: [Float64Array[], Float64Array[], number[]] = [[], [], []]
  const rest = Float64Array.from(scaled.target)
  for (let component = 0; component < Math.min(components, width); component++) {
    const weight = Float64Array.from(scaled.columns, (column) => dot(column, rest))
    const length = Math.sqrt(dot(weight, weight))
    if (length < 1e-9) break
    for (let at = 0; at < width; at++) weight[at] = (weight[at] as number) / length
    const score = new Float64Array(target.length)
    for (const [at, column] of scaled.columns.entries()) for (let row = 0; row < score.length; row++) score[row] = (score[row] as number) + (weight[at] as number) * (column[row] as number)
    const size = dot(score, score)
    if (size < 1e-12) break
    const loading = Float64Array.from(scaled.columns, (column) => dot(column, score) / size)
    const answer = dot(rest, score) / size
    for (let row = 0; row < score.length; row++) rest[row] = (rest[row] as number) - answer * (score[row] as number)
    for (const [at, column] of scaled.columns.entries()) for (let row = 0; row < score.length; row++) column[row] = (column[row] as number) - (loading[at] as number) * (score[row] as number)
    weights.push(weight)
    loadings.push(loading)
    answers.push(answer)
  }
  return linear(coefficients(weights, loadings, answers, width), scaled)
}

/** Coefficients on the scaled inputs: each component sees what those before it left over. */
function coefficients(weights: readonly Float64Array[], loadings: readonly Float64Array[], answers: readonly number[], width: number): Float64Array {
  const sum = new Float64Array(width)
  const directions: Float64Array[] = []
  for (const [at, weight] of weights.entries()) {
    const direction = Float64Array.from(weight)
    for (const [before, earlier] of directions.entries()) {
      const overlap = dot(loadings[before] as Float64Array, weight)
      for (let place = 0; place < width; place++) direction[place] = (direction[place] as number) - overlap * (earlier[place] as number)
    }
    directions.push(direction)
    for (let place = 0; place < width; place++) sum[place] = (sum[place] as number) + (answers[at] as number) * (direction[place] as number)
  }
  return sum
}

/** Inputs and target with mean 0, inputs with spread 1; rows with a value that is no number are left out. */
function scale(inputs: readonly Float64Array[], target: Float64Array): Scaled {
  const rows = [...target.keys()].filter((row) => Number.isFinite(target[row] as number) && inputs.every((column) => Number.isFinite(column[row] as number)))
  if (rows.length < 2) throw new MillwrightError('BAD_REQUEST', `a soft sensor needs at least two rows in which all values are numbers; there are ${rows.length}`)
  const mean = (column: Float64Array) => rows.reduce((sum, row) => sum + (column[row] as number), 0) / rows.length
  const means = Float64Array.from(inputs, mean)
  const scales = Float64Array.from(inputs, (column, at) => {
    const spread = Math.sqrt(rows.reduce((sum, row) => sum + ((column[row] as number) - (means[at] as number)) ** 2, 0) / rows.length)
    return spread > 1e-12 * Math.abs(means[at] as number) ? 1 / spread : 0
  })
  const targetMean = mean(target)
  return {
    columns: inputs.map((column, at) => Float64Array.from(rows, (row) => ((column[row] as number) - (means[at] as number)) * (scales[at] as number))),
    target: Float64Array.from(rows, (row) => (target[row] as number) - targetMean),
    means, scales, targetMean,
  }
}

/** Gradient boosting of small trees, for what is not linear and rows enough to show it. Throws as `trainBoosting`. */
export function trainBoosted(inputs: readonly Float64Array[], target: Float64Array, { trees, seed }: { readonly trees: number; readonly seed: number }): SoftSensor {
  const settings = { ...BOOSTING_DEFAULTS, trees, leaves: 8, minimumRows: Math.max(5, Math.floor(target.length / 50)), featurePart: 0.8, seed }
  return boosted(trainBoosting(inputs, target, settings))
}

function boosted(model: BoostedModel): SoftSensor {
  return { width: model.width, predict: (row) => model.predict(row), save: () => model.save() }
}

type LinearMap = Pick<Scaled, 'means' | 'scales' | 'targetMean'>

function linear(slopes: Float64Array, { means, scales, targetMean }: LinearMap): SoftSensor {
  return {
    width: slopes.length,
    predict: (row) => slopes.reduce((sum, slope, at) => sum + slope * ((row[at] ?? Number.NaN) - (means[at] as number)) * (scales[at] as number), targetMean),
    save: () => {
      const into = new StateWriter(LINEAR, VERSION)
      for (const numbers of [slopes, means, scales]) into.numbers(numbers)
      into.number(targetMean)
      return into.finish()
    },
  }
}

/**
 * The sensor that was saved.
 * @throws MillwrightError CORRUPT_FILE when the bytes are none, or it takes another number of inputs.
 */
export function restoreSoftSensor(bytes: Uint8Array, method: 'ridge' | 'pls' | 'boosting', width: number): SoftSensor {
  if (method === 'boosting') {
    const sensor = boosted(BoostedModel.restore(bytes))
    if (sensor.width !== width) throw new MillwrightError('CORRUPT_FILE', `the saved soft sensor takes ${sensor.width} inputs, not ${width}`)
    return sensor
  }
  const from = new StateReader(bytes, LINEAR, VERSION)
  const [slopes, means, scales] = [from.numbers(width), from.numbers(width), from.numbers(width)]
  return linear(slopes, { means, scales, targetMean: from.number() })
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0
  for (let at = 0; at < left.length; at++) sum += (left[at] as number) * (right[at] as number)
  return sum
}
