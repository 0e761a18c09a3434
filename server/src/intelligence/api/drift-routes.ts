import { Type } from 'typebox'
import { DRIFT_STATES, driftSchema, driftsAnswer, type DriftState, type WireCalibration, type WireDrift } from '@millwright/model/wire/drift.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { standingVerdicts } from '../anomalies/anomaly-store.ts'
import { calibrationOf } from '../drift/calibration.ts'
import type { Intelligence } from '../intelligence.ts'
import type { ModelRecord } from '../models/model-record.ts'
import { answer, idParameter, pageOf, pageParameters, type TypedServer } from './route-answer.ts'

const listParameters = Type.Object({ state: Type.Optional(Type.Unsafe<DriftState>({ type: 'string', enum: [...DRIFT_STATES] })), ...pageParameters }, { additionalProperties: false })
const NOTHING = { since: null, to: null, inputs: [], score: null }

/** How far the present has moved away from what models were trained on, and whether they keep their promise about false alarms. */
export function registerDrift(app: TypedServer, intelligence: Intelligence): void {
  const { models, brought, anomalies, parts, settings } = intelligence

  app.get('/api/v1/drift', { schema: { tags: ['intelligence'], operationId: 'listDrift', summary: 'Drift of all models in service, the worst first', querystring: listParameters, response: answer(driftsAnswer) } }, async ({ query }) => {
    const known = await brought.drifts()
    const all = models.list().filter(({ stage }) => stage === 'champion' || stage === 'shadow').map((model) => wire(model, known))
    const rank = ({ state }: WireDrift) => DRIFT_STATES.indexOf(state)
    return pageOf(all.filter(({ state }) => query.state === undefined || state === query.state).sort((a, b) => rank(b) - rank(a)), query, (drift) => drift)
  })

  app.get('/api/v1/models/:id/drift', { schema: { tags: ['intelligence'], operationId: 'readDrift', summary: 'Drift of a model: each input, its score, its false alarms', params: idParameter, response: answer(driftSchema) } }, async ({ params: { id } }) => {
    const model = models.get(id)
    if (model === undefined) throw new MillwrightError('NOT_FOUND', `there is no model "${id}"`)
    return wire(model, await brought.drifts())
  })

  function wire(model: ModelRecord, known: Awaited<ReturnType<typeof brought.drifts>>): WireDrift {
    const drift = known.get(model.id) ?? NOTHING
    const calibration = calibrationFor(model)
    const states = [...drift.inputs.map(({ state }) => state), drift.score?.state ?? 'collecting', calibration?.state ?? 'collecting']
    const worst = states.reduce<number>((most, state) => Math.max(most, DRIFT_STATES.indexOf(state)), 0)
    return { model: model.id, asset: parts.plant.model.assetById(model.asset)?.path ?? `#${model.asset}`, state: DRIFT_STATES[worst] ?? 'collecting', ...drift, calibration }
  }

  /** Of models that tell anomalies, since they became champion. */
  function calibrationFor(model: ModelRecord): WireCalibration | null {
    if (model.kind === 'onnx' && model.onnx?.contract.output.means !== 'anomaly_score') return null
    const begun = model.history.findLast(({ stage }) => stage === 'champion')
    if (begun === undefined) return null
    const ended = model.stage === 'champion' ? parts.clock.nowUs() / 1_000 : (model.history.findLast(({ stage, time }) => stage === 'retired' && time >= begun.time)?.time ?? begun.time)
    const verdicts = [...anomalies.all.values()].filter((anomaly) => anomaly.model === model.id).map((anomaly) => {
      const standing = standingVerdicts(anomaly)
      return standing.length === 0 ? undefined : standing.some(({ verdict }) => verdict !== 'not_real')
    })
    return calibrationOf({ verdicts, serviceMs: ended - begun.time, promisedPerWeek: model.dataSet?.alarmsPerWeek ?? settings.alarmsPerWeek })
  }
}
