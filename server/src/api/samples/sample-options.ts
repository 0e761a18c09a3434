import { Type, type Static } from 'typebox'
import { AGGREGATES, type Aggregate } from '../../historian/historian.ts'
import { EVERY_FORMS } from '../calendar-buckets.ts'
import { TIME_FORMS } from '../time-parameter.ts'

/** Most points of a plot: no screen has more columns. */
export const MAX_POINTS = 10_000
/** Samples or buckets of a page unless asked otherwise. */
export const DEFAULT_LIMIT = 10_000

const aggregate = Type.Unsafe<Aggregate>({ type: 'string', enum: [...AGGREGATES] })
const timeForms = { maxLength: 64, description: TIME_FORMS }

/** How much of which time is asked for, and in which shape; the same in query strings and bodies. */
export const sampleOptions = {
  from: Type.Optional(Type.String({ ...timeForms, default: '-1h', description: `Begin (belongs to the range): ${TIME_FORMS}`, examples: ['-1h'] })),
  to: Type.Optional(Type.String({ ...timeForms, default: 'now', description: `End (does not belong to it): ${TIME_FORMS}`, examples: ['now'] })),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 10_000_000, description: `Samples or buckets of one page, ${DEFAULT_LIMIT} unless given; CSV and Parquet have no pages: all of them unless given` }),
  ),
  order: Type.Optional(Type.Unsafe<'ascending' | 'descending' | 'asc' | 'desc'>({ type: 'string', enum: ['ascending', 'descending', 'asc', 'desc'], default: 'ascending', description: 'Order in time, of samples' })),
  points: Type.Optional(
    Type.Integer({ minimum: 4, maximum: MAX_POINTS, description: 'For plots: at most so many samples that draw the same picture, with the true minimum and maximum of each column (M4); of texts the changes' }),
  ),
  every: Type.Optional(
    Type.String({ maxLength: 12, description: `Aggregates of aligned buckets instead of samples: ${EVERY_FORMS}. Days, weeks and months follow the time zone`, examples: ['1m'] }),
  ),
  aggregate: Type.Optional(
    Type.Array(aggregate, { maxItems: AGGREGATES.length, minItems: 1, description: 'With "every": which, "avg" unless given. twa is the time-weighted average', examples: [['avg', 'min', 'max']] }),
  ),
  timezone: Type.Optional(Type.String({ maxLength: 64, description: "With \"every\": IANA time zone in which days begin; the plant's unless given", examples: ['Asia/Shanghai'] })),
  quality: Type.Optional(
    Type.Unsafe<'word' | 'code'>({ type: 'string', enum: ['word', 'code'], default: 'word', description: 'Qualities as good, uncertain, bad, or as OPC UA status codes' }),
  ),
  format: Type.Optional(
    Type.Unsafe<'json' | 'csv' | 'parquet'>({ type: 'string', enum: ['json', 'csv', 'parquet'], description: 'Instead of the Accept header' }),
  ),
}

export const cursorOption = {
  cursor: Type.Optional(Type.String({ maxLength: 64, description: '"next" of the page before; it stands for "from" and "to"' })),
}

/** Parameters of the samples of one signal. */
export const samplesParameters = Type.Object({ ...sampleOptions, ...cursorOption }, { additionalProperties: false })
export type SampleOptions = Static<typeof samplesParameters>

/** Body of a query of several signals. */
export const queryBody = Type.Object(
  {
    signals: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 1_000 }), { minItems: 1, maxItems: 100_000, description: 'Paths of signals' })),
    under: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000, description: 'All signals of this asset and below, instead of "signals"' })),
    ...sampleOptions,
    aggregate: Type.Optional(
      Type.Union([Type.Array(aggregate, { maxItems: AGGREGATES.length, minItems: 1 }), Type.String({ maxLength: 200 })], {
        description: 'With "every": which, as a list or separated by commas; "avg" unless given',
        examples: [['avg', 'min', 'max']],
      }),
    ),
    from: Type.Optional(Type.Union([Type.String({ maxLength: 64 }), Type.Number()], { description: `Begin: ${TIME_FORMS}` })),
    to: Type.Optional(Type.Union([Type.String({ maxLength: 64 }), Type.Number()], { description: `End: ${TIME_FORMS}` })),
  },
  { additionalProperties: false, examples: [{ signals: ['acme/line1/press3/temperature', 'acme/line1/press3/running'], from: '-8h', every: '1m', aggregate: ['avg'] }] },
)
export type QueryBody = Static<typeof queryBody>
