import { Type } from 'typebox'
import { byFieldsSchema } from '@millwright/model/wire/ai-model.ts'
import { assetHealthAnswer, lifeModelFieldsSchema, lifeModelsAnswer, lifeModelSchema, type WireLifeModel } from '@millwright/model/wire/health.ts'
import type { Health } from '../health/health.ts'
import type { LifeModelRecord } from '../health/life-model-record.ts'
import type { LifeModels } from '../health/life-models.ts'
import { answer, idParameter, nameOf, pageOf, pageParameters, type TypedServer } from './route-answer.ts'

const BASE = '/api/v1/intelligence/life-models'
const tags = ['intelligence']
const healthParameters = Type.Object({ under: Type.Optional(Type.String({ maxLength: 1_000, description: 'Only of this asset and what lies below it' })), ...pageParameters }, { additionalProperties: false })

/** How machines are, how long they will last, and what that is learned from. */
export function registerHealth(app: TypedServer, { health, lives }: { readonly health: Health; readonly lives: LifeModels }): void {
  const wire = ({ lows: _lows, highs: _highs, ...record }: LifeModelRecord): WireLifeModel => ({ ...record, assets: lives.assetsOf(record.definition).length })

  app.get('/api/v1/intelligence/health', { schema: { tags, operationId: 'listHealth', summary: 'Health of the assets, the least healthy first, with remaining life where a life model is in service', querystring: healthParameters, response: answer(assetHealthAnswer) } }, async ({ query }) => pageOf(await health.list(query.under), query, (item) => item))

  app.get(BASE, { schema: { tags, operationId: 'listLifeModels', summary: 'Life models, newest first', querystring: Type.Object(pageParameters, { additionalProperties: false }), response: answer(lifeModelsAnswer) } }, async ({ query }) => pageOf(lives.list(), query, wire))

  app.post(BASE, { schema: { tags, operationId: 'trainLifeModel', summary: 'Learn remaining lives from run-to-failure histories; the answer comes at once, the progress shows in it', body: lifeModelFieldsSchema, response: answer(lifeModelSchema, 202) } }, async ({ body }, reply) => reply.code(202).send(wire(await lives.train({ ...body, author: nameOf(body.author) }))))

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
