import type { JournalStatus } from '../journal/journal.ts'
import type { SharedJournal } from '../journal/segments/shared-head.ts'
import type { SegmentJournal } from '../journal/segments/segment-journal.ts'
import type { Registry } from '../registry/registry.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { DiskWatch } from './disk-watch.ts'
import type { EventLog } from './event-log.ts'
import { HISTORY_CONSUMER, type History, type HistoryClient } from './history/history-client.ts'
import type { IngestCounters } from './ingest-counters.ts'
import type { Ingest } from './ingest.ts'
import { LIVE_CONSUMER, type LiveKeeper } from './live-keeper.ts'
import type { LiveValues } from './live-values.ts'
import type { PlantModel } from './plant-model.ts'
import type { Provisioning } from './provisioning.ts'

/** The parts of a running plant, wired by `openPlant`. */
export interface PlantParts {
  readonly registry: Registry
  readonly model: PlantModel
  readonly provisioning: Provisioning
  readonly journal: SegmentJournal
  readonly ingest: Ingest
  readonly live: LiveValues
  readonly liveKeeper: LiveKeeper
  readonly historyClient: HistoryClient
  /** History that knows the plant's names. */
  readonly history: History
  readonly events: EventLog
  readonly deadLetters: DeadLetters
  readonly counters: IngestCounters
  readonly diskWatch: DiskWatch
}

/** An application's place among the journal's consumers. */
export interface JournalSeat {
  readonly journal: SharedJournal
  release(position: number): void
  /** Gives the place up: nothing is kept for it any more. */
  forget(): void
}

/** Time that a stop gives to what is still being written. */
const DRAIN_MS = 2_000

/** The running plant: what connectors write to, and what the API and the applications read. */
export class Plant {
  readonly registry: Registry
  readonly model: PlantModel
  readonly provisioning: Provisioning
  readonly ingest: Ingest
  readonly live: LiveValues
  readonly history: History
  readonly events: EventLog
  readonly deadLetters: DeadLetters
  readonly counters: IngestCounters
  readonly #parts: PlantParts
  readonly #timers: readonly NodeJS.Timeout[]

  constructor(parts: PlantParts, timers: readonly NodeJS.Timeout[]) {
    this.#parts = parts
    this.#timers = timers
    this.registry = parts.registry
    this.model = parts.model
    this.provisioning = parts.provisioning
    this.ingest = parts.ingest
    this.live = parts.live
    this.history = parts.history
    this.events = parts.events
    this.deadLetters = parts.deadLetters
    this.counters = parts.counters
  }

  /**
   * A seat at the journal for an application: what to read it with, from any thread, and how to say up to where it is no longer needed. The name is remembered over restarts
   * from the first `release` on; the journal keeps what lies behind it.
   */
  follow(consumer: string): JournalSeat {
    const { journal } = this.#parts
    return { journal: journal.shared, release: (position) => journal.release(consumer, position), forget: () => journal.forget(consumer) }
  }

  /** Of the journal, with the lag of each consumer. */
  journalStatus(): JournalStatus {
    return this.#parts.journal.status()
  }

  /** What keeps the plant from doing its work now; empty when nothing does. */
  troubles(): readonly { readonly part: string; readonly reason: string }[] {
    const { journal, historyClient } = this.#parts
    const troubles: { part: string; reason: string }[] = []
    if (journal.blocked === 'disk') troubles.push({ part: 'journal', reason: 'the disk is full: nothing is acknowledged until there is space' })
    if (journal.blocked === 'failed') troubles.push({ part: 'journal', reason: 'the disk failed: nothing is acknowledged until it works' })
    if (historyClient.trouble !== undefined) troubles.push({ part: 'history', reason: historyClient.trouble })
    return troubles
  }

  /** What does not keep the plant from its work yet, but will when nobody does something. */
  warnings(): readonly { readonly part: string; readonly reason: string }[] {
    const { warning } = this.#parts.diskWatch
    return warning === undefined ? [] : [{ part: 'disk', reason: warning }]
  }

  /** How often the history thread had to be started again. */
  get historyRestarts(): number {
    return this.#parts.historyClient.restarts
  }

  /**
   * Who reads the journal: how many bytes of it each has still to take, and how many are kept for it, should it have to begin again. What an
   * application has taken since it last said so still counts as to be taken.
   */
  consumers(): readonly { readonly name: string; readonly lagBytes: number; readonly heldBytes: number }[] {
    const { journal } = this.#parts
    return journal.status().consumers.map(({ name, lagBytes: heldBytes }) => {
      const lagBytes = name === HISTORY_CONSUMER ? this.historyLagBytes : name === LIVE_CONSUMER ? 0 : heldBytes
      return { name, lagBytes, heldBytes }
    })
  }

  /** Bytes of the journal that history has still to store. */
  get historyLagBytes(): number {
    return Math.max(0, this.#parts.journal.head - this.#parts.historyClient.position)
  }

  /** Settles when history holds all that is durable now, or after `timeoutMs`; answers whether it does. */
  async historyCaughtUp(timeoutMs: number): Promise<boolean> {
    const { journal, historyClient } = this.#parts
    const head = journal.head
    const until = performance.now() + timeoutMs
    while (historyClient.position < head) {
      if (performance.now() >= until) return false
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return true
  }

  /** Writes what is under way, saves what makes the next start fast, and closes everything. Connectors and the API must be closed before. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    const { ingest, provisioning, journal, liveKeeper, historyClient, registry } = this.#parts
    await ingest.close(DRAIN_MS)
    await provisioning.close()
    const head = journal.head
    await journal.close()
    await liveKeeper.save(head)
    await historyClient.close()
    await registry.close()
  }
}
