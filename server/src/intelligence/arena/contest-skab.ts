import { Mewma } from '../detectors/mewma.ts'
import { AlarmGate } from '../scoring/alarm-gate.ts'
import type { ArenaRow, Contest } from './arena-table.ts'
import { scoreRows } from './confusion-score.ts'
import { inHalf } from './halves.ts'
import { NAB_PROFILES, type NabCase, scoreNab } from './nab-score.ts'
import { readSkab, type SkabRun } from './recorded-data.ts'
import { copyRow } from './table.ts'

/** Rows that each run gives to learn from, by SKAB's protocol; rows after a change point in which it may be found. */
const [LEARNED, FOUND_WITHIN] = [400, 60]

/** Rows of the public leaderboard (all 34 runs): F1, false alarms, missed alarms in %. */
const PUBLISHED: readonly (readonly [string, number, number, number])[] = [
  ['Conv-AE', 0.78, 13.55, 28.02], ['MSET', 0.78, 39.73, 14.13], ['T²+Q (PCA)', 0.76, 26.62, 24.92], ['LSTM-AE', 0.74, 29.96, 25.92], ['T²', 0.66, 19.21, 42.6],
  ['LSTM-VAE', 0.56, 9.13, 55.03], ['Isolation forest', 0.29, 2.56, 82.89],
]

/** SKAB: eight sensors of a water testbed; each run teaches its own first 400 rows. */
export const skabContest: Contest = {
  name: 'skab',
  run: (folder) => {
    const runs = readSkab(folder)
    const started = performance.now()
    const judged = new Map(runs.map((run) => [run.name, judge(run)]))
    const costUs = ((performance.now() - started) * 1000) / runs.reduce((sum, { sensors }) => sum + sensors.rows, 0)
    const rows: ArenaRow[] = []
    for (const on of ['tune', 'report', 'all'] as const) {
      const part = on === 'all' ? runs : inHalf(runs, on)
      const score = (alarmed: (run: SkabRun) => Uint8Array) => scoreRows(part.map((run) => ({ alarmed: alarmed(run), labels: run.anomaly, from: LEARNED })))
      const ours = score(({ name }) => judged.get(name)?.alarmed ?? new Uint8Array())
      const changes: NabCase[] = part.map((run) => ({ scores: judged.get(run.name)?.edges ?? new Float64Array(), windows: changeWindows(run) }))
      const points = NAB_PROFILES.map((profile) => scoreNab(changes, profile, 0.5).score)
      rows.push({ who: 'Millwright MEWMA chart and gate', on, values: [ours.f1, ours.falseAlarmRate * 100, ours.missedAlarmRate * 100, points[0]], costUs })
      const all = score(({ sensors }) => new Uint8Array(sensors.rows).fill(1))
      rows.push({ who: 'everything is anomalous', on, values: [all.f1, all.falseAlarmRate * 100, all.missedAlarmRate * 100, undefined] })
    }
    for (const [who, ...values] of PUBLISHED) rows.push({ who, on: 'published', values })
    return {
      title: `SKAB, ${runs.length} runs of valve1`,
      protocol: 'Learned from the first 400 rows of each run; limit 6 × what 1 % of those rows exceed, settings chosen on the tuning half. Change points: the anomaly’s edges, 60 rows to the right, by the NAB scorer.',
      columns: [{ name: 'F1', digits: 3 }, { name: 'FAR %', digits: 1 }, { name: 'MAR %', digits: 1 }, { name: 'change points', digits: 1 }],
      rows,
    }
  },
}

function judge({ sensors }: SkabRun): { readonly alarmed: Uint8Array; readonly edges: Float64Array } {
  const chart = new Mewma(sensors.columns.length)
  const gate = new AlarmGate()
  const row = new Float64Array(sensors.columns.length)
  const alarmed = new Uint8Array(sensors.rows)
  const edges = new Float64Array(sensors.rows)
  for (let at = 0; at < sensors.rows; at++) {
    const step = gate.step(chart.step(copyRow(sensors, at, row), !gate.active))
    if (step === 'ends' || step === 'accepted') chart.rebase()
    if (step !== 'quiet' && step !== 'lasts') edges[at] = 1
    alarmed[at] = gate.active ? 1 : 0
  }
  return { alarmed, edges }
}

function changeWindows({ changePoint }: SkabRun): [number, number][] {
  const windows: [number, number][] = []
  for (let row = 0; row < changePoint.length; row++) {
    const last = windows.at(-1)
    if (changePoint[row] === 1 && (last === undefined || row > last[1])) windows.push([row, Math.min(row + FOUND_WITHIN, changePoint.length - 1)])
  }
  return windows
}
