import { randomUUID } from 'node:crypto'
import type { Signal } from '@millwright/model/signal.ts'
import { msToUs, US_PER_DAY, US_PER_SECOND, usToMs } from '@millwright/model/time.ts'
import type { WireInputSuggestion, WireSoftSensorFields } from '@millwright/model/wire/soft-sensor.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { ModuleParts } from '../../plant/module.ts'
import { DocumentMap } from '../anomalies/document-map.ts'
import { ModelFiles } from '../predictors/model-files.ts'
import { PredictorThreads } from '../predictors/predictor-threads.ts'
import { sameName } from '../predictors/same-name.ts'
import { restoreSoftSensor } from '../predictors/soft-sensor.ts'
import type { ComputedSignals } from './computed-signals.ts'
import { suggestInputs } from './input-suggestions.ts'
import { softSensorRecord, type SoftSensorRecord } from './soft-sensor-record.ts'
import { readRows } from './soft-sensor-rows.ts'
import { SoftSensorRunner } from './soft-sensor-runner.ts'
import type { SoftSensorTable, TrainedSoftSensor } from './soft-sensor-training.ts'
import { backTestOf } from './soft-sensor-words.ts'

/** Who computes the signals, as {@link ComputedSignals} knows it. */
const OWNER = 'soft sensor'
const MAX_SENSORS = 500
const DEFAULT_DAYS = 180
/** Trainings at once, waiting, their time, and the memory of one. */
const THREADS = { atOnce: 1, maxWaiting: 16, timeoutMs: 10 * 60_000, maxMegabytes: 512 }
/** Time between looks at which sensor has a step to tell. */
const ROUND_MS = 5_000
/** Steps that one recomputation may tell. */
const MOST_RECOMPUTED = 1_000_000

type Trainer = PredictorThreads<SoftSensorTable & { readonly seed: number }, TrainedSoftSensor>

/** Soft sensors from training to service: what is rarely measured, told all the time from what always is. */
export class SoftSensors {
  readonly #parts: Pick<ModuleParts, 'plant' | 'clock' | 'log'>
  readonly #computed: ComputedSignals
  readonly #map: DocumentMap<SoftSensorRecord>
  readonly #files: ModelFiles
  readonly #threads: Trainer = new PredictorThreads({ ...THREADS, script: new URL('./soft-sensor-thread.ts', import.meta.url) })
  readonly #trainings = new Map<string, { readonly abort: AbortController; readonly ended: Promise<void> }>()
  readonly #runners = new Map<string, { readonly runner: SoftSensorRunner; trouble: string | undefined }>()
  #rounds: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  readonly #stop = new AbortController()

  private constructor(parts: Pick<ModuleParts, 'plant' | 'clock' | 'log'>, computed: ComputedSignals, map: DocumentMap<SoftSensorRecord>, files: ModelFiles) {
    this.#parts = parts
    this.#computed = computed
    this.#map = map
    this.#files = files
  }

  /** Opens them; those in service go on, what was being trained has failed. */
  static async start(parts: Pick<ModuleParts, 'plant' | 'clock' | 'log'>, folder: string, computed: ComputedSignals): Promise<SoftSensors> {
    const map = await DocumentMap.open<SoftSensorRecord>({ documents: parts.plant.registry, kind: 'soft-sensor', schema: softSensorRecord, max: MAX_SENSORS, log: parts.log })
    const sensors = new SoftSensors(parts, computed, map, await ModelFiles.open(folder))
    for (const record of map.all.values()) {
      if (record.stage === 'training') await map.put(record.id, { ...record, stage: 'failed', failure: 'Millwright was stopped during the training' })
      if (record.stage === 'in_service') await sensors.#run(record)
    }
    sensors.#timer = setInterval(() => void sensors.round(), ROUND_MS)
    sensors.#timer.unref()
    return sensors
  }

