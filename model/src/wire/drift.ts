import { Type, type Static } from 'typebox'
import { listingSchema } from './listing.ts'

const orNull = <T extends ReturnType<typeof Type.Number>>(schema: T) => Type.Union([schema, Type.Null()])

/** collecting: too little was seen yet; steady; moved: worth a look; drifted: beyond the limit, an event told it. */
export const DRIFT_STATES = ['collecting', 'steady', 'moved', 'drifted'] as const
export type DriftState = (typeof DRIFT_STATES)[number]
const stateSchema = Type.Unsafe<DriftState>({ type: 'string', enum: [...DRIFT_STATES], description: 'collecting: too little was seen yet; moved: worth a look; drifted: beyond the limit' })
const spreadSchema = Type.Object({ count: Type.Number(), mean: Type.Number(), low: Type.Number({ description: '5 % lie below' }), middle: Type.Number(), high: Type.Number({ description: '5 % lie above' }) }, { additionalProperties: false })
export type WireSpread = Static<typeof spreadSchema>

/** One input (or the score) of a model, now against the training data. */
export const driftPartSchema = Type.Object(
  {
    signal: Type.String({ description: 'Path of the signal; "score" for the output of the model' }),
    state: stateSchema,
    psi: orNull(Type.Number({ description: 'Population stability index over deciles of the training data; above 0.1 moved, above 0.25 drifted' })),
    ks: orNull(Type.Number({ description: 'Kolmogorov–Smirnov distance, 0 to 1' })),
    missing: orNull(Type.Number({ description: 'Part of the rows without a value, 0 to 1' })),
    reference: Type.Union([spreadSchema, Type.Null()], { description: 'Of the training data' }),
    now: Type.Union([spreadSchema, Type.Null()], { description: 'Of the last days' }),
  },
  { additionalProperties: false },
)
export type WireDriftPart = Static<typeof driftPartSchema>

/** What was promised about false alarms, and what people's verdicts say. */
export const calibrationSchema = Type.Object(
  {
    promisedPerWeek: Type.Number({ description: 'False alarms per week that were set' }),
    weeks: Type.Number({ description: 'Time in service that is judged' }),
    told: Type.Integer({ description: 'Anomalies that it told' }),
    judged: Type.Integer({ description: 'Of these, how many people judged' }),
    falseAlarms: Type.Integer({ description: 'Of these, how many they said were nothing' }),
    perWeek: orNull(Type.Number({ description: 'False alarms per week, those that nobody judged counted in proportion' })),
    low: orNull(Type.Number({ description: 'Lower end of its 95 % interval' })),
    high: orNull(Type.Number()),
    state: stateSchema,
  },
  { additionalProperties: false },
)
export type WireCalibration = Static<typeof calibrationSchema>

/** How often a model called something rare, beside how often that is allowed of normal frames: whether its p-values still mean what they say, without anybody's verdict. */
export const ringingSchema = Type.Object(
  {
    weeks: Type.Number({ description: 'Judged time that is counted; frames that people called a fault or planned are left out' }),
    levels: Type.Array(
      Type.Object(
        { allowedPerWeek: Type.Number({ description: 'So often a week a normal frame may be as rare' }), perWeek: Type.Number({ description: 'So often it was' }), low: Type.Number({ description: 'Lower end of its 95 % interval' }), high: Type.Number() },
        { additionalProperties: false },
      ),
    ),
    state: stateSchema,
  },
  { additionalProperties: false },
)
export type WireRinging = Static<typeof ringingSchema>

/** How far the present has moved away from what a model was trained on. */
export const driftSchema = Type.Object(
  {
    model: Type.String({ description: 'Id; "self-learned" where an asset is judged by what it learned from the live stream alone' }),
    asset: Type.String({ description: 'Path of the asset' }),
    state: stateSchema,
    since: Type.Union([Type.Number(), Type.Null()], { description: 'Begin of what is compared, milliseconds since the epoch' }),
    to: Type.Union([Type.Number(), Type.Null()]),
    inputs: Type.Array(driftPartSchema),
    score: Type.Union([driftPartSchema, Type.Null()]),
    calibration: Type.Union([calibrationSchema, Type.Null()], { description: 'By the verdicts of people' }),
    ringing: Type.Union([ringingSchema, Type.Null()], { description: 'By its own p-values; null of models that give no score' }),
  },
  { additionalProperties: false },
)
export type WireDrift = Static<typeof driftSchema>
export const driftsAnswer = listingSchema(driftSchema)
