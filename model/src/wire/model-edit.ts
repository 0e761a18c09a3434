import { Type, type Static } from 'typebox'
import { assetFieldsSchema, assetPatchSchema, pathSchema } from './asset.ts'
import { signalFieldsSchema, signalPatchSchema } from './signal.ts'

/** Most edits of one call; they are applied together or not at all. */
export const MAX_EDITS = 10_000

const closed = { additionalProperties: false } as const
const orUpdate = Type.Optional(Type.Boolean({ description: 'Update it if it exists, instead of refusing' }))

const assetUpdate = Type.Object({ ...omitPath(assetPatchSchema.properties) }, { ...closed, minProperties: 1 })
const signalUpdate = Type.Object({ ...omitPath(signalPatchSchema.properties) }, { ...closed, minProperties: 1 })

const variants = [
  Type.Object({ op: Type.Literal('createAsset'), path: pathSchema, fields: assetFieldsSchema, orUpdate }, closed),
  Type.Object({ op: Type.Literal('updateAsset'), path: pathSchema, fields: assetUpdate }, closed),
  Type.Object({ op: Type.Literal('moveAsset'), path: pathSchema, to: pathSchema }, closed),
  Type.Object({ op: Type.Literal('deleteAsset'), path: pathSchema, withContents: Type.Boolean() }, closed),
  Type.Object({ op: Type.Literal('createSignal'), path: pathSchema, fields: signalFieldsSchema, orUpdate }, closed),
  Type.Object({ op: Type.Literal('updateSignal'), path: pathSchema, fields: signalUpdate }, closed),
  Type.Object({ op: Type.Literal('moveSignal'), path: pathSchema, to: pathSchema }, closed),
  Type.Object({ op: Type.Literal('deleteSignal'), path: pathSchema }, closed),
] as const

export type WireModelEdit = Static<(typeof variants)[number]>

/** One edit of the plant model, told apart by `op`. */
export const modelEditSchema = Type.Unsafe<WireModelEdit>({
  type: 'object',
  required: ['op'],
  discriminator: { propertyName: 'op' },
  oneOf: [...variants],
})

/** Edits that are applied in order, all or none. */
export const modelEditsSchema = Type.Object(
  { edits: Type.Array(modelEditSchema, { minItems: 1, maxItems: MAX_EDITS }) },
  { ...closed, examples: [{ edits: [{ op: 'moveAsset', path: 'acme/line1/press3', to: 'acme/line2/press3' }] }] },
)
export type WireModelEdits = Static<typeof modelEditsSchema>

function omitPath<T extends { readonly path: unknown }>(properties: T): Omit<T, 'path'> {
  const { path: _, ...rest } = properties
  return rest
}
