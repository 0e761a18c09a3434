import { Type, type Static } from 'typebox'
import { authorSchema } from './anomaly.ts'
import { dataSetSchema } from './ai-model.ts'
import { listingSchema } from './listing.ts'

/** Asks for a data set: which asset, signals and time. The labels are those that overlap it when it is made. */
export const dataSetFieldsSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    asset: Type.String({ minLength: 1, maxLength: 1_000, description: 'Path of the asset' }),
    signals: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 256, description: 'Names of signals; unless given, all that a model learns from' })),
    from: Type.Number({ minimum: 0, description: 'Begin, milliseconds since the epoch' }),
    to: Type.Number({ minimum: 0, description: 'End, not included' }),
    labels: Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 10_000, description: 'Ids of labels; unless given, all that overlap the time' })),
    author: authorSchema,
  },
  { additionalProperties: false },
)
export type WireDataSetFields = Static<typeof dataSetFieldsSchema>

/** A data set by reference. Nothing is copied: it can be read again, and its hash tells whether it is still the same. */
export const namedDataSetSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    asset: Type.String({ description: 'Path of the asset' }),
    signalNames: Type.Array(Type.String(), { description: 'Names of its signals, as long as they exist' }),
    state: Type.Unsafe<'reading' | 'ready' | 'failed'>({ type: 'string', enum: ['reading', 'ready', 'failed'] }),
    progress: Type.Number({ description: 'Of the reading, 0 to 1' }),
    failure: Type.Union([Type.String(), Type.Null()]),
    author: Type.String(),
    created: Type.Number({ description: 'Milliseconds since the epoch' }),
    data: dataSetSchema,
    usedBy: Type.Array(Type.String(), { description: 'Ids of the models that were trained on it' }),
  },
  { additionalProperties: false },
)
export type WireNamedDataSet = Static<typeof namedDataSetSchema>
export const dataSetsAnswer = listingSchema(namedDataSetSchema)
