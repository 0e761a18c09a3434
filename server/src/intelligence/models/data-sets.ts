import { randomUUID } from 'node:crypto'
import { Type, type Static } from 'typebox'
import { US_PER_MS, msToUs, usToMs } from '@millwright/model/time.ts'
import { namedDataSetSchema, type WireDataSetFields } from '@millwright/model/wire/data-set.ts'
import type { Historian } from '../../historian/historian.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import { DocumentMap, type Documents } from '../anomalies/document-map.ts'
import type { LabelStore } from '../feedback/label-store.ts'
import { fingerprint } from './fingerprint.ts'
import { wireLabel } from './life-cycle.ts'

const MAX_DATA_SETS = 2_000
/** Data sets that may wait to be read. */
const MAX_WAITING = 20
const LEAST_US = 60_000_000

const { asset: _path, signalNames: _names, usedBy: _users, ...rest } = namedDataSetSchema.properties
const storedDataSet = Type.Object({ ...rest, asset: Type.Integer() })
/** A data set as it is kept: its asset by id. */
export type StoredDataSet = Static<typeof storedDataSet>

export interface DataSetsParts {
  readonly documents: Documents
  readonly history: Pick<Historian, 'readSamples'>
  readonly plant: AssetModel
  readonly labels: LabelStore
  readonly clock: Clock
  readonly log: Log
  readonly alarmsPerWeek: number
  readonly maxMegabytes: number
}

/** Named data sets by reference: signals, time, labels as they were, and the fingerprint of the samples. Nothing is copied. */
export class DataSets {
  readonly #parts: DataSetsParts
  readonly #map: DocumentMap<StoredDataSet>
  readonly #reading = new Map<string, AbortController>()
  #queue: Promise<void> = Promise.resolve()

  private constructor(parts: DataSetsParts, map: DocumentMap<StoredDataSet>) {
    this.#parts = parts
    this.#map = map
  }

  static async open(parts: DataSetsParts): Promise<DataSets> {
    const map = await DocumentMap.open<StoredDataSet>({ documents: parts.documents, kind: 'data-set', schema: storedDataSet, max: MAX_DATA_SETS, log: parts.log })
    for (const [id, set] of map.all) if (set.state === 'reading') await map.put(id, { ...set, state: 'failed', failure: 'Millwright was stopped while it was read' })
    return new DataSets(parts, map)
  }

  /** Newest first. */
  list(): StoredDataSet[] {
    return [...this.#map.all.values()].sort((a, b) => b.created - a.created)
  }

  get(id: string): StoredDataSet | undefined {
    return this.#map.get(id)
  }

  /** Makes one; it is read in the background. Rejects with PAYLOAD_INVALID, NOT_FOUND or OVERLOADED. */
  async make(asset: number, { name, signals, from, to, labels: ids, author }: WireDataSetFields): Promise<StoredDataSet> {
    const { clock, alarmsPerWeek } = this.#parts
    const [fromUs, toUs] = [msToUs(from), Math.min(msToUs(to), clock.nowUs())]
    if (toUs - fromUs < LEAST_US) throw new MillwrightError('PAYLOAD_INVALID', '"to" must lie at least a minute after "from", and the time in the past')
    if (this.#reading.size >= MAX_WAITING) throw new MillwrightError('OVERLOADED', `${MAX_WAITING} data sets wait to be read already`)
    const chosen = this.#chosen(asset, signals)
    const known = this.#parts.labels.of(asset).filter((label) => label.toUs > fromUs && label.fromUs < toUs && (ids === undefined || ids.includes(label.id)))
    const data = { ...chosen, from: fromUs / US_PER_MS, to: toUs / US_PER_MS, labels: known.map(wireLabel), alarmsPerWeek, samples: 0, hash: '' }
    const set: StoredDataSet = { id: randomUUID(), name: name.trim(), asset, state: 'reading', progress: 0, failure: null, author: author.trim(), created: usToMs(clock.nowUs()), data }
    await this.#map.put(set.id, set)
    this.#reading.set(set.id, new AbortController())
    this.#queue = this.#queue.then(() => this.#read(set.id))
    return set
  }

  /** Reads it once more and compares the fingerprint. Rejects with NOT_FOUND or CONFLICT. */
  async rebuild(id: string): Promise<{ hash: string; expected: string; isSame: boolean; samples: number }> {
    const { history, plant, maxMegabytes } = this.#parts
    const set = this.#map.get(id)
    if (set === undefined) throw new MillwrightError('NOT_FOUND', `there is no data set "${id}"`)
    if (set.state !== 'ready') throw new MillwrightError('CONFLICT', `this data set is ${set.state}`)
    const { hash, samples } = await fingerprint(set.data, { history, plant, maxMegabytes })
    return { hash, expected: set.data.hash, isSame: hash === set.data.hash, samples }
  }

  async remove(id: string): Promise<boolean> {
    this.#reading.get(id)?.abort()
    return await this.#map.remove(id)
  }

  /** Settles when none is being read. */
  idle(): Promise<void> {
    return this.#queue
  }

  async stop(): Promise<void> {
    for (const controller of this.#reading.values()) controller.abort()
    await this.#queue
  }

  async #read(id: string): Promise<void> {
    const { history, plant, maxMegabytes, log } = this.#parts
    const set = this.#map.get(id)
    const signal = this.#reading.get(id)?.signal ?? AbortSignal.abort()
    try {
      if (set === undefined) return
      const { hash, samples } = await fingerprint(set.data, { history, plant, maxMegabytes, signal, onProgress: (progress) => this.#map.show(id, { ...set, progress }) })
      const isEmpty = samples === 0
      await this.#keep({ ...set, progress: 1, state: isEmpty ? 'failed' : 'ready', failure: isEmpty ? 'there are no samples in this time' : null, data: { ...set.data, hash, samples } })
    } catch (thrown) {
      if (!(thrown instanceof MillwrightError)) log.error({ err: thrown, dataSet: id }, 'a data set could not be read')
      if (set !== undefined) await this.#keep({ ...set, state: 'failed', failure: messageOf(thrown) })
    } finally {
      this.#reading.delete(id)
    }
  }

  /** Unless it was removed meanwhile. */
  async #keep(set: StoredDataSet): Promise<void> {
    if (this.#map.get(set.id) === undefined) return
    await this.#map.put(set.id, set).catch((err: unknown) => this.#parts.log.error({ err }, 'a data set could not be kept'))
  }

  #chosen(asset: number, names: readonly string[] | undefined): { signals: number[]; states: number[] } {
    const all = [...this.#parts.plant.signalsOf(asset)].filter(({ kind }) => kind !== 'waveform').sort((a, b) => a.series - b.series)
    const missing = names?.find((name) => !all.some((signal) => signal.name === name))
    if (missing !== undefined) throw new MillwrightError('PAYLOAD_INVALID', `this asset has no signal "${missing}" that a data set can hold; it has ${all.slice(0, 20).map(({ name }) => name).join(', ')}`)
    const chosen = names === undefined ? all : all.filter(({ name }) => names.includes(name))
    const of = (isNumber: boolean) => chosen.filter(({ kind }) => (kind === 'number') === isNumber).map(({ series }) => series)
    if (of(true).length === 0) throw new MillwrightError('PAYLOAD_INVALID', 'a data set needs at least one numeric signal')
    return { signals: of(true), states: of(false) }
  }
}
