import { nameProblem, pathProblem } from '@millwright/model/path.ts'
import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import type { Signal } from '@millwright/model/signal.ts'
import type { Resolution, SignalHints } from '../connectors/sink.ts'
import type { Clock } from '../kernel/clock.ts'
import { messageOf, MillwrightError, type ErrorCode } from '../kernel/error.ts'
import type { Log } from '../kernel/log.ts'
import type { Registry } from '../registry/registry.ts'
import type { ModelEdit } from './asset-model.ts'
import { Inbox, type InboxEntry } from './inbox.ts'
import type { PlantModel } from './plant-model.ts'
import { signalFieldProblem } from './plant-tree/field-problems.ts'
import type { ProvisioningSettings } from './provisioning-settings.ts'
import { QuotaKeeper } from './quota-keeper.ts'
import { SourceQuota } from './source-quota.ts'

export interface ProvisioningParts {
  readonly model: PlantModel
  readonly registry: Registry
  readonly settings: ProvisioningSettings
  readonly clock: Clock
  readonly log: Log
}

/** An inbox entry to accept; `to` gives the signal another path, `kind` another kind than the machine's first value had. */
export interface Acceptance {
  readonly path: string
  readonly to?: string
  readonly kind?: ValueKind
}

/** What an operator wants to know of provisioning. Counts are since the start. */
export interface ProvisioningStatus {
  readonly created: number
  readonly refused: Readonly<Record<string, number>>
  /** Sources that have used up their allowance of new signals. */
  readonly exhaustedSources: readonly string[]
  readonly inbox: number
}

/** Between two writes of the inbox, whose counts change with every sample. */
const INBOX_SAVE_MS = 5_000
/** Who sends when nobody says so. */
const UNNAMED = 'unnamed'

/** Opens provisioning with what the inbox held when it was last stored. */
export async function openProvisioning(parts: ProvisioningParts): Promise<Provisioning> {
  const inbox = new Inbox(parts.settings.maxInbox)
  await inbox.load(parts.registry, parts.log)
  const { newSignalsPerSource, newSignalsPerSourcePerHour } = parts.settings
  const quota = new SourceQuota({ burst: newSignalsPerSource, perHour: newSignalsPerSourcePerHour })
  const quotaKeeper = new QuotaKeeper({ ...parts, quota })
  await quotaKeeper.load()
  return new Provisioning(parts, { inbox, quota, quotaKeeper })
}

/** What provisioning remembers over a restart. */
interface Memory {
  readonly inbox: Inbox
  readonly quota: SourceQuota
  readonly quotaKeeper: QuotaKeeper
}

/**
 * Turns the names that machines use into series, and decides about names that nobody knows. The kinds must be equal: nothing is
 * coerced, so a number for a boolean signal is refused even where it is 0 or 1 (and the message says what to do).
 */
export class Provisioning {
  readonly #parts: ProvisioningParts
  readonly #inbox: Inbox
  readonly #quota: SourceQuota
  readonly #quotaKeeper: QuotaKeeper
  readonly #refused = new Map<string, number>()
  readonly #warned = new Set<string>()
  #created = 0
  #inboxSavedMs: number
  #inboxSaving: Promise<void> = Promise.resolve()

  constructor(parts: ProvisioningParts, { inbox, quota, quotaKeeper }: Memory) {
    this.#parts = parts
    this.#inbox = inbox
    this.#quota = quota
    this.#quotaKeeper = quotaKeeper
    this.#inboxSavedMs = parts.clock.monotonicMs()
  }

  get generation(): number {
    return this.#parts.model.generation
  }

  /** See `SampleSink.resolve`. Never throws. */
  resolve(assetPath: string, signal: string, kind: ValueKind, hints: SignalHints = {}, source: string = UNNAMED): Resolution {
    const place = this.#parts.model.lookUp(assetPath, signal)
    if (place === 'free') return this.#unknown(assetPath, signal, kind, hints, source)
    if ('obstacle' in place) return this.#refuse('CONFLICT', place.obstacle)
    return place.kind === kind ? place : this.#refuse('TYPE_MISMATCH', mismatch(`${assetPath}/${signal}`, place.kind, kind))
  }

  /** See `SampleSink.find`. */
  find(assetPath: string, signal: string): { readonly series: SeriesId; readonly kind: ValueKind } | undefined {
    const place = this.#parts.model.lookUp(assetPath, signal)
    return place === 'free' || 'obstacle' in place ? undefined : place
  }

  /** Settles when all that {@link resolve} has created so far is durable; at once when it is. A failure leaves it for the next call. */
  flush(): Promise<void> {
    return this.#parts.model.saveProvisioned()
  }

  /** The inbox, the newest entry first. */
  inbox(): readonly InboxEntry[] {
    return this.#inbox.list()
  }

  /** Creates the signals of inbox entries, all of them or none. Rejects with NOT_FOUND, CONFLICT, NAME_INVALID, with the entry's index. */
  async accept(acceptances: readonly Acceptance[]): Promise<void> {
    const edits = acceptances.map(({ path, to, kind }, index): ModelEdit => {
      const entry = this.#entry(path, index)
      return { op: 'createSignal', path: to ?? path, fields: { ...soundHints(entry), kind: kind ?? entry.kind } }
    })
    await this.#parts.model.edit(edits)
    for (const { path } of acceptances) this.#inbox.remove(path)
    await this.saveInbox()
  }

  /** Marks entries as rejected: their samples are refused from now on without being shown again. */
  async reject(paths: readonly string[]): Promise<void> {
    for (const [index, path] of paths.entries()) this.#entry(path, index)
    for (const path of paths) this.#inbox.reject(path)
    await this.saveInbox()
  }

  /** Takes entries out; a signal that is still being sent will appear again. */
  async forget(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.#inbox.remove(path)
    await this.saveInbox()
  }

