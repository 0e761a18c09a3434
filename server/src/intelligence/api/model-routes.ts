import { Type } from 'typebox'
import { msToUs } from '@millwright/model/time.ts'
import { byFieldsSchema, cardFieldsSchema, cardSchema, experimentsAnswer, MODEL_KINDS, MODEL_SORTS, MODEL_STAGES, modelSchema, modelsAnswer, rebuildAnswer, trainFieldsSchema, type ModelKind, type ModelSort, type ModelStage, type WireCard, type WireModel } from '@millwright/model/wire/ai-model.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Intelligence } from '../intelligence.ts'
import { CARD_LANGUAGES, type CardLanguage } from '../models/card-words.ts'
import { cardOf, lineageOf } from '../models/model-card.ts'
import type { ModelRecord } from '../models/model-record.ts'
import { experimentsOf, filterModels } from './model-filter.ts'
import { answer, idParameter, pageOf, pageParameters, type TypedServer } from './route-answer.ts'

const listParameters = Type.Object(
  {
    asset: Type.Optional(Type.String({ maxLength: 1_000 })),
    under: Type.Optional(Type.String({ maxLength: 1_000, description: 'Only of this asset and what lies below it' })),
    search: Type.Optional(Type.String({ maxLength: 200, description: 'Words that all stand in the path, the output, the experiment or a name' })),
    stage: Type.Optional(Type.Unsafe<ModelStage>({ type: 'string', enum: [...MODEL_STAGES] })),
    kind: Type.Optional(Type.Unsafe<ModelKind>({ type: 'string', enum: [...MODEL_KINDS] })),
    experiment: Type.Optional(Type.String({ maxLength: 200, description: 'Only of this experiment' })),
    sort: Type.Optional(Type.Unsafe<ModelSort>({ type: 'string', enum: [...MODEL_SORTS], default: 'newest' })),
    anomaly: Type.Optional(Type.String({ maxLength: 200, description: 'Only models that were tried on this judged anomaly: "effects" says whether they tell it again' })),
    ...pageParameters,
  },
  { additionalProperties: false },
)

const cardParameters = Type.Object({ format: Type.Optional(Type.Unsafe<'markdown' | 'json'>({ type: 'string', enum: ['markdown', 'json'], default: 'markdown' })), lang: Type.Optional(Type.Unsafe<CardLanguage>({ type: 'string', enum: [...CARD_LANGUAGES], default: 'en', description: 'Language of the words around the figures, and of the purpose where it is known in both' })) }, { additionalProperties: false })

/** Steps of the life cycle that somebody takes by name. */
const STEPS = [
  { step: 'shadow', operationId: 'shadowModel', summary: 'Put a candidate beside the champion, on the same stream' },
  { step: 'promote', operationId: 'promoteModel', summary: 'Approve the shadow as champion; "by" is not its author' },
  { step: 'rollback', operationId: 'rollBackModel', summary: 'Go back to the champion before' },
  { step: 'retire', operationId: 'retireModel', summary: 'Take a model out' },
] as const

/** A model as the API shows it. */
export function wireModel({ asset, hasState: _hasState, ...rest }: ModelRecord, { parts, killSwitch }: Pick<Intelligence, 'parts' | 'killSwitch'>): WireModel {
  return { ...rest, asset: parts.plant.model.assetById(asset)?.path ?? `#${asset}`, isKilled: killSwitch.isModelOff(rest.id) }
}

