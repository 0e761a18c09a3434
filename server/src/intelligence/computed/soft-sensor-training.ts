import { createHash } from 'node:crypto'
import { SOFT_SENSOR_METHODS, type SoftSensorMethod } from '@millwright/model/wire/soft-sensor.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { type SoftSensor, trainBoosted, trainPls, trainRidge } from '../predictors/soft-sensor.ts'

/** Rows in the order of time: inputs in columns, and what was measured. All are numbers. */
export interface SoftSensorTable {
  readonly inputs: readonly Float64Array[]
  readonly target: Float64Array
  /** Steps between two measurements, the usual number. */
  readonly spacing: number
  /** End of the step of each row, µs; without them there is nothing to draw. */
  readonly timesUs?: Float64Array
}

/** Values that were told without being known, beside the measured ones, in the order of time. */
export interface ToldValues {
  readonly timesUs: readonly number[]
  readonly measured: readonly number[]
  readonly told: readonly number[]
}

export interface SoftSensorTrial {
  readonly method: SoftSensorMethod
  readonly setting: string
  readonly rmse: number
  readonly mae: number
  readonly r2: number
}

export interface TrainedSoftSensor {
  readonly method: SoftSensorMethod
  readonly state: Uint8Array
  readonly rows: number
  /** The chosen one first, then the best setting of each other method. */
  readonly trials: readonly SoftSensorTrial[]
  readonly lastValueRmse: number
  readonly meanRmse: number
  /** Nine of ten errors are no larger. */
  readonly band: number
  readonly isUseful: boolean
  /** The target is measured all the time: the sensor is a stand-in for when it fails, and need not beat the last value. */
  readonly isStandIn: boolean
  /** What each input was seen to be. */
  readonly lows: Float64Array
  readonly highs: Float64Array
  readonly hash: string
  readonly told: ToldValues
}

/** Measured values that are needed at least, and from which boosting is tried. */
export const [FEWEST_ROWS, BOOSTING_ROWS] = [20, 100]
/** Blocks of time of the cross validation. */
const BLOCKS = 5
/** A method that is not simpler must be better by this part: the order is ridge, PLS, boosting. */
const CLEARLY = 0.02
/** It must beat the naive answers by this part to be of use. */
const USEFUL = 0.05
/** A target that is measured at least this often, in steps, is there all the time. */
const ALWAYS = 3
const BAND = 0.9
/** Told values that are kept to be drawn. */
const MOST_TOLD = 400
const RIDGES = [0.01, 0.1, 1, 10, 100] as const
const COMPONENTS = [1, 2, 3, 4, 6, 8] as const
const TREES = [60, 200] as const

interface Entrant {
  readonly method: SoftSensorMethod
  readonly setting: string
  readonly train: (table: SoftSensorTable) => SoftSensor
}

/**
 * Lets ridge, PLS and boosting tell each fifth of the time from the others (blocked cross validation; Bergmeir and Benítez 2012: neighbours in time are alike, so single rows must not be
 * left out at random), takes the best and trains it on all. The band is the conformal quantile of the errors on what was left out (Vovk 2015, cross-conformal).
 * @throws MillwrightError BAD_REQUEST when there are too few rows or the target does not change.
 */
