import { listingSchema } from '@millwright/model/wire/listing.ts'
import { signalFieldsSchema, signalPatchSchema, signalSchema, type WireSignalFields } from '@millwright/model/wire/signal.ts'
import type { AssetModel, ModelEdit, SignalFields } from '../plant/asset-model.ts'
import type { ApiServer, RouteParts } from './api-parts.ts'
import { listParameters, listQuery } from './list-parameters.ts'
import { assetAt, checkPath, signalAt, wireSignal } from './plant-names.ts'
import { answers, noContent, wildcardPath } from './route-schema.ts'

/** Signals: list, read, create, replace, change, move, delete. */
export function registerSignals(app: ApiServer, { model }: RouteParts): void {
  app.get(
    '/api/v1/signals',
    {
      schema: {
        tags: ['signals'],
        operationId: 'listSignals',
        summary: 'List signals',
        querystring: listParameters,
        response: answers({ 200: listingSchema(signalSchema) }, ['NAME_INVALID', 'NOT_FOUND']),
      },
    },
    async ({ query }) => {
      if (query.under !== undefined) assetAt(model, query.under)
      const { items, next, total } = await model.findSignals(listQuery(query))
      return { items: items.map((signal) => wireSignal({ path: signal.path, signal })), next: next ?? null, total: total ?? null }
    },
  )
  app.get(
    '/api/v1/signals/*',
    {
      schema: {
        tags: ['signals'],
        operationId: 'getSignal',
        summary: 'Read a signal',
        params: wildcardPath,
        response: answers({ 200: signalSchema }, ['NAME_INVALID', 'SIGNAL_UNKNOWN']),
      },
    },
    async ({ params }) => wireSignal(signalAt(model, params['*'])),
  )
  registerSignalWrites(app, model)
}

function registerSignalWrites(app: ApiServer, model: AssetModel): void {
  app.put(
    '/api/v1/signals/*',
    {
      schema: {
        tags: ['signals'],
        operationId: 'putSignal',
        summary: 'Create a signal, or replace all that is said of it',
        params: wildcardPath,
        body: signalFieldsSchema,
        response: answers({ 200: signalSchema, 201: signalSchema }, ['NAME_INVALID', 'PAYLOAD_INVALID', 'CONFLICT', 'QUOTA_REACHED', 'TYPE_MISMATCH']),
      },
    },
    async ({ params, body }, reply) => {
      const path = checkPath(params['*'])
      const known = model.signal(path)
      await model.edit([known === undefined ? { op: 'createSignal', path, fields: body } : { op: 'updateSignal', path, fields: replacing(body) }])
      return reply.code(known === undefined ? 201 : 200).send(wireSignal(signalAt(model, path)))
    },
  )
  app.patch(
    '/api/v1/signals/*',
    {
      schema: {
        tags: ['signals'],
        operationId: 'patchSignal',
        summary: 'Change, rename or move a signal',
        description: 'JSON merge patch (RFC 7396). "path" renames or moves the signal with its history.',
        consumes: ['application/json', 'application/merge-patch+json'],
        params: wildcardPath,
        body: signalPatchSchema,
        response: answers({ 200: signalSchema }, ['NAME_INVALID', 'SIGNAL_UNKNOWN', 'PAYLOAD_INVALID', 'CONFLICT', 'TYPE_MISMATCH']),
      },
    },
    async ({ params, body }) => {
      const { path: to = params['*'], ...fields } = body
      signalAt(model, params['*'])
      await model.edit(patchEdits(params['*'], to, fields))
      return wireSignal(signalAt(model, to))
    },
  )
  app.delete(
    '/api/v1/signals/*',
    {
      schema: {
        tags: ['signals'],
        operationId: 'deleteSignal',
        summary: 'Delete a signal; its history stays until its retention ends',
        params: wildcardPath,
        response: answers({ 204: noContent('It is gone') }, ['NAME_INVALID', 'SIGNAL_UNKNOWN']),
      },
    },
    async ({ params }, reply) => {
      const { path } = signalAt(model, params['*'])
      await model.edit([{ op: 'deleteSignal', path }])
      return reply.code(204).send()
    },
  )
}

/** The fields that make a signal what `body` says: what is not said goes away. */
function replacing(body: WireSignalFields): SignalFields {
  const { kind, unit, low, high, description, deadband, retentionDays } = body
  return {
    kind,
    unit: unit ?? null,
    low: low ?? null,
    high: high ?? null,
    description: description ?? null,
    deadband: deadband ?? null,
    retentionDays: retentionDays ?? null,
  }
}

function patchEdits(from: string, to: string, fields: SignalFields): ModelEdit[] {
  const edits: ModelEdit[] = []
  if (to !== from) edits.push({ op: 'moveSignal', path: from, to: checkPath(to) })
  if (Object.keys(fields).length > 0) edits.push({ op: 'updateSignal', path: to, fields })
  return edits
}
