import { Type, type Static } from 'typebox'
import { pathSchema } from './asset.ts'
import { kindSchema } from './signal.ts'

/** Most inbox entries that one call decides on. */
export const MAX_DECISIONS = 10_000

/** A signal that a machine named and nobody has decided on, or that somebody has rejected. */
export const inboxEntrySchema = Type.Object(
  {
    path: pathSchema,
    kind: kindSchema,
    unit: Type.Optional(Type.String()),
    low: Type.Optional(Type.Number()),
    high: Type.Optional(Type.Number()),
    description: Type.Optional(Type.String()),
    example: Type.Optional(Type.String({ description: 'The newest value at hand, as text' })),
    source: Type.String({ description: 'Who sent it first' }),
    firstSeen: Type.Number({ description: 'Milliseconds since the epoch' }),
    lastSeen: Type.Number({ description: 'Milliseconds since the epoch' }),
    count: Type.Integer({ description: 'Samples that were refused meanwhile' }),
    state: Type.Unsafe<'waiting' | 'rejected'>({ type: 'string', enum: ['waiting', 'rejected'] }),
  },
  { additionalProperties: false },
)
export type WireInboxEntry = Static<typeof inboxEntrySchema>

/** Entries to accept. */
export const acceptSchema = Type.Object(
  {
    signals: Type.Array(
      Type.Object(
        {
          path: pathSchema,
          to: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000, description: 'Another path for the signal' })),
          kind: Type.Optional(kindSchema),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: MAX_DECISIONS },
    ),
  },
  { additionalProperties: false, examples: [{ signals: [{ path: 'acme/line1/press3/temp', to: 'acme/line1/press3/temperature' }] }] },
)

/** Entries to reject or to forget. */
export const pathsSchema = Type.Object(
  { paths: Type.Array(pathSchema, { minItems: 1, maxItems: MAX_DECISIONS }) },
  { additionalProperties: false, examples: [{ paths: ['acme/line1/press3/temp'] }] },
)
