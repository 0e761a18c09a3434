import { Type, type Static } from 'typebox'
import { authorSchema } from './anomaly.ts'
import { listingSchema } from './listing.ts'

const timeMs = (description: string) => Type.Number({ description: `${description}, in milliseconds since the epoch` })
const orNull = <T extends ReturnType<typeof Type.Number>>(schema: T) => Type.Union([schema, Type.Null()])
const words = Type.Object({ en: Type.String(), zh: Type.String() }, { additionalProperties: false })
const name = Type.String({ minLength: 1, maxLength: 200 })
const path = Type.String({ minLength: 1, maxLength: 1_000 })

/** One machine's life from sound to failed. */
export const failureRunSchema = Type.Object({ asset: path, from: timeMs('When it was sound, or put to work'), to: timeMs('When it failed') }, { additionalProperties: false })
export type WireFailureRun = Static<typeof failureRunSchema>

/** What a remaining life is learned from: machines alike, their signals, and how they failed. */
export const lifeModelFieldsSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200, examples: ['Feed pumps, bearings'] }),
    assetType: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'All assets of this type; or give "assets"' })),
    assets: Type.Optional(Type.Array(path, { minItems: 1, maxItems: 500, description: 'Paths of the assets; or give "assetType"' })),
    signals: Type.Array(name, { minItems: 1, maxItems: 30, description: 'Names of the signals that show wear; each asset must have them' }),
    conditions: Type.Optional(Type.Array(name, { maxItems: 3, description: 'Names of numeric signals that say under which conditions it works (speed, load): wear is judged among equal conditions' })),
    horizonHours: Type.Number({ minimum: 1, maximum: 100_000, description: 'How far ahead an end can show at all; longer lives are told as "more than this"' }),
    failures: Type.Unsafe<'given' | 'labels' | 'events'>({ type: 'string', enum: ['given', 'labels', 'events'], description: 'given: "runs" says them; labels: the beginnings of labelled faults; events: events of the kind "eventKind" on the asset' }),
    runs: Type.Optional(Type.Array(failureRunSchema, { maxItems: 1_000 })),
    cause: Type.Optional(Type.String({ maxLength: 60, description: 'With failures=labels: only faults of this cause' })),
    eventKind: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'With failures=events', examples: ['machine.failed'] })),
    since: Type.Optional(timeMs('With labels or events: where the first run of each asset begins; unless given, two years ago')),
    author: authorSchema,
  },
  {
    additionalProperties: false,
    examples: [{ name: 'Feed pumps, bearings', assetType: 'centrifugal_pump', signals: ['vibration_rms', 'bearing_temperature'], conditions: ['speed'], horizonHours: 500, failures: 'labels', cause: 'bearing', author: 'Li Na' }],
  },
)
export type WireLifeModelFields = Static<typeof lifeModelFieldsSchema>

/** How well remaining lives of machines were told that the model had not seen, at times spread over their lives. */
export const lifeBackTestSchema = Type.Object(
  {
    runs: Type.Integer({ description: 'Lives to failure' }),
    trials: Type.Integer(),
    rmseHours: Type.Number(),
    maeHours: Type.Number(),
    naiveMaeHours: Type.Number({ description: 'The same for who always says the median life that is left: what a model must beat' }),
    coverage: Type.Number({ description: 'Part of the trials inside of the interval, which shall hold 80 %' }),
    widthHours: Type.Number({ description: 'Mean width of the interval' }),
  },
  { additionalProperties: false },
)
export type WireLifeBackTest = Static<typeof lifeBackTestSchema>

export const LIFE_MODEL_STAGES = ['training', 'failed', 'candidate', 'in_service', 'retired'] as const
export type LifeModelStage = (typeof LIFE_MODEL_STAGES)[number]
export const lifeModelSchema = Type.Object(
  {
    id: Type.String(),
    definition: lifeModelFieldsSchema,
    stage: Type.Enum([...LIFE_MODEL_STAGES]),
    created: timeMs('When its training began'),
    progress: Type.Number({ description: 'Of the training, 0 to 1' }),
    failure: Type.Union([Type.String(), Type.Null()], { description: 'Why the training failed, and what would be right' }),
    approver: Type.Union([Type.String(), Type.Null()], { description: 'Who put it in service: not its author' }),
    stepHours: Type.Number({ description: 'Hours of work that make one step' }),
    runs: Type.Array(failureRunSchema, { description: 'The lives that it learned from' }),
    leftOut: Type.Array(words, { description: 'Lives that could not be used, and why' }),
    backTest: Type.Union([lifeBackTestSchema, Type.Null()]),
    hash: Type.Union([Type.String(), Type.Null()], { description: 'SHA-256 of the table that it learned from' }),
    assets: Type.Integer({ description: 'Assets that it applies to now' }),
  },
  { additionalProperties: false },
)
export type WireLifeModel = Static<typeof lifeModelSchema>
export const lifeModelsAnswer = listingSchema(lifeModelSchema)

/** What was made of a table of run-to-failure histories. */
export const historyImportAnswer = Type.Object(
  {
    assets: Type.Integer({ description: 'Machines that were created' }),
    signals: Type.Array(Type.String()),
    constant: Type.Array(Type.String(), { description: 'Columns that never change and were left out' }),
    samples: Type.Integer(),
    runs: Type.Array(failureRunSchema, { description: 'Their lives, as a life model with failures "given" takes them; empty for machines that live on' }),
  },
  { additionalProperties: false },
)
export type WireHistoryImport = Static<typeof historyImportAnswer>

/** A remaining life in hours of work, with the interval that holds the truth in 80 % of the cases. */
export const remainingLifeSchema = Type.Object(
  {
    lowHours: Type.Number(),
    medianHours: Type.Number(),
    highHours: Type.Number(),
    isBeyond: Type.Boolean({ description: 'The end is further away than the model can see: the hours are at least these' }),
  },
  { additionalProperties: false },
)
export type WireRemainingLife = Static<typeof remainingLifeSchema>

/** How an asset is. */
export const assetHealthSchema = Type.Object(
  {
    asset: Type.String({ description: 'Path of the asset' }),
    source: Type.Unsafe<'life_model' | 'anomaly' | 'none'>({
      type: 'string',
      enum: ['life_model', 'anomaly', 'none'],
      description: 'life_model: learned from failures; anomaly: a simple rule on how far the machine is from its normal; none: not known yet',
    }),
    index: orNull(Type.Number({ description: '100 sound, 0 at the end; null while not known' })),
    updated: orNull(timeMs('When it was worked out')),
    life: Type.Union([remainingLifeSchema, Type.Null()]),
    lifeModel: Type.Union([Type.String(), Type.Null()], { description: 'Id of the life model in service for it' }),
    why: words,
    needs: Type.Array(words, { description: 'What would be needed to know more' }),
    signals: Type.Object(
      { index: Type.Union([Type.String(), Type.Null()]), life: Type.Union([Type.String(), Type.Null()]) },
      { additionalProperties: false, description: 'Paths of the computed signals under which its history is kept' },
    ),
  },
  { additionalProperties: false },
)
export type WireAssetHealth = Static<typeof assetHealthSchema>
export const assetHealthAnswer = listingSchema(assetHealthSchema)
