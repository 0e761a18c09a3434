import { Type, type Static } from 'typebox'
import { authorSchema } from './anomaly.ts'
import { listingSchema } from './listing.ts'
import { onnxPartSchema } from './onnx.ts'

const timeMs = (description: string) => Type.Number({ description: `${description}, in milliseconds since the epoch` })
const orNull = <T extends ReturnType<typeof Type.Number>>(schema: T) => Type.Union([schema, Type.Null()])

/** Stages of a model. `training` and `failed` come before the first one. */
export const MODEL_STAGES = ['training', 'failed', 'candidate', 'shadow', 'champion', 'retired'] as const
export type ModelStage = (typeof MODEL_STAGES)[number]
export const stageSchema = Type.Enum([...MODEL_STAGES])

export const MODEL_KINDS = ['watch', 'onnx'] as const
export type ModelKind = (typeof MODEL_KINDS)[number]
/** Orders of a list of models. */
export const MODEL_SORTS = ['newest', 'asset', 'recall', 'falseAlarms'] as const
export type ModelSort = (typeof MODEL_SORTS)[number]

/** An experiment: models that somebody made under one name. */
export const experimentSchema = Type.Object(
  {
    experiment: Type.String(),
    models: Type.Integer(),
    assets: Type.Integer({ description: 'Assets that they are of' }),
    inCharge: Type.Integer({ description: 'Of them in charge now' }),
    authors: Type.Array(Type.String()),
    newest: timeMs('When the newest was made'),
  },
  { additionalProperties: false },
)
export type WireExperiment = Static<typeof experimentSchema>
export const experimentsAnswer = listingSchema(experimentSchema)

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

/** What the verdicts of people changed, in one line: of judged anomalies, what the model would tell again. */
export const verdictEffectSchema = Type.Object(
  {
    falseGone: Type.Integer({ description: 'Said to be nothing, and no longer told' }),
    falseLeft: Type.Integer({ description: 'Said to be nothing, and told all the same' }),
    realKept: Type.Integer({ description: 'Said to be real, and told again' }),
    realLost: Type.Integer({ description: 'Said to be real, and no longer told: look before you promote it' }),
  },
  { additionalProperties: false },
)
export type WireVerdictEffect = Static<typeof verdictEffectSchema>

/** A standard metric of the back-test. */
export const metricSchema = Type.Object(
  { name: Type.String({ description: 'such as mae, rmse, r2, accuracy, f1' }), value: Type.Number(), baseline: Type.Union([Type.Number(), Type.Null()], { description: 'What the simplest rule reaches on the same data' }), unit: Type.Optional(Type.String()) },
  { additionalProperties: false },
)
export type WireMetric = Static<typeof metricSchema>

/** What a model said beside the truth, class by class. */
export const confusionSchema = Type.Object(
  {
    truth: Type.Unsafe<'signal' | 'labels'>({ type: 'string', enum: ['signal', 'labels'], description: 'signal: the target of the contract; labels: what people marked' }),
    classes: Type.Array(Type.String()),
    counts: Type.Array(Type.Array(Type.Integer()), { description: 'Windows: a row for each true class, a column for each one that it said' }),
    unknown: Type.Integer({ description: 'Windows of which the truth is not known, or is no class of the model' }),
  },
  { additionalProperties: false },
)
export type WireConfusion = Static<typeof confusionSchema>

/** Output of the models that watch an asset for anomalies by themselves. */
export const ANOMALIES = 'anomalies'

