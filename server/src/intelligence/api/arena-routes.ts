import { Type } from 'typebox'
import { arenaAnswer, arenaRunFieldsSchema } from '@millwright/model/wire/arena.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { ArenaRuns } from '../arena/arena-runs.ts'
import { answer, type TypedServer } from './route-answer.ts'

/** The arena: leaderboards of detectors and predictors on recorded data, and runs of it. */
export function registerArena(app: TypedServer, runs: ArenaRuns): void {
  app.get('/api/v1/intelligence/arena', { schema: { tags: ['intelligence'], operationId: 'readArena', summary: 'Leaderboards on recorded data, with how they were made, and the run that goes on', response: answer(arenaAnswer) } }, async () => runs.status())

  app.post('/api/v1/intelligence/arena/run', { schema: { tags: ['intelligence'], operationId: 'runArena', summary: 'Run one collection again, here; one at a time', body: arenaRunFieldsSchema, response: answer(arenaAnswer, 202) } }, async ({ body: { contest, by } }, reply) => {
    if (by.trim() === '') throw new MillwrightError('PAYLOAD_INVALID', '"by" must be a name')
    runs.begin(contest, by.trim())
    return reply.code(202).send(runs.status())
  })

  app.delete('/api/v1/intelligence/arena/run', { schema: { tags: ['intelligence'], operationId: 'cancelArena', summary: 'End the run that goes on', response: answer(Type.Null({ description: 'It ended' }), 204) } }, async (_request, reply) => {
    if (!(await runs.cancel())) throw new MillwrightError('CONFLICT', 'nothing is being run')
    return reply.code(204).send()
  })
}
