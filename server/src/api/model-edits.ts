import { Type } from 'typebox'
import { modelEditsSchema } from '@millwright/model/wire/model-edit.ts'
import type { ApiServer, RouteParts } from './api-parts.ts'
import { answers } from './route-schema.ts'

/** Many edits of the plant model in one call, all or none. */
export function registerModelEdits(app: ApiServer, { model }: RouteParts): void {
  app.post(
    '/api/v1/model/edits',
    {
      schema: {
        tags: ['model'],
        operationId: 'editModel',
        summary: 'Apply edits in order, all or none',
        description: 'Where one is wrong, "context.index" of the problem tells which, counted from 0.',
        body: modelEditsSchema,
        response: answers({ 200: Type.Object({ applied: Type.Integer(), revision: Type.Integer() }) }, [
          'NAME_INVALID',
          'NOT_FOUND',
          'SIGNAL_UNKNOWN',
          'PAYLOAD_INVALID',
          'LIMIT_REACHED',
          'CONFLICT',
          'TYPE_MISMATCH',
          'QUOTA_REACHED',
        ]),
      },
    },
    async ({ body }) => {
      await model.edit(body.edits)
      return { applied: body.edits.length, revision: model.revision }
    },
  )
}
