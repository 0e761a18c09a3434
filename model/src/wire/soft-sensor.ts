import { Type, type Static } from 'typebox'
import { authorSchema } from './anomaly.ts'
import { listingSchema } from './listing.ts'

const timeMs = (description: string) => Type.Number({ description: `${description}, in milliseconds since the epoch` })
const orNull = <T extends ReturnType<typeof Type.Number>>(schema: T) => Type.Union([schema, Type.Null()])
const words = Type.Object({ en: Type.String(), zh: Type.String() }, { additionalProperties: false })
const path = (description?: string) => Type.String({ minLength: 1, maxLength: 1_100, ...(description !== undefined && { description }) })

/** What a soft sensor is asked for: a signal that is rarely measured (a laboratory value), told from signals that are always there. */
export const softSensorFieldsSchema = Type.Object(
  {
    target: path('Path of the signal that is measured rarely'),
    inputs: Type.Array(path(), { minItems: 1, maxItems: 50, description: 'Paths of the signals that it is told from' }),
    output: Type.Optional(path('Path of the computed signal; unless given, the target with "_estimated" behind')),
    everySeconds: Type.Optional(Type.Integer({ default: 60, minimum: 10, maximum: 86_400, description: 'Time between two values; inputs are averaged over it' })),
    from: Type.Optional(timeMs('Begin of the data to learn from; unless given, 180 days ago')),
    to: Type.Optional(timeMs('End of the data; unless given, now')),
    author: authorSchema,
  },
  {
    additionalProperties: false,
    examples: [{ target: 'acme/dye/vat2/ph_lab', inputs: ['acme/dye/vat2/conductivity', 'acme/dye/vat2/temperature', 'acme/dye/vat2/dosing_flow'], everySeconds: 60, author: 'Li Na' }],
  },
)
export type WireSoftSensorFields = Static<typeof softSensorFieldsSchema>

export const SOFT_SENSOR_METHODS = ['ridge', 'pls', 'boosting'] as const
export type SoftSensorMethod = (typeof SOFT_SENSOR_METHODS)[number]

/** How one method did by blocked cross validation: each fifth of the time told from the others. */
export const softSensorTrialSchema = Type.Object(
  {
    method: Type.Enum([...SOFT_SENSOR_METHODS]),
    setting: Type.String({ description: 'What was set: the ridge, the number of components, of trees' }),
    rmse: Type.Number({ description: "In the target's unit" }),
    mae: Type.Number(),
    r2: Type.Number({ description: 'Part of the variance that is explained; below 0 it is worse than the mean' }),
    isChosen: Type.Boolean(),
  },
  { additionalProperties: false },
)
export type WireSoftSensorTrial = Static<typeof softSensorTrialSchema>

export const softSensorBackTestSchema = Type.Object(
  {
    rows: Type.Integer({ description: 'Measured values with all inputs' }),
    trials: Type.Array(softSensorTrialSchema, { description: 'The best first' }),
    lastValueRmse: Type.Number({ description: 'Error of who says the last measured value again: what it must beat' }),
    meanRmse: Type.Number({ description: 'Error of who always says the mean' }),
    band: Type.Number({ description: 'Nine of ten values lie within plus or minus this of the truth, by cross validation' }),
    isUseful: Type.Boolean({ description: 'It beats the mean and, unless the target is measured all the time, the last measured value; otherwise it cannot be put in service' }),
    why: words,
  },
  { additionalProperties: false },
)
export type WireSoftSensorBackTest = Static<typeof softSensorBackTestSchema>

export const SOFT_SENSOR_STAGES = ['training', 'failed', 'candidate', 'in_service', 'stopped'] as const
export type SoftSensorStage = (typeof SOFT_SENSOR_STAGES)[number]
export const softSensorSchema = Type.Object(
  {
    id: Type.String(),
    definition: softSensorFieldsSchema,
    output: Type.String({ description: 'Path of the computed signal' }),
    unit: Type.Union([Type.String(), Type.Null()]),
    stage: Type.Enum([...SOFT_SENSOR_STAGES]),
    created: timeMs('When its training began'),
    progress: Type.Number({ description: 'Of the training, 0 to 1' }),
    failure: Type.Union([Type.String(), Type.Null()], { description: 'Why the training failed, and what would be right' }),
    approver: Type.Union([Type.String(), Type.Null()], { description: 'Who put it in service: not its author' }),
    since: orNull(timeMs('When it was put in service last')),
    backTest: Type.Union([softSensorBackTestSchema, Type.Null()]),
    hash: Type.Union([Type.String(), Type.Null()], { description: 'SHA-256 of the table that it learned from' }),
    live: Type.Union(
      [
        Type.Object(
          {
            time: orNull(timeMs('Time of the newest value')),
            value: orNull(Type.Number()),
            quality: Type.Union([Type.String(), Type.Null()], { description: 'good; uncertain: an input is missing, bad or outside of what was learned; bad: no value' }),
            written: Type.Integer({ description: 'Values since the start' }),
            rewritten: Type.Integer({ description: 'Of these, values told anew because inputs came late' }),
            uncertain: Type.Integer({ description: 'Of these, values of uncertain quality' }),
            missing: Type.Array(Type.String(), { description: 'Inputs without a usable value now' }),
            outside: Type.Array(Type.String(), { description: 'Inputs outside of what was learned now' }),
            trouble: Type.Union([Type.String(), Type.Null()]),
          },
          { additionalProperties: false },
        ),
        Type.Null(),
      ],
      { description: 'null unless in service' },
    ),
  },
  { additionalProperties: false },
)
export type WireSoftSensor = Static<typeof softSensorSchema>
export const softSensorsAnswer = listingSchema(softSensorSchema)

/** What a soft sensor told of values that it had not seen, by cross validation, beside what was measured: some hundred of them, spread over the time. */
export const softSensorTrialsAnswer = Type.Object(
  {
    times: Type.Array(timeMs('End of the step before the measurement')),
    measured: Type.Array(Type.Number()),
    told: Type.Array(Type.Number()),
  },
  { additionalProperties: false },
)
export type WireSoftSensorTrials = Static<typeof softSensorTrialsAnswer>

/** A signal that a rare value may be told from. */
const suggestionSchema = Type.Object(
  {
    path: Type.String(),
    place: Type.Unsafe<'same_asset' | 'beside'>({ type: 'string', enum: ['same_asset', 'beside'], description: 'beside: of an asset below the same one' }),
    rows: Type.Integer({ description: 'Newest measured values for which it had a value' }),
    correlation: orNull(Type.Number({ description: 'With these; a hint, no proof' })),
  },
  { additionalProperties: false },
)
export type WireInputSuggestion = Static<typeof suggestionSchema>
export const inputSuggestionsAnswer = Type.Object({ items: Type.Array(suggestionSchema) }, { additionalProperties: false })

/** Tells a stretch of the past anew. */
export const recomputeFieldsSchema = Type.Object({ from: timeMs('Begin'), to: timeMs('End, not included') }, { additionalProperties: false })
export const recomputeAnswer = Type.Object({ written: Type.Integer(), uncertain: Type.Integer() }, { additionalProperties: false })
