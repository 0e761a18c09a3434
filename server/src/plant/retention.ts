import { US_PER_DAY } from '@millwright/model/time.ts'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/error.ts'
import type { Log } from '../kernel/log.ts'
import type { Registry } from '../registry/registry.ts'
import type { EventLog } from './event-log.ts'
import type { History } from './history/history-client.ts'
import type { PlantModel } from './plant-model.ts'
import { RetentionClock } from './retention-clock.ts'

export interface RetentionParts {
  readonly history: Pick<History, 'applyRetention'>
  readonly model: Pick<PlantModel, 'retentions'>
  readonly registry: Registry
  readonly events: EventLog
  /** Days that samples are kept where their signal says nothing else. */
  readonly defaultDays: number
  readonly clock: Clock
  readonly log: Log
}

const DOCUMENT = { kind: 'retention-clock', key: 'state' } as const
const stateSchema = Type.Object({ trustedUs: Type.Number({ minimum: 0 }) })

/** Deletes history that has outlived its time, by a clock that a mistake cannot set ahead. */
export class Retention {
  readonly #parts: RetentionParts
  readonly #clock: RetentionClock
  #hasWarned = false

  private constructor(parts: RetentionParts, clock: RetentionClock) {
    this.#parts = parts
    this.#clock = clock
  }

  static async open(parts: RetentionParts): Promise<Retention> {
    const documents = await parts.registry.documents(DOCUMENT.kind)
    const saved: unknown = JSON.parse(documents.get(DOCUMENT.key) ?? 'null')
    const clock = new RetentionClock(Value.Check(stateSchema, saved) ? saved : undefined)
    // The first look is now and not at the first pass: a jump in between would be all that the clock knows.
    clock.observe(parts.clock.nowUs(), parts.clock.monotonicMs())
    await parts.registry.apply([{ op: 'putDocument', ...DOCUMENT, json: JSON.stringify(clock.state()) }])
    return new Retention(parts, clock)
  }

  /** One pass; called about every ten minutes. Never rejects: a pass that fails is logged, and the next one does its work. */
  async pass(): Promise<void> {
    const { history, model, registry, defaultDays, clock, log } = this.#parts
    try {
      const nowUs = this.#clock.observe(clock.nowUs(), clock.monotonicMs())
      await registry.apply([{ op: 'putDocument', ...DOCUMENT, json: JSON.stringify(this.#clock.state()) }])
      await this.#warn()
      const exceptions = new Map<number, number>()
      for (const [series, days] of model.retentions()) exceptions.set(series, nowUs - days * US_PER_DAY)
      await history.applyRetention({ defaultBeforeUs: nowUs - defaultDays * US_PER_DAY, exceptions })
    } catch (thrown) {
      log.error({ err: thrown }, `retention did not finish its pass: ${messageOf(thrown)}`)
    }
  }

  async #warn(): Promise<void> {
    const { events, log, clock } = this.#parts
    if (this.#clock.isDoubtful === this.#hasWarned) return
    this.#hasWarned = this.#clock.isDoubtful
    if (!this.#hasWarned) return
    log.warn({ nowUs: clock.nowUs() }, 'the clock has jumped ahead: nothing is deleted by it until it has stood for a day')
    await events.record({ kind: 'clock.jumped', path: null, data: { believedUs: this.#clock.state().trustedUs } })
  }
}