/** Models from candidate to retirement. */
export function registerModels(app: TypedServer, intelligence: Intelligence): void {
  const { models, lifeCycle, parts } = intelligence
  const wire = (record: ModelRecord) => wireModel(record, intelligence)

  app.get('/api/v1/models', { schema: { tags: ['intelligence'], operationId: 'listModels', summary: 'Models, newest first', querystring: listParameters, response: answer(modelsAnswer) } }, async ({ query }) => {
    const all = query.asset === undefined ? models.list() : models.of(intelligence.assetAt(query.asset))
    const tried = query.anomaly === undefined ? all : all.filter(({ effects }) => effects.some(({ anomaly }) => anomaly === query.anomaly))
    const { under, search, stage, kind, experiment, sort } = query
    return pageOf(filterModels(tried.map(wire), { under, search, stages: stage === undefined ? undefined : [stage], kind, experiment, sort }), query, (model) => model)
  })

  app.get('/api/v1/models/experiments', { schema: { tags: ['intelligence'], operationId: 'listExperiments', summary: 'Experiments: models that somebody made under one name', querystring: Type.Object(pageParameters, { additionalProperties: false }), response: answer(experimentsAnswer) } }, async ({ query }) => pageOf(experimentsOf(models.list().map(wire)), query, (experiment) => experiment))

  app.post('/api/v1/models', { schema: { tags: ['intelligence'], operationId: 'trainModel', summary: 'Train a candidate; the answer comes at once, the progress shows in the model', body: trainFieldsSchema, response: answer(modelSchema, 202) } }, async ({ body: { asset, from, to, dataSet: setId, experiment, alarmsPerWeek, author } }, reply) => {
    const dataSet = setId === undefined ? undefined : intelligence.dataSets.get(setId)
    const id = intelligence.assetAt(asset)
    if (setId !== undefined && dataSet === undefined) throw new MillwrightError('NOT_FOUND', `there is no data set "${setId}"`)
    if (dataSet !== undefined && (dataSet.asset !== id || dataSet.state !== 'ready')) throw new MillwrightError('CONFLICT', dataSet.asset === id ? `this data set is ${dataSet.state}` : 'this data set is of another asset')
    const range = { fromUs: from === undefined ? undefined : msToUs(from), toUs: to === undefined ? undefined : msToUs(to) }
    return reply.code(202).send(wire(await lifeCycle.begin(id, { ...range, experiment, alarmsPerWeek, dataSet }, author)))
  })

  app.get('/api/v1/models/:id', { schema: { tags: ['intelligence'], operationId: 'readModel', summary: 'One model', params: idParameter, response: answer(modelSchema) } }, async ({ params: { id } }) => wire(known(id)))

  app.get('/api/v1/models/:id/card', { schema: { tags: ['intelligence'], operationId: 'readModelCard', summary: 'The model card, as Markdown or JSON', params: idParameter, querystring: cardParameters, response: { 200: { description: 'The card', content: { 'text/markdown': { schema: Type.String() }, 'application/json': { schema: cardSchema } } } } } }, async ({ params: { id }, query: { format, lang = 'en' } }, reply) => {
    const model = wire(known(id))
    if (format !== 'json') return reply.type('text/markdown; charset=utf-8').send(cardOf(model, lang))
    const card: WireCard = { card: 'millwright-model-card/1', markdown: cardOf(model, lang), model, lineage: lineageOf(model, lang) }
    return reply.type('application/json; charset=utf-8').send(card)
  })

  app.put('/api/v1/models/:id/card', { schema: { tags: ['intelligence'], operationId: 'putModelCard', summary: 'Say better what the model is for', params: idParameter, body: cardFieldsSchema, response: answer(modelSchema) } }, async ({ params: { id }, body: { purpose, purposeZh, notes, by } }) => {
    const record = { ...known(id), purpose, purposeZh: purposeZh ?? null, ...(notes !== undefined && { notes }) }
    await models.put(record)
    void parts.plant.events.record({ kind: 'model.card', path: null, data: { id, by, purpose: purpose.slice(0, 1_000) } })
    return wire(record)
  })

  app.post('/api/v1/models/:id/cancel', { schema: { tags: ['intelligence'], operationId: 'cancelTraining', summary: 'Cancel a training', params: idParameter, response: answer(Type.Null({ description: 'It ends' }), 204) } }, async ({ params: { id } }, reply) => {
    if (!lifeCycle.cancel(known(id).id)) throw new MillwrightError('CONFLICT', 'this model is not being trained')
    return reply.code(204).send()
  })

  app.post('/api/v1/models/:id/rebuild', { schema: { tags: ['intelligence'], operationId: 'rebuildDataSet', summary: 'Read the data set again by its reference and compare its hash', params: idParameter, response: answer(rebuildAnswer) } }, async ({ params: { id } }) => await lifeCycle.rebuild(id))

  for (const { step, operationId, summary } of STEPS) {
    app.post(`/api/v1/models/:id/${step}`, { schema: { tags: ['intelligence'], operationId, summary, params: idParameter, body: byFieldsSchema, response: answer(modelSchema) } }, async ({ params: { id }, body: { by, note } }) => {
      if (by.trim() === '') throw new MillwrightError('PAYLOAD_INVALID', '"by" must be a name')
      const take = { shadow: lifeCycle.shadow, promote: lifeCycle.promote, rollback: lifeCycle.rollBack, retire: lifeCycle.retire }[step]
      return wire(await take.call(lifeCycle, id, by, note))
    })
  }

  function known(id: string): ModelRecord {
    const record = models.get(id)
    if (record === undefined) throw new MillwrightError('NOT_FOUND', `there is no model "${id}"`)
    return record
  }
}
