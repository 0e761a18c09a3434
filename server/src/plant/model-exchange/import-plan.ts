import { isUnder, parentPath, pathProblem } from '@millwright/model/path.ts'
import type { AssetModel, ModelEdit } from '../asset-model.ts'
import { assetFieldProblem, signalFieldProblem, type FieldProblem } from '../plant-tree/field-problems.ts'
import { assetDifferences, signalDifferences, type FieldChange } from './differences.ts'
import { MAX_ROW_ERRORS, rowsOf, type ModelRow, type ReadRows, type RowError } from './model-row.ts'

/** `merge` leaves alone what the file does not name; `replace` deletes it. */
export type ImportMode = 'merge' | 'replace'

/** An asset or signal that an import touches. */
export interface Named {
  readonly what: 'asset' | 'signal'
  readonly path: string
}

/** What an import would do. With errors it can do nothing. */
export interface ImportPlan {
  readonly created: readonly Named[]
  readonly changed: readonly (Named & { readonly fields: readonly FieldChange[] })[]
  readonly deleted: readonly Named[]
  readonly unchanged: number
  readonly errors: readonly RowError[]
  readonly edits: readonly ModelEdit[]
}

/** Compares a file's rows with the model, and changes nothing. */
export function planImport(model: AssetModel, read: ReadRows, mode: ImportMode): ImportPlan {
  const planner = new Planner(model, read, mode)
  return planner.plan()
}

class Planner {
  readonly #model: AssetModel
  readonly #read: ReadRows
  readonly #mode: ImportMode
  readonly #errors: RowError[]
  readonly #rowsByPath = new Map<string, { readonly row: number; readonly value: ModelRow }>()
  /** Each asset path that will exist because a row names it or something below it. */
  readonly #assetsNeeded = new Map<string, number>()
  readonly #created: Named[] = []
  readonly #changed: (Named & { readonly fields: readonly FieldChange[] })[] = []
  readonly #edits: ModelEdit[] = []
  #unchanged = 0

  constructor(model: AssetModel, read: ReadRows, mode: ImportMode) {
    this.#model = model
    this.#read = read
    this.#mode = mode
    this.#errors = [...read.errors]
  }

  plan(): ImportPlan {
    for (const { row, value } of this.#read.rows) this.#collect(row, value)
    for (const { row, value } of this.#rowsByPath.values()) this.#check(row, value)
    // What goes away goes first: its names may be needed.
    const deleted = this.#mode === 'replace' && this.#errors.length === 0 ? this.#deletions() : []
    for (const { row, value } of this.#rowsByPath.values()) {
      if (this.#errors.length < MAX_ROW_ERRORS) this.#compare(row, value)
    }
    const isSound = this.#errors.length === 0
    return {
      created: this.#created,
      changed: this.#changed,
      deleted,
      unchanged: this.#unchanged,
      errors: this.#errors.toSorted((a, b) => a.row - b.row).slice(0, MAX_ROW_ERRORS),
      edits: isSound ? this.#edits : [],
    }
  }

  #collect(row: number, value: ModelRow): void {
    const problem = pathProblem(value.path)
    if (problem !== undefined) return this.#fail(row, 'path', problem, 'names joined by /, such as acme/tianjin/line1/press3')
    const first = this.#rowsByPath.get(value.path)
    if (first !== undefined) return this.#fail(row, 'path', `${value.path} is there twice, first in row ${first.row}`, 'one row for each asset and signal')
    if (value.what === 'signal' && parentPath(value.path) === undefined) return this.#fail(row, 'path', `signal ${value.path} has no asset`, '<asset path>/<signal>')
    this.#rowsByPath.set(value.path, { row, value })
    for (let path = value.what === 'asset' ? value.path : parentPath(value.path); path !== undefined && !this.#assetsNeeded.has(path); path = parentPath(path)) {
      this.#assetsNeeded.set(path, row)
    }
  }

  /** One path is either an asset or a signal, in the file and, where that stays, in the model. */
  #check(row: number, { what, path }: ModelRow): void {
    if (what === 'signal' && this.#assetsNeeded.has(path)) {
      return this.#fail(row, 'path', `${path} is a signal here and an asset in row ${this.#assetsNeeded.get(path)}`, 'different names for the two')
    }
    if (this.#mode === 'replace') return
    if (what === 'signal' && this.#model.asset(path) !== undefined) return this.#fail(row, 'path', `${path} is an asset of the plant already`, 'another name for the signal')
    for (let above = what === 'asset' ? path : parentPath(path); above !== undefined; above = parentPath(above)) {
      if (this.#model.signal(above) !== undefined) return this.#fail(row, 'path', `${above} is a signal of the plant already`, 'another name for the asset')
    }
  }

  #deletions(): Named[] {
    const deleted: Named[] = []
    // What lies below an asset follows it, so one topmost asset at a time covers all that goes with it.
    let topmost: string | undefined
    for (const { what, path } of rowsOf(this.#model)) {
      const isKept = what === 'asset' ? this.#assetsNeeded.has(path) : this.#rowsByPath.get(path)?.value.what === 'signal'
      if (isKept) continue
      deleted.push({ what, path })
      if (topmost !== undefined && isUnder(path, topmost)) continue
      if (what === 'asset') topmost = path
      this.#edits.push(what === 'asset' ? { op: 'deleteAsset', path, withContents: true } : { op: 'deleteSignal', path })
    }
    return deleted
  }

  #compare(row: number, value: ModelRow): void {
    if (value.what === 'asset') this.#compareAsset(row, value)
    else this.#compareSignal(row, value)
  }

  #compareAsset(row: number, value: Extract<ModelRow, { what: 'asset' }>): void {
    const known = this.#model.asset(value.path)
    const { fields, changes } = assetDifferences(known, value)
    if (this.#refuse(row, assetFieldProblem(fields))) return
    if (known !== undefined && changes.length === 0) return void this.#unchanged++
    this.#note(value, known !== undefined, changes)
    // An ancestor may have been made by a row before; that is no conflict.
    this.#edits.push(known === undefined ? { op: 'createAsset', path: value.path, fields, orUpdate: true } : { op: 'updateAsset', path: value.path, fields })
  }

  #compareSignal(row: number, value: Extract<ModelRow, { what: 'signal' }>): void {
    const known = this.#model.signal(value.path)
    const { fields, changes, after } = signalDifferences(known, value)
    if (known === undefined && value.kind === undefined) return this.#fail(row, 'kind', 'is missing for a new signal', 'number, boolean, text or waveform')
    if (this.#refuse(row, signalFieldProblem(fields) ?? signalFieldProblem(after))) return
    if (known !== undefined && changes.length === 0) return void this.#unchanged++
    this.#note(value, known !== undefined, changes)
    this.#edits.push(
      known === undefined
        ? { op: 'createSignal', path: value.path, fields: { ...fields, kind: value.kind ?? 'number' } }
        : { op: 'updateSignal', path: value.path, fields },
    )
  }

  #note({ what, path }: ModelRow, isKnown: boolean, fields: readonly FieldChange[]): void {
    if (isKnown) this.#changed.push({ what, path, fields })
    else this.#created.push({ what, path })
  }

  #refuse(row: number, problem: FieldProblem | undefined): boolean {
    if (problem === undefined) return false
    const column = problem.field === 'retentionDays' ? 'retention_days' : problem.field.replace(/^properties\./, 'property.')
    this.#errors.push({ row, column, problem: problem.problem })
    return true
  }

  #fail(row: number, column: string, problem: string, expected: string): void {
    if (this.#errors.length < MAX_ROW_ERRORS) this.#errors.push({ row, column, problem, expected })
  }
}
