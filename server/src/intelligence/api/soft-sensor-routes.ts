import { Type } from 'typebox'
import { severityOf } from '@millwright/model/quality.ts'
import { msToUs, usToMs } from '@millwright/model/time.ts'
import { byFieldsSchema } from '@millwright/model/wire/ai-model.ts'
import { inputSuggestionsAnswer, recomputeAnswer, recomputeFieldsSchema, softSensorFieldsSchema, softSensorSchema, softSensorsAnswer, softSensorTrialsAnswer, type WireSoftSensor } from '@millwright/model/wire/soft-sensor.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import type { SoftSensorRecord } from '../computed/soft-sensor-record.ts'
import type { SoftSensors } from '../computed/soft-sensors.ts'
import { answer, idParameter, nameOf, pageOf, pageParameters, type TypedServer } from './route-answer.ts'

const BASE = '/api/v1/intelligence/soft-sensors'
const tags = ['intelligence']
const listParameters = Type.Object({ under: Type.Optional(Type.String({ maxLength: 1_000, description: 'Only of computed signals below this asset' })), ...pageParameters }, { additionalProperties: false })

const suggestionParameters = Type.Object(
  { target: Type.String({ minLength: 1, maxLength: 1_100, description: 'Path of the signal that is measured rarely' }), every: Type.Optional(Type.Integer({ default: 60, minimum: 10, maximum: 86_400, description: 'Seconds over which inputs are averaged' })) },
  { additionalProperties: false },
)

/** Soft sensors: rarely measured values, told all the time. */
export function registerSoftSensors(app: TypedServer, { sensors, model }: { readonly sensors: SoftSensors; readonly model: AssetModel }): void {
  const wire = (record: SoftSensorRecord) => wireSensor(record, sensors, model)

  app.get(BASE, { schema: { tags, operationId: 'listSoftSensors', summary: 'Soft sensors, newest first', querystring: listParameters, response: answer(softSensorsAnswer) } }, async ({ query }) => {
    const all = sensors.list()
    return pageOf(query.under === undefined ? all : all.filter(({ output }) => output.startsWith(`${query.under}/`)), query, wire)
  })

  app.post(BASE, { schema: { tags, operationId: 'trainSoftSensor', summary: 'Train a soft sensor; the answer comes at once, the progress shows in it', body: softSensorFieldsSchema, response: answer(softSensorSchema, 202) } }, async ({ body }, reply) => reply.code(202).send(wire(await sensors.train({ ...body, author: nameOf(body.author) }))))

  app.get(`${BASE}/:id`, { schema: { tags, operationId: 'readSoftSensor', summary: 'One soft sensor', params: idParameter, response: answer(softSensorSchema) } }, async ({ params: { id } }) => wire(sensors.get(id)))

  app.get(`${BASE}/suggestions`, { schema: { tags, operationId: 'suggestSoftSensorInputs', summary: 'Signals that a rare value may be told from, those that went with it most first', querystring: suggestionParameters, response: answer(inputSuggestionsAnswer) } }, async ({ query: { target, every = 60 } }) => ({ items: await sensors.suggest(target, every) }))

  app.get(`${BASE}/:id/trials`, { schema: { tags, operationId: 'readSoftSensorTrials', summary: 'What it told of values that it had not seen, beside what was measured', params: idParameter, response: answer(softSensorTrialsAnswer) } }, async ({ params: { id } }) => sensors.get(id).told ?? { times: [], measured: [], told: [] })

  app.post(`${BASE}/:id/cancel`, { schema: { tags, operationId: 'cancelSoftSensor', summary: 'Cancel its training', params: idParameter, response: answer(Type.Null({ description: 'It ends' }), 204) } }, async ({ params: { id } }, reply) => {
    sensors.cancel(id)
    return reply.code(204).send()
  })

  app.post(`${BASE}/:id/approve`, { schema: { tags, operationId: 'approveSoftSensor', summary: 'Put it in service; "by" is not its author', params: idParameter, body: byFieldsSchema, response: answer(softSensorSchema) } }, async ({ params: { id }, body: { by } }) => wire(await sensors.approve(id, nameOf(by))))

  app.post(`${BASE}/:id/stop`, { schema: { tags, operationId: 'stopSoftSensor', summary: 'Take it out of service; its values stay', params: idParameter, body: byFieldsSchema, response: answer(softSensorSchema) } }, async ({ params: { id }, body: { by } }) => wire(await sensors.stopService(id, nameOf(by))))

  app.post(`${BASE}/:id/recompute`, { schema: { tags, operationId: 'recomputeSoftSensor', summary: 'Tell a stretch of the past anew, such as after inputs came days late', params: idParameter, body: recomputeFieldsSchema, response: answer(recomputeAnswer) } }, async ({ params: { id }, body: { from, to } }) => await sensors.recompute(id, msToUs(from), msToUs(to)))

  app.delete(`${BASE}/:id`, { schema: { tags, operationId: 'deleteSoftSensor', summary: 'Forget it; it is not in service', params: idParameter, querystring: Type.Object({ by: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false }), response: answer(Type.Null({ description: 'It is gone' }), 204) } }, async ({ params: { id }, query: { by } }, reply) => {
    await sensors.remove(id, nameOf(by))
    return reply.code(204).send()
  })
}

function wireSensor(record: SoftSensorRecord, sensors: SoftSensors, model: AssetModel): WireSoftSensor {
  const { id, definition, output, outputSeries, target, stage, created, progress, failure, approver, backTest, hash, inputs, sinceUs } = record
  const live = sensors.live(id)
  const last = live?.status.last
  const names = (places: readonly number[]) => places.map((place) => model.signalPath(inputs[place] ?? -1) ?? `#${inputs[place]}`)
  return {
    id, definition, stage, created, progress, failure, approver, backTest, hash,
    output: (outputSeries === null ? undefined : model.signalPath(outputSeries)) ?? output,
    since: sinceUs === null ? null : usToMs(sinceUs),
    unit: model.signalBySeries(target)?.unit ?? null,
    live: live === undefined ? null : {
      time: live.status.timeUs === undefined ? null : usToMs(live.status.timeUs),
      value: last === undefined || !Number.isFinite(last.value) ? null : last.value,
      quality: last === undefined ? null : severityOf(last.status),
      written: live.status.written,
      rewritten: live.status.rewritten,
      uncertain: live.status.uncertain,
      missing: names(last?.missing ?? []),
      outside: names(last?.outside ?? []),
      trouble: live.trouble ?? null,
    },
  }
}
