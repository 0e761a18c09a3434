import type { Historian } from '../../historian/historian.ts'
import type { SharedJournal } from '../../journal/segments/shared-head.ts'

/** What the main thread may ask of the historian in its own thread. */
export type HistoryMethod =
  | 'readSamples'
  | 'readMany'
  | 'readWaveforms'
  | 'readPlot'
  | 'readAggregates'
  | 'readLast'
  | 'setCatalogue'
  | 'sql'
  | 'exportParquet'
  | 'compact'
  | 'applyRetention'
  | 'verify'
  | 'backup'
  | 'status'

/** One call; `after` is the journal position that the answer must include, unless the historian lags far behind. */
export type HistoryRequest = {
  [M in HistoryMethod]: { readonly id: number; readonly after: number; readonly method: M; readonly args: Parameters<Historian[M]> }
}[HistoryMethod]

/** What the history thread says. */
export type HistoryMessage =
  /** The historian is open; it holds all before `position`. */
  | { readonly type: 'ready'; readonly position: number; readonly coldPosition: number }
  /** How far the journal is stored, and how far it could be dropped. */
  | { readonly type: 'progress'; readonly position: number; readonly coldPosition: number }
  | { readonly type: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly code: string; readonly message: string; readonly detail: Readonly<Record<string, unknown>> }
  /** Bytes of the journal that could not be read: their samples are missing from history. */
  | { readonly type: 'gap'; readonly position: number; readonly skippedBytes: number }
  /** A pass of the storing loop failed and is tried again. */
  | { readonly type: 'trouble'; readonly message: string }

/** What the main thread tells the history thread besides requests. */
export type HistoryOrder =
  /** Carry this journal into the historian from now on. */
  | { readonly type: 'follow'; readonly journal: SharedJournal }
  /** Nobody waits for the answer of this call any more. */
  | { readonly type: 'giveUp'; readonly id: number }
  | { readonly type: 'stop' }
