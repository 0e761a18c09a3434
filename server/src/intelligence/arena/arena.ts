import { MillwrightError } from '../../kernel/error.ts'
import type { ArenaTable, Contest, Entrants } from './arena-table.ts'
import { codeHash } from './code-hash.ts'
import { cmapssContest } from './contest-cmapss.ts'
import { forecastContest } from './contest-forecast.ts'
import { nabContest } from './contest-nab.ts'
import { skabContest } from './contest-skab.ts'
import { smapContest } from './contest-smap.ts'
import { tepContest } from './contest-tep.ts'

/** All collections of the arena. Adding one is one line here. */
export const contests: readonly Contest[] = [skabContest, nabContest, smapContest, tepContest, cmapssContest, forecastContest]

/** Those of the collections that are named, or all; `more` are scored only by name. @throws MillwrightError NOT_FOUND for a name that does not exist. */
export function chosenContests(names: readonly string[], more: readonly Contest[] = []): readonly Contest[] {
  if (names.length === 0) return contests
  return names.map((name) => {
    const contest = [...contests, ...more].find((one) => one.name === name)
    if (contest === undefined) throw new MillwrightError('NOT_FOUND', `there is no collection "${name}"; there are ${[...contests, ...more].map((one) => one.name).join(', ')}`)
    return contest
  })
}

/**
 * Runs the collections named, or all: one table each, as soon as it is there.
 * @throws MillwrightError NOT_FOUND for a name that does not exist, a detector that a collection does not have, or data that are not in `folder`.
 */
export function* runArena(names: readonly string[], folder: string, entrants: Entrants = {}): Generator<ArenaTable> {
  for (const contest of chosenContests(names)) yield runContest(contest, folder, entrants)
}

/** Runs one collection: first it declares limits and halves, then it reads data. Throws as {@link runArena} does. */
export function runContest(contest: Contest, folder: string, entrants: Entrants = {}): ArenaTable {
  const { name, detectors = [] } = contest
  const unknown = entrants.detectors?.find((one) => !detectors.includes(one))
  if (unknown !== undefined) throw new MillwrightError('NOT_FOUND', `"${name}" has no detector "${unknown}"; it has ${detectors.join(', ') || 'none that can be named'}`)
  const declared = contest.declare?.(entrants)
  const table = contest.run(folder, entrants)
  const rows = table.rows.map((row) => {
    const limit = declared?.limits[row.who]
    return limit === undefined ? row : { ...row, limit }
  })
  return { ...table, ...(declared === undefined ? {} : { halves: declared.halves }), code: codeHash(), rows }
}
