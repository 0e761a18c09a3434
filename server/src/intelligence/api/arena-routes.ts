import { Type } from 'typebox'
import { arenaAnswer, arenaRunFieldsSchema, arenaTableSchema } from '@millwright/model/wire/arena.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { ArenaRuns } from '../arena/arena-runs.ts'
import { csvOf, EXPORT_FORMATS, type ExportFormat, markdownOf } from '../arena/table-export.ts'
import { answer, idParameter, nameOf, type TypedServer } from './route-answer.ts'

const BASE = '/api/v1/intelligence/arena'
const tags = ['intelligence']
const contest = Type.String({ minLength: 1, maxLength: 120, description: 'Name of the collection' })
const tableParameters = Type.Object({ contest, as: Type.Optional(Type.Unsafe<ExportFormat>({ type: 'string', enum: [...EXPORT_FORMATS], default: 'json' })) }, { additionalProperties: false })
const rowParameters = Type.Object({ contest, who: Type.String({ minLength: 1, maxLength: 500, description: 'As the row says' }), by: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false })
const tableAnswer = { ...answer(arenaTableSchema), 200: { description: 'The leaderboard', content: { 'application/json': { schema: arenaTableSchema }, 'text/markdown': { schema: Type.String() }, 'text/csv': { schema: Type.String() } } } }

/** The arena: leaderboards of detectors and predictors on recorded data, the simulated plant and data sets of this one, and runs of it. */
export function registerArena(app: TypedServer, runs: ArenaRuns): void {
  app.get(BASE, { schema: { tags, operationId: 'readArena', summary: 'Leaderboards, with how they were made, what runs and what waits', response: answer(arenaAnswer) } }, async () => runs.status())

  app.get(`${BASE}/table`, { schema: { tags, operationId: 'readArenaTable', summary: 'One leaderboard, as JSON, CSV or Markdown', querystring: tableParameters, response: tableAnswer } }, async ({ query: { contest: name, as = 'json' } }, reply) => {
    const table = runs.table(name)
    if (as === 'json') return table
    const ending = as === 'csv' ? 'csv' : 'md'
    return reply
      .type(as === 'csv' ? 'text/csv; charset=utf-8' : 'text/markdown; charset=utf-8')
      .header('content-disposition', `attachment; filename="arena-${name.replaceAll(/[^\w-]/g, '-')}.${ending}"`)
      .send(as === 'csv' ? csvOf(table) : markdownOf(table))
  })

  app.post(`${BASE}/run`, { schema: { tags, operationId: 'runArena', summary: 'Score detectors of ours, or a model that was brought, on a collection; runs take turns', body: arenaRunFieldsSchema, response: answer(arenaAnswer, 202) } }, async ({ body }, reply) => {
    runs.begin({ ...body, by: nameOf(body.by) })
    return reply.code(202).send(runs.status())
  })

  app.delete(`${BASE}/runs/:id`, { schema: { tags, operationId: 'cancelArena', summary: 'End a run, or take it out of the queue', params: idParameter, response: answer(Type.Null({ description: 'It ends' }), 204) } }, async ({ params: { id } }, reply) => {
    if (!(await runs.cancel(id))) throw new MillwrightError('NOT_FOUND', 'this run is over, or there never was one')
    return reply.code(204).send()
  })

  app.delete(`${BASE}/rows`, { schema: { tags, operationId: 'deleteArenaRows', summary: 'Take a model that was brought off a leaderboard', querystring: rowParameters, response: answer(Type.Null({ description: 'It is off' }), 204) } }, async ({ query: { contest: name, who, by } }, reply) => {
    nameOf(by)
    if (!(await runs.remove(name, who))) throw new MillwrightError('NOT_FOUND', `no model that was brought is called "${who}" there`)
    return reply.code(204).send()
  })
}
