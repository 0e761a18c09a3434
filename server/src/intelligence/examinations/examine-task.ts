import { createHash } from 'node:crypto'
import { WANDER_DEFAULTS, WanderChart } from '../detectors/wander-chart.ts'
import { AlarmGate, GATE_DEFAULTS } from '../scoring/alarm-gate.ts'

/** Rows of a recording: `values` row by row, NaN where a signal was not measured. */
export interface RecordedRows {
  readonly timesUs: Float64Array
  readonly values: Float64Array
}

/** What a thread needs to examine a recording. */
export interface ExamineTask {
  readonly width: number
  readonly everyUs: number
  readonly runs: readonly RecordedRows[]
  /** A time that was good; undefined: each run learns from its own first part. */
  readonly reference: RecordedRows | undefined
}

/** A signal's part in a finding, at its height. */
export interface FoundPart {
  readonly column: number
  readonly share: number
  readonly deviations: number
  readonly value: number | null
  readonly expected: number
  readonly movedUs: number | null
}

export interface Found {
  readonly run: number
  readonly fromUs: number
  toUs: number
  lasts: boolean
  peakUs: number
  height: number
  parts: readonly FoundPart[]
}

export interface ExamineResult {
  readonly findings: readonly Found[]
  readonly moreFindings: number
  /** From when on each run was judged; null: it was too short. */
  readonly judgedFromUs: readonly (number | null)[]
  readonly hash: string
}

/** Declared beforehand, the same for every recording: standard deviations of a signal that are not normal (chosen for SKAB in the arena, on its tuning half). */
export const EXAMINE_LIMIT = WANDER_DEFAULTS.limit

/** Part of a run that it learns from where nobody names a good time, and within which bounds in rows. */
const [LEARNED_PART, LEAST_LEARNED, MOST_LEARNED] = [1 / 3, 60, 20_000]

/** Findings that lie fewer rows apart are one. */
const JOINED = 30

/** Findings of one examination at most: the highest ones; parts of each. */
const [MAX_FINDINGS, MAX_PARTS] = [200, 6]

/**
 * Looks through a recording with the chart that knows which signals wander ({@link WanderChart}), run by run. Without a reference each run learns from its first third, as
 * in SKAB's protocol; with one, all runs are judged against it, and between two runs levels may have wandered as long as the reference was. The same rows give the same findings.
 */
export function examine({ width, everyUs, runs, reference }: ExamineTask, progress: (part: number) => void): ExamineResult {
  const hash = createHash('sha256')
  const total = runs.reduce((sum, { timesUs }) => sum + timesUs.length, 0)
  const findings: Found[] = []
  const judgedFromUs: (number | null)[] = []
  let done = 0
  let chart = reference === undefined ? undefined : learned(reference, width)
  const longestGap = reference?.timesUs.length ?? 0
  let lastUs = reference?.timesUs.at(-1)
  const blank = new Float64Array(width).fill(Number.NaN)
  for (const [place, run] of runs.entries()) {
    hash.update(run.timesUs).update(run.values)
    const rows = run.timesUs.length
    const own = reference === undefined ? Math.min(MOST_LEARNED, Math.floor(rows * LEARNED_PART)) : 0
    if (reference === undefined) chart = own < LEAST_LEARNED ? undefined : new WanderChart(width, { ...WANDER_DEFAULTS, learnRows: own })
    if (chart !== undefined && own > 0) withoutAbsent(run.values.subarray(0, own * width), width)
    if (chart === undefined) judgedFromUs.push(null)
    else {
      const gap = lastUs === undefined || reference === undefined ? 0 : Math.min(longestGap, Math.round(Math.abs((run.timesUs[0] as number) - lastUs) / everyUs))
      for (let row = 0; row < gap; row++) chart.step(blank, true)
      judgedFromUs.push(judgeRun(chart, run, { place, width, everyUs, into: findings, onRow: (row) => row % 1_000 === 0 && progress((done + row) / total) }))
    }
    lastUs = run.timesUs.at(-1) ?? lastUs
    done += rows
  }
  if (reference !== undefined) hash.update(reference.timesUs).update(reference.values)
  const highest = findings.toSorted((a, b) => b.height - a.height).slice(0, MAX_FINDINGS)
  return { findings: findings.filter((one) => highest.includes(one)), moreFindings: findings.length - highest.length, judgedFromUs, hash: hash.digest('hex') }
}

