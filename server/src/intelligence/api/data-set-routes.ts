import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { US_PER_SECOND } from '@millwright/model/time.ts'
import { dataSetFieldsSchema, dataSetsAnswer, namedDataSetSchema, type WireNamedDataSet } from '@millwright/model/wire/data-set.ts'
import { rebuildAnswer } from '@millwright/model/wire/ai-model.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Intelligence } from '../intelligence.ts'
import type { StoredDataSet } from '../models/data-sets.ts'
import { exportRows } from '../models/row-export.ts'
import { answer, idParameter, pageOf, pageParameters, type TypedServer } from './route-answer.ts'

const listParameters = Type.Object({ asset: Type.Optional(Type.String({ maxLength: 1_000 })), ...pageParameters }, { additionalProperties: false })
const rowParameters = Type.Object(
  {
    step: Type.Optional(Type.Number({ default: 60, minimum: 0.1, maximum: 86_400, description: 'Seconds from one row to the next' })),
    hold: Type.Optional(Type.Number({ default: 600, minimum: 0, maximum: 604_800, description: 'Seconds for which a value stands where none comes' })),
  },
  { additionalProperties: false },
)

/** Streamed, so that a million rows take no memory. */
const csvAnswer: Record<string, unknown> = { 200: { description: 'time, a column for each signal, label', content: { 'text/csv': { schema: Type.String() } } } }

/** Data sets by reference. */
export function registerDataSets(app: TypedServer, intelligence: Intelligence): void {
  const { dataSets, models, parts, settings } = intelligence
  const { model } = parts.plant

  app.get('/api/v1/data-sets', { schema: { tags: ['intelligence'], operationId: 'listDataSets', summary: 'Data sets, newest first', querystring: listParameters, response: answer(dataSetsAnswer) } }, async ({ query }) => {
    const asset = query.asset === undefined ? undefined : intelligence.assetAt(query.asset)
    return pageOf(dataSets.list().filter((set) => asset === undefined || set.asset === asset), query, wire)
  })

  app.post('/api/v1/data-sets', { schema: { tags: ['intelligence'], operationId: 'createDataSet', summary: 'Make a data set of signals, a time and its labels; it is read in the background', body: dataSetFieldsSchema, response: answer(namedDataSetSchema, 202) } }, async ({ body }, reply) => reply.code(202).send(wire(await dataSets.make(intelligence.assetAt(body.asset), body))))

  app.get('/api/v1/data-sets/:id', { schema: { tags: ['intelligence'], operationId: 'readDataSet', summary: 'One data set', params: idParameter, response: answer(namedDataSetSchema) } }, async ({ params: { id } }) => wire(known(id)))

  app.delete('/api/v1/data-sets/:id', { schema: { tags: ['intelligence'], operationId: 'deleteDataSet', summary: 'Forget a data set; the samples stay', params: idParameter, response: answer(Type.Null({ description: 'It is gone' }), 204) } }, async ({ params: { id } }, reply) => {
    if (!(await dataSets.remove(id))) throw unknown(id)
    return reply.code(204).send()
  })

  app.post('/api/v1/data-sets/:id/rebuild', { schema: { tags: ['intelligence'], operationId: 'rebuildNamedDataSet', summary: 'Read it once more and compare its hash', params: idParameter, response: answer(rebuildAnswer) } }, async ({ params: { id } }) => await dataSets.rebuild(id))

  app.get('/api/v1/data-sets/:id/rows', { schema: { tags: ['intelligence'], operationId: 'readDataSetRows', summary: 'Its rows as CSV, made as those of models in service are', params: idParameter, querystring: rowParameters, response: csvAnswer } }, async ({ params: { id }, query: { step = 60, hold = 600 } }, reply) => {
    const lines = exportRows(known(id), { stepUs: Math.round(step * US_PER_SECOND), holdUs: Math.round(hold * US_PER_SECOND), history: parts.plant.history, plant: model, maxMegabytes: settings.trainMegabytes })
    // The first line comes before the headers go: what cannot be made is an error, not half a file.
    const first = await lines.next()
    async function* all(): AsyncGenerator<string> {
      if (first.done !== true) yield first.value
      yield* lines
    }
    return reply.type('text/csv; charset=utf-8').send(Readable.from(all(), { objectMode: false, highWaterMark: 64 * 1024 }))
  })

  function wire({ asset, ...rest }: StoredDataSet): WireNamedDataSet {
    const names = [...rest.data.states, ...rest.data.signals].map((series) => model.signalBySeries(series)?.name ?? `#${series}`)
    return { ...rest, asset: model.assetById(asset)?.path ?? `#${asset}`, signalNames: names, usedBy: models.list().filter(({ dataSetId }) => dataSetId === rest.id).map(({ id }) => id) }
  }

  function known(id: string): StoredDataSet {
    const set = dataSets.get(id)
    if (set === undefined) throw unknown(id)
    return set
  }
}

function unknown(id: string): MillwrightError {
  return new MillwrightError('NOT_FOUND', `there is no data set "${id}"`)
}
