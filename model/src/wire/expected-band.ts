import { Type, type Static } from 'typebox'

const timeMs = (description: string) => Type.Number({ description: `${description}, in milliseconds since the epoch` })
const column = (description: string) => Type.Array(Type.Union([Type.Number(), Type.Null()]), { description })

const bandSchema = Type.Object(
  { low: column('Lower end, the lowest within the step; null where it was not judged: still learning, just switched over, no samples'), high: column('Upper end, the highest within the step') },
  { additionalProperties: false },
)
export type WireBand = Static<typeof bandSchema>

/** In which band an asset's signals were expected over time, by what its champion knows today. Columns: element `i` of each belongs to `times[i]`. */
export const expectedBandSchema = Type.Object(
  {
    asset: Type.String({ description: 'Path of the asset' }),
    model: Type.String({ description: 'The model that judges the asset now' }),
    phase: Type.Unsafe<'learning' | 'calibrating' | 'watching'>({ type: 'string', enum: ['learning', 'calibrating', 'watching'] }),
    everySeconds: Type.Number({ description: 'Seconds of a step' }),
    pitchSeconds: Type.Number({ description: 'Seconds between the moments that were judged: 60, and more where the range is longer than a week' }),
    times: Type.Array(Type.Number(), { description: 'Ends of the steps, in milliseconds since the epoch' }),
    signals: Type.Array(
      Type.Object(
        {
          signal: Type.String({ description: 'Path of the signal' }),
          isJudged: Type.Boolean({ description: 'false: nothing judges it now, and there is no band' }),
          apart: bandSchema,
          level: bandSchema,
        },
        { additionalProperties: false },
      ),
      { description: 'apart: what the other signals of the asset let expect; level: its own level in the operating state. Both three usual spreads wide to each side' },
    ),
    made: timeMs('When it was made'),
  },
  { additionalProperties: false },
)
export type WireExpectedBand = Static<typeof expectedBandSchema>