/** A chart that learned the newest rows of a time that was good; undefined where there are too few. */
function learned({ timesUs, values }: RecordedRows, width: number): WanderChart | undefined {
  const learnRows = Math.min(MOST_LEARNED, timesUs.length)
  if (learnRows < LEAST_LEARNED) return undefined
  withoutAbsent(values, width)
  // Signals may begin some rows later than others; what is short of the wanted rows is made up by the last ones once more.
  const chart = new WanderChart(width, { ...WANDER_DEFAULTS, learnRows: Math.max(LEAST_LEARNED, learnRows - lateness(values, width)) })
  for (let row = timesUs.length - learnRows; row < timesUs.length; row++) chart.step(values.subarray(row * width, (row + 1) * width), true)
  return chart.ready ? chart : undefined
}

/** A signal that is absent while it would be learned stands still instead: it is not judged, and holds up no other. */
function withoutAbsent(values: Float64Array, width: number): void {
  for (let column = 0; column < width; column++) {
    let isSeen = false
    for (let at = column; at < values.length && !isSeen; at += width) isSeen = Number.isFinite(values[at] as number)
    if (!isSeen) values[column] = 0
  }
}

/** Rows until every signal was measured once. */
function lateness(values: Float64Array, width: number): number {
  let latest = 0
  for (let column = 0; column < width; column++) {
    let row = 0
    while (row * width < values.length && Number.isNaN(values[row * width + column] as number)) row++
    latest = Math.max(latest, row)
  }
  return latest
}

interface RunJudging {
  readonly place: number
  readonly width: number
  readonly everyUs: number
  readonly into: Found[]
  onRow(row: number): void
}

/** Judges one run; answers from when on, null where the chart never learned enough. */
function judgeRun(chart: WanderChart, { timesUs, values }: RecordedRows, { place, width, everyUs, into, onRow }: RunJudging): number | null {
  const gate = new AlarmGate({ ...GATE_DEFAULTS, offAt: 0.7, offAtPeak: 0, longest: Number.POSITIVE_INFINITY })
  const movedUs = new Float64Array(width).fill(Number.NaN)
  const shares = new Float64Array(width)
  let judgedUs: number | null = null
  let open: Found | undefined
  for (let row = 0; row < timesUs.length; row++) {
    onRow(row)
    const timeUs = timesUs[row] as number
    const score = chart.step(values.subarray(row * width, (row + 1) * width), true)
    if (Number.isNaN(score)) continue
    judgedUs ??= timeUs
    for (let column = 0; column < width; column++) {
      const isOut = Math.abs(chart.deviationOf(column)?.deviation ?? 0) > EXAMINE_LIMIT
      if (!isOut) movedUs[column] = Number.NaN
      else if (Number.isNaN(movedUs[column] as number)) movedUs[column] = timeUs
    }
    const step = gate.step(score)
    if (step === 'begins') {
      const before = into.at(-1)
      const goesOn = before !== undefined && before.run === place && timeUs - before.toUs < JOINED * everyUs
      open = goesOn ? before : { run: place, fromUs: timeUs, toUs: timeUs, lasts: false, peakUs: timeUs, height: 0, parts: [] }
      if (!goesOn) into.push(open)
    }
    if (open === undefined) continue
    open.toUs = timeUs + everyUs
    open.lasts = gate.active
    if (score > open.height) {
      open.height = score
      open.peakUs = timeUs
      open.parts = partsOf(chart, chart.contributions(shares), values.subarray(row * width, (row + 1) * width), movedUs)
    }
    if (!gate.active) open = undefined
  }
  return judgedUs
}

function partsOf(chart: WanderChart, shares: Float64Array, row: Float64Array, movedUs: Float64Array): FoundPart[] {
  const parts = [...shares.entries()].map(([column, share]): FoundPart => {
    const { level = 0, deviation = 0 } = chart.deviationOf(column) ?? {}
    const [value, moved] = [row[column] as number, movedUs[column] as number]
    return { column, share, deviations: deviation, value: Number.isFinite(value) ? value : null, expected: level, movedUs: Number.isNaN(moved) ? null : moved }
  })
  return parts.sort((a, b) => b.share - a.share || a.column - b.column).slice(0, MAX_PARTS).filter(({ share }, at) => at === 0 || share >= 0.01)
}
