import { US_PER_MINUTE } from '@millwright/model/time.ts'
import { inTimeOrder, Rehearsal, type SeriesStretch, type ToldAnomaly } from '../models/rehearsal.ts'
import { InputRows } from '../onnx/input-rows.ts'
import type { RowDetector } from '../detectors/row-detector.ts'
import type { WatchShape } from '../runtime/asset-watch.ts'
import { AlarmGate } from '../scoring/alarm-gate.ts'
import { ROW_CONTENDERS, type RowContender } from './row-contenders.ts'

/** The watch of the running platform among the detectors that can be named. */
const WATCH = 'watch'
/** Detectors of ours that can be scored on data of the plant. */
export const PLANT_DETECTORS: readonly string[] = [WATCH, ...ROW_CONTENDERS.map(({ name }) => name)]

/** Rows in which a signal must have shown itself to be judged; the charts begin behind them. */
const SETTLING_ROWS = 120
/** A value stands for so long where none comes, as for the watch. */
const HOLD_US = 16 * US_PER_MINUTE

/** What a detector told of the samples, and what that cost. */
export interface PlantVerdict {
  readonly who: string
  readonly told: readonly ToldAnomaly[]
  readonly costUs: number
}

interface Chart {
  readonly contender: RowContender
  readonly gate: AlarmGate
  readonly told: ToldAnomaly[]
  detector: RowDetector | undefined
  spentMs: number
}

/** Detectors of ours over the samples of a machine, side by side, once through, in constant memory. None is shown a label; each is causal. */
export class PlantJudges {
  readonly #shape: WatchShape
  readonly #watch: Rehearsal | undefined
  readonly #charts: readonly Chart[]
  readonly #rows: InputRows
  readonly #early: Float64Array[] = []
  #columns: readonly number[] = []
  #judged = 0
  #watchMs = 0

  constructor(shape: WatchShape, alarmsPerWeek: number, names: readonly string[] = PLANT_DETECTORS) {
    this.#shape = shape
    this.#watch = names.includes(WATCH) ? Rehearsal.fresh(shape, alarmsPerWeek, []) : undefined
    this.#charts = ROW_CONTENDERS.filter(({ name }) => names.includes(name)).map((contender) => ({ contender, gate: new AlarmGate(contender.gate), told: [], detector: undefined, spentMs: 0 }))
    this.#rows = new InputRows({ inputs: shape.signals.map(() => ({ row: 'last', range: undefined })), rows: 1, stepUs: US_PER_MINUTE, fill: { rule: 'hold', forUs: HOLD_US, value: 0 } })
  }

  /** Takes a window; windows come in the order of time. */
  take(stretches: readonly SeriesStretch[]): void {
    const begunMs = performance.now()
    this.#watch?.take(stretches)
    this.#watchMs += performance.now() - begunMs
    if (this.#charts.length === 0) return
    const closed = (endUs: number) => this.#row(endUs)
    inTimeOrder(stretches.filter(({ values }) => values instanceof Float64Array), ({ series, values, status }, at, timeUs) => {
      this.#rows.add(this.#shape.signals.indexOf(series), timeUs, Number(values[at]), status[at] as number, timeUs, closed)
    })
  }

  verdicts(): PlantVerdict[] {
    const watch = this.#watch === undefined ? [] : [{ who: 'Millwright watch, as in service', told: this.#watch.told, costUs: (this.#watchMs * 1_000) / Math.max(1, this.#watch.samples) }]
    return [...watch, ...this.#charts.map(({ contender, told, spentMs }) => ({ who: contender.title, told, costUs: (spentMs * 1_000) / Math.max(1, this.#judged) }))]
  }

  #row(endUs: number): void {
    if (this.#early.length < SETTLING_ROWS) {
      this.#early.push(this.#rows.newest().slice())
      if (this.#early.length === SETTLING_ROWS) this.#settle()
      return
    }
    if (this.#columns.length === 0) return
    const newest = this.#rows.newest()
    const row = Float64Array.from(this.#columns, (column) => newest[column] as number)
    // A row without any value is a standstill of the source, not of the machine.
    if (row.every(Number.isNaN)) return
    this.#judged++
    for (const chart of this.#charts) this.#judge(chart, row, endUs)
  }

  #settle(): void {
    this.#columns = this.#shape.signals.map((_, column) => column).filter((column) => this.#early.some((row) => Number.isFinite(row[column])))
    if (this.#columns.length > 0) for (const chart of this.#charts) chart.detector = chart.contender.create(this.#columns.length)
  }

  #judge(chart: Chart, row: Float64Array, endUs: number): void {
    const { detector, gate, told, contender } = chart
    if (detector === undefined) return
    const begunMs = performance.now()
    const score = detector.step(row, contender.learnsThrough || !gate.active)
    chart.spentMs += performance.now() - begunMs
    const step = gate.step(score)
    if (contender.rebases && (step === 'ends' || step === 'accepted')) detector.rebase()
    if (step === 'begins') told.push({ detectedUs: endUs, endedUs: undefined })
    const last = told.at(-1)
    if ((step === 'ends' || step === 'accepted') && last !== undefined) last.endedUs = endUs
  }
}
