import { readFileSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../../kernel/log.ts'
import { DocumentMap, type Documents } from '../anomalies/document-map.ts'
import { isPresentWatch, WATCH_HEAD_BYTES } from '../runtime/watch-version.ts'
import { modelRecord, upgradeRecord, type ModelRecord } from './model-record.ts'

/** Models that are kept; of more, the oldest failed or retired one goes. */
const MAX_MODELS = 5_000

/** All models: records in the registry, learned states as files. */
export class ModelRegistry {
  readonly #map: DocumentMap<ModelRecord>
  readonly #folder: string

  private constructor(map: DocumentMap<ModelRecord>, folder: string) {
    this.#map = map
    this.#folder = folder
  }

  static async open(options: { readonly documents: Documents; readonly folder: string; readonly log: Log }): Promise<ModelRegistry> {
    await mkdir(options.folder, { recursive: true })
    const map = await DocumentMap.open<ModelRecord>({ documents: options.documents, kind: 'ai-model', schema: modelRecord, upgrade: upgradeRecord, max: MAX_MODELS, dropFirst: oldestDone, log: options.log })
    return new ModelRegistry(map, options.folder)
  }

  get(id: string): ModelRecord | undefined {
    return this.#map.get(id)
  }

  /** Newest first. */
  list(): ModelRecord[] {
    return [...this.#map.all.values()].sort((a, b) => b.created - a.created || b.version - a.version)
  }

  of(asset: number): ModelRecord[] {
    return this.list().filter((model) => model.asset === asset)
  }

  async put(model: ModelRecord): Promise<void> {
    await this.#map.put(model.id, model)
  }

  /** Shows progress, without keeping it. */
  show(model: ModelRecord): void {
    this.#map.show(model.id, model)
  }

  /** Keeps a learned state under a name that is a model's id. */
  async putState(id: string, state: Uint8Array): Promise<void> {
    const file = this.#fileOf(id)
    await writeFile(`${file}.new`, state, { flush: true })
    await rename(`${file}.new`, file)
  }

  async state(id: string): Promise<Uint8Array | undefined> {
    return await readFile(this.#fileOf(id)).catch(() => undefined)
  }

  /** What a watch learned, where this version can read it. */
  async watchState(id: string): Promise<Uint8Array | undefined> {
    const state = await this.state(id)
    return state !== undefined && isPresentWatch(state) ? state : undefined
  }

  /** Whether what a watch learned is there and of the version that is read: a look at its first bytes. */
  async isReadable(id: string): Promise<boolean> {
    const handle = await open(this.#fileOf(id)).catch(() => undefined)
    if (handle === undefined) return false
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(WATCH_HEAD_BYTES), 0, WATCH_HEAD_BYTES, 0)
      return isPresentWatch(buffer.subarray(0, bytesRead))
    } finally {
      await handle.close()
    }
  }

  /** What the back-test of a model that was brought learned of its scores: some kilobytes, read where the model is put in service. */
  judgeOf(id: string): Uint8Array | undefined {
    try {
      return readFileSync(this.#fileOf(id))
    } catch {
      return undefined
    }
  }

  async removeState(id: string): Promise<void> {
    await rm(this.#fileOf(id), { force: true })
  }

  #fileOf(id: string): string {
    return join(this.#folder, `${id.replaceAll(/[^\w-]/g, '_')}.model`)
  }
}

function oldestDone(all: ReadonlyMap<string, ModelRecord>): string | undefined {
  let oldest: ModelRecord | undefined
  for (const model of all.values()) {
    if ((model.stage === 'failed' || model.stage === 'retired') && (oldest === undefined || model.created < oldest.created)) oldest = model
  }
  return oldest?.id
}
