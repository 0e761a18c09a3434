import { Type } from 'typebox'
import { readySchema } from '@millwright/model/wire/status.ts'
import type { ApiServer, RouteParts } from './api-parts.ts'
import { answers } from './route-schema.ts'

const alive = Type.Object({ status: Type.Literal('ok') })

/** For those who restart programs: is it alive, and can it do its work. */
export function registerHealth(app: ApiServer, { status }: RouteParts): void {
  app.get(
    '/healthz',
    { schema: { tags: ['status'], operationId: 'healthz', summary: 'The process lives and answers', response: answers({ 200: alive }, []) } },
    async () => ({ status: 'ok' as const }),
  )
  app.get(
    '/readyz',
    {
      schema: {
        tags: ['status'],
        operationId: 'readyz',
        summary: 'The platform takes samples and answers questions, or why not',
        response: { ...answers({ 200: readySchema }, []), 503: readySchema },
      },
    },
    async (_, reply) => {
      const reasons = status.notReady()
      if (reasons.length > 0) void reply.code(503)
      return { ready: reasons.length === 0, reasons: [...reasons] }
    },
  )
}
