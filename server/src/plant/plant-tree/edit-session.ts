import type { AssetId, PropertyValue } from '@millwright/model/asset.ts'
import { lastName, MAX_PATH_DEPTH, MAX_PATH_LENGTH, parentPath, pathProblem } from '@millwright/model/path.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { Signal } from '@millwright/model/signal.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { AssetFields, ModelEdit, SignalFields } from '../asset-model.ts'
import { NO_PROPERTIES, type AssetRecord } from './asset-table.ts'
import { AssetWalk } from './asset-walk.ts'
import { assetFieldProblem, MAX_PROPERTIES, signalFieldProblem, type FieldProblem } from './field-problems.ts'
import type { IdSource } from './id-source.ts'
import { idOf, isSignalRef } from './name-index.ts'
import { ROOT, type PlantTree } from './plant-tree.ts'
import type { SignalRecord } from './signal-table.ts'

/** A series that ended because its signal changed its kind; the history stays under the old id until its retention ends. */
export interface EndedSeries {
  readonly series: SeriesId
  readonly successor: SeriesId
  readonly path: string
  readonly kind: Signal['kind']
}

/**
 * Edits being made to a tree, with what was there before, so that all of them can be taken back. It also knows what has to be
 * stored. Throws `MillwrightError`s; the caller adds which edit it was.
 */
export class EditSession {
  readonly #tree: PlantTree
  readonly #ids: IdSource
  /** What each touched asset and signal was before; undefined for new ones. */
  readonly assetsBefore = new Map<AssetId, AssetRecord | undefined>()
  readonly signalsBefore = new Map<SeriesId, SignalRecord | undefined>()
  /** Assets whose path changed with all below them. */
  readonly movedAssets = new Set<AssetId>()
  readonly ended: EndedSeries[] = []

  constructor(tree: PlantTree, ids: IdSource) {
    this.#tree = tree
    this.#ids = ids
  }

  apply(edit: ModelEdit): void {
    const problem = pathProblem(edit.path)
    if (problem !== undefined) throw new MillwrightError('NAME_INVALID', `path "${edit.path.slice(0, 100)}": ${problem}`)
    switch (edit.op) {
      case 'createAsset':
        return this.#createAsset(edit.path, edit.fields, edit.orUpdate === true)
      case 'updateAsset':
        return this.#updateAsset(this.#assetAt(edit.path), edit.fields)
      case 'moveAsset':
        return this.#moveAsset(this.#assetAt(edit.path), edit.path, edit.to)
      case 'deleteAsset':
        return this.#deleteAsset(this.#assetAt(edit.path), edit.path, edit.withContents)
      case 'createSignal':
        return this.#createSignal(edit.path, edit.fields, edit.orUpdate === true)
      case 'updateSignal':
        return this.#updateSignal(this.#signalAt(edit.path), edit.fields)
      case 'moveSignal':
        return this.#moveSignal(this.#signalAt(edit.path), edit.path, edit.to)
      case 'deleteSignal':
        return this.#removeSignal(this.#signalAt(edit.path))
    }
  }

  /** The asset of a path, made with its ancestors where they are missing. */
  ensureAsset(path: string): AssetId {
    let parent = ROOT
    for (const name of path.split('/')) {
      const ref = this.#tree.child(parent, name)
      if (isSignalRef(ref)) throw taken(this.#tree.signalPath(idOf(ref)), 'a signal', path)
      parent = ref === 0 ? this.#addAsset({ parent, name, properties: NO_PROPERTIES }) : idOf(ref)
    }
    return parent
  }

  addSignal(record: SignalRecord): SeriesId {
    const series = this.#ids.nextSeries()
    this.#noteSignal(series)
    this.#tree.addSignal(series, record)
    return series
  }

  /** Puts everything back as it was before the first edit. */
  undo(): void {
    const tree = this.#tree
    for (const series of this.signalsBefore.keys()) if (tree.signals.has(series)) tree.removeSignal(series)
    for (const id of this.assetsBefore.keys()) if (tree.assets.has(id)) tree.removeAsset(id)
    for (const [id, record] of this.assetsBefore) if (record !== undefined) tree.addAsset(id, record)
    for (const [series, record] of this.signalsBefore) if (record !== undefined) tree.addSignal(series, record)
  }

  #createAsset(path: string, fields: AssetFields, orUpdate: boolean): void {
    const ref = this.#tree.find(path)
    if (isSignalRef(ref)) throw taken(path, 'a signal', path)
    if (ref !== 0 && !orUpdate) throw new MillwrightError('CONFLICT', `asset ${path} exists already`)
    this.#updateAsset(this.ensureAsset(path), fields)
  }

