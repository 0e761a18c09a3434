import { Type, type Static } from 'typebox'
import { listingSchema } from './listing.ts'

const timeMs = (description: string) => Type.Number({ description: `${description}, in milliseconds since the epoch` })
const words = Type.Object({ en: Type.String(), zh: Type.String() }, { additionalProperties: false })
export type WireWords = Static<typeof words>

/** What a person may say of an anomaly. */
export const VERDICTS = ['real', 'not_real', 'planned', 'known'] as const
export type Verdict = (typeof VERDICTS)[number]
const verdict = Type.Enum([...VERDICTS], {
  description: 'real: something is wrong; not_real: nothing is wrong; planned: a planned stop or test; known: wrong, and known already',
})
export const authorSchema = Type.String({ minLength: 1, maxLength: 100, description: 'Who says so, by the name they give' })

/** One person's verdict. Nothing is overwritten: a later one of the same person stands for them. */
export const verdictSchema = Type.Object(
  {
    verdict,
    cause: Type.Optional(Type.String({ description: 'Code of the tree of causes' })),
    note: Type.Optional(Type.String()),
    author: authorSchema,
    time: timeMs('When it was said'),
    version: Type.Integer({ description: 'Counts the verdicts on this anomaly from 1' }),
  },
  { additionalProperties: false },
)
export type WireVerdict = Static<typeof verdictSchema>

export const verdictFieldsSchema = Type.Object(
  { verdict, cause: Type.Optional(Type.String({ maxLength: 60 })), note: Type.Optional(Type.String({ maxLength: 2_000 })), author: authorSchema },
  { additionalProperties: false, examples: [{ verdict: 'real', cause: 'bearing', author: 'Li Na' }] },
)
export type WireVerdictFields = Static<typeof verdictFieldsSchema>

/** A signal's part in an anomaly, at its height. */
export const anomalySignalSchema = Type.Object(
  {
    signal: Type.String({ description: 'Path of the signal; the series id where it exists no longer' }),
    label: Type.String({ description: 'Its description, else its name' }),
    unit: Type.Union([Type.String(), Type.Null()]),
    share: Type.Number({ description: 'Its part in the anomaly; all together are 1' }),
    value: Type.Union([Type.Number(), Type.Null()]),
    expected: Type.Number({ description: 'What the other signals, or its own level, say that it should be' }),
    low: Type.Number({ description: 'Lower end of the band in which it normally is' }),
    high: Type.Number(),
    moved: Type.Union([Type.Number(), Type.Null()], { description: 'When it left its band, in milliseconds since the epoch; null while inside' }),
    movedFirst: Type.Boolean(),
    reason: Type.Optional(
      Type.Unsafe<'apart' | 'level' | 'spikes' | 'frozen' | 'stays' | 'pace' | 'silent' | 'shape' | 'pattern' | 'batch'>({
        type: 'string',
        enum: ['apart', 'level', 'spikes', 'frozen', 'stays', 'pace', 'silent', 'shape', 'pattern', 'batch'],
        description:
          'apart: away from what the others let expect; level: away from its own level; spikes: single samples jump; frozen: it repeats one value; stays: a state that does not end, value and band are then minutes; ' +
          'pace: its samples come at another rate, silent: they come no more, value and band are then seconds; shape: a course like none before; pattern: values in an order not seen before; batch: outside of the course that its recipe usually takes',
      }),
    ),
    state: Type.Optional(Type.String({ description: 'Of a state that does not end: which; of a batch: its recipe or phase' })),
    progress: Type.Optional(Type.Number({ description: 'Of a batch: how far the phase was, 0 at its beginning and 1 at its usual end' })),
  },
  { additionalProperties: false },
)
export type WireAnomalySignal = Static<typeof anomalySignalSchema>

