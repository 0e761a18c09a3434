import { US_PER_MS } from '@millwright/model/time.ts'
import type { WireRetrainingItem } from '@millwright/model/wire/retraining.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import type { EventLog } from '../../plant/event-log.ts'
import type { SoftSensorRecord } from '../computed/soft-sensor-record.ts'
import type { SoftSensors } from '../computed/soft-sensors.ts'
import type { LabelStore } from '../feedback/label-store.ts'
import type { LifeModels } from '../health/life-models.ts'
import type { LifeCycle } from './life-cycle.ts'
import type { ModelRegistry } from './model-registry.ts'

const MS_PER_DAY = 86_400_000
/** Who trains by the clock; nobody of this name can approve. */
export const SCHEDULE_AUTHOR = 'Millwright (schedule)'

export interface RetrainingParts {
  readonly lifeCycle: Pick<LifeCycle, 'begin'>
  readonly models: Pick<ModelRegistry, 'list' | 'of'>
  readonly labels: Pick<LabelStore, 'list' | 'of'>
  readonly softSensors: Pick<SoftSensors, 'list' | 'train' | 'remove'>
  readonly lives: Pick<LifeModels, 'list' | 'train' | 'remove' | 'failures'>
  readonly plant: Pick<AssetModel, 'assetById'>
  readonly events: Pick<EventLog, 'record'>
  readonly clock: Pick<Clock, 'nowUs'>
  readonly log: Pick<Log, 'warn'>
  readonly retrainDays: number
}

/** What is due, and how it is begun; undefined where it is not trained here. */
interface Planned extends WireRetrainingItem {
  readonly begin: ((author: string) => Promise<unknown>) | undefined
}

/**
 * Which models a newer one is due for: an asset about which people said something, a soft sensor that has grown old, remaining lives after another failure, and models of others that say when they
 * are due. Training makes candidates and never puts one in service. Forecasts are made anew from the history whenever they are asked for, and are never due.
 */
export class Retraining {
  readonly #parts: RetrainingParts
  readonly #told = new Set<string>()

  constructor(parts: RetrainingParts) {
    this.#parts = parts
  }

  /** What is due first. Rejects as the history does. */
  async plan(): Promise<WireRetrainingItem[]> {
    return (await this.#plan()).map(({ begin: _begin, ...item }) => item)
  }

  /** Begins all that is due and trained here; answers how many. What cannot be begun is told in the log, and the others go on. */
  async begin(author: string): Promise<number> {
    let begun = 0
    for (const { kind, id, name, begin, isDue, isHere } of await this.#plan()) {
      if (!isDue) continue
      if (!isHere) this.#tellDue(kind, id, name)
      try {
        if (begin === undefined) continue
        await begin(author)
        begun++
      } catch (thrown) {
        if (!(thrown instanceof MillwrightError)) throw thrown
        this.#parts.log.warn({ kind, name }, `a scheduled training could not begin: ${messageOf(thrown)}`)
      }
    }
    return begun
  }

  async #plan(): Promise<Planned[]> {
    const all = [...this.#watches(), ...this.#softSensors(), ...(await this.#lives()), ...this.#brought()]
    return all.sort((a, b) => Number(b.isDue) - Number(a.isDue) || (a.name < b.name ? -1 : 1))
  }

  /** Assets about which people said something since their last model. */
  #watches(): Planned[] {
    const { labels, models, plant, lifeCycle } = this.#parts
    return [...new Set(labels.list().map(({ asset }) => asset))].flatMap((asset) => {
      const path = plant.assetById(asset)?.path
      if (path === undefined) return []
      const watches = models.of(asset).filter(({ kind }) => kind === 'watch')
      const last = watches[0]?.created ?? null
      const fresh = labels.of(asset).filter(({ createdUs }) => createdUs / US_PER_MS > (last ?? 0)).length
      const why = fresh > 0 ? { en: `New verdicts and labels since its last model: ${fresh}.`, zh: `上次建模之后有 ${fresh} 条新的人工意见。` } : { en: 'No new verdict or label since its last model.', zh: '上次建模之后没有新的人工意见。' }
      return [{ kind: 'watch' as const, id: watches.find(({ stage }) => stage === 'champion')?.id ?? null, name: path, last, isDue: fresh > 0, isHere: true, why, begin: (author: string) => lifeCycle.begin(asset, {}, author) }]
    })
  }

