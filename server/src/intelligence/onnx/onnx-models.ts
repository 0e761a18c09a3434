import { join } from 'node:path'
import { US_PER_MS, US_PER_SECOND, usToMs } from '@millwright/model/time.ts'
import type { WireDrift } from '@millwright/model/wire/drift.ts'
import type { WireOnnxBindFields, WireOnnxCheck, WireOnnxContract, WireOnnxRefusal, WireOnnxRun, WireOnnxRuns } from '@millwright/model/wire/onnx.ts'
import type { Historian } from '../../historian/historian.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { JournalSeat, Plant } from '../../plant/plant.ts'
import type { AnomalyStore } from '../anomalies/anomaly-store.ts'
import type { ComputedSample, ComputedSignals } from '../computed/computed-signals.ts'
import { referenceOfQuantiles } from '../drift/drift-reference.ts'
import { ringingOf } from '../drift/rare-episodes.ts'
import type { DriftReferences } from '../drift/drift-references.ts'
import { taughtBy, type LabelStore } from '../feedback/label-store.ts'
import type { KillSwitch } from '../models/kill-switch.ts'
import type { ModelRecord } from '../models/model-record.ts'
import type { ModelRegistry } from '../models/model-registry.ts'
import type { AnomalyNews } from '../runtime/stream-messages.ts'
import { HOLD_US } from '../runtime/asset-frames.ts'
import { backTestOnnx, type BackTested } from './back-test-onnx.ts'
import { bindInputs, COMPUTED_BY } from './bind-inputs.ts'
import { planCalls, rowSettings } from './call-plan.ts'
import { OnnxFiles } from './onnx-files.ts'
import { RunnerClient } from './runner-client.ts'
import type { Followed, FollowedCall, FollowedStatus, RunnerMessage } from './runner-messages.ts'
import { refused, tryModel } from './try-model.ts'

/** Models that follow the stream at most. */
const MAX_FOLLOWED = 2_000
const MINUTE_US = 60 * US_PER_SECOND
const CONSUMER = 'models'

export interface OnnxModelsParts {
  readonly plant: Pick<Plant, 'model' | 'registry' | 'events' | 'follow'>
  readonly history: Pick<Historian, 'readSamples'>
  readonly models: ModelRegistry
  readonly labels: LabelStore
  readonly anomalies: AnomalyStore
  readonly killSwitch: KillSwitch
  readonly computed: ComputedSignals
  readonly references: DriftReferences
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  /** Keeps news of a champion; settles when they are durable. */
  takeNews(news: AnomalyNews, codeVersion: string): Promise<void>
  readonly folder: string
  readonly settings: {
    readonly alarmsPerWeek: number
    readonly saveSeconds: number
    readonly maxLagMegabytes: number
    readonly trainMegabytes: number
    readonly onnxMegabytes: number
    readonly onnxFileMegabytes: number
    readonly onnxProviders: readonly string[]
    readonly driftHours: number
  }
}

/** How far the present is from what a model was trained on. */
export type ModelDrift = Pick<WireDrift, 'since' | 'to' | 'inputs' | 'score' | 'ringing'>

/** A model that fits its file, its contract and its assets. */
export interface Fitting {
  readonly contract: WireOnnxContract
  readonly check: WireOnnxCheck
  readonly bound: readonly { readonly asset: number; readonly series: readonly number[] }[]
}

/** Models that people bring, from the file to what they write, and the drift of all models in service. */
export class OnnxModels {
  readonly files: OnnxFiles
  readonly #parts: OnnxModelsParts
  readonly #runner: RunnerClient
  readonly #seat: JournalSeat
  /** Champions and the series that each writes: what a model outside of it says is dropped at once. */
  #writes = new Map<string, number>()
  #told = new Set<string>()

