import type { PanelLayout } from './trend-view.ts'

/** What the arrangement of a view depends on. */
export interface PlacedSignal {
  readonly path: string
  readonly kind: 'number' | 'boolean' | 'text' | 'waveform'
  readonly unit: string | undefined
}

export interface AxisPlan {
  /** What settings of the axis are kept by. */
  readonly key: string
  readonly unit: string | undefined
  readonly paths: readonly string[]
}

export interface PanelPlan {
  readonly axes: readonly AxisPlan[]
}

/** Panels with value axes above, a lane for each signal of states below. */
export interface Arrangement {
  readonly panels: readonly PanelPlan[]
  readonly lanes: readonly string[]
}

/** Where each signal goes: numbers into panels as the layout says, booleans and texts into lanes. */
export function arrange(signals: readonly PlacedSignal[], layout: PanelLayout): Arrangement {
  const lanes = signals.filter(({ kind }) => kind === 'boolean' || kind === 'text').map(({ path }) => path)
  const numbers = signals.filter(({ kind }) => kind === 'number' || kind === 'waveform')
  if (layout === 'signals') return { panels: numbers.map(({ path, unit }) => ({ axes: [{ key: path, unit, paths: [path] }] })), lanes }
  const axes = Map.groupBy(numbers, ({ unit }) => unit ?? '')
    .entries()
    .map(([key, members]): AxisPlan => ({ key, unit: members[0]?.unit, paths: members.map(({ path }) => path) }))
    .toArray()
  if (layout === 'units') return { panels: axes.map((axis) => ({ axes: [axis] })), lanes }
  return { panels: axes.length === 0 ? [] : [{ axes }], lanes }
}
