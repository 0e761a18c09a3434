import { US_PER_DAY } from '@millwright/model/time.ts'
import type { SeriesRange } from '../historian.ts'
import { type ColdFile, dayOf, mayHold, type Rollup, sameRun } from './cold-file.ts'
import type { ColdStore } from './cold-store.ts'
import { ROLLUP_US } from './rollup-builder.ts'

/** A stretch of a range that is read one way: from rollups, or sample by sample. */
export interface Stretch {
  readonly fromUs: number
  readonly toUs: number
  /** The files whose rollups stand for it; undefined where the samples must be read. */
  readonly rolled: readonly ColdFile[] | undefined
}

/**
 * Parts a range in stretches. Rollups stand for a day when all its samples are in one run that has them: not when late
 * samples wait in a further run or, by `recentDays`, in the recent store.
 */
export function partRange(cold: ColdStore, range: SeriesRange, rollup: Rollup, holdUs: number, recentDays: ReadonlySet<number>): Stretch[] {
  const stretches: Stretch[] = []
  for (const day of cold.days('numbers').filter((each) => each >= dayOf(range.fromUs) && each <= dayOf(range.toUs - 1))) {
    const files = cold.filesOfDay('numbers', day).filter((file) => mayHold(file, range.series, day * US_PER_DAY, (day + 1) * US_PER_DAY))
    const [first] = files
    if (first === undefined || recentDays.has(day)) continue
    if (!files.every((file) => file.rollups?.holdUs === holdUs && sameRun(file, first))) continue
    addRolled(stretches, range, rollup, day, files)
  }
  return fillGaps(stretches, range)
}

function addRolled(stretches: Stretch[], range: SeriesRange, rollup: Rollup, day: number, files: readonly ColdFile[]): void {
  const widthUs = ROLLUP_US[rollup]
  const fromUs = Math.ceil(Math.max(range.fromUs, day * US_PER_DAY) / widthUs) * widthUs
  const toUs = Math.floor(Math.min(range.toUs, (day + 1) * US_PER_DAY) / widthUs) * widthUs
  if (fromUs >= toUs) return
  const last = stretches.at(-1)
  if (last?.rolled !== undefined && last.toUs === fromUs) stretches[stretches.length - 1] = { fromUs: last.fromUs, toUs, rolled: [...last.rolled, ...files] }
  else stretches.push({ fromUs, toUs, rolled: files })
}

function fillGaps(rolled: readonly Stretch[], range: SeriesRange): Stretch[] {
  const all: Stretch[] = []
  let doneUs = range.fromUs
  for (const stretch of rolled) {
    if (stretch.fromUs > doneUs) all.push({ fromUs: doneUs, toUs: stretch.fromUs, rolled: undefined })
    all.push(stretch)
    doneUs = stretch.toUs
  }
  if (doneUs < range.toUs) all.push({ fromUs: doneUs, toUs: range.toUs, rolled: undefined })
  return all
}
