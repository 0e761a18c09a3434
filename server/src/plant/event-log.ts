import type { Journal } from '../journal/journal.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'

/** Something that happened at a time. `data` is a JSON object whose shape belongs to the kind. */
export interface PlantEvent {
  readonly timeUs: number
  /** Dotted, such as `connection.lost` or `journal.segment-quarantined`. */
  readonly kind: string
  /** The asset or signal that it concerns. */
  readonly path: string | null
  readonly data: Readonly<Record<string, unknown>>
}

export type EventListener = (event: PlantEvent) => void

const MAX_RECENT = 1_000
const MAX_JSON = 64 * 1024

/** The plant's events: durable in the journal, queryable as the SQL table `events`, the newest at hand in memory. */
export class EventLog {
  readonly #journal: Journal
  readonly #clock: Clock
  readonly #log: Log
  readonly #recent: PlantEvent[] = []
  readonly #listeners = new Set<EventListener>()
  /** Events that the journal did not take; shown in the metrics. */
  lost = 0

  constructor(journal: Journal, clock: Clock, log: Log) {
    this.#journal = journal
    this.#clock = clock
    this.#log = log
  }

  /** Records an event; settles with whether it is durable. Listeners hear of it at once. Never rejects. */
  async record(event: Omit<PlantEvent, 'timeUs'> & { readonly timeUs?: number }): Promise<boolean> {
    const whole: PlantEvent = { timeUs: event.timeUs ?? this.#clock.nowUs(), kind: event.kind, path: event.path, data: event.data }
    if (this.#recent.length === MAX_RECENT) this.#recent.shift()
    this.#recent.push(whole)
    for (const listener of this.#listeners) listener(whole)
    const json = JSON.stringify(whole)
    if (json.length > MAX_JSON) return this.#lose(whole, `it has ${json.length} characters, more than ${MAX_JSON}`)
    const outcome = await this.#journal.append({ kind: 'event', json })
    return outcome.status === 'durable' ? true : this.#lose(whole, `the journal answered "${outcome.status}"`)
  }

  /** The newest events, newest first. */
  latest(limit: number): PlantEvent[] {
    return this.#recent.toReversed().slice(0, limit)
  }

  /** Hears of events from now on. Returns what ends that. */
  subscribe(listener: EventListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #lose(event: PlantEvent, why: string): false {
    this.lost++
    this.#log.warn({ kind: event.kind, path: event.path }, `an event could not be kept: ${why}`)
    return false
  }
}
