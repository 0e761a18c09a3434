import { join } from 'node:path'
import { US_PER_HOUR } from '@millwright/model/time.ts'
import { MillwrightError, messageOf } from '../kernel/error.ts'
import type { JournalSeat } from '../plant/plant.ts'
import type { ModuleParts } from '../plant/module.ts'
import { AnomalyStore } from './anomalies/anomaly-store.ts'
import { ExpectedBands } from './expected/expected-bands.ts'
import { Feedback } from './feedback/feedback.ts'
import { LabelStore, taughtBy } from './feedback/label-store.ts'
import { QuietRules } from './feedback/quiet-rules.ts'
import { DataSets } from './models/data-sets.ts'
import { KillSwitch } from './models/kill-switch.ts'
import { LifeCycle } from './models/life-cycle.ts'
import { ModelRegistry } from './models/model-registry.ts'
import { Renewal } from './models/renewal.ts'
import { Retraining, SCHEDULE_AUTHOR } from './models/retraining.ts'
import { DriftReferences } from './drift/drift-references.ts'
import { OnnxModels } from './onnx/onnx-models.ts'
import { Predictions } from './predictions.ts'
import { SELF_LEARNED } from './runtime/asset-slot.ts'
import { catalogueOf, wholeCatalogue } from './runtime/plant-catalogue.ts'
import type { AnomalyNews } from './runtime/stream-messages.ts'
import { WatchClient } from './runtime/watch-client.ts'
import type { IntelligenceSettings } from './settings.ts'
import { Vibration } from './vibration/vibration.ts'

/** The consumer's name in the journal. */
const CONSUMER = 'intelligence'
const MODEL_CHANGE_MS = 1_000
const SCHEDULE_MS = 10 * 60_000

/** Intelligence at work: the stream is watched in a thread of its own; what it tells, what people say and the models come together here. */
export class Intelligence {
  readonly anomalies: AnomalyStore
  readonly labels: LabelStore
  readonly quiet: QuietRules
  readonly models: ModelRegistry
  readonly killSwitch: KillSwitch
  readonly feedback: Feedback
  readonly lifeCycle: LifeCycle
  readonly retraining: Retraining
  readonly renewal: Renewal
  readonly stream: WatchClient
  readonly predictions: Predictions
  readonly expected: ExpectedBands
  readonly brought: OnnxModels
  readonly dataSets: DataSets
  readonly vibration: Vibration
  readonly settings: IntelligenceSettings
  readonly parts: ModuleParts
  readonly #ends: (() => void)[] = []
  #writes: Promise<void> = Promise.resolve()
  #scheduledDay = -1