  #updateAsset(id: AssetId, fields: AssetFields): void {
    refuse(assetFieldProblem(fields))
    const before = this.#tree.assets.record(id)
    const properties = fields.properties === undefined ? before.properties : merged(before.properties, fields.properties)
    this.#replaceAsset(id, {
      ...before,
      level: set(fields.level, before.level),
      type: set(fields.type, before.type),
      description: set(fields.description, before.description),
      properties,
    })
  }

  #moveAsset(id: AssetId, from: string, to: string): void {
    if (to === from) return
    const problem = pathProblem(to)
    if (problem !== undefined) throw new MillwrightError('NAME_INVALID', `new path "${to.slice(0, 100)}": ${problem}`)
    if (to.startsWith(`${from}/`)) throw new MillwrightError('CONFLICT', `asset ${from} cannot be moved below itself, to ${to}`)
    this.#refuseTaken(to)
    this.#refuseTooDeep(id, from, to)
    const above = parentPath(to)
    const parent = above === undefined ? ROOT : this.ensureAsset(above)
    this.#replaceAsset(id, { ...this.#tree.assets.record(id), parent, name: lastName(to) })
    this.movedAssets.add(id)
  }

  #deleteAsset(id: AssetId, path: string, withContents: boolean): void {
    const { tree, below } = { tree: this.#tree, below: this.#subtree(id) }
    if (!withContents && (below.length > 1 || tree.signalCount(id) > 0)) {
      const message = `asset ${path} has ${tree.childCount(id)} assets and ${tree.signalCount(id)} signals below it; delete it with its contents, or move them first`
      throw new MillwrightError('CONFLICT', message)
    }
    for (const asset of below.reverse()) {
      for (const series of [...tree.signalsOf(asset)]) this.#removeSignal(series)
      this.#noteAsset(asset)
      tree.removeAsset(asset)
    }
  }

  #createSignal(path: string, fields: SignalFields & { readonly kind: Signal['kind'] }, orUpdate: boolean): void {
    const above = parentPath(path)
    if (above === undefined) throw new MillwrightError('NAME_INVALID', `signal "${path}" needs an asset: <asset path>/<signal>`)
    const ref = this.#tree.find(path)
    if (isSignalRef(ref) && orUpdate) return this.#updateSignal(idOf(ref), fields)
    this.#refuseTaken(path)
    refuse(signalFieldProblem(fields))
    this.addSignal(withFields({ asset: this.ensureAsset(above), name: lastName(path), kind: fields.kind }, fields))
  }

  #updateSignal(series: SeriesId, fields: SignalFields): void {
    const { series: _, ...before } = this.#tree.signal(series)
    const after = withFields(before, fields)
    refuse(signalFieldProblem(fields) ?? signalFieldProblem(after))
    if (after.kind === before.kind) return this.#replaceSignal(series, after)
    const path = this.#tree.signalPath(series)
    this.#removeSignal(series)
    this.ended.push({ series, successor: this.addSignal(after), path, kind: before.kind })
  }

  #moveSignal(series: SeriesId, from: string, to: string): void {
    if (to === from) return
    const problem = pathProblem(to)
    const above = parentPath(to)
    if (problem !== undefined || above === undefined) {
      throw new MillwrightError('NAME_INVALID', `new path "${to.slice(0, 100)}": ${problem ?? 'a signal needs an asset: <asset path>/<signal>'}`)
    }
    this.#refuseTaken(to)
    const { series: _, ...record } = this.#tree.signal(series)
    this.#replaceSignal(series, { ...record, asset: this.ensureAsset(above), name: lastName(to) })
  }

  #addAsset(record: AssetRecord): AssetId {
    const id = this.#ids.nextAsset()
    this.#noteAsset(id)
    this.#tree.addAsset(id, record)
    return id
  }

  #replaceAsset(id: AssetId, record: AssetRecord): void {
    this.#noteAsset(id)
    this.#tree.removeAsset(id)
    this.#tree.addAsset(id, record)
  }

  #replaceSignal(series: SeriesId, record: SignalRecord): void {
    this.#noteSignal(series)
    this.#tree.removeSignal(series)
    this.#tree.addSignal(series, record)
  }

  #removeSignal(series: SeriesId): void {
    this.#noteSignal(series)
    this.#tree.removeSignal(series)
  }

  #noteAsset(id: AssetId): void {
    if (!this.assetsBefore.has(id)) this.assetsBefore.set(id, this.#tree.assets.has(id) ? this.#tree.assets.record(id) : undefined)
  }

  #noteSignal(series: SeriesId): void {
    if (this.signalsBefore.has(series)) return
    if (!this.#tree.signals.has(series)) return void this.signalsBefore.set(series, undefined)
    const { series: _, ...record } = this.#tree.signal(series)
    this.signalsBefore.set(series, record)
  }

  #assetAt(path: string): AssetId {
    const ref = this.#tree.find(path)
    if (ref !== 0 && !isSignalRef(ref)) return idOf(ref)
    throw new MillwrightError('NOT_FOUND', ref === 0 ? `there is no asset ${path}` : `${path} is a signal, not an asset`)
  }

  #signalAt(path: string): SeriesId {
    const ref = this.#tree.find(path)
    if (isSignalRef(ref)) return idOf(ref)
    throw new MillwrightError('NOT_FOUND', ref === 0 ? `there is no signal ${path}` : `${path} is an asset, not a signal`)
  }

  #refuseTaken(path: string): void {
    const ref = this.#tree.find(path)
    if (ref !== 0) throw taken(path, isSignalRef(ref) ? 'a signal' : 'an asset', path)
  }

  #refuseTooDeep(id: AssetId, from: string, to: string): void {
    const [longer, deeper] = [to.length - from.length, to.split('/').length - from.split('/').length]
    if (longer <= 0 && deeper <= 0) return
    for (const asset of this.#subtree(id)) {
      const path = this.#tree.assetPath(asset)
      const signals = this.#tree.signalsOf(asset).map((series) => this.#tree.signals.name(series).length)
      const length = path.length + longer + (signals.length === 0 ? 0 : 1 + Math.max(...signals))
      const depth = path.split('/').length + deeper + (signals.length === 0 ? 0 : 1)
      if (length > MAX_PATH_LENGTH || depth > MAX_PATH_DEPTH) {
        throw new MillwrightError('NAME_INVALID', `moved to ${to}, paths below ${path} would be longer than ${MAX_PATH_LENGTH} characters or ${MAX_PATH_DEPTH} names`)
      }
    }
  }

  #subtree(id: AssetId): AssetId[] {
    const walk = new AssetWalk(this.#tree, [id], true)
    const all: AssetId[] = []
    for (let at = walk.next(); at !== undefined; at = walk.next()) all.push(at)
    return all
  }
}


