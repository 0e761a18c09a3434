import { AlarmGate } from '../scoring/alarm-gate.ts'
import type { ArenaRow, BroughtScores, Contest } from './arena-table.ts'
import { chosenContenders } from './chosen-contenders.ts'
import { scoreRows } from './confusion-score.ts'
import { CpuMeter } from './cpu-meter.ts'
import { limitAt } from './detection-score.ts'
import { HALVES_BY_NAME, inHalf } from './halves.ts'
import { NAB_PROFILES, type NabCase, scoreNab } from './nab-score.ts'
import { readSkab, type SkabRun } from './recorded-data.ts'
import { ROW_CONTENDERS, type RowContender } from './row-contenders.ts'
import { columnOf, copyRow } from './table.ts'
import { periodOf, vusPr } from './vus-pr.ts'

/** Rows that each run gives to learn from, by SKAB's protocol; rows after a change point in which it may be found. */
const [LEARNED, FOUND_WITHIN] = [400, 60]

/** Part of a run's learning rows that may exceed the limit of a model which declares none, and the longest period that VUS-PR is widened by. */
const [EXCEEDED, LONGEST_PERIOD] = [0.01, 125]

export const SKAB_SIGNALS: readonly string[] = ['Accelerometer1RMS', 'Accelerometer2RMS', 'Current', 'Pressure', 'Temperature', 'Thermocouple', 'Voltage', 'Volume Flow RateRMS']

/** Rows of the public leaderboard (all 34 runs): F1, false alarms, missed alarms in %, and its change-point score. */
const PUBLISHED: readonly (readonly [string, number, number, number, number?])[] = [
  ['Conv-AE', 0.78, 13.55, 28.02, 23.61], ['MSET', 0.78, 39.73, 14.13, 13.84], ['T²+Q (PCA)', 0.76, 26.62, 24.92, 25.35], ['LSTM-AE', 0.74, 29.96, 25.92, 23.51], ['T²', 0.66, 19.21, 42.6, 19.54],
  ['LSTM-VAE', 0.56, 9.13, 55.03], ['Isolation forest', 0.29, 2.56, 82.89, 26.16], ['MSCRED', 0.36, 49.94, 69.88, 32.42],
]

/** What a detector made of a run: alarms, their edges, and the scores under them. */
interface Judgement {
  readonly alarmed: Uint8Array
  readonly edges: Float64Array
  readonly scores: Float64Array
}

interface Entry {
  readonly who: string
  readonly costUs?: number
  readonly judgements: ReadonlyMap<string, Judgement>
}

/** SKAB: eight sensors of a water testbed; each run teaches its own first 400 rows. */
export const skabContest: Contest = {
  name: 'skab',
  detectors: ROW_CONTENDERS.map(({ name }) => name),
  declare: ({ brought }) => ({
    halves: HALVES_BY_NAME,
    limits: {
      ...Object.fromEntries(ROW_CONTENDERS.map(({ title, limit }) => [title, limit])),
      ...(brought === undefined ? {} : { [brought.title]: brought.limit === undefined ? 'what 1 % of the rows to learn from exceed, run by run' : `${brought.limit}, as given` }),
    },
  }),
  parts: (folder) => readSkab(folder).map(({ name, sensors }) => ({ name, table: sensors, signals: SKAB_SIGNALS })),
  run: (folder, entrants = {}) => {
    const runs = readSkab(folder)
    const { brought } = entrants
    const named = entrants.detectors ?? (brought === undefined ? undefined : [])
    const entries: Entry[] = chosenContenders(ROW_CONTENDERS, named, ROW_CONTENDERS.map(({ name }) => name)).map((contender) => entryOf(contender, runs))
    if (brought !== undefined) entries.unshift({ who: brought.title, costUs: brought.costUs, judgements: new Map(runs.map((run) => [run.name, judgedByLimit(run, brought)])) })
    entries.push({ who: 'everything is anomalous', judgements: new Map(runs.map(({ name, sensors: { rows } }) => [name, { alarmed: new Uint8Array(rows).fill(1), edges: new Float64Array(rows), scores: new Float64Array(rows) }])) })
    const rows: ArenaRow[] = []
    for (const on of ['tune', 'report', 'all'] as const) {
      const part = on === 'all' ? runs : inHalf(runs, on)
      for (const { who, costUs, judgements } of entries) rows.push({ who, on, values: scored(part, judgements), ...(costUs === undefined ? {} : { costUs }) })
    }
    for (const [who, ...values] of PUBLISHED) rows.push({ who, on: 'published', values })
    return {
      title: `SKAB, ${runs.length} runs of valve1`,
      protocol: 'Learned from the first 400 rows of each run, which are not judged. Settings chosen on the tuning half. Change points: the anomaly’s edges, 60 rows to the right, by the NAB scorer, standard profile.',
      columns: [{ name: 'F1', digits: 3 }, { name: 'FAR %', digits: 1 }, { name: 'MAR %', digits: 1 }, { name: 'change points', digits: 1 }, { name: 'VUS-PR', digits: 3 }],
      rows,
    }
  },
}

