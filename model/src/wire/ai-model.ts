import { Type, type Static } from 'typebox'
import { authorSchema } from './anomaly.ts'
import { listingSchema } from './listing.ts'

const timeMs = (description: string) => Type.Number({ description: `${description}, in milliseconds since the epoch` })
const orNull = <T extends ReturnType<typeof Type.Number>>(schema: T) => Type.Union([schema, Type.Null()])

/** Stages of a model. `training` and `failed` come before the first one. */
export const MODEL_STAGES = ['training', 'failed', 'candidate', 'shadow', 'champion', 'retired'] as const
export type ModelStage = (typeof MODEL_STAGES)[number]
export const stageSchema = Type.Enum([...MODEL_STAGES])

/** How a model did on recorded data: each minute judged before it was learned from. */
export const backTestSchema = Type.Object(
  {
    events: Type.Integer({ description: 'Labelled faults in the judged range' }),
    found: Type.Integer(),
    recall: orNull(Type.Number({ description: 'Part of the events that were found; null without events' })),
    falseAlarms: Type.Integer({ description: 'Anomalies that touch no labelled fault or planned stop' }),
    falseAlarmsPerDay: orNull(Type.Number()),
    delaySeconds: orNull(Type.Number({ description: 'Median time from the beginning of an event to its detection' })),
    leadSeconds: orNull(Type.Number({ description: 'Median time from detection to the end of the event' })),
    judgedDays: Type.Number(),
  },
  { additionalProperties: false },
)
export type WireBackTest = Static<typeof backTestSchema>

/** The data that a model was trained on, by reference: the same samples give the same hash. */
export const dataSetSchema = Type.Object(
  {
    signals: Type.Array(Type.Integer({ description: 'Series id' })),
    states: Type.Array(Type.Integer({ description: 'Series id' })),
    from: timeMs('Begin'),
    to: timeMs('End, not included'),
    labels: Type.Array(Type.Object({ id: Type.String(), version: Type.Integer(), kind: Type.String(), from: Type.Number(), to: Type.Number(), author: Type.String() }, { additionalProperties: false })),
    alarmsPerWeek: Type.Number(),
    samples: Type.Integer(),
    hash: Type.String({ description: 'SHA-256 of the samples in their order' }),
  },
  { additionalProperties: false },
)
export type WireDataSet = Static<typeof dataSetSchema>

const changeSchema = Type.Object({ time: timeMs('When'), stage: stageSchema, by: Type.String(), note: Type.Optional(Type.String()) }, { additionalProperties: false })

/** What the finished model makes of anomalies that people judged: the effect of their verdicts. */
const effectSchema = Type.Object(
  { anomaly: Type.String(), verdict: Type.String(), toldAgain: Type.Boolean({ description: 'Whether the model would tell it' }) },
  { additionalProperties: false },
)

export const modelSchema = Type.Object(
  {
    id: Type.String(),
    asset: Type.String({ description: 'Path of the asset' }),
    version: Type.Integer({ description: 'Counts the models of the asset from 1' }),
    stage: stageSchema,
    isKilled: Type.Boolean(),
    author: Type.String(),
    approver: Type.Union([Type.String(), Type.Null()]),
    created: timeMs('When its training began'),
    codeVersion: Type.String(),
    purpose: Type.String({ description: 'What it is for, and what it is not for; anybody may improve it' }),
    progress: Type.Number({ description: 'Of the training, 0 to 1' }),
    failure: Type.Union([Type.String(), Type.Null()]),
    dataSet: Type.Union([dataSetSchema, Type.Null()]),
    backTest: Type.Union([backTestSchema, Type.Null()]),
    effects: Type.Array(effectSchema),
    history: Type.Array(changeSchema, { description: 'Newest last' }),
  },
  { additionalProperties: false },
)
export type WireModel = Static<typeof modelSchema>
export const modelsAnswer = listingSchema(modelSchema)

export const trainFieldsSchema = Type.Object(
  {
    asset: Type.String({ minLength: 1, maxLength: 1_000, description: 'Path of the asset' }),
    from: Type.Optional(Type.Number({ description: 'Begin of the data, milliseconds since the epoch; unless given, 30 days ago' })),
    to: Type.Optional(Type.Number({ description: 'End of the data; unless given, now' })),
    author: authorSchema,
  },
  { additionalProperties: false },
)
export const byFieldsSchema = Type.Object({ by: authorSchema, note: Type.Optional(Type.String({ maxLength: 2_000 })) }, { additionalProperties: false })
export const cardFieldsSchema = Type.Object({ purpose: Type.String({ minLength: 1, maxLength: 10_000 }), by: authorSchema }, { additionalProperties: false })
export const rebuildAnswer = Type.Object({ hash: Type.String(), expected: Type.String(), isSame: Type.Boolean(), samples: Type.Integer() }, { additionalProperties: false })

/** From a score back to everything that it stands on. */
export const lineageSchema = Type.Object(
  {
    anomaly: Type.String(),
    score: Type.Number(),
    pValue: Type.Number(),
    codeVersion: Type.String(),
    model: Type.String(),
    modelVersion: Type.Union([Type.Integer(), Type.Null()], { description: 'null: it learned from the live stream alone' }),
    author: Type.Union([Type.String(), Type.Null()]),
    approver: Type.Union([Type.String(), Type.Null()]),
    dataSetHash: Type.Union([Type.String(), Type.Null()]),
    labels: Type.Array(Type.String()),
  },
  { additionalProperties: false },
)