  status(): ProvisioningStatus {
    const exhaustedSources = this.#quota.exhausted(this.#parts.clock.monotonicMs())
    return { created: this.#created, refused: Object.fromEntries(this.#refused), exhaustedSources, inbox: this.#inbox.size }
  }

  /** Stores the inbox now; otherwise it is every few seconds while samples come. */
  saveInbox(): Promise<void> {
    this.#inboxSavedMs = this.#parts.clock.monotonicMs()
    const saving = this.#inboxSaving.then(() => this.#inbox.save(this.#parts.registry))
    this.#inboxSaving = saving.catch(() => undefined)
    return saving
  }

  /** Stores what is not stored yet. Call it before the registry closes. */
  async close(): Promise<void> {
    await this.flush()
    await this.saveInbox()
    await this.#quotaKeeper.save()
  }

  #unknown(assetPath: string, name: string, kind: ValueKind, hints: SignalHints, source: string): Resolution {
    const problem = pathProblem(assetPath) ?? nameProblem(name) ?? pathProblem(`${assetPath}/${name}`)
    if (problem !== undefined) return this.#refuse('NAME_INVALID', `signal "${excerpt(name)}" of asset "${excerpt(assetPath)}": ${problem}`)
    switch (this.#parts.settings.policy) {
      case 'auto':
        return this.#create(assetPath, name, kind, hints, source)
      case 'review':
        return this.#review(assetPath, name, kind, hints, source)
      case 'off':
        return this.#refuse('SIGNAL_UNKNOWN', `there is no signal ${assetPath}/${name}, and unknown ones are not created (provisioning.policy is off)`)
    }
  }

  #create(assetPath: string, name: string, kind: ValueKind, hints: SignalHints, source: string): Resolution {
    const { model, settings, clock } = this.#parts
    const { assets, signals } = model.counts
    if (signals >= settings.maxSignals) return this.#full('signals', `the plant has its ${settings.maxSignals} signals (provisioning.maxSignals)`)
    if (assets + model.missingAssets(assetPath) > settings.maxAssets) return this.#full('assets', `the plant has its ${settings.maxAssets} assets (provisioning.maxAssets)`)
    if (!this.#quota.take(source, clock.monotonicMs())) {
      return this.#full(source, `source ${source} has created as many new signals as it may for now (provisioning.newSignalsPerSource)`)
    }
    this.#created++
    this.#quotaKeeper.noteUse()
    return { series: model.provision(assetPath, name, kind, soundHints(hints)), kind }
  }

  #review(assetPath: string, name: string, kind: ValueKind, hints: SignalHints, source: string): Resolution {
    const nowUs = this.#parts.clock.nowUs()
    const state = this.#inbox.note({ assetPath, name, kind, hints: { ...soundHints(hints), ...exampleOf(hints) }, source, nowUs })
    this.#saveInboxSometimes()
    const path = `${assetPath}/${name}`
    switch (state) {
      case 'waiting':
        return this.#refuse('SIGNAL_UNDER_REVIEW', `signal ${path} waits in the inbox for somebody to accept it`)
      case 'rejected':
        return this.#refuse('SIGNAL_UNKNOWN', `signal ${path} was rejected in the inbox`)
      case 'full':
        return this.#full('inbox', `the inbox is full (provisioning.maxInbox ${this.#parts.settings.maxInbox}), so ${path} was not put there`)
    }
  }

  #saveInboxSometimes(): void {
    if (this.#parts.clock.monotonicMs() - this.#inboxSavedMs < INBOX_SAVE_MS) return
    this.saveInbox().catch((thrown: unknown) => this.#parts.log.warn({ reason: messageOf(thrown) }, 'the inbox could not be stored; it is tried again'))
  }

  #entry(path: string, index: number): InboxEntry {
    const entry = this.#inbox.get(path)
    if (entry === undefined) throw new MillwrightError('NOT_FOUND', `the inbox holds no signal ${path}`, { detail: { index, path } })
    return entry
  }

  /** A quota is reached: told once per cause, for it is an operator's business, and counted each time. */
  #full(cause: string, message: string): Resolution {
    if (!this.#warned.has(cause) && this.#warned.size < MAX_WARNED) {
      this.#warned.add(cause)
      this.#parts.log.warn({ cause }, `new signals are refused: ${message}`)
    }
    return this.#refuse('QUOTA_REACHED', message)
  }

  #refuse(code: ErrorCode, message: string): Resolution {
    this.#refused.set(code, (this.#refused.get(code) ?? 0) + 1)
    return { refusal: { code, message } }
  }
}

/** Causes of which is remembered that they were told. */
const MAX_WARNED = 1_000
const EXCERPT_LENGTH = 100

function mismatch(path: string, expected: ValueKind, given: ValueKind): string {
  const advice = expected === 'boolean' && given === 'number' ? '; send true or false, or make it a number signal' : ''
  return `signal ${path} is a ${expected} signal, and the value is a ${given}${advice}`
}

type Fields = Pick<Signal, 'unit' | 'low' | 'high' | 'description'>

/** The hints that can be kept; a wrong hint is no reason to lose samples. */
function soundHints({ unit, low, high, description }: SignalHints): Fields {
  const range = { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) }
  const parts = [unit === undefined ? {} : { unit }, range, description === undefined ? {} : { description }]
  return Object.assign({}, ...parts.filter((part) => signalFieldProblem(part) === undefined))
}

function exampleOf(hints: SignalHints): Pick<SignalHints, 'example'> {
  return hints.example === undefined ? {} : { example: hints.example }
}

function excerpt(text: string): string {
  return text.length <= EXCERPT_LENGTH ? text : `${text.slice(0, EXCERPT_LENGTH)}…`
}
