import { Type, type Static } from 'typebox'
import { byFieldsSchema } from '@millwright/model/wire/ai-model.ts'
import { assetHealthAnswer, historyImportAnswer, lifeModelFieldsSchema, lifeModelsAnswer, lifeModelSchema, type WireLifeModel } from '@millwright/model/wire/health.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Plant } from '../../plant/plant.ts'
import type { Clock } from '../../kernel/clock.ts'
import { importHistories } from '../health/history-import.ts'
import type { Health } from '../health/health.ts'
import type { LifeModelRecord } from '../health/life-model-record.ts'
import type { LifeModels } from '../health/life-models.ts'
import { answer, idParameter, nameOf, pageOf, pageParameters, type TypedServer } from './route-answer.ts'

const BASE = '/api/v1/intelligence/life-models'
const tags = ['intelligence']
const healthParameters = Type.Object({ under: Type.Optional(Type.String({ maxLength: 1_000, description: 'Only of this asset and what lies below it' })), ...pageParameters }, { additionalProperties: false })

const MAX_TABLE_BYTES = 64 * 1024 * 1024
const importParameters = Type.Object(
  {
    under: Type.String({ minLength: 1, maxLength: 900, description: 'The machines become assets below this path' }),
    type: Type.Optional(Type.String({ minLength: 1, maxLength: 200, default: 'run_to_failure', description: 'Type of the assets, by which a life model can name them all' })),
    cycleHours: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 10_000, default: 1, description: 'Hours of work of one cycle' })),
    failed: Type.Optional(Type.Boolean({ default: true, description: 'Each machine failed after its last row; false: it lives on' })),
    names: Type.Optional(Type.String({ maxLength: 10_000, description: 'Names of the columns of signals, parted by commas, where the table has none' })),
    by: Type.String({ minLength: 1, maxLength: 100, description: 'Who brings them' }),
  },
  { additionalProperties: false },
)

/** How machines are, how long they will last, and what that is learned from. */
export function registerHealth(app: TypedServer, { health, lives, plant, clock }: { readonly health: Health; readonly lives: LifeModels; readonly plant: Pick<Plant, 'model' | 'ingest'>; readonly clock: Clock }): void {
  const wire = ({ lows: _lows, highs: _highs, ...record }: LifeModelRecord): WireLifeModel => ({ ...record, assets: lives.assetsOf(record.definition).length })

  app.get('/api/v1/intelligence/health', { schema: { tags, operationId: 'listHealth', summary: 'Health of the assets, the least healthy first, with remaining life where a life model is in service', querystring: healthParameters, response: answer(assetHealthAnswer) } }, async ({ query }) => pageOf(await health.list(query.under), query, (item) => item))

  app.get(BASE, { schema: { tags, operationId: 'listLifeModels', summary: 'Life models, newest first', querystring: Type.Object(pageParameters, { additionalProperties: false }), response: answer(lifeModelsAnswer) } }, async ({ query }) => pageOf(lives.list(), query, wire))

  app.post(BASE, { schema: { tags, operationId: 'trainLifeModel', summary: 'Learn remaining lives from run-to-failure histories; the answer comes at once, the progress shows in it', body: lifeModelFieldsSchema, response: answer(lifeModelSchema, 202) } }, async ({ body }, reply) => reply.code(202).send(wire(await lives.train({ ...body, author: nameOf(body.author) }))))

  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    scope.post<{ Querystring: Static<typeof importParameters>; Body: string | undefined }>(`${BASE}/histories`, { bodyLimit: MAX_TABLE_BYTES, schema: { tags, operationId: 'importHistories', summary: 'Bring run-to-failure histories as a table: machine, cycle, signals', consumes: ['text/csv', 'text/plain'], querystring: importParameters, response: answer(historyImportAnswer, 201) } }, async ({ query, body }, reply) => {
      const { under, type = 'run_to_failure', cycleHours = 1, failed = true, names, by } = query
      nameOf(by)
      if (body === undefined || body.trim() === '') throw new MillwrightError('PAYLOAD_INVALID', 'the body is empty; send the table as text')
      return reply.code(201).send(await importHistories({ text: body, under, type, cycleHours, failed, names: names === undefined ? [] : names.split(',') }, plant, clock.nowUs()))
    })
  })

  app.get(`${BASE}/:id`, { schema: { tags, operationId: 'readLifeModel', summary: 'One life model', params: idParameter, response: answer(lifeModelSchema) } }, async ({ params: { id } }) => wire(lives.get(id)))

  app.post(`${BASE}/:id/cancel`, { schema: { tags, operationId: 'cancelLifeModel', summary: 'Cancel its training', params: idParameter, response: answer(Type.Null({ description: 'It ends' }), 204) } }, async ({ params: { id } }, reply) => {
    lives.cancel(id)
    return reply.code(204).send()
  })

  app.post(`${BASE}/:id/approve`, { schema: { tags, operationId: 'approveLifeModel', summary: 'Put it in service; "by" is not its author', params: idParameter, body: byFieldsSchema, response: answer(lifeModelSchema) } }, async ({ params: { id }, body: { by } }) => {
    const record = await lives.approve(id, nameOf(by))
    void health.round()
    return wire(record)
  })

  app.post(`${BASE}/:id/retire`, { schema: { tags, operationId: 'retireLifeModel', summary: 'Take it out of service', params: idParameter, body: byFieldsSchema, response: answer(lifeModelSchema) } }, async ({ params: { id }, body: { by } }) => wire(await lives.retire(id, nameOf(by))))

  app.delete(`${BASE}/:id`, { schema: { tags, operationId: 'deleteLifeModel', summary: 'Forget it; it is not in service', params: idParameter, querystring: Type.Object({ by: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false }), response: answer(Type.Null({ description: 'It is gone' }), 204) } }, async ({ params: { id }, query: { by } }, reply) => {
    await lives.remove(id, nameOf(by))
    return reply.code(204).send()
  })
}
