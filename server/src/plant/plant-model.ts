import type { Asset, AssetId } from '@millwright/model/asset.ts'
import { parentPath } from '@millwright/model/path.ts'
import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import type { Signal } from '@millwright/model/signal.ts'
import { MillwrightError } from '../kernel/error.ts'
import type { Log } from '../kernel/log.ts'
import type { Registry } from '../registry/registry.ts'
import type { AssetModel, Listing, ListQuery, ModelEdit, SearchQuery } from './asset-model.ts'
import { EditSession } from './plant-tree/edit-session.ts'
import { findAssets, findSignals } from './plant-tree/found-listing.ts'
import { IdSource } from './plant-tree/id-source.ts'
import { listAssets, listSignals, seriesUnder } from './plant-tree/listing.ts'
import { loadTree } from './plant-tree/load-tree.ts'
import { idOf, isSignalRef } from './plant-tree/name-index.ts'
import type { PlantTree } from './plant-tree/plant-tree.ts'
import { SearchTurns } from './plant-tree/search-turns.ts'
import { changesOf, Unsaved } from './plant-tree/unsaved.ts'

/** Most edits of one call of {@link PlantModel.edit}. */
export const MAX_EDITS = 5_000_000

const NOTHING_TO_SAVE = Promise.resolve()

/** A signal of that name, an asset in its way, or a free place. */
export type Place = { readonly series: SeriesId; readonly kind: ValueKind } | { readonly obstacle: string } | 'free'

/** Loads the plant model from the registry. */
export async function loadPlantModel(parts: { readonly registry: Registry; readonly log: Log }): Promise<PlantModel> {
  return new PlantModel({ ...parts, ...(await loadTree(parts.registry)) })
}

/**
 * The plant model: a tree in memory whose changes go through the registry. Edits take turns; each is made in memory, then stored, and taken
 * back if it cannot be stored. Signals that machines bring are made at once by {@link provision} and stored by {@link saveProvisioned}.
 */
export class PlantModel implements AssetModel {
  readonly #tree: PlantTree
  readonly #ids: IdSource
  readonly #registry: Registry
  readonly #log: Log
  readonly #listeners = new Set<() => void>()
  readonly #unsaved = new Unsaved()
  readonly #searches = new SearchTurns()
  #turn: Promise<unknown> = Promise.resolve()
  /** The save that is under way, and the one that waits for its turn. */
  #saving: Promise<void> | undefined
  #queuedSave: Promise<void> | undefined
  /** What the callers of the save under way were given. */
  #awaited: Promise<void> | undefined
  #generation = 1
  #revision = 1

  constructor(parts: { readonly tree: PlantTree; readonly ids: IdSource; readonly registry: Registry; readonly log: Log }) {
    this.#tree = parts.tree
    this.#ids = parts.ids
    this.#registry = parts.registry
    this.#log = parts.log
  }

  /** The tree itself, to be read only; for what walks all of it. */
  get tree(): PlantTree {
    return this.#tree
  }

  get generation(): number {
    return this.#generation
  }

  get revision(): number {
    return this.#revision
  }

