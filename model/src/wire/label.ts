import { Type, type Static } from 'typebox'
import { authorSchema } from './anomaly.ts'
import { listingSchema } from './listing.ts'

export const LABEL_KINDS = ['fault', 'normal', 'planned'] as const
export type LabelKind = (typeof LABEL_KINDS)[number]
const kind = Type.Enum([...LABEL_KINDS], { description: 'fault: something was wrong; normal: nothing was, however it looks; planned: a planned stop or test' })
const fields = {
  asset: Type.String({ minLength: 1, maxLength: 1_000, description: 'Path of the asset' }),
  kind,
  from: Type.Number({ minimum: 0, maximum: 9_000_000_000_000, description: 'Milliseconds since the epoch' }),
  to: Type.Number({ minimum: 0, maximum: 9_000_000_000_000, description: 'Milliseconds since the epoch' }),
  cause: Type.Optional(Type.String({ maxLength: 60, description: 'Code of the tree of causes' })),
  note: Type.Optional(Type.String({ maxLength: 2_000 })),
  author: authorSchema,
}

/** A range of time that somebody marked. Labels may contradict each other; each keeps its author. */
export const labelFieldsSchema = Type.Object(fields, { additionalProperties: false, examples: [{ asset: 'acme/line1/pump1', kind: 'fault', from: 1767225600000, to: 1767229200000, author: 'Li Na' }] })
export type WireLabelFields = Static<typeof labelFieldsSchema>

export const labelSchema = Type.Object(
  {
    id: Type.String(),
    ...fields,
    created: Type.Number({ description: 'Milliseconds since the epoch' }),
    version: Type.Integer({ description: 'Counts its changes from 1; older versions stand in the events' }),
    anomaly: Type.Optional(Type.String({ description: 'The anomaly whose verdict it is' })),
    isDisputed: Type.Boolean({ description: 'Another label says otherwise of the same time' }),
  },
  { additionalProperties: false },
)
export type WireLabel = Static<typeof labelSchema>
export const labelsAnswer = listingSchema(labelSchema)
