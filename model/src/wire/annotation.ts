import { Type, type Static } from 'typebox'

const text = Type.String({ minLength: 1, maxLength: 2_000, description: 'What was seen or done' })
const author = Type.String({ minLength: 1, maxLength: 100, description: 'Who says so, by the name they give' })
const from = Type.Number({ minimum: 0, maximum: 9_000_000_000_000, description: 'Milliseconds since the epoch' })
const to = Type.Number({ minimum: 0, maximum: 9_000_000_000_000, description: 'Milliseconds since the epoch; absent for a moment' })
const signals = Type.Array(Type.String({ minLength: 1, maxLength: 1_000 }), { maxItems: 100, description: 'Signals that it is about; empty: the whole plant' })

/** A remark on a moment or a range of time, as people write it on a trend. */
export const annotationSchema = Type.Object(
  {
    id: Type.String(),
    from,
    to: Type.Optional(to),
    signals,
    text,
    author,
    created: Type.Number({ description: 'Milliseconds since the epoch' }),
    changed: Type.Number({ description: 'Milliseconds since the epoch' }),
  },
  { additionalProperties: false },
)
export type WireAnnotation = Static<typeof annotationSchema>

export const annotationFieldsSchema = Type.Object(
  { from, to: Type.Optional(to), signals: Type.Optional(signals), text, author },
  { additionalProperties: false, examples: [{ from: 1767225600000, signals: ['acme/line1/press3/temperature'], text: 'Bearing changed', author: 'Li Na' }] },
)
export type WireAnnotationFields = Static<typeof annotationFieldsSchema>

/** The annotations of a range; `revision` grows with each change of any of them. */
export const annotationsAnswer = Type.Object(
  { items: Type.Array(annotationSchema), revision: Type.Integer(), truncated: Type.Boolean({ description: 'Whether there were more than the limit; the newest are shown' }) },
  { additionalProperties: false },
)
export type WireAnnotations = Static<typeof annotationsAnswer>
