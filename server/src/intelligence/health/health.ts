import { Status } from '@millwright/model/quality.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, usToMs } from '@millwright/model/time.ts'
import type { WireAssetHealth } from '@millwright/model/wire/health.ts'
import { messageOf } from '../../kernel/error.ts'
import { pause } from '../../kernel/pause.ts'
import type { ModuleParts } from '../../plant/module.ts'
import type { ComputedSample, ComputedSignals } from '../computed/computed-signals.ts'
import { LIFE_CAP, type RemainingLife } from '../predictors/life-model.ts'
import type { AssetStatus, StreamStatus } from '../runtime/stream-messages.ts'
import { type Failure, FEWEST_STEPS, lastEnd } from './failure-runs.ts'
import { healthOfUnease } from './health-rule.ts'
import { healthWords } from './health-words.ts'
import type { LifeModelRecord } from './life-model-record.ts'
import type { LifeModels } from './life-models.ts'
import { lifeTable, MOST_RUN_STEPS, readRun } from './run-table.ts'

const OWNER = 'health'
/** Time between two values of the health signals. */
const EVERY_US = 10 * US_PER_MINUTE
const ROUND_MS = 60_000
/** How long somebody waits for the first round; after that they see what is known by then. */
const FIRST_MS = 5_000
/** Assets for which health is kept as signals. */
const MAX_ASSETS = 10_000
/** Signals that one round creates at most: a large plant gets its signals over some rounds, not in one long one. */
const MOST_NEW = 200
/** How far back a life is looked at when the machine never failed. */
const NEVER_FAILED_US = 3_650 * US_PER_DAY
/** What was judged longer ago says nothing of now: the machine is silent, or its past is still being looked at. */
const SILENT_US = US_PER_HOUR
/** Part of the horizon from which the end is out of sight. */
const BEYOND = 0.96
/** Names of the computed signals of an asset. */
export const HEALTH_SIGNALS = { index: 'health_index', life: 'remaining_life', lifeLow: 'remaining_life_low', lifeHigh: 'remaining_life_high' } as const

export interface HealthParts extends Pick<ModuleParts, 'plant' | 'clock' | 'log'> {
  readonly computed: ComputedSignals
  readonly lives: LifeModels
  /** Whether the index of every asset is written, or only what a life model tells. */
  readonly healthSignals: boolean
  /** What the stream makes of the assets now. */
  status(): Promise<StreamStatus>
}

/** What is known of one asset. */
export interface KnownHealth {
  readonly path: string
  readonly status: AssetStatus | undefined
  readonly index: number | undefined
  readonly updatedUs: number | undefined
  readonly model: LifeModelRecord | undefined
  readonly life: RemainingLife | undefined
  /** Why the life model could not tell. */
  readonly trouble: string | undefined
}

interface ToldLife {
  readonly model: string
  readonly stepUs: number
  /** The step up to which it was told: within one nothing changes. */
  readonly atUs: number
  readonly life: RemainingLife | undefined
  readonly trouble: string | undefined
}

/** Health of every watched asset: from a life model where one is in service, else by a stated rule on how far it is from normal; kept as computed signals of the asset. */
export class Health {
  readonly #parts: HealthParts
  readonly #lives = new Map<string, ToldLife>()
  readonly #writtenUs = new Map<string, number>()
  #known = new Map<string, KnownHealth>()
  #round: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #trouble: string | undefined
  readonly #ending = new AbortController()
  /** Signals that this round may still create. */
  #room = MOST_NEW

  constructor(parts: HealthParts) {
    this.#parts = parts
  }

  start(): void {
    this.#timer = setInterval(() => void this.round(), ROUND_MS)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#ending.abort()
    await this.#round
  }

