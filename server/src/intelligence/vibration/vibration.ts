import { join } from 'node:path'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { Signal } from '@millwright/model/signal.ts'
import { VIBRATION_FEATURES, type VibrationFeature, type WireVibrationPointFields } from '@millwright/model/wire/vibration.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { ModuleParts } from '../../plant/module.ts'
import { DocumentMap } from '../anomalies/document-map.ts'
import type { ComputedSample, ComputedSignals } from '../computed/computed-signals.ts'
import { bearingProblem } from './bearing-orders.ts'
import { featureFields, featureSignalName } from './feature-signals.ts'
import { SPEED_HOLD_US } from './speed-memory.ts'
import { VibrationClient } from './vibration-client.ts'
import type { Analysis, PointOrder, RecordingResult } from './vibration-messages.ts'
import { pointOrder, vibrationPointRecord, type VibrationPointRecord } from './vibration-point.ts'
import { MAX_POINTS } from './wave-spectra.ts'
import { MAX_FOLLOWED } from './wave-stream.ts'
import { turnsPerSecond } from './wave-unit.ts'

/** The consumer's name in the journal. */
export const VIBRATION_CONSUMER = 'vibration'
/** Time between looks whether a first waveform has come. */
const LOOK_MS = 500
/** Changes of the plant model are told so much later, once. */
const MODEL_CHANGE_MS = 1_000

export interface VibrationParts extends ModuleParts {
  readonly computed: ComputedSignals
  readonly saveSeconds: number
  readonly maxLagBytes: number
}

/** What recordings of a signal have come to since the start. */
export interface PointTally {
  readonly taken: number
  readonly refused: number
  readonly lastRefusal: string | undefined
}

const NOTHING: PointTally = { taken: 0, refused: 0, lastRefusal: undefined }

/** One recording with what was known of the machine then. */
export interface LookedAt {
  readonly timeUs: number
  readonly rateHz: number
  readonly shaftHz: number | undefined
  readonly point: PointOrder
  readonly analysis: Analysis
}

/** Recordings of vibration: each becomes features, computed signals of its asset; a thread of its own does it, from the first waveform on. */
export class Vibration {
  readonly client: VibrationClient
  readonly #parts: VibrationParts
  readonly #records: DocumentMap<VibrationPointRecord>
  /** Series of the features, by that of the waveform; undefined in it: not known yet, null: the name is taken. */
  readonly #outputs = new Map<SeriesId, (SeriesId | null | undefined)[]>()
  readonly #tallies = new Map<SeriesId, PointTally>()
  readonly #ends: (() => void)[] = []
  #generation: number
  #isStopping = false

  private constructor(parts: VibrationParts, records: DocumentMap<VibrationPointRecord>) {
    const { plant, folder, saveSeconds, maxLagBytes, log, random } = parts
    const seat = plant.follow(VIBRATION_CONSUMER)
    this.#parts = parts
    this.#records = records
    this.#generation = plant.model.generation
    this.client = new VibrationClient({
      workerData: { file: join(folder, 'vibration.state'), saveSeconds, maxLagBytes },
      journal: seat.journal,
      pointOf: (series) => this.#pointOf(series),
      onResults: (results) => this.#keep(results),
      onSaved: (position) => seat.release(position),
      onSkipped: (bytes) => void plant.events.record({ kind: 'intelligence.skipped', path: null, data: { part: 'vibration', bytes } }),
      log,
      random,
    })
  }

