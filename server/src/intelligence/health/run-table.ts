import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import type { Historian } from '../../historian/historian.ts'
import { readEven } from '../forecasts/even-history.ts'
import { withoutGaps } from '../predictors/forecaster.ts'
import type { LifeTable } from '../predictors/life-features.ts'

/** Steps of one run at most: the newest ones. */
export const MOST_RUN_STEPS = 5_000
/** Levels that a condition is told apart in. */
const LEVELS = 5

/** The signals of one asset in the order of the definition. */
export interface RunSignals {
  readonly conditions: readonly Source[]
  readonly signals: readonly Source[]
}
interface Source {
  readonly series: SeriesId
  readonly kind: ValueKind
}

/** The range of each condition over all runs, by which it is cut into levels. */
export interface ConditionRanges {
  readonly lows: readonly number[]
  readonly highs: readonly number[]
}

/** A run as it was read: conditions first, then signals; steps in which nothing was measured are left out, so its rows are steps of work. */
export interface RawRun {
  readonly rows: number
  readonly columns: readonly Float64Array[]
}

/** Reads a run from `fromUs` to `toUs` in whole steps that end at `toUs`. Rejects as the historian does. */
export async function readRun(history: Pick<Historian, 'readAggregates'>, { conditions, signals }: RunSignals, range: { readonly fromUs: number; readonly toUs: number; readonly stepUs: number }): Promise<RawRun> {
  const steps = Math.min(MOST_RUN_STEPS, Math.floor((range.toUs - range.fromUs) / range.stepUs))
  if (steps < 1) return { rows: 0, columns: [...conditions, ...signals].map(() => new Float64Array()) }
  const columns: Float64Array[] = []
  for (const source of [...conditions, ...signals]) columns.push((await readEven(history, source, { toUs: range.toUs, everyUs: range.stepUs, steps })).values)
  const measured = columns.slice(conditions.length)
  const kept = Array.from({ length: steps }, (_, step) => step).filter((step) => measured.some((column) => Number.isFinite(column[step])))
  return { rows: kept.length, columns: columns.map((column) => withoutGaps(Float64Array.from(kept, (step) => column[step] as number))) }
}

/** The ranges of the first `count` columns over all runs. */
export function conditionRanges(runs: readonly RawRun[], count: number): ConditionRanges {
  const of = (place: number, better: (a: number, b: number) => number, worst: number) => runs.reduce((best, { columns }) => (columns[place] ?? new Float64Array()).reduce((sofar, value) => better(sofar, value), best), worst)
  const places = Array.from({ length: count }, (_, place) => place)
  return { lows: places.map((place) => of(place, Math.min, Number.POSITIVE_INFINITY)), highs: places.map((place) => of(place, Math.max, Number.NEGATIVE_INFINITY)) }
}

/** The table that a life model learns from and judges: conditions as levels 0 to 4 of their range. */
export function lifeTable({ rows, columns }: RawRun, { lows, highs }: ConditionRanges): LifeTable {
  return {
    rows,
    columns: columns.map((column, place) => {
      const [low, high] = [lows[place], highs[place]]
      if (low === undefined || high === undefined) return column
      const width = high > low ? high - low : 1
      return column.map((value) => Math.max(0, Math.min(LEVELS - 1, Math.floor((LEVELS * (value - low)) / width))))
    }),
  }
}
