import { Type } from 'typebox'
import { msToUs, usToMs } from '@millwright/model/time.ts'
import { lastName, parentPath } from '@millwright/model/path.ts'
import { ANOMALIES, sampleLineageSchema, type WireSampleLineage } from '@millwright/model/wire/ai-model.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { CODE_VERSION } from '../anomalies/anomaly-store.ts'
import type { Intelligence } from '../intelligence.ts'
import { inServiceAt } from '../models/in-service-at.ts'
import { COMPUTED_BY } from '../onnx/bind-inputs.ts'
import { SELF_LEARNED } from '../runtime/asset-slot.ts'
import { answer, type TypedServer } from './route-answer.ts'

const parameters = Type.Object({ signal: Type.String({ minLength: 1, maxLength: 1_100, description: 'Path of a computed signal' }), time: Type.Optional(Type.Number({ minimum: 0, description: 'Of a sample, milliseconds since the epoch; unless given, the newest' })) }, { additionalProperties: false })
/** Who computes soft sensors and health, in the records of computed signals. */
const [SOFT_SENSOR, HEALTH] = ['soft sensor', 'health']
const NOTHING = { model: null, modelVersion: null, codeVersion: null, file: null, author: null, approver: null, since: null, dataSetHash: null, labels: [], inputs: [] }
type Origin = Omit<WireSampleLineage, 'signal' | 'time' | 'value' | 'by'>

/** From any computed sample back to model, code, data, labels and people. Anomalies have a route of their own. */
export function registerLineage(app: TypedServer, intelligence: Intelligence): void {
  const { models, predictions, parts } = intelligence
  const { model: plant, live, history } = parts.plant
  const pathsOf = (series: readonly number[]) => series.map((id) => plant.signalPath(id) ?? `#${id}`)

  app.get('/api/v1/intelligence/lineage', { schema: { tags: ['intelligence'], operationId: 'readSampleLineage', summary: 'From a sample of a computed signal back to model, code, data, labels and approver', querystring: parameters, response: answer(sampleLineageSchema) } }, async ({ query: { signal: path, time } }): Promise<WireSampleLineage> => {
    const signal = plant.signal(path)
    if (signal === undefined) throw new MillwrightError('SIGNAL_UNKNOWN', `there is no signal "${path}"`)
    const by = predictions.computed.computedBy(signal.series)
    if (by === undefined) throw new MillwrightError('NOT_FOUND', `"${path}" is a machine's own signal: it was measured, not computed`)
    const sample = time === undefined ? live.get(signal.series) : await sampleAt(signal, msToUs(time))
    if (sample === undefined) throw new MillwrightError('NOT_FOUND', `"${path}" has no sample${time === undefined ? '' : ' at or before that time'}`)
    const timeMs = usToMs(sample.timeUs)
    const value = typeof sample.value === 'boolean' ? Number(sample.value) : sample.value
    return { signal: path, time: timeMs, value: typeof value === 'number' && Number.isNaN(value) ? null : value, by, ...originOf(by, signal.series, path, timeMs) }
  })

  async function sampleAt({ series, kind }: { readonly series: number; readonly kind: Parameters<typeof history.readSamples>[0]['kind'] }, timeUs: number): Promise<{ timeUs: number; value: number | string | boolean | null } | undefined> {
    const { block } = await history.readSamples({ series, kind, fromUs: 0, toUs: timeUs + 1 }, { limit: 1, order: 'descending' })
    const [foundUs] = block.timesUs
    return foundUs === undefined ? undefined : { timeUs: foundUs, value: block.values[0] ?? null }
  }

  function originOf(by: string, series: number, path: string, timeMs: number): Origin {
    const asset = plant.asset(parentPath(path) ?? '')?.id ?? -1
    if (by === COMPUTED_BY) return ofModel(asset, lastName(path), timeMs)
    if (by === SOFT_SENSOR) return ofSoftSensor(series, timeMs)
    if (by !== HEALTH) return NOTHING
    return lastName(path) === 'health_index' ? ofWatch(asset, timeMs) : ofLife(parentPath(path) ?? '')
  }

  function ofModel(asset: number, output: string, timeMs: number): Origin {
    const found = inServiceAt(models.of(asset).filter((model) => model.output === output), timeMs)
    if (found === undefined) return NOTHING
    const { model, sinceMs } = found
    return {
      model: model.id, modelVersion: model.version, codeVersion: model.onnx?.contract.training?.code ?? model.codeVersion, file: model.onnx?.file ?? null, author: model.author, approver: model.approver, since: sinceMs,
      // What it was trained on, where that is a data set of ours; else what it was tried on here.
      dataSetHash: (model.dataSetId === null ? undefined : intelligence.dataSets.get(model.dataSetId)?.data.hash) ?? model.dataSet?.hash ?? null,
      labels: labelsOf((model.dataSetId === null ? undefined : intelligence.dataSets.get(model.dataSetId)?.data)?.labels ?? model.dataSet?.labels ?? []),
      inputs: pathsOf(model.onnx?.series ?? model.dataSet?.signals ?? []),
    }
  }

  function ofWatch(asset: number, timeMs: number): Origin {
    const origin = ofModel(asset, ANOMALIES, timeMs)
    return origin.model === null ? { ...NOTHING, model: SELF_LEARNED, codeVersion: CODE_VERSION } : origin
  }

  /** The one that was put in service last before the sample. */
  function ofSoftSensor(series: number, timeMs: number): Origin {
    const [record] = predictions.softSensors.list().filter(({ outputSeries, sinceUs }) => outputSeries === series && sinceUs !== null && usToMs(sinceUs) <= timeMs).sort((a, b) => (b.sinceUs ?? 0) - (a.sinceUs ?? 0))
    if (record === undefined) return NOTHING
    return { ...NOTHING, model: record.id, codeVersion: `soft-sensor-${record.method ?? '?'}/1`, author: record.definition.author, approver: record.approver, since: record.sinceUs === null ? null : usToMs(record.sinceUs), dataSetHash: record.hash, inputs: pathsOf(record.inputs) }
  }

  function ofLife(asset: string): Origin {
    const record = predictions.lives.inService().get(asset)
    if (record === undefined) return NOTHING
    const { definition } = record
    return { ...NOTHING, model: record.id, codeVersion: 'life-model/1', author: definition.author, approver: record.approver, dataSetHash: record.hash, inputs: [...(definition.conditions ?? []), ...definition.signals].map((name) => `${asset}/${name}`) }
  }
}

function labelsOf(labels: readonly { readonly id: string; readonly version: number }[]): string[] {
  return labels.map(({ id, version }) => `${id}@${version}`)
}