  private constructor(parts: ModuleParts, settings: IntelligenceSettings, stores: { anomalies: AnomalyStore; labels: LabelStore; quiet: QuietRules; models: ModelRegistry; killSwitch: KillSwitch; predictions: Predictions; references: DriftReferences; brought: OnnxModels; dataSets: DataSets; vibration: Vibration }, seat: JournalSeat) {
    const { plant, clock, log, random, folder } = parts
    const { isUnwatched } = stores.predictions.computed
    this.parts = parts
    this.settings = settings
    this.anomalies = stores.anomalies
    this.labels = stores.labels
    this.quiet = stores.quiet
    this.models = stores.models
    this.killSwitch = stores.killSwitch
    this.predictions = stores.predictions
    this.brought = stores.brought
    this.dataSets = stores.dataSets
    this.vibration = stores.vibration
    this.stream = new WatchClient({
      workerData: { file: join(folder, 'watch.state'), alarmsPerWeek: settings.alarmsPerWeek, maxAssets: settings.maxAssets, saveSeconds: settings.saveSeconds, maxLagBytes: settings.maxLagMegabytes * 1024 * 1024 },
      journal: seat.journal,
      catalogue: () => wholeCatalogue(plant.model, isUnwatched),
      assetsOf: (series) => catalogueOf(plant.model, series, isUnwatched),
      onNews: (news) => this.#inOrder(() => this.#take(news)),
      onReplaced: (asset, model, state) => void this.#inOrder(() => this.lifeCycle.keep(asset, model, state)),
      onForgotten: (assets) => this.renewal.learnAgain(assets, 'forgotten'),
      onMissedPast: (asset) => this.renewal.learnAgain([asset], 'missed'),
      onSaved: (position) => void this.#inOrder(async () => seat.release(position)),
      onSkipped: (position, bytes) => void plant.events.record({ kind: 'intelligence.skipped', path: null, data: { position, bytes } }),
      onStarted: () => this.#tellAgain(),
      log,
      random,
    })
    this.expected = new ExpectedBands({ history: plant.history, plant: plant.model, clock, champion: (asset) => this.stream.champion(asset) })
    const pathOf = (asset: number) => plant.model.assetById(asset)?.path ?? null
    const shared = { anomalies: stores.anomalies, labels: stores.labels, events: plant.events, clock }
    this.feedback = new Feedback({ ...shared, quiet: stores.quiet, pathOf, teach: (asset, ranges) => {
      this.stream.order({ type: 'teach', asset, ranges })
      if (this.models.of(asset).some(({ kind, stage }) => kind === 'onnx' && (stage === 'champion' || stage === 'shadow'))) void this.brought.refresh()
    } })
    this.lifeCycle = new LifeCycle({ ...shared, models: stores.models, plant: plant.model, isComputed: isUnwatched, history: plant.history, stream: this.stream, log, alarmsPerWeek: settings.alarmsPerWeek, trainMegabytes: settings.trainMegabytes, references: stores.references, brought: stores.brought })
    this.renewal = new Renewal({ ...shared, historyCaughtUp: (timeoutMs) => plant.historyCaughtUp(timeoutMs), models: stores.models, lifeCycle: this.lifeCycle, plant: plant.model, isComputed: isUnwatched, history: plant.history, stream: this.stream, log, alarmsPerWeek: settings.alarmsPerWeek, trainMegabytes: settings.trainMegabytes })
    this.retraining = new Retraining({ ...shared, lifeCycle: this.lifeCycle, models: stores.models, softSensors: stores.predictions.softSensors, lives: stores.predictions.lives, plant: plant.model, log, retrainDays: settings.retrainDays })
  }

  static async start(parts: ModuleParts, settings: IntelligenceSettings): Promise<Intelligence> {
    const { plant, log, clock, folder } = parts
    const documents = plant.registry
    const quiet = await QuietRules.open(documents, log)
    const anomalies = await AnomalyStore.open({
      documents,
      events: plant.events,
      clock,
      log,
      pathOf: (asset) => plant.model.assetById(asset)?.path ?? null,
      isQuiet: (signature) => quiet.has(signature),
      onQuieted: (signature) => void quiet.hold(signature),
    })
    const models = await ModelRegistry.open({ documents, folder: join(folder, 'models'), log })
    const killSwitch = await KillSwitch.open(documents, models, log)
    const seat = plant.follow(CONSUMER)
    // Known from now on: the journal keeps what the thread has not seen.
    seat.release(0)
    const [labels, references] = [await LabelStore.open(documents, log), await DriftReferences.open(documents, log)]
    const predictions = await Predictions.start(parts, { labels, healthSignals: settings.healthSignals })
    const dataSets = await DataSets.open({ documents, history: plant.history, plant: plant.model, labels, clock, log, alarmsPerWeek: settings.alarmsPerWeek, maxMegabytes: settings.trainMegabytes })
    const brought = await OnnxModels.open({
      plant, history: plant.history, models, labels, anomalies, killSwitch, computed: predictions.computed, references, clock, log, random: parts.random, folder, settings,
      takeNews: (news, codeVersion) => running.#inOrder(() => running.#take(news, codeVersion)),
    })
    const vibration = await Vibration.start({ ...parts, computed: predictions.computed, saveSeconds: settings.saveSeconds, maxLagBytes: settings.maxLagMegabytes * 1024 * 1024 })
    const running: Intelligence = new Intelligence(parts, settings, { anomalies, labels, quiet, models, killSwitch, predictions, references, brought, dataSets, vibration }, seat)
    await running.lifeCycle.recover()
    await running.renewal.begin()
    void brought.refresh()
    running.#watchModel()
    running.#schedule()
    running.stream.start()
    predictions.follow(() => running.stream.status())
    return running
  }

