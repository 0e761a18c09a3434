import { Type, type Static } from 'typebox'
import { softSensorBackTestSchema, softSensorFieldsSchema, softSensorSchema, softSensorTrialsAnswer } from '@millwright/model/wire/soft-sensor.ts'

/** Series by their ids: a rename changes nothing. */
export const softSensorRecord = Type.Object(
  {
    id: Type.String(),
    target: Type.Integer(),
    inputs: Type.Array(Type.Integer()),
    definition: softSensorFieldsSchema,
    output: Type.String(),
    outputSeries: Type.Union([Type.Integer(), Type.Null()]),
    stage: softSensorSchema.properties.stage,
    created: Type.Number(),
    progress: Type.Number(),
    failure: Type.Union([Type.String(), Type.Null()]),
    approver: Type.Union([Type.String(), Type.Null()]),
    /** When it was put in service: nothing before is written, unless somebody asks for it. */
    sinceUs: Type.Union([Type.Number(), Type.Null()]),
    backTest: Type.Union([softSensorBackTestSchema, Type.Null()]),
    hash: Type.Union([Type.String(), Type.Null()]),
    method: Type.Union([softSensorBackTestSchema.properties.trials.items.properties.method, Type.Null()]),
    /** What it told of values that it had not seen; absent in records of before. */
    told: Type.Optional(softSensorTrialsAnswer),
    lows: Type.Array(Type.Number()),
    highs: Type.Array(Type.Number()),
  },
  { additionalProperties: false },
)
/** A soft sensor as it is kept; its model is a file beside. */
export type SoftSensorRecord = Static<typeof softSensorRecord>
