import { Type, type Static } from 'typebox'
import { authorSchema, verdictSchema } from './anomaly.ts'
import { listingSchema } from './listing.ts'

const timeMs = (description: string) => Type.Number({ minimum: 0, maximum: 9_000_000_000_000, description: `${description}, in milliseconds since the epoch` })
const words = Type.Object({ en: Type.String(), zh: Type.String() }, { additionalProperties: false })
const orNull = <T extends ReturnType<typeof Type.Number | typeof Type.String>>(schema: T) => Type.Union([schema, Type.Null()])

/** A stretch of a recording, the end not included. */
export const stretchSchema = Type.Object({ from: timeMs('Begin'), to: timeMs('End') }, { additionalProperties: false })
export type WireStretch = Static<typeof stretchSchema>

/** Asks what is not normal in a recording. */
export const examinationFieldsSchema = Type.Object(
  {
    asset: Type.String({ minLength: 1, maxLength: 1_000, description: 'Path of the asset' }),
    signals: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 64, description: 'Names of numeric signals; unless given, all of the asset' })),
    from: timeMs('Begin of what is examined'),
    to: timeMs('Its end, not included'),
    reference: Type.Optional(Type.Object({ ...stretchSchema.properties }, { additionalProperties: false, description: 'A time that was good; unless given, each run is judged against its own first part' })),
    runs: Type.Optional(Type.Array(stretchSchema, { minItems: 1, maxItems: 200, description: 'Runs of the recording, such as files of a test bench; unless given, it is cut where nothing was recorded for a while' })),
    everySeconds: Type.Optional(Type.Number({ minimum: 0.001, maximum: 86_400, description: 'Seconds from one row to the next; unless given, what the signals come by' })),
    author: authorSchema,
  },
  { additionalProperties: false, examples: [{ asset: 'skab/testbed', from: 1583738073000, to: 1583757276000, author: 'Li Na' }] },
)
export type WireExaminationFields = Static<typeof examinationFieldsSchema>

/** A run of the recording: what it learned from and what it judged. */
export const examinedRunSchema = Type.Object(
  {
    from: timeMs('Begin'),
    to: timeMs('End'),
    judgedFrom: Type.Union([timeMs('From here on it was judged'), Type.Null()], { description: 'Null: too short to be judged' }),
    rows: Type.Integer({ description: 'Rows in which something was measured' }),
  },
  { additionalProperties: false },
)

/** A signal's part in a finding, at its height. */
export const findingSignalSchema = Type.Object(
  {
    signal: Type.String({ description: 'Path' }),
    label: Type.String({ description: 'Its description, else its name' }),
    unit: orNull(Type.String()),
    share: Type.Number({ description: 'Its part; all together are at most 1' }),
    deviations: Type.Number({ description: 'Standard deviations from where its level may be; negative: below' }),
    value: orNull(Type.Number()),
    expected: Type.Number({ description: 'Its level as last known' }),
    moved: orNull(Type.Number({ description: 'When it passed its limit, in milliseconds since the epoch; null while inside' })),
  },
  { additionalProperties: false },
)
export type WireFindingSignal = Static<typeof findingSignalSchema>

export const findingSchema = Type.Object(
  {
    id: Type.String({ description: 'Unique within the examination' }),
    from: timeMs('Begin'),
    to: timeMs('End, or that of its run'),
    lasts: Type.Boolean({ description: 'It still lasted when its run ended' }),
    peak: timeMs('When it was at its height'),
    height: Type.Number({ description: 'Highest deviation over the limit: above 1' }),
    run: Type.Integer({ description: 'Place of its run' }),
    signals: Type.Array(findingSignalSchema, { description: 'The most telling first' }),
    summary: words,
    verdicts: Type.Array(verdictSchema, { description: 'Newest first' }),
  },
  { additionalProperties: false },
)
export type WireFinding = Static<typeof findingSchema>

export const EXAMINATION_STATES = ['running', 'done', 'failed', 'cancelled'] as const

export const examinationSchema = Type.Object(
  {
    id: Type.String(),
    asset: Type.String({ description: 'Path of the asset' }),
    signalNames: Type.Array(Type.String()),
    from: timeMs('Begin'),
    to: timeMs('End'),
    reference: Type.Union([stretchSchema, Type.Null()]),
    state: Type.Enum([...EXAMINATION_STATES]),
    progress: Type.Number({ description: '0 to 1' }),
    failure: orNull(Type.String()),
    author: Type.String(),
    created: timeMs('When it was asked for'),
    everySeconds: Type.Number({ description: 'Seconds from one row to the next; 0 until it is known' }),
    limit: Type.Number({ description: 'Standard deviations beyond which a signal is not normal; the same for all, declared beforehand' }),
    rows: Type.Integer({ description: 'Rows that were looked at' }),
    runs: Type.Array(examinedRunSchema),
    warnings: Type.Array(words, { description: 'What to keep in mind' }),
    findings: Type.Array(findingSchema, { description: 'In the order of time' }),
    moreFindings: Type.Integer({ description: 'Weaker ones that are not listed' }),
    hash: Type.String({ description: 'SHA-256 of the rows: the same rows give the same findings' }),
    codeVersion: Type.String(),
  },
  { additionalProperties: false },
)
export type WireExamination = Static<typeof examinationSchema>
export const examinationsAnswer = listingSchema(examinationSchema)
export type WireExaminations = Static<typeof examinationsAnswer>

/** Where an asset has a recording. */
export const recordedRangeSchema = Type.Object(
  { from: Type.Union([timeMs('First sample'), Type.Null()]), to: Type.Union([timeMs('Last sample'), Type.Null()]), signals: Type.Array(Type.String(), { description: 'Names of its numeric signals' }) },
  { additionalProperties: false },
)
export type WireRecordedRange = Static<typeof recordedRangeSchema>
