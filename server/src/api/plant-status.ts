import type { PauseReason } from '../connectors/sink.ts'
import type { JournalStatus } from '../journal/journal.ts'
import type { KeptLetter, LetterGroup } from '../plant/dead-letters.ts'
import type { IngestCounters } from '../plant/ingest-counters.ts'

/** One way in: an embedded server or a connection to a source. */
export interface SourceStatus {
  /** `mqtt`, `http`, or a connection's name. */
  readonly name: string
  /** Type of connector. */
  readonly connector: string
  readonly state: 'up' | 'down' | 'starting' | 'stopped'
  /** Why it is not up, or what else is to be known. */
  readonly detail?: string
  /** Clients or sessions that are connected. */
  readonly clients: number
  /** Messages or requests since the start. */
  readonly messages: number
  /** Samples taken since the start. */
  readonly samples: number
  /** Bytes received since the start, where that is known. */
  readonly bytes?: number
}

export interface DiskStatus {
  readonly freeBytes: number
  readonly totalBytes: number
}

/** What the API asks of the running plant to tell how it is. `main.ts` puts it together from the parts. */
export interface PlantStatus {
  /** Why the platform cannot do its work now; empty when it is ready. */
  notReady(): readonly { readonly part: string; readonly reason: string }[]
  /** What will keep it from its work when nobody does something. */
  warnings(): readonly { readonly part: string; readonly reason: string }[]
  journal(): JournalStatus
  /** Who reads the journal: bytes that each has still to take, and bytes kept for it. */
  consumers(): readonly { readonly name: string; readonly lagBytes: number; readonly heldBytes: number }[]
  /** Bytes of the journal that history has still to store. */
  historyLagBytes(): number
  sources(): readonly SourceStatus[]
  readonly counters: IngestCounters
  /** Set while senders are paused. */
  readonly paused: PauseReason | undefined
  readonly deadLetters: { latest(limit: number): readonly KeptLetter[]; groups(): readonly LetterGroup[] }
  /** Space on the disk of the data folder; rejects where it cannot be told. */
  disk(): Promise<DiskStatus>
}
