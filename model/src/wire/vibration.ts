import { Type, type Static } from 'typebox'
import { authorSchema } from './anomaly.ts'
import { listingSchema } from './listing.ts'

const timeMs = (description: string) => Type.Number({ description: `${description}, in milliseconds since the epoch` })
const path = (description: string) => Type.String({ minLength: 1, maxLength: 1_100, description })

/** Geometry of a rolling bearing: what tells at which frequencies its faults strike. */
export const bearingSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60, description: 'Designation, such as 6205' }),
    balls: Type.Integer({ minimum: 3, maximum: 200, description: 'Balls or rollers of one row' }),
    ballMm: Type.Number({ exclusiveMinimum: 0, maximum: 1_000, description: 'Diameter of a ball or roller, mm' }),
    pitchMm: Type.Number({ exclusiveMinimum: 0, maximum: 10_000, description: 'Diameter of the circle of their centres, mm' }),
    contactDeg: Type.Number({ minimum: 0, maximum: 80, default: 0, description: 'Contact angle, degrees' }),
  },
  { additionalProperties: false, examples: [{ name: '6205', balls: 9, ballMm: 7.94, pitchMm: 39.04, contactDeg: 0 }] },
)
export type WireBearing = Static<typeof bearingSchema>
export const bearingsAnswer = Type.Object({ items: Type.Array(bearingSchema) }, { additionalProperties: false })

/** Where the speed of the shaft comes from. */
export const shaftSpeedSchema = Type.Union([
  Type.Object({ signal: path('Path of the signal of the speed, in turns a minute or a second') }, { additionalProperties: false }),
  Type.Object({ rpm: Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000, description: 'Turns a minute, always' }) }, { additionalProperties: false }),
])
export type WireShaftSpeed = Static<typeof shaftSpeedSchema>

/** What a person says of a measuring point; null: nothing is known, and no bearing frequencies are looked for. */
export const vibrationPointFieldsSchema = Type.Object(
  { bearing: Type.Union([bearingSchema, Type.Null()]), speed: Type.Union([shaftSpeedSchema, Type.Null()]), author: authorSchema },
  { additionalProperties: false, examples: [{ bearing: { name: '6205', balls: 9, ballMm: 7.94, pitchMm: 39.04, contactDeg: 0 }, speed: { rpm: 1480 }, author: 'Li Na' }] },
)
export type WireVibrationPointFields = Static<typeof vibrationPointFieldsSchema>

export const VIBRATION_FEATURES = [
  'velocity_rms', 'rms', 'peak', 'crest', 'kurtosis', 'band_low', 'band_mid', 'band_high', 'envelope_rms', 'envelope_outer_race', 'envelope_inner_race', 'envelope_ball', 'envelope_cage',
] as const
export type VibrationFeature = (typeof VIBRATION_FEATURES)[number]

/** A waveform signal, with what is computed from it. */
export const vibrationPointSchema = Type.Object(
  {
    signal: path('Path of the waveform signal'),
    unit: Type.Union([Type.String(), Type.Null()]),
    bearing: Type.Union([bearingSchema, Type.Null()]),
    speed: Type.Union([shaftSpeedSchema, Type.Null()]),
    isSaid: Type.Boolean({ description: 'A person said so; otherwise it was found in the plant model: the asset’s property "bearing", its signal of speed or its property "rated_rpm"' }),
    saidBy: Type.Union([Type.String(), Type.Null()]),
    features: Type.Array(Type.Object({ feature: Type.Enum([...VIBRATION_FEATURES]), signal: Type.String({ description: 'Path of the computed signal' }) }, { additionalProperties: false })),
    taken: Type.Integer({ description: 'Recordings since the start' }),
    refused: Type.Integer({ description: 'Of these, recordings of which nothing could be computed' }),
    lastRefusal: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: false },
)
export type WireVibrationPoint = Static<typeof vibrationPointSchema>
export const vibrationPointsAnswer = listingSchema(vibrationPointSchema)

/** Times of recordings, the newest first. */
export const recordingsAnswer = Type.Object(
  { signal: Type.String(), times: Type.Array(Type.Number(), { description: 'Milliseconds since the epoch' }), points: Type.Array(Type.Integer()), next: Type.Union([Type.Number(), Type.Null()], { description: 'Give it as "to" for earlier ones' }) },
  { additionalProperties: false },
)
export type WireRecordings = Static<typeof recordingsAnswer>

const spectrum = (description: string) => Type.Object({ stepHz: Type.Number({ description: 'Width of a bar' }), values: Type.Array(Type.Number()) }, { additionalProperties: false, description })
const orNull = Type.Union([Type.Number(), Type.Null()])

/** One recording, looked at from all sides. */
export const vibrationAnalysisSchema = Type.Object(
  {
    signal: Type.String(),
    time: timeMs('Time of the first point'),
    unit: Type.Union([Type.String(), Type.Null()]),
    rateHz: Type.Number(),
    seconds: Type.Number(),
    shaftHz: Type.Union([Type.Number(), Type.Null()], { description: 'Turns a second at that time; null: not known' }),
    lines: Type.Union(
      [Type.Object({ outerRace: Type.Number(), innerRace: Type.Number(), ball: Type.Number(), cage: Type.Number() }, { additionalProperties: false }), Type.Null()],
      { description: 'Frequencies at which faults of the bearing strike, Hz; null without a bearing or speed, or while the shaft stands still' },
    ),
    wave: Type.Object({ stepMs: Type.Number(), low: Type.Array(Type.Number()), high: Type.Array(Type.Number()) }, { additionalProperties: false, description: 'Lowest and highest value of each stretch of time' }),
    spectrum: spectrum('Amplitudes (peak) in the unit of the signal; each bar is the highest of its lines'),
    envelope: spectrum('Amplitudes of the spectrum of the envelope of the high frequencies'),
    features: Type.Record(Type.String(), orNull, { description: 'By name, as the computed signals have them; null: it cannot be told of this recording' }),
  },
  { additionalProperties: false },
)
export type WireVibrationAnalysis = Static<typeof vibrationAnalysisSchema>