  /** Newest first. */
  list(): SoftSensorRecord[] {
    return [...this.#map.all.values()].sort((a, b) => b.created - a.created)
  }

  /** Throws NOT_FOUND. */
  get(id: string): SoftSensorRecord {
    const record = this.#map.get(id)
    if (record === undefined) throw new MillwrightError('NOT_FOUND', `there is no soft sensor "${id}"`)
    return record
  }

  /** Signals that a rare value may be told from, the likeliest first. Rejects with SIGNAL_UNKNOWN or TYPE_MISMATCH. */
  async suggest(target: string, everySeconds: number): Promise<WireInputSuggestion[]> {
    const { plant, clock } = this.#parts
    return await suggestInputs(target, everySeconds, { model: plant.model, history: plant.history, isComputed: this.#computed.isComputed, nowUs: clock.nowUs() })
  }

  /** What a sensor in service does, and what keeps it from it. */
  live(id: string): { readonly status: SoftSensorRunner['status']; readonly trouble: string | undefined } | undefined {
    const running = this.#runners.get(id)
    return running === undefined ? undefined : { status: running.runner.status, trouble: running.trouble }
  }

  /** Begins a training; its progress shows in the record. Rejects with SIGNAL_UNKNOWN, TYPE_MISMATCH, BAD_REQUEST, CONFLICT, QUOTA_REACHED. */
  async train(fields: WireSoftSensorFields): Promise<SoftSensorRecord> {
    const { clock } = this.#parts
    const target = this.#number(fields.target)
    const inputs = fields.inputs.map((path) => this.#number(path))
    const output = fields.output ?? `${fields.target}_estimated`
    this.#check(target, inputs, output)
    const toUs = fields.to === undefined ? clock.nowUs() : msToUs(fields.to)
    const fromUs = fields.from === undefined ? toUs - DEFAULT_DAYS * US_PER_DAY : msToUs(fields.from)
    if (!(fromUs < toUs)) throw new MillwrightError('BAD_REQUEST', '"from" must lie before "to"')
    const record: SoftSensorRecord = {
      id: randomUUID(), target: target.series, inputs: inputs.map(({ series }) => series), definition: { ...fields, from: usToMs(fromUs), to: usToMs(toUs), author: fields.author.trim() }, output, outputSeries: null,
      stage: 'training', created: usToMs(clock.nowUs()), progress: 0, failure: null, approver: null, sinceUs: null, backTest: null, hash: null, method: null, lows: [], highs: [],
    }
    await this.#map.put(record.id, record)
    const abort = new AbortController()
    this.#trainings.set(record.id, { abort, ended: this.#train(record, { target, inputs, fromUs, toUs }, abort.signal).finally(() => this.#trainings.delete(record.id)) })
    return record
  }

  /** Ends a training. Throws CONFLICT where there is none. */
  cancel(id: string): void {
    const training = this.#trainings.get(this.get(id).id)
    if (training === undefined) throw new MillwrightError('CONFLICT', 'this soft sensor is not being trained')
    training.abort.abort()
  }

  /** Settles when no training is under way. */
  async idle(): Promise<void> {
    await Promise.all([...this.#trainings.values()].map(({ ended }) => ended))
  }

  /** Puts a sensor in service; another one of the same output is stopped. Rejects with CONFLICT: not trained, of no use, or approved by its author. */
  async approve(id: string, by: string): Promise<SoftSensorRecord> {
    const { plant, clock } = this.#parts
    const record = this.get(id)
    const { definition, backTest, output } = record
    if (record.stage !== 'candidate' && record.stage !== 'stopped') throw new MillwrightError('CONFLICT', `a soft sensor that is ${record.stage} cannot be put in service`)
    if (sameName(by, definition.author)) throw new MillwrightError('CONFLICT', 'nobody approves their own soft sensor: somebody else than its author must put it in service')
    if (backTest?.isUseful !== true) throw new MillwrightError('CONFLICT', backTest?.why.en ?? 'it has no back-test')
    const target = plant.model.signalBySeries(record.target)
    const names = record.inputs.map((series) => plant.model.signalBySeries(series)?.name ?? `#${series}`)
    const outputSeries = await this.#computed.claim(output, OWNER, { unit: target?.unit ?? null, description: `${target?.name ?? 'target'} told from ${names.join(', ').slice(0, 500)}; 90 % within ±${Number(backTest.band.toPrecision(3))}` })
    for (const other of this.list()) if (other.stage === 'in_service' && other.outputSeries === outputSeries) await this.stopService(other.id, by)
    const running: SoftSensorRecord = { ...record, stage: 'in_service', approver: by.trim(), outputSeries, sinceUs: clock.nowUs() }
    await this.#map.put(id, running)
    this.#tell('soft_sensor.in_service', running, by)
    await this.#run(running)
    return running
  }

  /** Takes a sensor out of service; its values stay. Rejects with CONFLICT. */
  async stopService(id: string, by: string): Promise<SoftSensorRecord> {
    const record = this.get(id)
    if (record.stage !== 'in_service') throw new MillwrightError('CONFLICT', 'this soft sensor is not in service')
    const stopped: SoftSensorRecord = { ...record, stage: 'stopped' }
    this.#runners.delete(id)
    await this.#map.put(id, stopped)
    this.#tell('soft_sensor.stopped', stopped, by)
    return stopped
  }

  /** Forgets a sensor that is not in service. Rejects with CONFLICT. */
  async remove(id: string, by: string): Promise<void> {
    const record = this.get(id)
    if (record.stage === 'in_service' || record.stage === 'training') throw new MillwrightError('CONFLICT', `a soft sensor that is ${record.stage} cannot be deleted; stop it first`)
    await this.#map.remove(id)
    await this.#files.remove(id)
    this.#tell('soft_sensor.deleted', record, by)
  }

  /** Tells a stretch of the past with the sensor in service. Rejects with CONFLICT, BAD_REQUEST, LIMIT_REACHED. */
  async recompute(id: string, fromUs: number, toUs: number): Promise<{ readonly written: number; readonly uncertain: number }> {
    const { definition } = this.get(id)
    const running = this.#runners.get(id)
    if (running === undefined) throw new MillwrightError('CONFLICT', 'only a soft sensor in service can tell the past')
    if (!(fromUs < toUs) || toUs > this.#parts.clock.nowUs()) throw new MillwrightError('BAD_REQUEST', '"from" must lie before "to", and "to" not in the future')
    if ((toUs - fromUs) / (stepUs(definition)) > MOST_RECOMPUTED) throw new MillwrightError('LIMIT_REACHED', `at most ${MOST_RECOMPUTED} steps are told at once; take a shorter range`)
    return await this.#inTurn(() => running.runner.recompute(fromUs, toUs, this.#stop.signal))
  }

  /** Lets every sensor in service tell what is new. Never rejects: what goes wrong shows as its trouble, and is tried again. */
  round(): Promise<void> {
    return this.#inTurn(async () => {
      for (const [id, running] of this.#runners) {
        if (this.#stop.signal.aborted) return
        try {
          await running.runner.round(this.#parts.clock.nowUs())
          running.trouble = undefined
        } catch (thrown) {
          if (running.trouble === undefined) this.#parts.log.warn({ softSensor: id }, `a soft sensor cannot tell: ${messageOf(thrown)}`)
          running.trouble = messageOf(thrown)
        }
      }
    })
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stop.abort()
    for (const { abort } of this.#trainings.values()) abort.abort()
    this.#threads.close()
    this.#runners.clear()
    await this.idle()
    await this.#rounds
  }

  /** One after the other: two writers of one signal would undo each other. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#rounds.then(work)
    this.#rounds = turn.then(() => undefined, () => undefined)
    return turn
  }

  async #train(record: SoftSensorRecord, data: { readonly target: Signal; readonly inputs: readonly Signal[]; readonly fromUs: number; readonly toUs: number }, signal: AbortSignal): Promise<void> {
    const { id, definition } = record
    // Reading is the first half of the progress, learning the second; shown, not kept.
    const show = (progress: number) => this.#map.show(id, { ...record, progress })
    try {
      const table = await readRows({ ...data, everyUs: stepUs(definition), signal, onProgress: (part) => show(part / 2) }, this.#parts.plant.history)
      const trained = await this.#threads.run({ ...table, seed: 1 }, { signal, onProgress: (part) => show(0.5 + part / 2) })
      await this.#files.put(id, trained.state)
      const { hash, method, lows, highs, told } = trained
      await this.#map.put(id, { ...record, stage: 'candidate', progress: 1, backTest: backTestOf(trained), told: { times: told.timesUs.map(usToMs), measured: [...told.measured], told: [...told.told] }, hash, method, lows: [...lows], highs: [...highs] })
      this.#tell('soft_sensor.trained', record, definition.author)
    } catch (thrown) {
      await this.#map.put(id, { ...record, stage: 'failed', failure: messageOf(thrown) }).catch((failed: unknown) => this.#parts.log.error({ err: failed }, 'a failed training could not be kept'))
    }
  }

  async #run(record: SoftSensorRecord): Promise<void> {
    const { plant, log } = this.#parts
    const { id, method, inputs, outputSeries, lows, highs, sinceUs, definition } = record
    try {
      if (method === null || outputSeries === null || sinceUs === null) throw new MillwrightError('CORRUPT_FILE', 'the record of a soft sensor in service is incomplete')
      const sensor = restoreSoftSensor(await this.#files.read(id), method, inputs.length)
      const runner = new SoftSensorRunner({ model: { sensor, lows, highs }, inputs: inputs.map((series) => ({ series, kind: 'number' as const })), output: outputSeries, everyUs: stepUs(definition), sinceUs, history: plant.history, computed: this.#computed })
      this.#runners.set(id, { runner, trouble: undefined })
    } catch (thrown) {
      log.error({ softSensor: id }, `a soft sensor in service could not be loaded: ${messageOf(thrown)}`)
      await this.#map.put(id, { ...record, stage: 'failed', failure: `its model could not be read: ${messageOf(thrown)}; train it again` })
    }
  }

  #number(path: string): Signal {
    const signal = this.#parts.plant.model.signal(path)
    if (signal === undefined) throw new MillwrightError('SIGNAL_UNKNOWN', `there is no signal "${path}"`)
    if (signal.kind !== 'number') throw new MillwrightError('TYPE_MISMATCH', `a soft sensor is made of numbers; "${path}" is a ${signal.kind}`)
    return signal
  }

  #check(target: Signal, inputs: readonly Signal[], output: string): void {
    const { model } = this.#parts.plant
    if (inputs.some(({ series }) => series === target.series)) throw new MillwrightError('BAD_REQUEST', 'the target cannot be one of its own inputs')
    if (new Set(inputs.map(({ series }) => series)).size < inputs.length) throw new MillwrightError('BAD_REQUEST', 'an input is named twice')
    const known = model.signal(output)
    if (known !== undefined && this.#computed.computedBy(known.series) !== OWNER) throw new MillwrightError('CONFLICT', `"${output}" exists already and is not a soft sensor's; give another "output"`)
    const chained = inputs.find(({ series }) => this.#computed.computedBy(series) === OWNER)
    if (chained !== undefined) throw new MillwrightError('BAD_REQUEST', `"${chained.name}" is told by a soft sensor itself; take signals that are measured`)
  }

  #tell(kind: string, { id, output, definition }: SoftSensorRecord, by: string): void {
    void this.#parts.plant.events.record({ kind, path: output.slice(0, output.lastIndexOf('/')), data: { id, output, target: definition.target, by: by.trim() } })
  }
}

function stepUs({ everySeconds = 60 }: WireSoftSensorFields): number {
  return everySeconds * US_PER_SECOND
}
