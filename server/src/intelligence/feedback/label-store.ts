import { Type, type Static } from 'typebox'
import { LABEL_KINDS, type LabelKind } from '@millwright/model/wire/label.ts'
import type { Log } from '../../kernel/log.ts'
import { DocumentMap, type Documents } from '../anomalies/document-map.ts'
import type { TaughtRange } from '../runtime/stream-messages.ts'

const MAX_LABELS = 50_000

const storedLabel = Type.Object({
  id: Type.String(),
  asset: Type.Integer(),
  kind: Type.Enum([...LABEL_KINDS]),
  fromUs: Type.Number(),
  toUs: Type.Number(),
  cause: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
  author: Type.String(),
  createdUs: Type.Number(),
  version: Type.Integer(),
  anomaly: Type.Optional(Type.String()),
})
export type StoredLabel = Static<typeof storedLabel>

/** What people marked on the stretches of time of an asset. */
export class LabelStore {
  readonly #map: DocumentMap<StoredLabel>
  #byAsset = new Map<number, Set<string>>()

  private constructor(map: DocumentMap<StoredLabel>) {
    this.#map = map
    for (const label of map.all.values()) this.#index(label)
  }

  static async open(documents: Documents, log: Log): Promise<LabelStore> {
    return new LabelStore(await DocumentMap.open<StoredLabel>({ documents, kind: 'label', schema: storedLabel, max: MAX_LABELS, log }))
  }

  get(id: string): StoredLabel | undefined {
    return this.#map.get(id)
  }

  list(): StoredLabel[] {
    return [...this.#map.all.values()].sort((a, b) => b.fromUs - a.fromUs || (a.id < b.id ? -1 : 1))
  }

  of(asset: number): StoredLabel[] {
    return [...(this.#byAsset.get(asset) ?? [])].flatMap((id) => this.#map.get(id) ?? []).sort((a, b) => a.fromUs - b.fromUs || (a.id < b.id ? -1 : 1))
  }

  async put(label: StoredLabel): Promise<void> {
    await this.#map.put(label.id, label)
    this.#index(label)
  }

  async remove(id: string): Promise<boolean> {
    const label = this.#map.get(id)
    if (label !== undefined) this.#byAsset.get(label.asset)?.delete(id)
    return await this.#map.remove(id)
  }

  /** Whether another label says otherwise of the same time. */
  isDisputed(label: StoredLabel): boolean {
    return this.of(label.asset).some((other) => other.id !== label.id && other.kind !== label.kind && other.fromUs < label.toUs && other.toUs > label.fromUs)
  }

  #index(label: StoredLabel): void {
    const ids = this.#byAsset.get(label.asset) ?? new Set()
    ids.add(label.id)
    this.#byAsset.set(label.asset, ids)
  }
}

/** What labels mean for learning. */
export function taughtBy(labels: readonly StoredLabel[]): TaughtRange[] {
  const means = (kind: LabelKind): TaughtRange['as'] => (kind === 'normal' ? 'normal' : 'exclude')
  return labels.map(({ fromUs, toUs, kind }) => ({ fromUs, toUs, as: means(kind) }))
}
