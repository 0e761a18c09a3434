import { Type } from 'typebox'
import { assetFieldsSchema, assetPatchSchema, assetSchema, type WireAssetFields } from '@millwright/model/wire/asset.ts'
import { listingSchema } from '@millwright/model/wire/listing.ts'
import type { Asset, PropertyValue } from '@millwright/model/asset.ts'
import type { AssetFields, AssetModel, ModelEdit } from '../plant/asset-model.ts'
import type { ApiServer, RouteParts } from './api-parts.ts'
import { listParameters, listQuery } from './list-parameters.ts'
import { assetAt, checkPath, wireAsset } from './plant-names.ts'
import { bodyProblem } from './problem.ts'
import { answers, noContent, wildcardPath } from './route-schema.ts'

const deleteParameters = Type.Object(
  { contents: Type.Optional(Type.Boolean({ default: false, description: 'Also delete all assets and signals below' })) },
  { additionalProperties: false },
)

/** Assets: list, read, create, replace, change, move, delete. */
export function registerAssets(app: ApiServer, { model }: RouteParts): void {
  app.get(
    '/api/v1/assets',
    {
      schema: {
        tags: ['assets'],
        operationId: 'listAssets',
        summary: 'List assets',
        querystring: listParameters,
        response: answers({ 200: listingSchema(assetSchema) }, ['NAME_INVALID', 'NOT_FOUND']),
      },
    },
    async ({ query }) => {
      if (query.under !== undefined) assetAt(model, query.under)
      const { items, next, total } = await model.findAssets(listQuery(query))
      return { items: items.map(wireAsset), next: next ?? null, total: total ?? null }
    },
  )
  app.get(
    '/api/v1/assets/*',
    {
      schema: {
        tags: ['assets'],
        operationId: 'getAsset',
        summary: 'Read an asset',
        params: wildcardPath,
        response: answers({ 200: assetSchema }, ['NAME_INVALID', 'NOT_FOUND']),
      },
    },
    async ({ params }) => wireAsset(assetAt(model, params['*'])),
  )
  registerAssetWrites(app, model)
}

function registerAssetWrites(app: ApiServer, model: AssetModel): void {
  app.post(
    '/api/v1/assets/*',
    {
      schema: {
        tags: ['assets'],
        operationId: 'createAsset',
        summary: 'Create an asset, with its ancestors where they are missing',
        params: wildcardPath,
        body: assetFieldsSchema,
        response: answers({ 201: assetSchema }, ['NAME_INVALID', 'PAYLOAD_INVALID', 'CONFLICT', 'QUOTA_REACHED']),
      },
    },
    async ({ params, body }, reply) => {
      const path = checkPath(params['*'])
      await model.edit([{ op: 'createAsset', path, fields: body }])
      return reply.code(201).send(wireAsset(assetAt(model, path)))
    },
  )
  app.put(
    '/api/v1/assets/*',
    {
      schema: {
        tags: ['assets'],
        operationId: 'putAsset',
        summary: 'Create an asset, or replace all that is said of it',
        params: wildcardPath,
        body: assetFieldsSchema,
        response: answers({ 200: assetSchema, 201: assetSchema }, ['NAME_INVALID', 'PAYLOAD_INVALID', 'QUOTA_REACHED']),
      },
    },
    async ({ params, body }, reply) => {
      const path = checkPath(params['*'])
      const known = model.asset(path)
      await model.edit([known === undefined ? { op: 'createAsset', path, fields: body } : { op: 'updateAsset', path, fields: replacing(known, body) }])
      return reply.code(known === undefined ? 201 : 200).send(wireAsset(assetAt(model, path)))
    },
  )
  app.patch(
    '/api/v1/assets/*',
    {
      schema: {
        tags: ['assets'],
        operationId: 'patchAsset',
        summary: 'Change, rename or move an asset',
        description: 'JSON merge patch (RFC 7396). "path" moves the asset with all below it; history stays with its signals.',
        consumes: ['application/json', 'application/merge-patch+json'],
        params: wildcardPath,
        body: assetPatchSchema,
        response: answers({ 200: assetSchema }, ['NAME_INVALID', 'NOT_FOUND', 'PAYLOAD_INVALID', 'CONFLICT']),
      },
    },
    async ({ params, body }) => {
      const { path: to = params['*'], ...fields } = body
      assetAt(model, params['*'])
      await model.edit(patchEdits(params['*'], to, fields))
      return wireAsset(assetAt(model, to))
    },
  )
  app.delete(
    '/api/v1/assets/*',
    {
      schema: {
        tags: ['assets'],
        operationId: 'deleteAsset',
        summary: 'Delete an asset',
        params: wildcardPath,
        querystring: deleteParameters,
        response: answers({ 204: noContent('It is gone') }, ['NAME_INVALID', 'NOT_FOUND', 'CONFLICT']),
      },
    },
    async ({ params, query }, reply) => {
      const { path } = assetAt(model, params['*'])
      await model.edit([{ op: 'deleteAsset', path, withContents: query.contents ?? false }])
      return reply.code(204).send()
    },
  )
}

/** The fields that make `known` what `body` says: what is not said goes away. */
function replacing(known: Asset, body: WireAssetFields): AssetFields {
  const gone = Object.keys(known.properties).map((name): [string, PropertyValue | null] => [name, null])
  return {
    level: body.level ?? null,
    type: body.type ?? null,
    description: body.description ?? null,
    properties: { ...Object.fromEntries(gone), ...body.properties },
  }
}

function patchEdits(from: string, to: string, fields: AssetFields): ModelEdit[] {
  const edits: ModelEdit[] = []
  if (to !== from) {
    if (to.startsWith(`${from}/`)) throw bodyProblem('CONFLICT', '/path', 'an asset cannot be moved below itself')
    edits.push({ op: 'moveAsset', path: from, to: checkPath(to) })
  }
  if (Object.keys(fields).length > 0) edits.push({ op: 'updateAsset', path: to, fields })
  return edits
}
