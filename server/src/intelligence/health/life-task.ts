import { createHash } from 'node:crypto'
import { BOOSTING_DEFAULTS } from '../predictors/gradient-boosting.ts'
import { type LifeBackTest, trainLifeModel } from '../predictors/life-model.ts'
import { type ConditionRanges, conditionRanges, lifeTable, type RawRun } from './run-table.ts'

/** What a thread needs to learn remaining lives. */
export interface LifeTask {
  readonly runs: readonly RawRun[]
  readonly conditions: number
}

/** What it makes of it. */
export interface LifeResult {
  readonly state: Uint8Array
  readonly ranges: ConditionRanges
  readonly backTest: LifeBackTest
  readonly hash: string
}

/** Rows above which fewer trees are grown, so that training ends in minutes. */
const MANY_ROWS = 40_000

/** Learns remaining lives. Throws as {@link trainLifeModel}. */
export function learnLives({ runs, conditions }: LifeTask, progress: (part: number) => void): LifeResult {
  const ranges = conditionRanges(runs, conditions)
  const rows = runs.reduce((sum, run) => sum + run.rows, 0)
  const trees = Math.max(100, Math.min(BOOSTING_DEFAULTS.trees, Math.round((BOOSTING_DEFAULTS.trees * MANY_ROWS) / Math.max(1, rows))))
  const { model, backTest } = trainLifeModel(runs.map((run) => lifeTable(run, ranges)), conditions, { ...BOOSTING_DEFAULTS, trees }, { onProgress: (done, of) => progress(done / of) })
  const hash = createHash('sha256')
  for (const { columns } of runs) for (const column of columns) hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
  return { state: model.save(), ranges, backTest, hash: hash.digest('hex') }
}
