import { Mewma, MEWMA_DEFAULTS } from '../detectors/mewma.ts'
import type { ArenaRow, Contest } from './arena-table.ts'
import { CpuMeter } from './cpu-meter.ts'
import { limitAt, scoreDetection } from './detection-score.ts'
import { HALVES_BY_NAME, inHalf } from './halves.ts'
import { readTep, type TepRun } from './recorded-data.ts'
import { copyRow, type Table } from './table.ts'

/** Faults that leave no trace above noise (Russell, Chiang and Braatz 2000), of those given. */
const UNDETECTABLE: ReadonlySet<number> = new Set([3, 9, 15])

/** Accepted part of false alarms, and minutes of a row. */
const [FALSE_ALARMS, ROW_MINUTES] = [0.01, 3]

/** What the 52 columns are called: measured and manipulated variables, as Downs and Vogel number them. */
const SIGNALS: readonly string[] = [...Array.from({ length: 41 }, (_, index) => `xmeas${index + 1}`), ...Array.from({ length: 11 }, (_, index) => `xmv${index + 1}`)]

/** Tennessee Eastman: 52 variables; one normal run teaches, another one sets the limit. */
export const tepContest: Contest = {
  name: 'tep',
  detectors: ['mewma'],
  declare: ({ brought }) => ({ halves: HALVES_BY_NAME, limits: Object.fromEntries(['Millwright MEWMA chart', ...(brought === undefined ? [] : [brought.title])].map((who) => [who, 'what 1 % of the rows of the normal run d00_te exceed; no run with a fault has a part in it'])) }),
  parts: (folder) => readTep(folder).runs.map(({ name, table }) => ({ name, table, signals: SIGNALS })),
  run: (folder, { detectors, brought } = {}) => {
    const { normal, runs } = readTep(folder)
    const rows: ArenaRow[] = []
    let measured = ''
    if (brought !== undefined) rows.push(...rowsOf(brought.title, runs.map((run) => ({ ...run, scores: brought.scores.get(run.name) ?? new Float64Array(run.table.rows) })), brought.costUs))
    if (brought === undefined || detectors?.includes('mewma') === true) {
      const meter = new CpuMeter()
      const scored = runs.map((run) => ({ ...run, scores: meter.run(() => chartScores(normal, run.table)) }))
      rows.push(...rowsOf('Millwright MEWMA chart', scored, meter.each(runs.reduce((sum, { table }) => sum + table.rows + normal.rows, 0))))
      const usual = usualOf(scored)
      const half = usual.length >> 1
      const kept = limitAt(usual.subarray(0, half), FALSE_ALARMS)
      const part = usual.subarray(half).reduce((count, score) => count + (score > kept ? 1 : 0), 0) / (usual.length - half)
      measured = ` Set on its first half alone, ${(part * 100).toFixed(1)} % of its second half exceed it (MEWMA chart).`
    }
    return {
      title: `Tennessee Eastman, ${runs.length - 1} faults given, without 3 and 9, at 1 % false alarms`,
      protocol: `Learned from d00 with the settings of SKAB’s tuning half. The limit is what 1 % of the normal run d00_te exceed.${measured} Published: mean of faults 1–21 without 3, 9, 15 (other faults than here).`,
      columns: [{ name: 'detected', digits: 3 }, { name: 'median delay min', digits: 0 }],
      rows: [...rows, { who: 'PCA T² or Q (2 % false alarms)', on: 'published', values: [0.754, undefined] }, { who: 'DPCA Q', on: 'published', values: [0.759, undefined] }],
    }
  },
}

type ScoredRun = TepRun & { readonly scores: Float64Array }

/** Scores of the normal run; rows that were not judged left out. */
function usualOf(scored: readonly ScoredRun[]): Float64Array {
  return (scored.find(({ fault }) => fault === 0)?.scores ?? new Float64Array()).filter((score) => !Number.isNaN(score))
}

function rowsOf(who: string, scored: readonly ScoredRun[], costUs: number): ArenaRow[] {
  const limit = limitAt(usualOf(scored), FALSE_ALARMS)
  return (['tune', 'report', 'all'] as const).map((on) => {
    const faults = scored.filter(({ fault }) => fault > 0)
    const part = (on === 'all' ? faults : inHalf(faults, on)).filter(({ fault }) => !UNDETECTABLE.has(fault))
    const results = part.map(({ scores, faultFrom }) => scoreDetection(scores, faultFrom, limit))
    const delays = results.map(({ delay }) => delay ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b)
    return { who, on, values: [results.reduce((sum, { rate }) => sum + rate, 0) / results.length, (delays[delays.length >> 1] ?? Number.NaN) * ROW_MINUTES], costUs }
  })
}

function chartScores(normal: Table, table: Table): Float64Array {
  const row = new Float64Array(normal.columns.length)
  const chart = new Mewma(row.length, { ...MEWMA_DEFAULTS, learnRows: normal.rows })
  for (let at = 0; at < normal.rows; at++) chart.step(copyRow(normal, at, row), true)
  return Float64Array.from({ length: table.rows }, (_, at) => chart.step(copyRow(table, at, row), true))
}
