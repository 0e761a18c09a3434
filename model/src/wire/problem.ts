import { Type, type Static } from 'typebox'

/** What was wrong in one place of a request. */
export const problemItemSchema = Type.Object(
  {
    pointer: Type.Optional(Type.String({ description: 'JSON pointer into the body (RFC 6901)' })),
    parameter: Type.Optional(Type.String({ description: 'Name of the query or path parameter' })),
    detail: Type.String({ description: 'What was wrong, and what would be right' }),
  },
  { additionalProperties: false },
)
export type WireProblemItem = Static<typeof problemItemSchema>

/** An error as RFC 9457 has it. `type` and `code` are stable; the texts are for people. */
export const problemSchema = Type.Object(
  {
    type: Type.String({ description: 'Where this kind of error is explained, on the server that answered', examples: ['/api/errors#NOT_FOUND'] }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String({ description: 'A code of docs/errors.md' }),
    retryable: Type.Boolean({ description: 'Whether the same call may succeed later' }),
    errors: Type.Optional(Type.Array(problemItemSchema)),
    context: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'What else is known, such as the index of the wrong edit' })),
  },
  { additionalProperties: false },
)
export type WireProblem = Static<typeof problemSchema>
