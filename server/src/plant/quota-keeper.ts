import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/error.ts'
import type { Log } from '../kernel/log.ts'
import type { Registry, RegistryChange } from '../registry/registry.ts'
import type { SourceQuota } from './source-quota.ts'

/** Kind of the registry's documents that hold what is left to a source; the key is the source. */
export const QUOTA = 'source-quota'
/** What a source has used up is stored so long after; what it used since is given again after a crash. */
const SAVE_MS = 5_000

const storedAllowance = Type.Object({ left: Type.Number(), atUs: Type.Number() })

/** Keeps the quotas of sources over a restart, so that a source cannot have its allowance anew by making the platform start again. */
export class QuotaKeeper {
  readonly #quota: SourceQuota
  readonly #registry: Registry
  readonly #clock: Clock
  readonly #log: Log
  #timer: NodeJS.Timeout | undefined
  #saving: Promise<void> = Promise.resolve()

  constructor(parts: { readonly quota: SourceQuota; readonly registry: Registry; readonly clock: Clock; readonly log: Log }) {
    this.#quota = parts.quota
    this.#registry = parts.registry
    this.#clock = parts.clock
    this.#log = parts.log
  }

  /** Reads what was stored; what cannot be read counts as nothing used. */
  async load(): Promise<void> {
    for (const [source, json] of await this.#registry.documents(QUOTA)) {
      try {
        this.#quota.restore(source, Value.Parse(storedAllowance, JSON.parse(json)), this.#now())
      } catch (thrown) {
        this.#log.warn({ source, reason: messageOf(thrown) }, 'the stored quota of a source cannot be read; it begins anew')
      }
    }
  }

  /** Something was used: it will be stored soon. */
  noteUse(): void {
    if (this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.save().catch((thrown: unknown) => this.#log.warn({ reason: messageOf(thrown) }, 'the quotas of sources could not be stored; it is tried again'))
    }, SAVE_MS)
    this.#timer.unref()
  }

  /** Stores now what has changed. */
  save(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const saving = this.#saving.then(() => this.#save())
    this.#saving = saving.catch(() => undefined)
    return saving
  }

  async #save(): Promise<void> {
    const changed = this.#quota.takeChanged(this.#now())
    if (changed.size === 0) return
    const changes = [...changed].map(([key, allowance]): RegistryChange =>
      allowance === undefined ? { op: 'deleteDocument', kind: QUOTA, key } : { op: 'putDocument', kind: QUOTA, key, json: JSON.stringify(allowance) },
    )
    try {
      await this.#registry.apply(changes)
    } catch (thrown) {
      this.#quota.giveBack(changed.keys())
      this.noteUse()
      throw thrown
    }
  }

  #now(): { readonly us: number; readonly ms: number } {
    return { us: this.#clock.nowUs(), ms: this.#clock.monotonicMs() }
  }
}
