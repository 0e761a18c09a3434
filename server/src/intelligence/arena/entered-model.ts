import type { WireArenaContest, WireArenaRunFields } from '@millwright/model/wire/arena.ts'
import type { WireOnnxContract, WireOnnxFile } from '@millwright/model/wire/onnx.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { ModelRegistry } from '../models/model-registry.ts'
import type { OnnxFiles } from '../onnx/onnx-files.ts'

/** A model that somebody entered for a run: its file here, and what it promises. */
export interface EnteredModel {
  readonly title: string
  readonly file: WireOnnxFile
  readonly path: string
  readonly contract: WireOnnxContract
  readonly limit: number | undefined
}

/** Where entered models are looked up. */
export interface ModelShelf {
  readonly files: Pick<OnnxFiles, 'get' | 'pathOf'>
  readonly models: Pick<ModelRegistry, 'get'>
}

/**
 * The model that is asked for, held against the collection before anything is queued.
 * @throws MillwrightError NOT_FOUND for a file or model that is not here, PAYLOAD_INVALID with the reason for one that does not fit.
 */
export function enteredModel({ file, id, contract: given, limit }: NonNullable<WireArenaRunFields['model']>, contest: WireArenaContest, { files, models }: ModelShelf): EnteredModel {
  if ((file === undefined) === (id === undefined)) throw new MillwrightError('PAYLOAD_INVALID', 'a model is given either by "file" or by "id"')
  const registered = id === undefined ? undefined : models.get(id)
  if (id !== undefined && registered === undefined) throw new MillwrightError('NOT_FOUND', `there is no model "${id}"`)
  if (registered?.onnx === null) throw new MillwrightError('PAYLOAD_INVALID', 'this model learned on the machine itself; the arena scores models that were brought as ONNX files, and the watch of a data set by its name')
  const record = files.get(file ?? registered?.onnx?.file ?? '')
  if (record === undefined) throw new MillwrightError('NOT_FOUND', `there is no uploaded file "${(file ?? registered?.onnx?.file ?? '').slice(0, 64)}"; upload it first`)
  const contract = given ?? registered?.onnx?.contract ?? record.contract
  if (contract === null || contract === undefined) throw new MillwrightError('PAYLOAD_INVALID', 'the model carries no contract; give one with it')
  if (contest.signals.length === 0) throw new MillwrightError('PAYLOAD_INVALID', `a model cannot be scored on "${contest.name}": it has no rows of signals to judge`)
  if (contract.output.means !== 'anomaly_score') throw new MillwrightError('PAYLOAD_INVALID', `the output of the model means "${contract.output.means}"; what is scored here is an anomaly_score`)
  const unknown = contract.inputs.filter(({ signal }) => !contest.signals.includes(signal)).map(({ signal }) => `"${signal}"`)
  if (unknown.length > 0) throw new MillwrightError('PAYLOAD_INVALID', `"${contest.title ?? contest.name}" has no signal ${unknown.join(', ')}; it has ${contest.signals.slice(0, 60).join(', ')}`)
  if (limit !== undefined && contest.source === 'plant') throw new MillwrightError('PAYLOAD_INVALID', 'on data of the plant a model is judged as in service: its limit follows from the false alarms that are put up with; leave out "limit"')
  const title = `${contract.name} (${record.file.slice(0, 8)}${limit === undefined ? '' : `, limit ${limit}`})`
  return { title, file: record, path: files.pathOf(record.file), contract, limit }
}