  #softSensors(): Planned[] {
    const { softSensors, retrainDays } = this.#parts
    return softSensors.list().filter(({ stage }) => stage === 'in_service').map((sensor) => {
      const last = Math.max(...softSensors.list().filter(({ output, stage }) => output === sensor.output && stage !== 'failed').map(({ created }) => created))
      const { isDue, why } = this.#byAge(last, retrainDays)
      return { kind: 'soft_sensor', id: sensor.id, name: sensor.output, last, isDue, isHere: true, why, begin: (author: string) => this.#retrainSensor(sensor, author) }
    })
  }

  /** The same definition on a time as long as before that ends now. Of candidates that the schedule made, the newest stays. */
  async #retrainSensor({ definition: { from, to, ...definition }, output }: SoftSensorRecord, author: string): Promise<void> {
    const { softSensors, clock } = this.#parts
    const nowMs = clock.nowUs() / US_PER_MS
    await softSensors.train({ ...definition, output, author, ...(from !== undefined && { from: nowMs - ((to ?? nowMs) - from), to: nowMs }) })
    const [, ...older] = softSensors.list().filter((other) => other.output === output && other.definition.author === SCHEDULE_AUTHOR && other.stage !== 'in_service' && other.stage !== 'stopped')
    for (const { id, stage } of older) if (stage !== 'training') await softSensors.remove(id, author)
  }

  async #lives(): Promise<Planned[]> {
    const { lives } = this.#parts
    const planned: Planned[] = []
    for (const model of lives.list().filter(({ stage }) => stage === 'in_service')) {
      const { definition } = model
      const alike = lives.list().filter((other) => other.definition.name === definition.name && other.stage !== 'failed')
      const last = Math.max(...alike.map(({ created }) => created))
      const failures = definition.failures === 'given' ? [] : [...(await lives.failures(definition)).values()].flat().filter(({ toUs }) => toUs / US_PER_MS > last)
      const why = definition.failures === 'given' ? { en: 'Its runs were given by hand: it is trained anew with others.', zh: '其运行记录为人工给定：需给出新的记录后再训练。' } : failures.length > 0 ? { en: `Failures since it was trained: ${failures.length}.`, zh: `训练之后又有 ${failures.length} 次故障。` } : { en: 'No failure since it was trained.', zh: '训练之后没有新的故障。' }
      planned.push({
        kind: 'life_model', id: model.id, name: definition.name, last, isDue: failures.length > 0, isHere: definition.failures !== 'given', why,
        begin: async (author) => {
          for (const { id, stage, definition: { author: by } } of alike) if (stage === 'candidate' && by === SCHEDULE_AUTHOR) await lives.remove(id, author)
          await lives.train({ ...definition, author })
        },
      })
    }
    return planned
  }

  /** Models of others: their contract says after how long. */
  #brought(): Planned[] {
    const { models } = this.#parts
    return models.list().flatMap((model): Planned[] => {
      const days = model.onnx?.contract.training?.retrainDays
      if (model.stage !== 'champion' || model.onnx === null || days === undefined) return []
      const last = Math.max(...models.of(model.asset).filter(({ output }) => output === model.output).map(({ created }) => created))
      return [{ kind: 'onnx', id: model.id, name: model.onnx.contract.name, last, ...this.#byAge(last, days), isHere: false, begin: undefined }]
    })
  }

  #byAge(lastMs: number, days: number): Pick<WireRetrainingItem, 'isDue' | 'why'> {
    const age = Math.floor((this.#parts.clock.nowUs() / US_PER_MS - lastMs) / MS_PER_DAY)
    return { isDue: age >= days, why: { en: `Its newest model is ${age} days old; one is due every ${days} days.`, zh: `最新模型已有 ${age} 天；每 ${days} 天应更新一次。` } }
  }

  /** Once for each model while the program runs. */
  #tellDue(kind: string, id: string | null, name: string): void {
    if (id === null || this.#told.has(id)) return
    this.#told.add(id)
    void this.#parts.events.record({ kind: 'model.due', path: null, data: { id, kind, name } })
  }
}
