import { Type, type Static } from 'typebox'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { SignalFields } from '../../plant/asset-model.ts'
import type { Plant } from '../../plant/plant.ts'
import { DocumentMap } from '../anomalies/document-map.ts'

/** Computed signals at most. */
const MAX_COMPUTED = 50_000
/** How the description of every computed signal begins: people see it, and a signal whose record was lost in a crash is known by it. */
const MARK = 'Computed by Millwright'

/** What these compute is a measurement in another form, which nobody has judged yet: features of vibration's recordings. */
const WATCHED = new Set(['vibration'])

const computedRecord = Type.Object({ series: Type.Integer(), by: Type.String() }, { additionalProperties: false })
type ComputedRecord = Static<typeof computedRecord>

/** Samples of computed signals. */
export interface ComputedSample {
  readonly series: SeriesId
  readonly timeUs: number
  /** NaN is "no value". */
  readonly value: number
  /** Of a text signal, in the place of the value; `null` is "no value". */
  readonly text?: string | null
  readonly status: number
}

/**
 * Signals that Millwright itself computes and writes back to the asset, and who computes each. A machine's own signals are never overwritten, and what is computed is not watched for
 * anomalies, or it would be judged twice; but features of recordings are.
 */
export class ComputedSignals {
  readonly #plant: Pick<Plant, 'model' | 'ingest'>
  readonly #records: DocumentMap<ComputedRecord>
  readonly #listeners = new Set<() => void>()

  private constructor(plant: Pick<Plant, 'model' | 'ingest'>, records: DocumentMap<ComputedRecord>) {
    this.#plant = plant
    this.#records = records
  }

  static async open(plant: Pick<Plant, 'model' | 'ingest' | 'registry'>, log: Log): Promise<ComputedSignals> {
    return new ComputedSignals(plant, await DocumentMap.open<ComputedRecord>({ documents: plant.registry, kind: 'computed-signal', schema: computedRecord, max: MAX_COMPUTED, log }))
  }

  /** Whether Millwright computes this signal. */
  readonly isComputed = (series: SeriesId): boolean => this.#records.get(String(series)) !== undefined

  /** Whether a signal is not watched for anomalies because Millwright computes it from what is watched already. */
  readonly isUnwatched = (series: SeriesId): boolean => {
    const by = this.computedBy(series)
    return by !== undefined && !WATCHED.has(by)
  }

  /** Who computes a signal, such as `soft-sensor`; undefined for a machine's own. */
  computedBy(series: SeriesId): string | undefined {
    return this.#records.get(String(series))?.by
  }

  /**
   * The series to write to, the signal created where it is missing. Rejects with CONFLICT when a signal of this path is a machine's own or somebody else's, and as the plant model does
   * (NOT_FOUND without the asset, NAME_INVALID).
   */
  async claim(path: string, by: string, { description, kind = 'number', ...rest }: Omit<SignalFields, 'description'> & { readonly description: string }): Promise<SeriesId> {
    const { model } = this.#plant
    const fields = { ...rest, description: `${MARK} (${by}): ${description}` }
    const known = model.signal(path)
    if (known !== undefined) {
      const owner = this.computedBy(known.series) ?? (known.description?.startsWith(`${MARK} (${by})`) === true ? by : undefined)
      if (owner !== by || known.kind !== kind) throw new MillwrightError('CONFLICT', `"${path}" exists already and is ${owner === undefined ? "a machine's own signal" : `computed by ${owner}`}; take another name`)
      await model.edit([{ op: 'updateSignal', path, fields }])
      await this.#keep(known.series, by)
      return known.series
    }
    const assetPath = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    if (model.asset(assetPath) === undefined) throw new MillwrightError('NOT_FOUND', `there is no asset "${assetPath}" for the computed signal "${path}"`)
    await model.edit([{ op: 'createSignal', path, fields: { ...fields, kind } }])
    const created = model.signal(path)
    if (created === undefined) throw new MillwrightError('INTERNAL', `"${path}" was created and cannot be found`)
    await this.#keep(created.series, by)
    return created.series
  }

  /** Hears when a signal becomes a computed one. Returns what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async #keep(series: SeriesId, by: string): Promise<void> {
    if (this.computedBy(series) === by) return
    await this.#records.put(String(series), { series, by })
    for (const listener of this.#listeners) listener()
  }

  /** Stores samples as any source's are: durable when it settles. Rejects with STOPPING when the plant takes nothing more. */
  async write(samples: readonly ComputedSample[]): Promise<void> {
    if (samples.length === 0) return
    const { ingest } = this.#plant
    for (const { series, timeUs, value, text, status } of samples) {
      if (text === undefined) ingest.open.addNumber(series, timeUs, value, status)
      else ingest.open.addText(series, timeUs, text, status)
    }
    const outcome = await ingest.commit()
    if (outcome.status !== 'stored') throw new MillwrightError('STOPPING', `the computed values were not stored: ${outcome.status}`)
  }
}
