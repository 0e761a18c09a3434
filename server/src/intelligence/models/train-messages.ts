import type { WatchShape } from '../runtime/asset-watch.ts'
import type { TaughtRange } from '../runtime/stream-messages.ts'
import type { DriftReference } from '../drift/drift-reference.ts'
import type { SeriesStretch, ToldAnomaly } from './rehearsal.ts'

/** What a training thread is started with. */
export interface TrainThreadData {
  readonly shape: WatchShape
  readonly alarmsPerWeek: number
  readonly taught: readonly TaughtRange[]
}

export type TrainOrder =
  | { readonly type: 'window'; readonly stretches: readonly SeriesStretch[] }
  /** All is read: hand the model out, and be ready for replays. */
  | { readonly type: 'finish' }
  /** Would the finished model tell something between these times, given these samples? */
  | { readonly type: 'replay'; readonly fromUs: number; readonly toUs: number; readonly stretches: readonly SeriesStretch[] }

export type TrainMessage =
  | { readonly type: 'taken' }
  | {
      readonly type: 'finished'
      readonly state: Uint8Array
      readonly hash: string
      readonly samples: number
      readonly frames: number
      readonly told: readonly ToldAnomaly[]
      readonly judgedFromUs: number | undefined
      /** What each signal was. */
      readonly references: readonly (DriftReference | null)[]
    }
  | { readonly type: 'replayed'; readonly isTold: boolean }
