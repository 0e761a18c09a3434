import { Type, type Static } from 'typebox'

const times = Type.Array(Type.Number(), { description: 'Milliseconds since the epoch, UTC; fractions are microseconds' })
const value = Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Null()], { description: 'null is "no value"; its quality says why' })
const quality = Type.Union([Type.String(), Type.Integer()], {
  description: 'good, uncertain or bad; with quality=code the OPC UA status code (IEC 62541-4, 7.39)',
})
const next = Type.Union([Type.String(), Type.Null()], {
  description: 'Give it as "cursor", with the same other parameters, for the next page; null on the last one',
})

/** Samples of one signal in columns: element `i` of every column is one sample. */
export const samplesSchema = Type.Object(
  { signal: Type.String(), times, values: Type.Array(value), qualities: Type.Array(quality), next },
  {
    additionalProperties: false,
    examples: [{ signal: 'acme/line1/press3/temperature', times: [1767225600000, 1767225601000], values: [21.5, 21.6], qualities: ['good', 'good'], next: null }],
  },
)
export type WireSamples = Static<typeof samplesSchema>

/** Waveforms of one signal in columns: block `values[i]` was sampled at `rateHz[i]` from `times[i]` on. */
export const waveformsSchema = Type.Object(
  {
    signal: Type.String(),
    times,
    rateHz: Type.Array(Type.Number(), { description: 'Samples per second of each block' }),
    values: Type.Array(Type.Array(Type.Union([Type.Number(), Type.Null()])), { description: 'The points of each block; null is "no value"' }),
    qualities: Type.Array(quality),
    next,
  },
  {
    additionalProperties: false,
    examples: [{ signal: 'acme/line1/press3/vibration', times: [1767225600000], rateHz: [25600], values: [[0.12, -0.08, 0.03]], qualities: ['good'], next: null }],
  },
)
export type WireWaveforms = Static<typeof waveformsSchema>

const column = Type.Array(Type.Union([Type.Number(), Type.Null()]), { description: 'One element per bucket; null where the bucket is empty' })

/** Aggregates of one signal: element `i` of every column belongs to the bucket that begins at `times[i]`. */
export const aggregatesSchema = Type.Object(
  {
    signal: Type.String(),
    every: Type.String(),
    timezone: Type.String({ description: 'IANA time zone in which days, weeks and months begin' }),
    times,
    aggregates: Type.Record(Type.String(), column, { description: 'By name: count, min, max, avg, sum, first, last, stddev, twa, covered' }),
    next,
  },
  {
    additionalProperties: false,
    examples: [
      { signal: 'acme/line1/press3/temperature', every: '1h', timezone: 'Asia/Shanghai', times: [1767225600000], aggregates: { avg: [21.5], count: [3600] }, next: null },
    ],
  },
)
export type WireAggregates = Static<typeof aggregatesSchema>

/** The newest sample of a signal. */
export const lastSampleSchema = Type.Object(
  { signal: Type.String(), time: Type.Union([Type.Number(), Type.Null()]), value, quality: Type.Union([Type.String(), Type.Integer(), Type.Null()]) },
  { additionalProperties: false, examples: [{ signal: 'acme/line1/press3/temperature', time: 1767225601000, value: 21.6, quality: 'good' }] },
)
export type WireLastSample = Static<typeof lastSampleSchema>

/** The newest samples of many signals in columns; null where a signal never had one. */
export const lastSamplesSchema = Type.Object(
  {
    signals: Type.Array(Type.String()),
    times: Type.Array(Type.Union([Type.Number(), Type.Null()])),
    values: Type.Array(value),
    qualities: Type.Array(Type.Union([quality, Type.Null()])),
    next,
  },
  { additionalProperties: false },
)
export type WireLastSamples = Static<typeof lastSamplesSchema>