  async stop(): Promise<void> {
    for (const end of this.#ends) end()
    await this.vibration.stop()
    this.expected.close()
    await this.predictions.stop()
    await Promise.all([this.lifeCycle.stop(), this.dataSets.stop()])
    await Promise.all([this.brought.close(), this.stream.close()])
    await this.#writes
  }

  /** Switches judging off or on; settles when the stream obeys. */
  async setOff(what: Parameters<KillSwitch['set']>[0], off: boolean, by: string): Promise<void> {
    await this.killSwitch.set(what, off)
    const shadow = typeof what === 'object' && 'model' in what ? this.models.get(what.model) : undefined
    if (shadow !== undefined) await this.models.put({ ...shadow, isKilled: off })
    if (shadow?.stage === 'shadow' && shadow.kind === 'watch') {
      if (off) this.stream.order({ type: 'drop', asset: shadow.asset })
      else await this.lifeCycle.putInPlace(shadow)
    }
    // From here on nothing is written that a model says which is switched off; its thread takes that in at the end of its turn.
    void this.brought.refresh()
    await this.stream.kill(this.killSwitch.isAllOff, this.killSwitch.assets())
    void this.parts.plant.events.record({ kind: off ? 'intelligence.off' : 'intelligence.on', path: null, data: { what, by } })
  }

  async #take(news: AnomalyNews, codeVersion?: string): Promise<void> {
    await this.anomalies.take(news, codeVersion)
    const stored = this.anomalies.get(news.id)
    if (news.state === 'closed' && stored !== undefined && stored.verdicts.length > 0) await this.feedback.closed(stored)
  }

  /** One after the other, so that a position is only given up when all news before it is durable. */
  #inOrder(work: () => Promise<void>): Promise<void> {
    this.#writes = this.#writes.then(work).catch((thrown: unknown) => this.parts.log.error({ err: thrown }, `intelligence could not keep what it found: ${messageOf(thrown)}`))
    return this.#writes
  }

  /** What the thread needs to know and does not keep, or may have kept too old. */
  async #tellAgain(): Promise<void> {
    for (const asset of new Set(this.labels.list().map((label) => label.asset))) this.stream.order({ type: 'teach', asset, ranges: taughtBy(this.labels.of(asset)) })
    const champions = new Map<number, string>()
    const watches = this.models.list().filter(({ kind }) => kind === 'watch')
    for (const model of watches) if (!champions.has(model.asset) || model.stage === 'champion') champions.set(model.asset, model.stage === 'champion' ? model.id : SELF_LEARNED)
    for (const [asset, model] of champions) {
      const state = await this.models.watchState(model === SELF_LEARNED ? `${SELF_LEARNED}-${asset}` : model)
      if (state !== undefined) this.stream.order({ type: 'install', asset, role: 'champion', model, state })
    }
    for (const model of watches) {
      const state = model.stage === 'shadow' && !model.isKilled ? await this.models.watchState(model.id) : undefined
      if (state !== undefined) this.stream.order({ type: 'install', asset: model.asset, role: 'shadow', model: model.id, state })
    }
    void this.stream.kill(this.killSwitch.isAllOff, this.killSwitch.assets())
  }

  /** A deleted, moved or retyped signal is told to the stream, a second later and once. */
  #watchModel(): void {
    const { model } = this.parts.plant
    let { generation } = model
    let timer: NodeJS.Timeout | undefined
    const end = model.onChange(() => {
      if (model.generation === generation || timer !== undefined) return
      timer = setTimeout(() => {
        timer = undefined
        generation = model.generation
        this.stream.order({ type: 'catalogue', isWhole: true, assets: wholeCatalogue(model, this.predictions.computed.isUnwatched) })
      }, MODEL_CHANGE_MS)
    })
    this.#ends.push(end, () => clearTimeout(timer))
  }

  #schedule(): void {
    const timer = setInterval(() => {
      const hours = Math.floor(this.parts.clock.nowUs() / US_PER_HOUR)
      const day = Math.floor(hours / 24)
      if (hours % 24 !== this.settings.retrainHour || day === this.#scheduledDay) return
      this.#scheduledDay = day
      this.retraining.begin(SCHEDULE_AUTHOR).catch((thrown: unknown) => this.parts.log.warn({ err: thrown }, 'the scheduled training could not begin'))
    }, SCHEDULE_MS)
    timer.unref()
    this.#ends.push(() => clearInterval(timer))
  }

  /** The id of an asset by its path. Rejects with NOT_FOUND. */
  assetAt(path: string): number {
    const asset = this.parts.plant.model.asset(path)
    if (asset === undefined) throw new MillwrightError('NOT_FOUND', `there is no asset "${path}"`)
    return asset.id
  }
}
