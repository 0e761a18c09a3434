import { Type, type Static } from 'typebox'
import { ASSET_LEVELS } from '../asset.ts'
import { MAX_PATH_LENGTH } from '../path.ts'

/** Most properties of one asset. */
export const MAX_PROPERTIES = 200
const MAX_TEXT = 4_000

export const levelSchema = Type.Unsafe<(typeof ASSET_LEVELS)[number]>({
  type: 'string',
  enum: [...ASSET_LEVELS],
  description: 'Level in the equipment hierarchy (IEC 62264-1)',
})

const propertyValue = Type.Union([Type.String({ maxLength: MAX_TEXT }), Type.Number(), Type.Boolean()])

const properties = Type.Record(Type.String({ minLength: 1, maxLength: 200 }), propertyValue, {
  description: 'Free properties, such as maker or serial number',
  maxProperties: MAX_PROPERTIES,
})

const mergedProperties = Type.Record(Type.String({ minLength: 1, maxLength: 200 }), Type.Union([...propertyValue.anyOf, Type.Null()]), {
  description: 'Properties to set; null takes one away, the others stay',
  maxProperties: MAX_PROPERTIES,
})

export const pathSchema = Type.String({
  minLength: 1,
  maxLength: MAX_PATH_LENGTH,
  description: 'Names joined by "/"',
  examples: ['acme/tianjin/machining/line1/press3'],
})

const type = Type.String({ minLength: 1, maxLength: 200, description: 'Type of the asset', examples: ['centrifugal_pump'] })
const description = Type.String({ maxLength: MAX_TEXT })

/** An asset as the API shows it. */
export const assetSchema = Type.Object(
  {
    id: Type.Integer({ description: 'Given once; survives a rename or a move' }),
    path: pathSchema,
    name: Type.String(),
    level: Type.Optional(levelSchema),
    type: Type.Optional(type),
    description: Type.Optional(description),
    properties,
    childCount: Type.Optional(Type.Integer({ description: 'Assets directly below; in listings' })),
    signalCount: Type.Optional(Type.Integer({ description: 'Signals of its own; in listings' })),
  },
  { additionalProperties: false },
)
export type WireAsset = Static<typeof assetSchema>

/** What is said of an asset when it is created or replaced. */
export const assetFieldsSchema = Type.Object(
  {
    level: Type.Optional(levelSchema),
    type: Type.Optional(type),
    description: Type.Optional(description),
    properties: Type.Optional(properties),
  },
  { additionalProperties: false, examples: [{ level: 'equipment', type: 'press', properties: { maker: 'Schuler' } }] },
)
export type WireAssetFields = Static<typeof assetFieldsSchema>

/** A change of an asset: JSON merge patch (RFC 7396). `path` renames or moves it with all below it. */
export const assetPatchSchema = Type.Object(
  {
    path: Type.Optional(pathSchema),
    level: Type.Optional(Type.Union([levelSchema, Type.Null()])),
    type: Type.Optional(Type.Union([type, Type.Null()])),
    description: Type.Optional(Type.Union([description, Type.Null()])),
    properties: Type.Optional(mergedProperties),
  },
  { additionalProperties: false, minProperties: 1, examples: [{ description: 'Press of line 1', properties: { serial: 'S-17' } }] },
)
export type WireAssetPatch = Static<typeof assetPatchSchema>