  static async start(parts: VibrationParts): Promise<Vibration> {
    const records = await DocumentMap.open<VibrationPointRecord>({ documents: parts.plant.registry, kind: 'vibration-point', schema: vibrationPointRecord, max: MAX_FOLLOWED, log: parts.log })
    const vibration = new Vibration(parts, records)
    vibration.#startWithTheFirst()
    vibration.#watchModel()
    return vibration
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    for (const end of this.#ends) end()
    await this.client.close()
  }

  /** What is known of a waveform signal. Throws SIGNAL_UNKNOWN, TYPE_MISMATCH. */
  point(path: string): { readonly signal: Signal; readonly order: PointOrder; readonly record: VibrationPointRecord | undefined; readonly tally: PointTally } {
    const signal = this.#waveform(path)
    const record = this.#records.get(String(signal.series))
    return { signal, record, order: pointOrder(signal, record, this.#parts.plant.model), tally: this.#tallies.get(signal.series) ?? NOTHING }
  }

  /** Computed signals of a waveform signal that exist. */
  featureSignals(signal: Signal): { readonly feature: VibrationFeature; readonly signal: string }[] {
    const { model } = this.#parts.plant
    const base = model.signalPath(signal.series) ?? ''
    return VIBRATION_FEATURES.map((feature) => ({ feature, signal: featureSignalName(base, feature) })).filter(({ signal: path }) => {
      const known = model.signal(path)
      return known !== undefined && this.#parts.computed.isComputed(known.series)
    })
  }

  /** Takes a person's word on bearing and speed; recordings from now on are computed with it. Rejects with SIGNAL_UNKNOWN, TYPE_MISMATCH, BAD_REQUEST. */
  async say(path: string, { bearing, speed, author }: WireVibrationPointFields): Promise<void> {
    const signal = this.#waveform(path)
    const problem = bearing === null ? undefined : bearingProblem(bearing)
    if (problem !== undefined) throw new MillwrightError('BAD_REQUEST', problem)
    const said = speed === null ? null : 'rpm' in speed ? { rpm: speed.rpm } : { series: this.#speedSeries(speed.signal) }
    await this.#records.put(String(signal.series), { series: signal.series, bearing, speed: said, author })
    this.client.refresh([signal.series])
  }

  /** Takes what a person said back: what the plant model says holds again. */
  async forget(path: string): Promise<void> {
    const { series } = this.#waveform(path)
    await this.#records.remove(String(series))
    this.client.refresh([series])
  }

  /** Looks at the recording of a time. Rejects with SIGNAL_UNKNOWN, TYPE_MISMATCH, NOT_FOUND, BAD_REQUEST, OVERLOADED. */
  async look(path: string, timeUs: number): Promise<LookedAt> {
    const { history } = this.#parts.plant
    const { signal, order } = this.point(path)
    const page = await history.readWaveforms({ series: signal.series, fromUs: timeUs, toUs: timeUs + 1 }, { limit: 1, points: MAX_POINTS, order: 'ascending' })
    const [values, rateHz] = [page.values[0], page.rateHz[0]]
    if (values === undefined || rateHz === undefined) throw new MillwrightError('NOT_FOUND', `"${path}" has no recording of this time`)
    const shaftHz = await this.#shaftHz(order, timeUs)
    const analysis = await this.client.analyse({ values, rateHz, unit: order.unit, bearing: order.bearing, shaftHz })
    return { timeUs, rateHz, shaftHz, point: order, analysis }
  }

  async #shaftHz({ speed }: PointOrder, timeUs: number): Promise<number | undefined> {
    if (speed === undefined) return undefined
    if ('hz' in speed) return speed.hz
    const { block } = await this.#parts.plant.history.readSamples({ series: speed.series, kind: 'number', fromUs: timeUs - SPEED_HOLD_US, toUs: timeUs + 1 }, { limit: 1, order: 'descending' })
    const value = block.values[0]
    return typeof value === 'number' && Number.isFinite(value) ? Math.abs(value) * speed.turnsPerSecond : undefined
  }

  /** Stores features as any source's samples are. A recording that comes again gives the same samples of the same times. */
  async #keep(results: readonly RecordingResult[]): Promise<void> {
    if (this.#isStopping) throw new MillwrightError('STOPPING', 'Millwright is stopping')
    const samples: ComputedSample[] = []
    for (const { series, timeUs, status, features } of results) {
      if (features === undefined) continue
      for (const [at, value] of features.entries()) {
        if (Number.isNaN(value)) continue
        const output = await this.#output(series, at)
        if (output !== undefined) samples.push({ series: output, timeUs, value, status })
      }
    }
    await this.#parts.computed.write(samples)
    for (const { series, refusal } of results) this.#count(series, refusal)
  }

  #count(series: SeriesId, refusal: string | undefined): void {
    const { taken, refused, lastRefusal } = this.#tallies.get(series) ?? NOTHING
    if (this.#tallies.size >= MAX_FOLLOWED && !this.#tallies.has(series)) return
    this.#tallies.set(series, { taken: taken + 1, refused: refused + (refusal === undefined ? 0 : 1), lastRefusal: refusal ?? lastRefusal })
  }

  /** The series of a feature; its signal is made when the feature is told for the first time. */
  async #output(series: SeriesId, at: number): Promise<SeriesId | undefined> {
    const outputs = this.#outputs.get(series) ?? VIBRATION_FEATURES.map(() => undefined)
    this.#outputs.set(series, outputs)
    const known = outputs[at]
    if (known !== undefined) return known ?? undefined
    const { model } = this.#parts.plant
    const [wave, base, feature] = [model.signalBySeries(series), model.signalPath(series), VIBRATION_FEATURES[at]]
    if (wave === undefined || base === undefined || feature === undefined) return undefined
    const { owner, unit, description } = featureFields(wave.name, feature, wave.unit)
    const path = featureSignalName(base, feature)
    const there = model.signal(path)
    if (there !== undefined && this.#parts.computed.computedBy(there.series) === owner) return (outputs[at] = there.series)
    try {
      return (outputs[at] = await this.#parts.computed.claim(path, owner, { unit, description }))
    } catch (thrown) {
      // A name that is taken or too long stays so until the plant model changes; anything else is tried again.
      if (!(thrown instanceof MillwrightError) || !['CONFLICT', 'NAME_INVALID', 'QUOTA_REACHED'].includes(thrown.code)) throw thrown
      this.#parts.log.warn({ signal: path }, `a feature of vibration is not kept: ${messageOf(thrown)}`)
      outputs[at] = null
      return undefined
    }
  }

  #pointOf(series: SeriesId): PointOrder | undefined {
    const { model } = this.#parts.plant
    const signal = model.signalBySeries(series)
    if (signal?.kind !== 'waveform') return undefined
    if (!this.#tallies.has(series) && this.#tallies.size < MAX_FOLLOWED) this.#tallies.set(series, NOTHING)
    return pointOrder(signal, this.#records.get(String(series)), model)
  }

  #waveform(path: string): Signal {
    const signal = this.#parts.plant.model.signal(path)
    if (signal === undefined) throw new MillwrightError('SIGNAL_UNKNOWN', `there is no signal "${path}"`)
    if (signal.kind !== 'waveform') throw new MillwrightError('TYPE_MISMATCH', `"${path}" is a ${signal.kind}, not a waveform`)
    return signal
  }

  #speedSeries(path: string): SeriesId {
    const signal = this.#parts.plant.model.signal(path)
    if (signal === undefined) throw new MillwrightError('SIGNAL_UNKNOWN', `there is no signal "${path}"`)
    if (signal.kind !== 'number' || turnsPerSecond(signal.unit) === undefined) throw new MillwrightError('TYPE_MISMATCH', `"${path}" is no speed: its unit must be 1/min, {rpm}, Hz or 1/s`)
    return signal.series
  }

  /** A plant without waveforms needs no thread. What was begun before the restart goes on at once. */
  #startWithTheFirst(): void {
    const { plant } = this.#parts
    if (plant.journalStatus().consumers.some(({ name }) => name === VIBRATION_CONSUMER)) return this.client.start()
    const timer = setInterval(() => {
      if (plant.live.waveforms === 0) return
      clearInterval(timer)
      // Known from now on: the journal keeps what the thread has not seen.
      plant.follow(VIBRATION_CONSUMER).release(0)
      this.client.start()
    }, LOOK_MS)
    timer.unref()
    this.#ends.push(() => clearInterval(timer))
  }

  #watchModel(): void {
    const { model } = this.#parts.plant
    let timer: NodeJS.Timeout | undefined
    const end = model.onChange(() => {
      timer ??= setTimeout(() => {
        timer = undefined
        if (model.generation !== this.#generation) this.#outputs.clear()
        this.#generation = model.generation
        for (const outputs of this.#outputs.values()) for (const [at, output] of outputs.entries()) if (output === null) outputs[at] = undefined
        this.client.refresh([...this.#tallies.keys()])
      }, MODEL_CHANGE_MS)
    })
    this.#ends.push(end, () => clearTimeout(timer))
  }
}
