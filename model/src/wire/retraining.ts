import { Type, type Static } from 'typebox'
import { authorSchema } from './anomaly.ts'

/** What a newer model is due for, and why. */
export const retrainingItemSchema = Type.Object(
  {
    kind: Type.Unsafe<'watch' | 'soft_sensor' | 'life_model' | 'onnx'>({ type: 'string', enum: ['watch', 'soft_sensor', 'life_model', 'onnx'] }),
    id: Type.Union([Type.String(), Type.Null()], { description: 'Of the model that is in service; null where an asset is judged by what it learned by itself' }),
    name: Type.String({ description: 'Path of the asset or of the computed signal, or the name of the model' }),
    last: Type.Union([Type.Number(), Type.Null()], { description: 'When its newest model was made, milliseconds since the epoch' }),
    isDue: Type.Boolean(),
    isHere: Type.Boolean({ description: 'Whether Millwright trains it; false: it is trained where it was made, and uploaded' }),
    why: Type.Object({ en: Type.String(), zh: Type.String() }, { additionalProperties: false }),
  },
  { additionalProperties: false },
)
export type WireRetrainingItem = Static<typeof retrainingItemSchema>

export const retrainingAnswer = Type.Object(
  {
    hour: Type.Integer({ description: 'Hour of the day (UTC) in which candidates are trained by themselves' }),
    days: Type.Integer({ description: 'Age in days from which a soft sensor is trained anew' }),
    items: Type.Array(retrainingItemSchema, { description: 'What is due first' }),
  },
  { additionalProperties: false },
)
export const retrainFieldsSchema = Type.Object({ by: authorSchema }, { additionalProperties: false })
export const retrainAnswer = Type.Object({ begun: Type.Integer({ description: 'Trainings that were begun; each makes a candidate' }) }, { additionalProperties: false })