export const anomalySchema = Type.Object(
  {
    id: Type.String(),
    asset: Type.String({ description: 'Path of the asset' }),
    state: Type.Union([Type.Literal('open'), Type.Literal('closed')]),
    began: timeMs('When the first of its signals left its band'),
    detected: timeMs('When it was rare enough to be told'),
    ended: Type.Union([Type.Number(), Type.Null()]),
    isAccepted: Type.Boolean({ description: 'It lasted two days and now counts as normal' }),
    isPast: Type.Boolean({ description: 'It lay in the past already when the samples arrived: backfilled' }),
    judgedUntil: Type.Union([Type.Number(), Type.Null()], { description: 'Of one in a past that is still coming in: how far its machine was judged, and it had not ended; null otherwise' }),
    pValue: Type.Number({ description: 'How often a normal minute looks this odd' }),
    peak: timeMs('When it was at its height'),
    regime: Type.String({ description: 'Operating state of the asset, from its state signals' }),
    signals: Type.Array(anomalySignalSchema, { description: 'The most telling first' }),
    summary: words,
    signature: Type.String({ description: 'Anomalies of the same signature look alike' }),
    isQuieted: Type.Boolean({ description: 'People said twice that this signature is nothing' }),
    model: Type.String({ description: 'The model that told it; its lineage is under /api/v1/models' }),
    codeVersion: Type.String(),
    verdicts: Type.Array(verdictSchema, { description: 'Newest first' }),
    verdict: Type.Union([verdict, Type.Null()], { description: 'The newest; null when nobody said anything' }),
    isDisputed: Type.Boolean({ description: 'People disagree' }),
    together: Type.Optional(
      Type.Array(Type.Object({ id: Type.String(), asset: Type.String(), detected: timeMs('When it was told') }, { additionalProperties: false }), {
        description: 'In the list of what needs attention: others that look like the same event, told on the same line within an hour or on the same machine within a week',
      }),
    ),
  },
  { additionalProperties: false },
)
export type WireAnomaly = Static<typeof anomalySchema>

export const anomaliesAnswer = listingSchema(anomalySchema)
export type WireAnomalies = Static<typeof anomaliesAnswer>

/** A past anomaly that looks like this one. */
export const similarAnomalySchema = Type.Object(
  { id: Type.String(), asset: Type.String(), detected: timeMs('When'), likeness: Type.Number({ description: '0 to 1' }), verdict: Type.Union([verdict, Type.Null()]), cause: Type.Union([words, Type.Null()]), note: Type.Union([Type.String(), Type.Null()]) },
  { additionalProperties: false },
)
export const anomalyDetailSchema = Type.Object({ anomaly: anomalySchema, similar: Type.Array(similarAnomalySchema) }, { additionalProperties: false })
export type WireAnomalyDetail = Static<typeof anomalyDetailSchema>

/** What a verdict changed. */
export const verdictAnswer = Type.Object(
  { anomaly: anomalySchema, changes: Type.Array(words, { description: 'What is different from now on' }), quieted: Type.Boolean() },
  { additionalProperties: false },
)
export type WireVerdictAnswer = Static<typeof verdictAnswer>

/** A node of the tree of causes. */
export const causeSchema = Type.Object(
  { code: Type.String(), parent: Type.Union([Type.String(), Type.Null()]), en: Type.String(), zh: Type.String(), iso: Type.Optional(Type.String({ description: 'Failure mode code of ISO 14224' })) },
  { additionalProperties: false },
)
export const causesAnswer = Type.Object({ causes: Type.Array(causeSchema) }, { additionalProperties: false })

/** A signature that is not told any more. */
export const quietRuleSchema = Type.Object(
  { signature: Type.String(), asset: Type.String(), since: timeMs('Since when'), because: Type.Array(Type.String(), { description: 'Ids of the anomalies that were said to be nothing' }), authors: Type.Array(Type.String()), held: Type.Integer({ description: 'Anomalies that were quieted by it' }) },
  { additionalProperties: false },
)
export type WireQuietRule = Static<typeof quietRuleSchema>
export const quietRulesAnswer = Type.Object({ items: Type.Array(quietRuleSchema) }, { additionalProperties: false })
