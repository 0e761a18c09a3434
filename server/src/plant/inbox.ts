import type { ValueKind } from '@millwright/model/sample-batch.ts'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { SignalHints } from '../connectors/sink.ts'
import type { Log } from '../kernel/log.ts'
import type { Registry, RegistryChange } from '../registry/registry.ts'

/** Kind of the registry's documents that hold inbox entries; the key is the signal's path. */
export const INBOX = 'inbox'
/** Longest example of a value that is kept, in UTF-16 units. */
export const MAX_EXAMPLE_LENGTH = 200

const optionalText = Type.Optional(Type.String())

/** A signal that a machine named and nobody has decided on, or that somebody has rejected. Times are in microseconds. */
const inboxEntry = Type.Object({
  path: Type.String(),
  assetPath: Type.String(),
  name: Type.String(),
  kind: Type.Union([Type.Literal('number'), Type.Literal('boolean'), Type.Literal('text'), Type.Literal('waveform')]),
  unit: optionalText,
  low: Type.Optional(Type.Number()),
  high: Type.Optional(Type.Number()),
  description: optionalText,
  /** The newest value at hand, as text. */
  example: optionalText,
  /** Who sent it first. */
  source: Type.String(),
  firstSeenUs: Type.Number(),
  lastSeenUs: Type.Number(),
  /** How many samples were refused meanwhile. */
  count: Type.Integer({ minimum: 0 }),
  state: Type.Union([Type.Literal('waiting'), Type.Literal('rejected')]),
})

export type InboxEntry = Static<typeof inboxEntry>

/** What a machine said when it named the signal. */
export interface Sighting {
  readonly assetPath: string
  readonly name: string
  readonly kind: ValueKind
  readonly hints: SignalHints
  readonly source: string
  readonly nowUs: number
}

/** Signals that wait for a decision, in memory, with what has changed since it was last stored. Bounded; when full, new ones are refused. */
export class Inbox {
  readonly #max: number
  readonly #entries = new Map<string, InboxEntry>()
  readonly #changed = new Set<string>()

  constructor(max: number) {
    this.#max = max
  }

  /** Reads what was stored. Entries that cannot be read are left out and told. */
  async load(registry: Registry, log: Log): Promise<void> {
    for (const [path, json] of await registry.documents(INBOX)) {
      const entry = entryOf(json)
      if (entry === undefined) log.warn({ path }, 'an inbox entry could not be read and was left out')
      else this.#entries.set(path, entry)
    }
  }

  get size(): number {
    return this.#entries.size
  }

  get(path: string): InboxEntry | undefined {
    return this.#entries.get(path)
  }

  /** All entries, the newest first. */
  list(): InboxEntry[] {
    return [...this.#entries.values()].sort((a, b) => b.firstSeenUs - a.firstSeenUs || (a.path < b.path ? -1 : 1))
  }

  /** Notes a sighting; `full` when there is no room for a new entry. */
  note(sighting: Sighting): 'waiting' | 'rejected' | 'full' {
    const path = `${sighting.assetPath}/${sighting.name}`
    const known = this.#entries.get(path)
    if (known === undefined && this.#entries.size >= this.#max) return 'full'
    const entry = known ?? freshEntry(path, sighting)
    entry.lastSeenUs = sighting.nowUs
    entry.count++
    if (sighting.hints.example !== undefined) entry.example = sighting.hints.example.slice(0, MAX_EXAMPLE_LENGTH)
    this.#entries.set(path, entry)
    this.#changed.add(path)
    return entry.state
  }

  reject(path: string): void {
    const entry = this.#entries.get(path)
    if (entry === undefined) return
    entry.state = 'rejected'
    this.#changed.add(path)
  }

  remove(path: string): void {
    if (this.#entries.delete(path)) this.#changed.add(path)
  }

  get hasChanged(): boolean {
    return this.#changed.size > 0
  }

  /** Stores what has changed; what could not be stored is tried again the next time. */
  async save(registry: Registry): Promise<void> {
    const paths = [...this.#changed]
    if (paths.length === 0) return
    this.#changed.clear()
    try {
      await registry.apply(paths.map((path) => this.#change(path)))
    } catch (thrown) {
      for (const path of paths) this.#changed.add(path)
      throw thrown
    }
  }

  #change(path: string): RegistryChange {
    const entry = this.#entries.get(path)
    return entry === undefined ? { op: 'deleteDocument', kind: INBOX, key: path } : { op: 'putDocument', kind: INBOX, key: path, json: JSON.stringify(entry) }
  }
}

function freshEntry(path: string, sighting: Sighting): InboxEntry {
  const { assetPath, name, kind, hints, source, nowUs } = sighting
  const { example: _, ...fields } = hints
  return { path, assetPath, name, kind, ...fields, source, firstSeenUs: nowUs, lastSeenUs: nowUs, count: 0, state: 'waiting' }
}

function entryOf(json: string): InboxEntry | undefined {
  try {
    const parsed: unknown = JSON.parse(json)
    return Value.Check(inboxEntry, parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}
