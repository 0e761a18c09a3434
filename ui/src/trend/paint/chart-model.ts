import type { Palette } from '../../theme/tokens.ts'
import type { Series } from '../data/series-build.ts'
import type { ExpectedCourse } from '../expected/expected-course.ts'
import type { TimeWindow } from '../time/time-window.ts'
import type { Arrangement } from '../view/panels.ts'
import type { AxisChoice } from '../view/trend-view.ts'

/** A signal of the view with what is known of it. */
export interface ChartSignal {
  readonly path: string
  /** Its number in the legend, from 1: told beside its line, so that colour is not the only sign. */
  readonly number: number
  readonly label: string
  readonly kind: 'number' | 'boolean' | 'text' | 'waveform'
  readonly unit: string | undefined
  readonly low: number | undefined
  readonly high: number | undefined
  readonly colour: string
  readonly isStepped: boolean
  readonly isHidden: boolean
}

/** A mark on the time axis: a remark, a label, an anomaly. */
export interface ChartAnnotation {
  readonly id: string
  readonly fromMs: number
  readonly toMs: number | undefined
  readonly text: string
  /** Of an anomaly: it goes on, it is over, or people said that it is nothing. */
  readonly look?: 'open' | 'past' | 'dismissed'
}

/** How things are written. */
export interface ChartTexts {
  readonly zone: string
  readonly locale: string
  readonly on: string
  readonly off: string
  readonly noValue: string
  readonly crowded: string
  readonly unit: (code: string | undefined) => string
  readonly value: (value: number) => string
}

/** All that one picture is made of. */
export interface Picture {
  readonly widthPx: number
  readonly heightPx: number
  readonly window: TimeWindow
  readonly nowMs: number
  readonly signals: readonly ChartSignal[]
  readonly arrangement: Arrangement
  readonly axes: Readonly<Record<string, AxisChoice>>
  readonly palette: Palette
  readonly texts: ChartTexts
  readonly annotations: readonly ChartAnnotation[]
  /** In which band signals are expected, by their path. */
  readonly expected: ReadonlyMap<string, ExpectedCourse>
  readonly series: (path: string) => Series
  /** The earlier period, its times moved onto the window. */
  readonly earlier: ((path: string) => { readonly series: Series; readonly shiftMs: number }) | undefined
}

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
