import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { WatchDetector } from '@millwright/model/wire/intelligence.ts'

/** Why a detector looks at signals, or does not. Words for each are in `api/pick-words.ts`. */
export type PickReason =
  | 'moveTogether'
  | 'alone'
  | 'hourOfDay'
  | 'manySamples'
  | 'fewSamples'
  | 'lively'
  | 'youngStill'
  | 'longStays'
  | 'youngStays'
  | 'steadyPace'
  | 'unsteadyPace'
  | 'lonely'
  | 'noGain'
  | 'hasOthers'
  | 'recipe'
  | 'recipeLearning'
  | 'counter'
  | 'unvaried'
  | 'beyondLimit'
  | 'tooFewSamples'

/** A detector and the signals that it looks at; without a detector, signals that nothing looks at. */
export interface WatchPick {
  readonly detector: WatchDetector | null
  readonly signals: readonly SeriesId[]
  /** False: considered, and not used for these signals, or not yet. */
  readonly isOn: boolean
  readonly reason: PickReason
  readonly values: Readonly<Record<string, number | string>>
}
