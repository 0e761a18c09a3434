import type { AssetId } from '@millwright/model/asset.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { WireDriftPart } from '@millwright/model/wire/drift.ts'
import type { WireOnnxContract, WireOnnxRun, WireOnnxRuntime } from '@millwright/model/wire/onnx.ts'
import type { SharedJournal } from '../../journal/segments/shared-head.ts'
import type { DriftReference } from '../drift/drift-reference.ts'
import type { EpisodeCounts } from '../drift/rare-episodes.ts'
import type { AnomalyNews, ModelRole, TaughtRange } from '../runtime/stream-messages.ts'
import type { CallPlan } from './call-plan.ts'
import type { RowSettings } from './input-rows.ts'

/** A model whose inputs are followed: to call it, where it was brought, and to see whether they drift. */
export interface Followed {
  readonly id: string
  readonly asset: AssetId
  readonly role: ModelRole
  readonly output: string
  readonly series: readonly SeriesId[]
  readonly rows: RowSettings
  /** What the inputs were in training, each; undefined where that is not known. */
  readonly references: readonly (DriftReference | undefined)[]
  readonly scoreReference: DriftReference | undefined
  readonly taught: readonly TaughtRange[]
  readonly alarmsPerWeek: number
  /** How it is called; undefined for a model that runs elsewhere. */
  readonly call: FollowedCall | undefined
}

export interface FollowedCall {
  readonly file: string
  readonly path: string
  readonly contract: WireOnnxContract
  readonly plan: CallPlan
  /** Series that holds the truth. */
  readonly target: SeriesId | undefined
  /** What the back-test learned of its scores; undefined: it begins anew. */
  readonly judge: Uint8Array | undefined
}

/** What a champion gave, to be written as its signal; `labels` for classes. */
export interface ModelOutputs {
  readonly model: string
  readonly timesUs: readonly number[]
  readonly values: readonly number[]
  readonly labels: readonly (string | null)[] | undefined
  readonly status: readonly number[]
}

export interface FollowedDrift {
  readonly sinceUs: number
  readonly toUs: number
  readonly inputs: readonly Omit<WireDriftPart, 'signal'>[]
  readonly score: Omit<WireDriftPart, 'signal'> | null
  /** How often it called something rare; undefined of models that give no score, and before they are calibrated. */
  readonly episodes: EpisodeCounts | undefined
}

/** How a model runs; `shared` and `ofChampion` of the tally are added where anomalies are known. */
export interface FollowedStatus {
  readonly model: string
  readonly run: Omit<WireOnnxRun, 'missing' | 'tally'> & { readonly missing: readonly number[] } | undefined
  readonly tally: { readonly calls: number; readonly toldUs: readonly number[]; readonly sinceUs: number; readonly difference: number | null; readonly error: number | null }
  readonly drift: FollowedDrift | undefined
}

export interface RunnerStatus {
  readonly position: number
  readonly restarts: number
  readonly memoryBytes: number | null
  readonly unavailable: string | null
  /** What runs models, once one was loaded. */
  readonly runtime: WireOnnxRuntime | null
  readonly models: readonly FollowedStatus[]
}

export type RunnerOrder =
  | { readonly type: 'journal'; readonly journal: SharedJournal }
  /** All models that are followed from now on; those of the same id keep what they know. */
  | { readonly type: 'follow'; readonly id: number; readonly models: readonly Followed[] }
  /** So many results, counted from the thread's start, are durable. */
  | { readonly type: 'kept'; readonly count: number }
  | { readonly type: 'status'; readonly id: number }
  | { readonly type: 'stop' }

export type RunnerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'following'; readonly id: number }
  | { readonly type: 'results'; readonly outputs: readonly ModelOutputs[]; readonly news: readonly AnomalyNews[] }
  | { readonly type: 'rests'; readonly model: string; readonly reason: string; readonly untilMs: number }
  | { readonly type: 'drift'; readonly model: string; readonly input: number | 'score'; readonly part: Omit<WireDriftPart, 'signal'> }
  | { readonly type: 'saved'; readonly position: number }
  | { readonly type: 'skipped'; readonly bytes: number }
  | { readonly type: 'status'; readonly id: number; readonly status: RunnerStatus }
  | { readonly type: 'trouble'; readonly message: string }
