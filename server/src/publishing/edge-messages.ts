import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { SharedJournal } from '../journal/segments/shared-head.ts'
import type { EdgeDevices } from './edge-devices.ts'
import type { EdgeNodeSettings } from './settings.ts'
import type { SampleNow } from './signal-values.ts'

/** How an edge node of ours is; counts are since its thread started. */
export interface PublisherStatus {
  /** `waiting`: connected, and the primary host is not online. */
  readonly state: 'connecting' | 'waiting' | 'online' | 'down'
  /** The broker that it is at or tries. */
  readonly url: string
  readonly sinceUs: number
  /** Why it is down; undefined while it is not. */
  readonly error: string | undefined
  readonly bdSeq: number
  readonly devices: number
  readonly metrics: number
  /** Signals that are not published: beyond the limit, or waveforms. */
  readonly beyondLimit: number
  readonly waveforms: number
  readonly births: number
  /** Rebirths that hosts asked for. */
  readonly rebirthsAsked: number
  readonly linksLost: number
  readonly messages: number
  /** Changes that were sent as they came. */
  readonly live: number
  /** Changes that were sent after the fact. */
  readonly historical: number
  /** Samples that said nothing new. */
  readonly unchanged: number
  /** Values that hosts wanted to write; writing is not switched on. */
  readonly writesRefused: number
  /** Journal that is still to be sent after the fact, bytes. */
  readonly backlogBytes: number
  /** Journal that is not read yet, bytes. */
  readonly lagBytes: number
  /** Journal that was given up because it was too much, bytes. */
  readonly skippedBytes: number
  readonly lastSentUs: number
}

/** What an edge node's thread is started with. */
export interface EdgeThreadData {
  readonly name: string
  readonly settings: EdgeNodeSettings
  /** File for what it remembers. */
  readonly file: string
  readonly journal: SharedJournal
  /** Place in the journal from which an edge node publishes that remembers none. */
  readonly from: number
}

/** The published signals, and the newest sample of each that had one. */
export interface DevicesOrder {
  readonly type: 'devices'
  readonly chosen: EdgeDevices
  readonly newest: ReadonlyMap<SeriesId, SampleNow>
}

/** All series up to this one are known: they are among the devices, or not published. */
export interface KnownOrder {
  readonly type: 'known'
  readonly upTo: SeriesId
}

export type EdgeThreadOrder = DevicesOrder | KnownOrder | { readonly type: 'stop' }

/** What becomes of an edge node, for the plant's event log. */
export interface PublisherEvent {
  readonly kind: 'publishing.online' | 'publishing.offline' | 'publishing.skipped'
  readonly data: Readonly<Record<string, string | number>>
}

export type EdgeThreadReport =
  | { readonly type: 'ready' }
  /** There are samples of a series that was not known yet: are they published? */
  | { readonly type: 'unknown'; readonly series: SeriesId }
  | { readonly type: 'status'; readonly status: PublisherStatus }
  /** The journal before this position is no longer needed. */
  | { readonly type: 'saved'; readonly position: number }
  | { readonly type: 'event'; readonly event: PublisherEvent }
