import { Type } from 'typebox'
import { US_PER_MINUTE, usToMs } from '@millwright/model/time.ts'
import { DRIFT_STATES, driftSchema, driftsAnswer, type DriftState, type WireCalibration, type WireDrift, type WireDriftPart } from '@millwright/model/wire/drift.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { standingVerdicts } from '../anomalies/anomaly-store.ts'
import { calibrationOf } from '../drift/calibration.ts'
import { MISSING_LIMITS } from '../drift/present-spread.ts'
import { ringingOf } from '../drift/rare-episodes.ts'
import type { Intelligence } from '../intelligence.ts'
import type { ModelRecord } from '../models/model-record.ts'
import type { ModelDrift } from '../onnx/onnx-models.ts'
import { SELF_LEARNED } from '../runtime/asset-slot.ts'
import type { AssetScores } from '../runtime/stream-messages.ts'
import { answer, idParameter, pageOf, pageParameters, type TypedServer } from './route-answer.ts'

const listParameters = Type.Object(
  {
    state: Type.Optional(Type.Unsafe<DriftState>({ type: 'string', enum: [...DRIFT_STATES] })),
    asset: Type.Optional(Type.String({ maxLength: 1_000, description: 'Path: only models of this asset' })),
    ...pageParameters,
  },
  { additionalProperties: false },
)
const NOTHING: ModelDrift = { since: null, to: null, inputs: [], score: null, ringing: null }

/** How far the present has moved away from what models were trained on, and whether they keep their promise about false alarms. */
export function registerDrift(app: TypedServer, intelligence: Intelligence): void {
  const { models, brought, anomalies, stream, parts, settings } = intelligence
  const { model: plant } = parts.plant

  app.get('/api/v1/drift', { schema: { tags: ['intelligence'], operationId: 'listDrift', summary: 'Drift of all models in service, the worst first; also of what assets learned by themselves', querystring: listParameters, response: answer(driftsAnswer) } }, async ({ query }) => {
    const asset = query.asset === undefined ? undefined : intelligence.assetAt(query.asset)
    const [known, scores] = await Promise.all([brought.drifts(), stream.scores(asset)])
    const inService = (asset === undefined ? models.list() : models.of(asset)).filter(({ stage }) => stage === 'champion' || stage === 'shadow')
    const all = [...inService.map((model) => wire(model, known, scores.find((one) => one.model === model.id))), ...scores.filter(({ model }) => model === SELF_LEARNED).map(wireSelfLearned)]
    const rank = ({ state }: WireDrift) => DRIFT_STATES.indexOf(state)
    return pageOf(all.filter(({ state }) => query.state === undefined || state === query.state).sort((a, b) => rank(b) - rank(a) || (a.asset < b.asset ? -1 : 1)), query, (drift) => drift)
  })

  app.get('/api/v1/models/:id/drift', { schema: { tags: ['intelligence'], operationId: 'readDrift', summary: 'Drift of a model: each input, its score, how often it rings, its false alarms', params: idParameter, response: answer(driftSchema) } }, async ({ params: { id } }) => {
    const model = models.get(id)
    if (model === undefined) throw new MillwrightError('NOT_FOUND', `there is no model "${id}"`)
    const [known, scores] = await Promise.all([brought.drifts(), model.kind === 'watch' ? stream.scores(model.asset) : []])
    return wire(model, known, scores.find((one) => one.model === id))
  })

  function wire(model: ModelRecord, known: ReadonlyMap<string, ModelDrift>, scores: AssetScores | undefined): WireDrift {
    const drift = known.get(model.id) ?? NOTHING
    // A model that watches an asset scores in the stream's own thread; its inputs are compared with the training data beside it.
    const own = scores === undefined ? {} : { score: { signal: 'score', ...scores.summary.score }, ringing: ringingOf(scores.summary.episodes, US_PER_MINUTE) }
    return worstOf({ model: model.id, asset: plant.assetById(model.asset)?.path ?? `#${model.asset}`, state: 'collecting', ...drift, ...own, calibration: calibrationFor(model) })
  }

  /** What an asset learned by itself has no training data: its first week is what the present is held against. */
  function wireSelfLearned({ asset, signals, summary: { sinceUs, toUs, score, episodes, missing } }: AssetScores): WireDrift {
    const inputs = signals.map((series, at): WireDriftPart => {
      const { before = 0, now = 0, isSettled = false } = missing[at] ?? {}
      const state = !isSettled ? 'collecting' : now - before > MISSING_LIMITS.drifted ? 'drifted' : now - before > MISSING_LIMITS.moved ? 'moved' : 'steady'
      return { signal: plant.signalPath(series) ?? `#${series}`, state, psi: null, ks: null, missing: now, reference: null, now: null }
    })
    const verdicts = verdictsOf((anomaly) => anomaly.asset === asset && anomaly.model === SELF_LEARNED)
    const calibration = calibrationOf({ verdicts, serviceMs: (toUs - sinceUs) / 1_000, promisedPerWeek: settings.alarmsPerWeek })
    return worstOf({ model: SELF_LEARNED, asset: plant.assetById(asset)?.path ?? `#${asset}`, state: 'collecting', since: usToMs(sinceUs), to: usToMs(toUs), inputs, score: { signal: 'score', ...score }, calibration, ringing: ringingOf(episodes, US_PER_MINUTE) })
  }

  function worstOf(drift: WireDrift): WireDrift {
    const states = [...drift.inputs.map(({ state }) => state), ...[drift.score, drift.calibration, drift.ringing].map((part) => part?.state ?? 'collecting')]
    return { ...drift, state: DRIFT_STATES[Math.max(...states.map((state) => DRIFT_STATES.indexOf(state)))] ?? 'collecting' }
  }

  function verdictsOf(isMeant: (anomaly: { readonly asset: number; readonly model: string }) => boolean): (boolean | undefined)[] {
    return [...anomalies.all.values()].filter(isMeant).map((anomaly) => {
      const standing = standingVerdicts(anomaly)
      return standing.length === 0 ? undefined : standing.some(({ verdict }) => verdict !== 'not_real')
    })
  }

  /** Of models that tell anomalies, since they became champion. */
  function calibrationFor(model: ModelRecord): WireCalibration | null {
    if (model.kind === 'onnx' && model.onnx?.contract.output.means !== 'anomaly_score') return null
    const begun = model.history.findLast(({ stage }) => stage === 'champion')
    if (begun === undefined) return null
    const ended = model.stage === 'champion' ? parts.clock.nowUs() / 1_000 : (model.history.findLast(({ stage, time }) => stage === 'retired' && time >= begun.time)?.time ?? begun.time)
    return calibrationOf({ verdicts: verdictsOf((anomaly) => anomaly.model === model.id), serviceMs: ended - begun.time, promisedPerWeek: model.dataSet?.alarmsPerWeek ?? settings.alarmsPerWeek })
  }
}