  /** All that is known, the least healthy first, what is not known last. */
  async list(under: string | undefined): Promise<WireAssetHealth[]> {
    if (this.#known.size === 0) await Promise.race([this.round(), pause(FIRST_MS, this.#ending.signal)])
    const all = [...this.#known.values()].filter(({ path }) => under === undefined || path === under || path.startsWith(`${under}/`))
    return all.sort((a, b) => (a.index ?? 101) - (b.index ?? 101) || (a.path < b.path ? -1 : 1)).map((known) => this.#wire(known))
  }

  /** Works it out anew and writes the signals that are due. Never rejects; a failure is logged once and tried again. */
  round(): Promise<void> {
    this.#round ??= this.#work().then(
      () => void (this.#trouble = undefined),
      (thrown: unknown) => {
        if (this.#trouble === undefined) this.#parts.log.warn(`health could not be worked out: ${messageOf(thrown)}`)
        this.#trouble = messageOf(thrown)
      },
    ).finally(() => void (this.#round = undefined))
    return this.#round
  }

  async #work(): Promise<void> {
    const { plant, clock, lives } = this.#parts
    const nowUs = clock.nowUs()
    const statuses = new Map((await this.#parts.status()).assets.flatMap((status) => {
      const path = plant.model.assetById(status.asset)?.path
      return path === undefined ? [] : [[path, status] as const]
    }))
    const models = lives.inService()
    const failures = new Map<string, ReadonlyMap<string, readonly Failure[]>>()
    for (const model of new Set(models.values())) failures.set(model.id, await lives.failures(model.definition))
    const known = new Map<string, KnownHealth>()
    // After a start with many life models the first round takes long: what it knows so far is shown.
    if (this.#known.size === 0) this.#known = known
    for (const path of [...new Set([...models.keys(), ...statuses.keys()])].slice(0, MAX_ASSETS)) {
      if (this.#ending.signal.aborted) return
      const model = models.get(path)
      const status = statuses.get(path)
      const told = model === undefined ? undefined : await this.#tellLife(path, model, failures.get(model.id)?.get(path) ?? [], nowUs)
      const isPresent = status?.judgedUs !== undefined && nowUs - status.judgedUs < SILENT_US
      const index = told?.life !== undefined ? (100 * told.life.median) / LIFE_CAP : status?.unease === undefined || !isPresent ? undefined : healthOfUnease(status.unease)
      known.set(path, { path, status, index, updatedUs: index === undefined ? undefined : nowUs, model, life: told?.life, trouble: told?.trouble })
    }
    this.#known = known
    for (const path of this.#lives.keys()) if (!models.has(path)) this.#lives.delete(path)
    await this.#write(nowUs)
  }

  async #tellLife(path: string, model: LifeModelRecord, failures: readonly Failure[], nowUs: number): Promise<ToldLife> {
    const { lives, plant } = this.#parts
    const stepUs = Math.round(model.stepHours * US_PER_HOUR)
    const atUs = Math.floor(nowUs / stepUs) * stepUs
    const last = this.#lives.get(path)
    if (last?.model === model.id && last.atUs === atUs && last.trouble === undefined) return last
    let told: ToldLife
    try {
      const fromUs = Math.max(atUs - MOST_RUN_STEPS * stepUs, lastEnd(failures.filter(({ toUs }) => toUs <= nowUs)) ?? atUs - NEVER_FAILED_US)
      const run = await readRun(plant.history, lives.signalsOf(path, model.definition), { fromUs, toUs: atUs, stepUs })
      const life = run.rows < FEWEST_STEPS ? undefined : (await lives.model(model.id)).predict(lifeTable(run, model))
      told = { model: model.id, stepUs, atUs, life, trouble: life === undefined ? `only ${run.rows} of ${FEWEST_STEPS} steps since its last failure` : undefined }
    } catch (thrown) {
      told = { model: model.id, stepUs, atUs, life: undefined, trouble: messageOf(thrown) }
    }
    this.#lives.set(path, told)
    return told
  }

  /** One value each ten minutes, at even times. */
  async #write(nowUs: number): Promise<void> {
    const { computed, healthSignals } = this.#parts
    const timeUs = Math.floor(nowUs / EVERY_US) * EVERY_US
    const samples: ComputedSample[] = []
    this.#room = MOST_NEW
    for (const { path, index, life, model } of this.#known.values()) {
      if (index === undefined || (life === undefined && !healthSignals) || this.#writtenUs.get(path) === timeUs) continue
      this.#writtenUs.set(path, timeUs)
      const put = async (name: string, value: number, unit: string, description: string) => {
        const series = await this.#seriesOf(`${path}/${name}`, unit, description)
        if (series !== undefined) samples.push({ series, timeUs, value, status: Status.good })
      }
      await put(HEALTH_SIGNALS.index, index, '%', '健康指数，100 为完好，0 为寿命终点 · Health index: 100 sound, 0 at the end')
      if (life === undefined || model === undefined) continue
      await put(HEALTH_SIGNALS.life, life.median * model.stepHours, 'h', '剩余运行小时（中位数） · Hours of work that are left, as likely more as less')
      await put(HEALTH_SIGNALS.lifeLow, life.low * model.stepHours, 'h', '剩余寿命 80 % 区间下限 · Remaining life, lower end of the 80 % interval')
      await put(HEALTH_SIGNALS.lifeHigh, life.high * model.stepHours, 'h', '剩余寿命 80 % 区间上限 · Remaining life, upper end of the 80 % interval')
    }
    await computed.write(samples)
  }

  /** Undefined where the machine has a signal of this name itself, or enough were created in this round. */
  async #seriesOf(path: string, unit: string, description: string): Promise<SeriesId | undefined> {
    const { computed, plant } = this.#parts
    const known = plant.model.signal(path)
    if (known !== undefined && computed.computedBy(known.series) === OWNER) return known.series
    if (known === undefined && this.#room-- <= 0) return undefined
    return await computed.claim(path, OWNER, { unit, description }).catch(() => undefined)
  }

  #wire(known: KnownHealth): WireAssetHealth {
    const { path, index, updatedUs, model, life } = known
    const computed = (name: string) => {
      const signal = this.#parts.plant.model.signal(`${path}/${name}`)
      return signal !== undefined && this.#parts.computed.computedBy(signal.series) === OWNER ? `${path}/${name}` : null
    }
    const hours = (steps: number) => steps * (model?.stepHours ?? Number.NaN)
    return {
      asset: path,
      source: life !== undefined ? 'life_model' : index === undefined ? 'none' : 'anomaly',
      index: index ?? null,
      updated: updatedUs === undefined ? null : usToMs(updatedUs),
      life: life === undefined ? null : { lowHours: hours(life.low), medianHours: hours(life.median), highHours: hours(life.high), isBeyond: life.median >= BEYOND * LIFE_CAP },
      lifeModel: model?.id ?? null,
      ...healthWords(known),
      signals: { index: computed(HEALTH_SIGNALS.index), life: computed(HEALTH_SIGNALS.life) },
    }
  }
}
