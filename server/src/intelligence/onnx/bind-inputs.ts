import type { Asset } from '@millwright/model/asset.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { WireOnnxContract, WireOnnxRefusal } from '@millwright/model/wire/onnx.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import type { ComputedSignals } from '../computed/computed-signals.ts'

/** Who computes the signals of models that were brought, in their records. */
export const COMPUTED_BY = 'onnx-model'

export interface Bound {
  readonly series: readonly SeriesId[]
  readonly target: SeriesId | undefined
}

/** Finds the signals of a contract on an asset; what does not fit is added to `refusals`. */
export function bindInputs(contract: WireOnnxContract, asset: Pick<Asset, 'id'>, path: string, parts: { readonly model: AssetModel; readonly computed: Pick<ComputedSignals, 'computedBy'> }, refusals: WireOnnxRefusal[]): Bound {
  const { model, computed } = parts
  const names = model.signalsOf(asset.id).map(({ name }) => name)
  const series: SeriesId[] = []
  for (const [at, input] of contract.inputs.entries()) {
    const where = `inputs[${at}]`
    const signal = model.signal(`${path}/${input.signal}`)
    if (signal === undefined) {
      refusals.push({ where: `${where}.signal`, what: `${path} has no signal "${input.signal}"`, right: names.length === 0 ? 'it has no signals' : `one of: ${names.slice(0, 20).join(', ')}` })
      continue
    }
    if (signal.kind !== 'number' && signal.kind !== 'boolean') refusals.push({ where: `${where}.signal`, what: `"${input.signal}" of ${path} is a ${signal.kind} signal`, right: 'a number or boolean signal' })
    if (input.unit !== undefined && signal.unit !== undefined && signal.unit !== input.unit) refusals.push({ where: `${where}.unit`, what: `"${input.signal}" of ${path} is in ${signal.unit}, and the model takes ${input.unit}`, right: `a model of ${signal.unit}, or a scaling that makes ${input.unit} of it and no unit here` })
    series.push(signal.series)
  }
  return { series, target: targetOf(contract, path, { model, computed }, refusals) }
}

function targetOf({ output }: WireOnnxContract, path: string, { model, computed }: Parameters<typeof bindInputs>[3], refusals: WireOnnxRefusal[]): SeriesId | undefined {
  const own = model.signal(`${path}/${output.signal}`)
  const kind = output.means === 'class' ? 'text' : 'number'
  if (own !== undefined && computed.computedBy(own.series) !== COMPUTED_BY) refusals.push({ where: 'output.signal', what: `"${output.signal}" of ${path} exists already and is not written by models that were brought`, right: 'a name of its own' })
  else if (own !== undefined && own.kind !== kind) refusals.push({ where: 'output.signal', what: `"${output.signal}" of ${path} is a ${own.kind} signal`, right: `a name of its own: this model writes ${kind === 'text' ? 'texts' : 'numbers'}` })
  if (output.target === undefined) return undefined
  const target = model.signal(`${path}/${output.target}`)
  if (target === undefined) refusals.push({ where: 'output.target', what: `${path} has no signal "${output.target}"`, right: 'the signal that holds the truth, or no target' })
  else if (output.means === 'anomaly_score' || target.kind === 'waveform' || (target.kind !== 'number' && output.means !== 'class')) refusals.push({ where: 'output.target', what: `"${output.target}" is a ${target.kind} signal and the model gives a ${output.means}`, right: 'a number signal, for a value or a forecast; a text, boolean or number one for classes' })
  return target?.series
}
