import { Type, type Static } from 'typebox'
import type { ValueKind } from '../sample-batch.ts'
import { pathSchema } from './asset.ts'

export const kindSchema = Type.Unsafe<ValueKind>({
  type: 'string',
  enum: ['number', 'boolean', 'text', 'waveform'],
  description: 'What the values are',
})

const unit = Type.String({ minLength: 1, maxLength: 100, description: 'Unit as a UCUM code', examples: ['Cel'] })
const description = Type.String({ maxLength: 4_000 })
const low = Type.Number({ description: "Lower end of the expected range, in the signal's unit" })
const high = Type.Number({ description: "Upper end of the expected range, in the signal's unit" })
const deadband = Type.Number({ minimum: 0, description: "Smaller changes are not stored, in the signal's unit; 0 keeps all" })
const retentionDays = Type.Number({ exclusiveMinimum: 0, maximum: 100_000, description: "Days that samples are kept; absent: the plant's default" })

/** A signal as the API shows it. */
export const signalSchema = Type.Object(
  {
    series: Type.Integer({ description: 'Id of its history; survives a rename' }),
    path: pathSchema,
    name: Type.String(),
    kind: kindSchema,
    unit: Type.Optional(unit),
    low: Type.Optional(low),
    high: Type.Optional(high),
    description: Type.Optional(description),
    deadband: Type.Optional(deadband),
    retentionDays: Type.Optional(retentionDays),
  },
  { additionalProperties: false },
)
export type WireSignal = Static<typeof signalSchema>

/** What is said of a signal when it is created or replaced. */
export const signalFieldsSchema = Type.Object(
  {
    kind: kindSchema,
    unit: Type.Optional(unit),
    low: Type.Optional(low),
    high: Type.Optional(high),
    description: Type.Optional(description),
    deadband: Type.Optional(deadband),
    retentionDays: Type.Optional(retentionDays),
  },
  { additionalProperties: false, examples: [{ kind: 'number', unit: 'Cel', low: 0, high: 120 }] },
)
export type WireSignalFields = Static<typeof signalFieldsSchema>

/** A change of a signal: JSON merge patch (RFC 7396). `path` renames or moves it; its history goes with it. */
export const signalPatchSchema = Type.Object(
  {
    path: Type.Optional(pathSchema),
    kind: Type.Optional(kindSchema),
    unit: Type.Optional(Type.Union([unit, Type.Null()])),
    low: Type.Optional(Type.Union([low, Type.Null()])),
    high: Type.Optional(Type.Union([high, Type.Null()])),
    description: Type.Optional(Type.Union([description, Type.Null()])),
    deadband: Type.Optional(Type.Union([deadband, Type.Null()])),
    retentionDays: Type.Optional(Type.Union([retentionDays, Type.Null()])),
  },
  { additionalProperties: false, minProperties: 1, examples: [{ unit: 'Cel', high: null }] },
)
export type WireSignalPatch = Static<typeof signalPatchSchema>
