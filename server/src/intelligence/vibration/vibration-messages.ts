import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { WireBearing } from '@millwright/model/wire/vibration.ts'
import type { SharedJournal } from '../../journal/segments/shared-head.ts'

/** What is known of a waveform signal, by the ids of series: a rename changes nothing. */
export interface PointOrder {
  readonly series: SeriesId
  /** UCUM. */
  readonly unit: string | undefined
  readonly bearing: WireBearing | undefined
  /** A signal of the speed with the turns a second that its unit is, or a speed that never changes. */
  readonly speed: { readonly series: SeriesId; readonly turnsPerSecond: number } | { readonly hz: number } | undefined
}

/** What one recording gave. */
export interface RecordingResult {
  readonly series: SeriesId
  readonly timeUs: number
  readonly status: number
  /** In the order of `VIBRATION_FEATURES`; undefined where nothing could be computed. */
  readonly features: Float64Array | undefined
  readonly refusal: string | undefined
}

/** A recording to be looked at from all sides. */
export interface AnalysisOrder {
  readonly values: Float32Array
  readonly rateHz: number
  readonly unit: string | undefined
  readonly bearing: WireBearing | undefined
  readonly shaftHz: number | undefined
}

/** As it is shown: bars instead of points. */
export interface Analysis {
  readonly seconds: number
  readonly wave: { readonly stepMs: number; readonly low: number[]; readonly high: number[] }
  readonly spectrum: { readonly stepHz: number; readonly values: number[] }
  readonly envelope: { readonly stepHz: number; readonly values: number[] }
  readonly features: Float64Array
}

/** What the main thread tells the vibration thread. */
export type VibrationOrder =
  | { readonly type: 'follow'; readonly journal: SharedJournal }
  /** `isAnswer`: the stream waits for them. Series that are asked for and not among them are left alone. */
  | { readonly type: 'points'; readonly points: readonly PointOrder[]; readonly gone: readonly SeriesId[]; readonly isAnswer: boolean }
  /** The results of the last pass are durable, or could not be kept. */
  | { readonly type: 'kept'; readonly isKept: boolean }
  | { readonly type: 'analyse'; readonly id: number; readonly order: AnalysisOrder }
  | { readonly type: 'stop' }

/** What the vibration thread says. */
export type VibrationMessage =
  /** With the series that it followed before. */
  | { readonly type: 'ready'; readonly series: readonly SeriesId[] }
  | { readonly type: 'needPoints'; readonly series: readonly SeriesId[] }
  | { readonly type: 'results'; readonly results: readonly RecordingResult[] }
  | { readonly type: 'saved'; readonly position: number }
  | { readonly type: 'skipped'; readonly bytes: number }
  | { readonly type: 'analysed'; readonly id: number; readonly analysis: Analysis | undefined; readonly refusal: string | undefined }
  | { readonly type: 'trouble'; readonly message: string }