export const modelSchema = Type.Object(
  {
    id: Type.String(),
    asset: Type.String({ description: 'Path of the asset' }),
    kind: Type.Unsafe<'watch' | 'onnx'>({ type: 'string', enum: ['watch', 'onnx'], description: 'watch: trained here; onnx: brought by somebody' }),
    output: Type.String({ description: '"anomalies", or the name of the signal that it writes. Of each output an asset has one champion' }),
    version: Type.Integer({ description: 'Counts the models of the asset and output from 1' }),
    stage: stageSchema,
    isKilled: Type.Boolean(),
    author: Type.String(),
    approver: Type.Union([Type.String(), Type.Null()]),
    created: timeMs('When its training began'),
    codeVersion: Type.String(),
    purpose: Type.String({ description: 'What it is for, and what it is not for; anybody may improve it' }),
    purposeZh: Type.Union([Type.String(), Type.Null()], { description: 'The same in Chinese; null: "purpose" stands in both languages' }),
    notes: Type.String({ description: 'Whatever else people want to say of it, in Markdown' }),
    progress: Type.Number({ description: 'Of the training, 0 to 1' }),
    failure: Type.Union([Type.String(), Type.Null()]),
    dataSet: Type.Union([dataSetSchema, Type.Null()]),
    backTest: Type.Union([backTestSchema, Type.Null()]),
    metrics: Type.Array(metricSchema),
    confusion: Type.Union([confusionSchema, Type.Null()], { description: 'Of a model that tells classes, where the truth is known' }),
    effects: Type.Array(effectSchema),
    verdictEffect: Type.Union([verdictEffectSchema, Type.Null()], { description: 'The effects in one line; null where nobody judged anything' }),
    experiment: Type.Union([Type.String(), Type.Null()], { description: 'Name of the experiment that it belongs to' }),
    dataSetId: Type.Union([Type.String(), Type.Null()], { description: 'The named data set that it was trained on' }),
    onnx: Type.Union([onnxPartSchema, Type.Null()]),
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
    dataSet: Type.Optional(Type.String({ maxLength: 100, description: 'Id of a data set; it takes the place of "from" and "to"' })),
    experiment: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Name of an experiment that the model belongs to' })),
    alarmsPerWeek: Type.Optional(Type.Number({ minimum: 0.01, maximum: 100, description: 'False alarms per week that are put up with in the back-test; unless given, the setting' })),
    author: authorSchema,
  },
  { additionalProperties: false },
)
export const byFieldsSchema = Type.Object({ by: authorSchema, note: Type.Optional(Type.String({ maxLength: 2_000 })) }, { additionalProperties: false })
export const cardFieldsSchema = Type.Object({ purpose: Type.String({ minLength: 1, maxLength: 10_000 }), purposeZh: Type.Optional(Type.String({ minLength: 1, maxLength: 10_000, description: 'The same in Chinese; unless given, "purpose" stands in both languages' })), notes: Type.Optional(Type.String({ maxLength: 50_000 })), by: authorSchema }, { additionalProperties: false })
/** The model card as JSON. */
export const cardSchema = Type.Object({ card: Type.Literal('millwright-model-card/1'), markdown: Type.String(), model: modelSchema, lineage: Type.Array(Type.String(), { description: 'What it stands on, in sentences' }) }, { additionalProperties: false })
export type WireCard = Static<typeof cardSchema>
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
    file: Type.Union([Type.String(), Type.Null()], { description: 'SHA-256 of the ONNX file, where the model was brought' }),
    labels: Type.Array(Type.String()),
  },
  { additionalProperties: false },
)

/** From a sample that Millwright computed back to everything that it stands on. */
export const sampleLineageSchema = Type.Object(
  {
    signal: Type.String({ description: 'Path of the computed signal' }),
    time: timeMs('Of the sample'),
    value: Type.Union([Type.Number(), Type.String(), Type.Null()], { description: 'null: it could not be told' }),
    by: Type.String({ description: 'onnx-model: a model that was brought; soft sensor: one trained here; health: index and remaining life' }),
    model: Type.Union([Type.String(), Type.Null()], { description: 'Id; "self-learned" for the health of an asset that is judged by what it learned by itself; null where the model is forgotten' }),
    modelVersion: Type.Union([Type.Integer(), Type.Null()]),
    codeVersion: Type.Union([Type.String(), Type.Null()]),
    file: Type.Union([Type.String(), Type.Null()], { description: 'SHA-256 of the ONNX file, where the model was brought' }),
    author: Type.Union([Type.String(), Type.Null()]),
    approver: Type.Union([Type.String(), Type.Null()]),
    since: Type.Union([Type.Number(), Type.Null()], { description: 'When the model was put in service, in milliseconds since the epoch' }),
    dataSetHash: Type.Union([Type.String(), Type.Null()]),
    labels: Type.Array(Type.String({ description: 'Id@version' })),
    inputs: Type.Array(Type.String({ description: 'Paths of the signals that it is made of' })),
  },
  { additionalProperties: false },
)
export type WireSampleLineage = Static<typeof sampleLineageSchema>