  get counts(): { readonly assets: number; readonly signals: number } {
    return { assets: this.#tree.assets.count, signals: this.#tree.signals.count }
  }

  asset(path: string): Asset | undefined {
    const id = this.#tree.findAsset(path)
    return id === undefined ? undefined : this.#tree.assets.asset(id, path)
  }

  assetById(id: AssetId): Asset | undefined {
    return this.#tree.assets.has(id) ? this.#tree.asset(id) : undefined
  }

  signal(path: string): Signal | undefined {
    const series = this.#tree.findSignal(path)
    return series === undefined ? undefined : this.#tree.signal(series)
  }

  signalBySeries(series: SeriesId): Signal | undefined {
    return this.#tree.signals.has(series) ? this.#tree.signal(series) : undefined
  }

  signalPath(series: SeriesId): string | undefined {
    return this.#tree.signals.has(series) ? this.#tree.signalPath(series) : undefined
  }

  signalsOf(asset: AssetId): readonly Signal[] {
    return this.#tree.signalsOf(asset).map((series) => this.#tree.signal(series))
  }

  listAssets(query: ListQuery): Listing<Asset & { readonly childCount: number; readonly signalCount: number }> {
    return listAssets(this.#tree, query)
  }

  listSignals(query: ListQuery): Listing<Signal & { readonly path: string }> {
    return listSignals(this.#tree, query)
  }

  findAssets(query: SearchQuery): Promise<Listing<Asset & { readonly childCount: number; readonly signalCount: number }>> {
    const { search } = query
    return this.#searches.run(async () => (search === undefined ? listAssets(this.#tree, query) : findAssets(this.#tree, { ...query, search })))
  }

  findSignals(query: SearchQuery): Promise<Listing<Signal & { readonly path: string }>> {
    const { search } = query
    return this.#searches.run(async () => (search === undefined ? listSignals(this.#tree, query) : findSignals(this.#tree, { ...query, search })))
  }

  seriesUnder(path: string, limit: number): SeriesId[] {
    return seriesUnder(this.#tree, path, limit)
  }

  /** The deadband of a series, `NaN` where it has none; made for the hot path. */
  deadband(series: SeriesId): number {
    return this.#tree.signals.deadband(series)
  }

  /** Series that are kept for other than the default time, with their days. */
  retentions(): IterableIterator<readonly [series: SeriesId, days: number]> {
    return this.#tree.signals.retentions()
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  edit(edits: readonly ModelEdit[]): Promise<void> {
    return this.#inTurn(() => this.#edit(edits))
  }

  /** What is at `<asset path>/<name>`, without making anything or a `Signal`. */
  lookUp(assetPath: string, name: string): Place {
    const asset = this.#tree.find(assetPath)
    if (isSignalRef(asset)) return { obstacle: `${assetPath} is a signal, and cannot have signals of its own` }
    if (asset === 0) return this.#signalAbove(assetPath)
    const ref = this.#tree.child(idOf(asset), name)
    if (ref === 0) return 'free'
    if (!isSignalRef(ref)) return { obstacle: `${assetPath}/${name} is an asset, so no signal can bear that name` }
    return { series: idOf(ref), kind: this.#tree.signals.kind(idOf(ref)) }
  }

  /** How many assets are missing on the way to a path. */
  missingAssets(path: string): number {
    let missing = 0
    for (let at: string | undefined = path; at !== undefined && this.#tree.find(at) === 0; at = parentPath(at)) missing++
    return missing
  }

  /**
   * Makes a signal, and its asset where that is missing, in memory at once. {@link saveProvisioned} makes it durable. The place must be free, the
   * names sound and the fields checked: {@link lookUp} and `pathProblem` tell.
   */
  provision(assetPath: string, name: string, kind: ValueKind, fields: Pick<Signal, 'unit' | 'low' | 'high' | 'description'>): SeriesId {
    const session = new EditSession(this.#tree, this.#ids)
    const series = session.addSignal({ asset: session.ensureAsset(assetPath), name, kind, ...fields })
    this.#unsaved.note(session)
    this.#revision++
    return series
  }

  /** Whether {@link saveProvisioned} has something to do. */
  get hasUnsaved(): boolean {
    return !this.#unsaved.isEmpty
  }

  /** Stores what {@link provision} has made so far, and settles when all of that is durable. A failure leaves it for the next call. */
  saveProvisioned(): Promise<void> {
    // Later callers wait for the very promise of the earlier ones: samples are appended in the order in which they came.
    if (!this.hasUnsaved) return this.#awaited ?? this.#saving ?? NOTHING_TO_SAVE
    if (this.#queuedSave !== undefined) return this.#queuedSave
    const queued = this.#inTurn(() => {
      this.#queuedSave = undefined
      return this.#save(undefined)
    })
    const forget = () => {
      if (this.#awaited === queued) this.#awaited = undefined
    }
    queued.then(forget, forget)
    this.#queuedSave = this.#awaited = queued
    return queued
  }

  async #edit(edits: readonly ModelEdit[]): Promise<void> {
    if (edits.length > MAX_EDITS) throw new MillwrightError('LIMIT_REACHED', `at most ${MAX_EDITS} edits at once, not ${edits.length}`)
    if (edits.length === 0) return
    const session = new EditSession(this.#tree, this.#ids)
    for (const [index, edit] of edits.entries()) {
      try {
        session.apply(edit)
      } catch (thrown) {
        session.undo()
        throw thrown instanceof MillwrightError ? located(thrown, index, edit.path) : thrown
      }
    }
    this.#generation++
    this.#revision++
    await this.#save(session)
  }

  /** Stores a session's edits and, before them, what machines brought: the edits may stand on it. */
  #save(session: EditSession | undefined): Promise<void> {
    const taken = this.#unsaved.take()
    const saving = this.#registry.apply(changesOf(this.#tree, taken, session)).then(
      () => this.#announce(),
      (thrown: unknown) => {
        if (session !== undefined) this.#takeBack(session)
        this.#unsaved.giveBack(taken)
        throw thrown
      },
    )
    const settled = saving.finally(() => (this.#saving = undefined))
    this.#saving = settled
    return settled
  }

  // Signals that machines brought while the edit was being stored stand on what it made: they are put aside and then back.
  #takeBack(session: EditSession): void {
    const newcomers = this.#unsaved.lift(this.#tree)
    session.undo()
    for (const { assetPath, series, record } of newcomers) this.#putBack(assetPath, series, record)
    this.#generation++
    this.#revision++
  }

  #putBack(assetPath: string, series: SeriesId, record: Omit<Signal, 'series'>): void {
    let name = record.name
    while (this.lookUp(assetPath, name) !== 'free') name = `${name}~${series}`
    if (name !== record.name) this.#log.warn({ assetPath, name: record.name, now: name }, 'a signal was renamed: the one it took the place of came back')
    const session = new EditSession(this.#tree, this.#ids)
    const asset = session.ensureAsset(assetPath)
    this.#tree.addSignal(series, { ...record, asset, name })
    session.signalsBefore.set(series, undefined)
    this.#unsaved.note(session)
  }

  #signalAbove(assetPath: string): Place {
    for (let at = parentPath(assetPath); at !== undefined; at = parentPath(at)) {
      const ref = this.#tree.find(at)
      if (isSignalRef(ref)) return { obstacle: `${at} is a signal, and cannot have assets below it` }
      if (ref !== 0) break
    }
    return 'free'
  }

  #announce(): void {
    for (const listener of this.#listeners) listener()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }
}

function located(error: MillwrightError, index: number, path: string): MillwrightError {
  return new MillwrightError(error.code, error.message, { cause: error, detail: { ...error.detail, index, path } })
}
