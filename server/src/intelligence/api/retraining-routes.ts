import { retrainAnswer, retrainFieldsSchema, retrainingAnswer } from '@millwright/model/wire/retraining.ts'
import type { Intelligence } from '../intelligence.ts'
import { answer, nameOf, type TypedServer } from './route-answer.ts'

/** What is due for a newer model, and its training by hand instead of by the clock. */
export function registerRetraining(app: TypedServer, { retraining, settings }: Intelligence): void {
  app.get('/api/v1/intelligence/retraining', { schema: { tags: ['intelligence'], operationId: 'readRetraining', summary: 'What a newer model is due for, and why', response: answer(retrainingAnswer) } }, async () => ({ hour: settings.retrainHour, days: settings.retrainDays, items: await retraining.plan() }))

  app.post('/api/v1/intelligence/retraining', { schema: { tags: ['intelligence'], operationId: 'beginRetraining', summary: 'Train all that is due now; each makes a candidate, none goes into service', body: retrainFieldsSchema, response: answer(retrainAnswer, 202) } }, async ({ body: { by } }, reply) => reply.code(202).send({ begun: await retraining.begin(nameOf(by)) }))
}
