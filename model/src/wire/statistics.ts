import { Type, type Static } from 'typebox'

const some = (description: string) => Type.Union([Type.Number(), Type.Null()], { description })

/** Statistics of one signal in exactly the range that was asked for. Of usable samples: bad ones and "no value" are left out. */
export const statisticsSchema = Type.Object(
  {
    count: Type.Integer({ description: 'Usable samples' }),
    min: some('Least value; null where there are no samples, as all below'),
    max: some('Greatest value'),
    avg: some('Mean of the samples'),
    stddev: some('Standard deviation of a sample (n − 1)'),
    first: some('First value'),
    last: some('Last value'),
    twa: some('Time-weighted average: a value holds until the next sample'),
    integral: some("Area under the held values, in the signal's unit times seconds"),
    covered: Type.Number({ description: 'Seconds of the range in which there was a value' }),
  },
  { additionalProperties: false },
)
export type WireStatistics = Static<typeof statisticsSchema>

/** One entry per signal, in the order asked; null for signals that have no numbers. */
export const statisticsAnswer = Type.Object(
  {
    from: Type.Number({ description: 'Milliseconds since the epoch' }),
    to: Type.Number({ description: 'Milliseconds since the epoch' }),
    results: Type.Array(Type.Object({ signal: Type.String(), statistics: Type.Union([statisticsSchema, Type.Null()]) }, { additionalProperties: false })),
  },
  { additionalProperties: false },
)
export type WireStatisticsAnswer = Static<typeof statisticsAnswer>