function scored(part: readonly SkabRun[], judgements: Entry['judgements']): number[] {
  const of = ({ name }: SkabRun): Judgement => judgements.get(name) ?? { alarmed: new Uint8Array(), edges: new Float64Array(), scores: new Float64Array() }
  const { f1, falseAlarmRate, missedAlarmRate } = scoreRows(part.map((run) => ({ alarmed: of(run).alarmed, labels: run.anomaly, from: LEARNED })))
  const changes: NabCase[] = part.map((run) => ({ scores: of(run).edges, windows: changeWindows(run) }))
  const points = NAB_PROFILES.slice(0, 1).map((profile) => scoreNab(changes, profile, 0.5).score)
  const volume = part.reduce((sum, run) => sum + vusPr(of(run).scores.subarray(LEARNED), run.anomaly.subarray(LEARNED), Math.min(LONGEST_PERIOD, periodOf(columnOf(run.sensors, 0)))), 0) / part.length
  return [f1, falseAlarmRate * 100, missedAlarmRate * 100, ...points, volume]
}

function entryOf(contender: RowContender, runs: readonly SkabRun[]): Entry {
  const meter = new CpuMeter()
  const judgements = new Map(runs.map((run) => [run.name, meter.run(() => judged(contender, run))]))
  return { who: contender.title, judgements, costUs: meter.each(runs.reduce((sum, { sensors }) => sum + sensors.rows, 0)) }
}

function judged({ create, gate: settings, learnsThrough, rebases }: RowContender, { sensors }: SkabRun): Judgement {
  const detector = create(sensors.columns.length)
  const gate = new AlarmGate(settings)
  const row = new Float64Array(sensors.columns.length)
  const judgement: Judgement = { alarmed: new Uint8Array(sensors.rows), edges: new Float64Array(sensors.rows), scores: new Float64Array(sensors.rows) }
  for (let at = 0; at < sensors.rows; at++) {
    const score = detector.step(copyRow(sensors, at, row), learnsThrough || !gate.active)
    const step = gate.step(score)
    if (rebases && (step === 'ends' || step === 'accepted')) detector.rebase()
    judgement.scores[at] = score
    judgement.edges[at] = step === 'quiet' || step === 'lasts' ? 0 : 1
    judgement.alarmed[at] = gate.active ? 1 : 0
  }
  return judgement
}

/** Alarms of a model that was brought: scores above its limit; a row that it did not judge is as the one before. */
function judgedByLimit({ name, sensors }: SkabRun, { scores: all, limit: declared }: BroughtScores): Judgement {
  const scores = all.get(name) ?? new Float64Array(sensors.rows)
  const limit = declared ?? limitAt(scores.subarray(0, LEARNED).filter((score) => !Number.isNaN(score)), EXCEEDED)
  const judgement: Judgement = { alarmed: new Uint8Array(sensors.rows), edges: new Float64Array(sensors.rows), scores }
  for (let at = LEARNED; at < sensors.rows; at++) {
    const score = scores[at] as number
    const before = judgement.alarmed[at - 1] as number
    judgement.alarmed[at] = Number.isNaN(score) ? before : score > limit ? 1 : 0
    judgement.edges[at] = judgement.alarmed[at] === before ? 0 : 1
  }
  return judgement
}

function changeWindows({ changePoint }: SkabRun): [number, number][] {
  const windows: [number, number][] = []
  for (let row = 0; row < changePoint.length; row++) {
    const last = windows.at(-1)
    if (changePoint[row] === 1 && (last === undefined || row > last[1])) windows.push([row, Math.min(row + FOUND_WITHIN, changePoint.length - 1)])
  }
  return windows
}