export function trainSoftSensor(table: SoftSensorTable, seed: number, progress: (part: number) => void = () => undefined): TrainedSoftSensor {
  const { target, inputs } = table
  const rows = target.length
  if (rows < FEWEST_ROWS) throw new MillwrightError('BAD_REQUEST', `a soft sensor needs at least ${FEWEST_ROWS} measured values with all inputs; there are ${rows}: take a longer range, or inputs with fewer gaps`)
  const mean = target.reduce((sum, value) => sum + value, 0) / rows
  const variance = target.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows
  if (!(variance > 1e-18 * mean * mean)) throw new MillwrightError('BAD_REQUEST', `the measured value is always ${target[0]}: there is nothing to tell`)
  const entrants = entrantsOf(inputs.length, rows, seed)
  const tried = entrants.map((entrant, at) => {
    const errors = leftOutErrors(table, entrant.train)
    progress((at + 1) / (entrants.length + 1))
    return { entrant, errors, score: scoreOf(entrant, errors, variance) }
  })
  const bests = SOFT_SENSOR_METHODS.flatMap((method) => tried.filter(({ entrant }) => entrant.method === method).reduce<(typeof tried)[number][]>(([best], one) => [best === undefined || one.score.rmse < best.score.rmse ? one : best], []))
  const chosen = bests.reduce((best, one) => (one.score.rmse < best.score.rmse * (1 - CLEARLY) ? one : best))
  const sensor = chosen.entrant.train(table)
  const meanRmse = Math.sqrt(mse(leftOutErrors(table, meanOf)))
  const lastValueRmse = Math.sqrt(mse(target.slice(1).map((value, row) => value - (target[row] as number))))
  const isStandIn = table.spacing <= ALWAYS
  const sizes = chosen.errors.map(Math.abs).sort()
  return {
    method: chosen.entrant.method,
    state: sensor.save(),
    rows,
    trials: [chosen, ...bests.filter((one) => one !== chosen).sort((a, b) => a.score.rmse - b.score.rmse)].map(({ score }) => score),
    lastValueRmse,
    meanRmse,
    band: sizes[Math.min(rows - 1, Math.ceil((rows + 1) * BAND) - 1)] as number,
    isUseful: chosen.score.rmse < (1 - USEFUL) * (isStandIn ? meanRmse : Math.min(lastValueRmse, meanRmse)),
    isStandIn,
    lows: Float64Array.from(inputs, (column) => column.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY)),
    highs: Float64Array.from(inputs, (column) => column.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY)),
    hash: hashOf(table),
    told: toldOf(table, chosen.errors),
  }
}

/** Some hundred rows, spread over the time. */
function toldOf({ target, timesUs = new Float64Array() }: SoftSensorTable, errors: Float64Array): ToldValues {
  const count = Math.min(MOST_TOLD, timesUs.length)
  const rows = Array.from({ length: count }, (_, at) => Math.floor((at * timesUs.length) / count))
  return { timesUs: rows.map((row) => timesUs[row] as number), measured: rows.map((row) => target[row] as number), told: rows.map((row) => (target[row] as number) - (errors[row] as number)) }
}

function entrantsOf(width: number, rows: number, seed: number): Entrant[] {
  return [
    ...RIDGES.map((ridge): Entrant => ({ method: 'ridge', setting: `ridge ${ridge}`, train: ({ inputs, target }) => trainRidge(inputs, target, ridge) })),
    ...COMPONENTS.filter((count) => count <= width).map((count): Entrant => ({ method: 'pls', setting: `${count} components`, train: ({ inputs, target }) => trainPls(inputs, target, count) })),
    ...TREES.filter(() => rows >= BOOSTING_ROWS).map((trees): Entrant => ({ method: 'boosting', setting: `${trees} trees`, train: ({ inputs, target }) => trainBoosted(inputs, target, { trees, seed }) })),
  ]
}

/** Errors (truth less told) of every block, told from the other blocks. */
function leftOutErrors({ inputs, target, spacing }: SoftSensorTable, train: (table: SoftSensorTable) => Pick<SoftSensor, 'predict'>): Float64Array {
  const rows = target.length
  const errors = new Float64Array(rows)
  for (let block = 0; block < BLOCKS; block++) {
    const [from, to] = [Math.floor((block * rows) / BLOCKS), Math.floor(((block + 1) * rows) / BLOCKS)]
    const rest = (column: Float64Array) => Float64Array.from([...column.subarray(0, from), ...column.subarray(to)])
    const sensor = train({ inputs: inputs.map(rest), target: rest(target), spacing })
    for (let row = from; row < to; row++) errors[row] = (target[row] as number) - sensor.predict(inputs.map((column) => column[row] as number))
  }
  return errors
}

/** Who always says the mean. */
function meanOf({ target }: SoftSensorTable): Pick<SoftSensor, 'predict'> {
  const mean = target.reduce((sum, value) => sum + value, 0) / Math.max(1, target.length)
  return { predict: () => mean }
}

function scoreOf({ method, setting }: Entrant, errors: Float64Array, variance: number): SoftSensorTrial {
  return { method, setting, rmse: Math.sqrt(mse(errors)), mae: errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length, r2: 1 - mse(errors) / variance }
}

function mse(errors: Float64Array): number {
  return errors.reduce((sum, error) => sum + error * error, 0) / Math.max(1, errors.length)
}

function hashOf({ inputs, target }: SoftSensorTable): string {
  const hash = createHash('sha256')
  for (const column of [target, ...inputs]) hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
  return hash.digest('hex')
}
