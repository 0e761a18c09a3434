import { Mewma } from '../detectors/mewma.ts'
import type { RowDetector } from '../detectors/row-detector.ts'
import { WANDER_DEFAULTS, WanderChart } from '../detectors/wander-chart.ts'
import { GATE_DEFAULTS, type GateSettings } from '../scoring/alarm-gate.ts'

/** A detector of rows that can be scored by name, with the gate that turns its scores into anomalies. */
export interface RowContender {
  readonly name: string
  readonly title: string
  readonly gate: GateSettings
  /** Its limit, and how that was chosen, in words. */
  readonly limit: string
  /** Whether it goes on learning during an anomaly: one that holds what is abnormal by itself does. */
  readonly learnsThrough: boolean
  /** Whether an end makes what is now the usual. */
  readonly rebases: boolean
  create(width: number): RowDetector
}

export const ROW_CONTENDERS: readonly RowContender[] = [
  { name: 'wander-chart', title: 'Millwright wander chart and gate', limit: `${WANDER_DEFAULTS.limit} standard deviations of a signal from where its level may be; chosen on the tuning half`, gate: { ...GATE_DEFAULTS, offAtPeak: 0 }, learnsThrough: true, rebases: false, create: (width) => new WanderChart(width) },
  { name: 'mewma', title: 'Millwright MEWMA chart and gate', limit: '6 × what 1 % of the rows to learn from exceed; chosen on the tuning half', gate: GATE_DEFAULTS, learnsThrough: false, rebases: true, create: (width) => new Mewma(width) },
]
