import type { AssetId } from '@millwright/model/asset.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { SharedJournal } from '../../journal/segments/shared-head.ts'
import type { ScoreSummary } from '../drift/score-record.ts'
import type { WatchPhase } from './asset-watch.ts'
import type { SignalPart } from './signal-parts.ts'
import type { WatchPick } from './routed/watch-pick.ts'

/** An asset with its signals, as the stream is routed by it. */
export interface WatchedAsset {
  readonly asset: AssetId
  readonly numbers: readonly SeriesId[]
  readonly states: readonly SeriesId[]
  /** Signals that are not watched: waveforms, and what Millwright itself computes. */
  readonly others: readonly SeriesId[]
}

/** Ranges of device time about which people said something, for learning. */
export interface TaughtRange {
  readonly fromUs: number
  readonly toUs: number
  readonly as: 'exclude' | 'normal'
}

/** News of an anomaly: the whole of what is known of it, under an id that the same samples always give. */
export interface AnomalyNews {
  readonly id: string
  readonly asset: AssetId
  /** The model that tells it. */
  readonly model: string
  readonly state: 'open' | 'closed'
  /** When the first of its signals left its band. */
  readonly beganUs: number
  /** When it was rare enough to be told. */
  readonly detectedUs: number
  readonly endedUs: number | undefined
  /** It lasted so long that it now counts as normal. */
  readonly isAccepted: boolean
  /** At its height. */
  readonly pValue: number
  readonly score: number
  readonly peakUs: number
  readonly parts: readonly SignalPart[]
  /** Operating regime in words. */
  readonly regime: string
}

export type ModelRole = 'champion' | 'shadow'

/** What a shadow has done since it was put beside the champion. */
export interface ShadowTally {
  readonly frames: number
  readonly anomalies: number
  /** Of these, how many began while the champion told one too. */
  readonly shared: number
  /** Anomalies of the champion in the same time. */
  readonly ofChampion: number
}

export interface AssetStatus {
  readonly asset: AssetId
  readonly model: string
  readonly shadow: string | undefined
  readonly phase: WatchPhase
  readonly isAbnormal: boolean
  readonly isKilled: boolean
  /** How far from normal it is, smoothed over an hour: 0 usual, 1 as rare as the limit of an anomaly; undefined until it is watched. */
  readonly unease: number | undefined
  /** End of the newest minute of it that was seen; undefined before the first. */
  readonly judgedUs: number | undefined
  readonly frames: number
  /** What looks at which signals, and why. */
  readonly picks: readonly WatchPick[]
  /** Memory of the detectors that were picked beside the usual ones. */
  readonly extraBytes: number
  readonly judged: readonly SeriesId[]
  readonly counters: readonly SeriesId[]
  readonly unvaried: readonly SeriesId[]
  readonly leftOut: readonly SeriesId[]
  readonly statesUsed: readonly SeriesId[]
  readonly statesDropped: readonly SeriesId[]
  readonly regimes: readonly string[]
  readonly late: number
  readonly bad: number
  readonly ahead: number
  readonly shadowTally: ShadowTally | undefined
}

/** How the champion of an asset scores in its place. */
export interface AssetScores {
  readonly asset: AssetId
  readonly model: string
  /** Its inputs, in the order of the summary's `missing`. */
  readonly signals: readonly SeriesId[]
  readonly summary: ScoreSummary
}

export interface StreamStatus {
  readonly position: number
  readonly assets: readonly AssetStatus[]
  /** Assets beyond the limit. */
  readonly unwatched: number
  readonly samples: number
  readonly frames: number
  readonly isKilled: boolean
}

/** The model that judges an asset, with its state as `AssetWatch.restore` reads it. */
export interface ChampionState {
  readonly model: string
  readonly state: Uint8Array
}

/** What the main thread tells the watch thread. */
export type WatchOrder =
  | { readonly type: 'follow'; readonly journal: SharedJournal }
  /** The whole list of signals, or what is added to it. */
  | { readonly type: 'catalogue'; readonly isWhole: boolean; readonly assets: readonly WatchedAsset[] }
  | { readonly type: 'teach'; readonly asset: AssetId; readonly ranges: readonly TaughtRange[] }
  /** Without a state: learn from nothing. */
  | { readonly type: 'install'; readonly asset: AssetId; readonly role: ModelRole; readonly model: string; readonly state: Uint8Array | undefined }
  /** What an asset's own watch learned from the history, where it does not know more itself. */
  | { readonly type: 'learned'; readonly asset: AssetId; readonly state: Uint8Array }
  /** The shadow becomes the champion. */
  | { readonly type: 'promote'; readonly asset: AssetId; readonly model: string }
  | { readonly type: 'drop'; readonly asset: AssetId }
  /** Stops or starts judging: of the whole plant, or of these assets. */
  | { readonly type: 'kill'; readonly all: boolean; readonly assets: readonly AssetId[] }
  /** So many news, counted from the thread's start, are durable. */
  | { readonly type: 'kept'; readonly count: number }
  | { readonly type: 'status'; readonly id: number }
  | { readonly type: 'scores'; readonly id: number; readonly asset: AssetId | undefined }
  /** What the champion of an asset knows now, please. */
  | { readonly type: 'champion'; readonly id: number; readonly asset: AssetId }
  | { readonly type: 'stop' }

/** What the watch thread says. */
export type WatchMessage =
  | { readonly type: 'ready'; readonly position: number }
  /** What these assets' own watches had learned cannot be read: they began anew. */
  | { readonly type: 'forgotten'; readonly assets: readonly AssetId[] }
  /** The history knows a past of this asset that came behind the rest of it: its own watch could learn again from all of it. */
  | { readonly type: 'missedPast'; readonly asset: AssetId }
  /** The assets of these series, please: the stream waits for them. */
  | { readonly type: 'needCatalogue'; readonly series: readonly SeriesId[] }
  | { readonly type: 'news'; readonly news: AnomalyNews }
  /** State and position are on disk: the journal may drop what lies before. */
  | { readonly type: 'saved'; readonly position: number; readonly assets: number; readonly bytes: number }
  | { readonly type: 'skipped'; readonly position: number; readonly bytes: number }
  /** A model was replaced as champion; its state, so that one can go back to it. */
  | { readonly type: 'replaced'; readonly asset: AssetId; readonly model: string; readonly state: Uint8Array }
  | { readonly type: 'killed' }
  | { readonly type: 'status'; readonly id: number; readonly status: StreamStatus }
  | { readonly type: 'scores'; readonly id: number; readonly scores: readonly AssetScores[] }
  | { readonly type: 'champion'; readonly id: number; readonly champion: ChampionState | undefined }
  | { readonly type: 'trouble'; readonly message: string }