  private constructor(parts: OnnxModelsParts, files: OnnxFiles) {
    const { plant, folder, settings, log, random } = parts
    this.#seat = plant.follow(CONSUMER)
    this.#parts = parts
    this.files = files
    this.#runner = new RunnerClient({
      workerData: { file: join(folder, 'models.state'), saveSeconds: settings.saveSeconds, maxLagBytes: settings.maxLagMegabytes * 1024 * 1024, maxMegabytes: settings.onnxMegabytes, providers: settings.onnxProviders, driftHours: settings.driftHours },
      journal: this.#seat.journal,
      onResults: (results) => this.#keep(results),
      onRests: ({ model, reason, untilMs }) => void plant.events.record({ kind: 'model.rests', path: this.#pathOf(model), data: { id: model, reason, until: untilMs } }),
      onDrift: ({ model, input, part }) => void plant.events.record({ kind: part.state === 'drifted' ? 'model.drifted' : 'model.drift-over', path: this.#pathOf(model), data: { id: model, input: this.#inputName(model, input), psi: part.psi, ks: part.ks, missing: part.missing } }),
      onSaved: (position) => (this.#runner.isRunning ? this.#seat.release(position) : undefined),
      onSkipped: (bytes) => void plant.events.record({ kind: 'models.skipped', path: null, data: { bytes } }),
      log,
      random,
    })
  }

  static async open(parts: OnnxModelsParts): Promise<OnnxModels> {
    const { plant, clock, log, folder, settings } = parts
    const files = await OnnxFiles.open({ documents: plant.registry, folder: join(folder, 'onnx'), clock, log, maxFileMegabytes: settings.onnxFileMegabytes, maxMegabytes: settings.onnxMegabytes, providers: settings.onnxProviders })
    return new OnnxModels(parts, files)
  }

  /** Holds a file against its contract, the given pairs and the assets. Rejects with NOT_FOUND or MODEL_REFUSED and every reason. */
  async fit({ file, contract: given, pairs, assets }: WireOnnxBindFields): Promise<Fitting> {
    const { plant, computed } = this.#parts
    const record = this.#fileAt(file)
    const contract = given ?? record.contract
    if (contract === null || contract === undefined) throw refused([{ where: 'contract', what: 'there is none, and the file carries none', right: 'a contract in the request, or in the file under the metadata key "millwright"' }])
    const refusals: WireOnnxRefusal[] = []
    const planned = planCalls(contract, record)
    if ('refusals' in planned) refusals.push(...planned.refusals)
    const bound = assets.flatMap((path) => {
      const asset = plant.model.asset(path)
      if (asset === undefined) {
        refusals.push({ where: 'assets', what: `there is no asset "${path}"`, right: 'paths of assets that exist' })
        return []
      }
      return { asset: asset.id, series: bindInputs(contract, asset, path, { model: plant.model, computed }, refusals).series }
    })
    if (refusals.length > 0) throw refused(refusals.slice(0, 50))
    const { check } = await tryModel(contract, pairs, this.files.trying(file))
    return { contract, check, bound }
  }

  /** Makes the signal that a model writes, so that nothing of a machine's own is ever overwritten. Rejects with CONFLICT. */
  async claim({ onnx, asset, version }: ModelRecord): Promise<void> {
    const path = this.#parts.plant.model.assetById(asset)?.path
    if (onnx === null || path === undefined) return
    const { output, name } = onnx.contract
    const range = output.range === undefined ? {} : { low: output.range[0] ?? 0, high: output.range[1] ?? 0 }
    await this.#parts.computed.claim(`${path}/${output.signal}`, COMPUTED_BY, { kind: output.means === 'class' ? 'text' : 'number', ...(output.unit !== undefined && { unit: output.unit }), ...range, description: `${name}, version ${version}` })
  }

  /** Follows what is in service now, and nothing else. What a model says that is no longer is dropped from this moment on. */
  async refresh(): Promise<void> {
    const { models, plant, killSwitch, log } = this.#parts
    const inService = killSwitch.isAllOff ? [] : models.list().filter((model) => (model.stage === 'champion' || model.stage === 'shadow') && !killSwitch.isModelOff(model.id) && !model.isKilled)
    this.#writes = new Map()
    for (const model of inService) {
      const path = plant.model.assetById(model.asset)?.path
      const signal = model.onnx === null || model.stage !== 'champion' || path === undefined ? undefined : plant.model.signal(`${path}/${model.output}`)
      if (signal !== undefined) this.#writes.set(model.id, signal.series)
    }
    const followed = inService.flatMap((model) => this.#followed(model) ?? []).slice(0, MAX_FOLLOWED)
    this.#told = new Set(followed.map(({ id }) => id))
    try {
      await this.#runner.follow(followed)
      // Nobody reads the journal then, and nothing is kept for it.
      if (!this.#runner.isRunning) this.#seat.forget()
    } catch (thrown) {
      log.error({ err: thrown }, 'the models could not be followed')
    }
  }

  /** Runs a candidate over the history. Rejects as `backTestOnnx` does. */
  async backTest(model: ModelRecord, range: { readonly fromUs: number; readonly toUs: number }, signal: AbortSignal, onProgress: (part: number) => void): Promise<BackTested> {
    const { history, plant, settings, references, labels } = this.#parts
    const marked = labels.of(model.asset).filter(({ fromUs, toUs }) => toUs > range.fromUs && fromUs < range.toUs).map(({ kind, cause, fromUs, toUs }) => ({ kind, cause, fromUs, toUs }))
    const followed = this.#followed({ ...model, stage: 'champion' })
    if (followed?.call === undefined) throw new MillwrightError('CONFLICT', 'this model has no file any more, or its asset is gone')
    const order = { ...followed, call: { ...followed.call, judge: undefined } }
    const ids = [...followed.series, ...(followed.call.target === undefined ? [] : [followed.call.target])]
    const series = ids.flatMap((id) => {
      const found = plant.model.signalBySeries(id)
      return found === undefined ? [] : { series: id, kind: found.kind }
    })
    const tested = await backTestOnnx({ thread: { followed: order, maxMegabytes: settings.onnxMegabytes, providers: settings.onnxProviders, labels: marked }, series, ...range, maxMegabytes: settings.trainMegabytes, signal, onProgress }, history)
    // What the author gave of the training data goes before what the history shows.
    const inputs = followed.series.map((_, at) => givenReference(model, at) ?? tested.references[at] ?? null)
    await references.put(model.id, { inputs, score: tested.score })
    return tested
  }

  async runs(): Promise<WireOnnxRuns> {
    const { models } = this.#parts
    const status = await this.#runner.status()
    const all = models.list().filter(({ onnx, stage }) => onnx !== null && (stage === 'champion' || stage === 'shadow'))
    const items = all.map((model) => this.#wireRun(model, status.models.find((one) => one.model === model.id)))
    return { isAvailable: status.unavailable === null, why: status.unavailable ?? this.#runner.trouble ?? null, restarts: status.restarts, memoryBytes: status.memoryBytes, runtime: status.runtime, models: items }
  }

  /** Drift of the inputs and the score of models in service, by their id. */
  async drifts(): Promise<ReadonlyMap<string, ModelDrift>> {
    const status = await this.#runner.status()
    return new Map(status.models.map(({ model, drift }) => {
      const parts = (drift?.inputs ?? []).map((part, at) => ({ signal: this.#inputName(model, at), ...part }))
      const score = drift?.score ?? null
      const contract = this.#parts.models.get(model)?.onnx?.contract
      const ringing = drift?.episodes === undefined || contract === undefined ? null : ringingOf(drift.episodes, contract.stepSeconds * contract.everyRows * US_PER_SECOND)
      return [model, { ringing, since: drift === undefined ? null : usToMs(drift.sinceUs), to: drift === undefined ? null : usToMs(drift.toUs), inputs: parts, score: score === null ? null : { signal: 'score', ...score } }]
    }))
  }

  async close(): Promise<void> {
    await this.#runner.close()
  }

  /** Ends the thread as a crash would. For tests of what is kept. */
  async crash(): Promise<void> {
    await this.#runner.crash()
  }

  #followed(model: ModelRecord): Followed | undefined {
    const { plant, labels, references, settings } = this.#parts
    const path = plant.model.assetById(model.asset)?.path
    const series = model.onnx?.series ?? model.dataSet?.signals ?? []
    if (path === undefined || series.length === 0 || series.some((id) => plant.model.signalBySeries(id) === undefined)) return undefined
    const call = model.onnx === null ? undefined : this.#callOf(model, model.onnx.contract, path)
    if (model.onnx !== null && call === undefined) return undefined
    const known = references.get(model.id)
    const rows = model.onnx === null ? { inputs: series.map(() => ({ row: 'last' as const, range: undefined })), rows: 1, stepUs: MINUTE_US, fill: { rule: 'hold' as const, forUs: HOLD_US, value: 0 } } : rowSettings(model.onnx.contract)
    return {
      id: model.id, asset: model.asset, role: model.stage === 'champion' ? 'champion' : 'shadow', output: model.output, series, rows,
      references: series.map((_, at) => known?.inputs[at] ?? givenReference(model, at)), scoreReference: known?.score ?? undefined, taught: taughtBy(labels.of(model.asset)), alarmsPerWeek: settings.alarmsPerWeek, call,
    }
  }

  #callOf(model: ModelRecord, contract: WireOnnxContract, path: string): FollowedCall | undefined {
    const file = this.files.get(model.onnx?.file ?? '')
    const planned = file === undefined ? undefined : planCalls(contract, file)
    if (file === undefined || planned === undefined || 'refusals' in planned) return undefined
    const target = contract.output.target === undefined ? undefined : this.#parts.plant.model.signal(`${path}/${contract.output.target}`)?.series
    return { file: file.file, path: this.files.pathOf(file.file), contract, plan: planned.plan, target, judge: this.#parts.models.judgeOf(model.id) }
  }

  /** Writes what champions said, then what they found. Nothing of models that were switched off meanwhile. */
  async #keep({ outputs, news }: Extract<RunnerMessage, { type: 'results' }>): Promise<void> {
    const { computed, takeNews, models } = this.#parts
    const samples: ComputedSample[] = outputs.flatMap(({ model, timesUs, values, labels, status }) => {
      const series = this.#writes.get(model)
      return series === undefined ? [] : timesUs.map((timeUs, at) => ({ series, timeUs, value: values[at] ?? Number.NaN, status: status[at] ?? 0, ...(labels !== undefined && { text: labels[at] ?? null }) }))
    })
    await computed.write(samples)
    for (const one of news) if (this.#told.has(one.model)) await takeNews(one, `onnx/${models.get(one.model)?.onnx?.file.slice(0, 12) ?? ''}`)
  }

  #wireRun(model: ModelRecord, status: FollowedStatus | undefined): WireOnnxRun {
    const off: WireOnnxRun = { model: model.id, state: 'off', calls: 0, failures: 0, timeouts: 0, skipped: 0, missing: [], missedRows: 0, late: 0, callUs: null, trouble: null, nextTry: null, tally: null, last: null }
    if (status?.run === undefined) return off
    const { calls, toldUs, sinceUs, difference, error } = status.tally
    const others = [...this.#parts.anomalies.all.values()].filter((anomaly) => anomaly.asset === model.asset && anomaly.model !== model.id && (anomaly.endedUs ?? Number.MAX_SAFE_INTEGER) >= sinceUs)
    const shared = toldUs.filter((timeUs) => others.some(({ beganUs, endedUs = Number.MAX_SAFE_INTEGER }) => beganUs <= timeUs && timeUs <= endedUs)).length
    return { ...off, ...status.run, missing: status.run.missing.map((series) => this.#parts.plant.model.signalBySeries(series)?.name ?? `#${series}`), tally: { calls, anomalies: toldUs.length, shared, ofChampion: others.length, difference, error } }
  }

  #fileAt(file: string): NonNullable<ReturnType<OnnxFiles['get']>> {
    const record = this.files.get(file)
    if (record === undefined) throw new MillwrightError('NOT_FOUND', `there is no uploaded file "${file.slice(0, 64)}"`)
    return record
  }

  #pathOf(id: string): string | null {
    const model = this.#parts.models.get(id)
    return model === undefined ? null : (this.#parts.plant.model.assetById(model.asset)?.path ?? null)
  }

  #inputName(id: string, input: number | 'score'): string {
    if (input === 'score') return 'score'
    const model = this.#parts.models.get(id)
    const series = (model?.onnx?.series ?? model?.dataSet?.signals ?? [])[input]
    return series === undefined ? `#${input}` : (this.#parts.plant.model.signalPath(series) ?? `#${series}`)
  }
}

function givenReference({ onnx }: ModelRecord, at: number): ReturnType<typeof referenceOfQuantiles> | undefined {
  const quantiles = onnx?.contract.inputs[at]?.quantiles
  return quantiles === undefined ? undefined : referenceOfQuantiles(quantiles, { count: 0 })
}

/** Times of the API as those of the history. */
export function rangeUs({ from, to }: { readonly from?: number | undefined; readonly to?: number | undefined }, nowUs: number, defaultDays: number): { fromUs: number; toUs: number } {
  const toUs = Math.min(to === undefined ? nowUs : to * US_PER_MS, nowUs)
  return { fromUs: from === undefined ? toUs - defaultDays * 86_400 * US_PER_SECOND : from * US_PER_MS, toUs }
}