function withFields(record: SignalRecord, fields: SignalFields): SignalRecord {
  const { asset, name } = record
  const after: { -readonly [K in keyof SignalRecord]: SignalRecord[K] } = { asset, name, kind: fields.kind ?? record.kind }
  const unit = set(fields.unit, record.unit)
  const low = set(fields.low, record.low)
  const high = set(fields.high, record.high)
  const description = set(fields.description, record.description)
  const deadband = set(fields.deadband, record.deadband)
  const retentionDays = set(fields.retentionDays, record.retentionDays)
  if (unit !== undefined) after.unit = unit
  if (low !== undefined) after.low = low
  if (high !== undefined) after.high = high
  if (description !== undefined) after.description = description
  if (deadband !== undefined) after.deadband = deadband
  if (retentionDays !== undefined) after.retentionDays = retentionDays
  return after
}

function set<T>(given: T | null | undefined, before: T | undefined): T | undefined {
  return given === undefined ? before : (given ?? undefined)
}

function merged(before: Readonly<Record<string, PropertyValue>>, given: Readonly<Record<string, PropertyValue | null>>): Readonly<Record<string, PropertyValue>> {
  const after: Record<string, PropertyValue> = { ...before }
  for (const [key, value] of Object.entries(given)) {
    if (value === null) delete after[key]
    else after[key] = value
  }
  const count = Object.keys(after).length
  if (count > MAX_PROPERTIES) throw new MillwrightError('LIMIT_REACHED', `at most ${MAX_PROPERTIES} properties, not ${count}`)
  return after
}

function refuse(problem: FieldProblem | undefined): void {
  if (problem !== undefined) throw new MillwrightError('BAD_REQUEST', `${problem.field} ${problem.problem}`, { detail: { field: problem.field } })
}

function taken(path: string, what: string, wanted: string): MillwrightError {
  const message = path === wanted ? `${path} exists already, as ${what}` : `${wanted} cannot be: ${path} is ${what}`
  return new MillwrightError('CONFLICT', message)
}
