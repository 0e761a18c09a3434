import { Type, type Static } from 'typebox'
import { lifeModelSchema } from '@millwright/model/wire/health.ts'

const { assets: _assets, ...rest } = lifeModelSchema.properties

export const lifeModelRecord = Type.Object(
  {
    ...rest,
    /** Ranges of the conditions; empty until it is trained. */
    lows: Type.Array(Type.Number()),
    highs: Type.Array(Type.Number()),
  },
  { additionalProperties: false },
)
/** A life model as it is kept; what it learned is a file beside. */
export type LifeModelRecord = Static<typeof lifeModelRecord>
