import { Type } from 'typebox'
import type { ApiServer, RouteParts } from './api-parts.ts'
import {
  EXCHANGE_CONTENT_TYPES,
  EXCHANGE_FORMATS,
  applyImport,
  dryRunImport,
  exportModel,
  type ExchangeFormat,
} from '../plant/model-exchange/model-exchange.ts'
import { RequestProblem } from './problem.ts'
import { answers } from './route-schema.ts'

/** Changes that the answer of an import lists, of each kind; all are counted. */
const MAX_LISTED = 1_000

const format = Type.Unsafe<ExchangeFormat>({ type: 'string', enum: [...EXCHANGE_FORMATS], description: 'Format of the file' })
const exportParameters = Type.Object({ format: Type.Optional(Type.Unsafe<ExchangeFormat>({ ...format, default: 'csv' })) }, { additionalProperties: false })
const importParameters = Type.Object(
  {
    format: Type.Optional(Type.Unsafe<ExchangeFormat>({ ...format, description: 'Format of the file; by Content-Type unless given' })),
    mode: Type.Optional(
      Type.Unsafe<'merge' | 'replace'>({ type: 'string', enum: ['merge', 'replace'], default: 'merge', description: '"merge" leaves alone what the file does not name, "replace" deletes it' }),
    ),
    dry_run: Type.Optional(Type.Boolean({ default: false, description: 'Only tell what would be done' })),
  },
  { additionalProperties: false },
)

const named = Type.Object({ what: Type.String(), path: Type.String() })
const scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])
const importAnswer = Type.Object(
  {
    applied: Type.Boolean(),
    counts: Type.Object({ created: Type.Integer(), changed: Type.Integer(), deleted: Type.Integer(), unchanged: Type.Integer(), errors: Type.Integer() }),
    created: Type.Array(named),
    changed: Type.Array(Type.Object({ ...named.properties, fields: Type.Array(Type.Object({ field: Type.String(), from: scalar, to: scalar })) })),
    deleted: Type.Array(named),
    errors: Type.Array(Type.Unknown(), { description: 'What is wrong, row by row; with any, nothing is imported' }),
  },
  { description: `What the import did or would do. All is counted; of each kind the first ${MAX_LISTED} are listed` },
)

/** The whole plant model as one file, out and in. */
export function registerModelExchange(app: ApiServer, { model, settings, expensive }: RouteParts): void {
  app.get(
    '/api/v1/model',
    {
      schema: {
        tags: ['model'],
        operationId: 'exportModel',
        summary: 'Export the plant model as CSV, XLSX or YAML',
        querystring: exportParameters,
        response: answers({ 200: { description: 'The file', media: mediaOf(Type.Unsafe<string>({ type: 'string', format: 'binary' })) } }, ['OVERLOADED']),
      },
    },
    async ({ query }, reply) => {
      const chosen = query.format ?? 'csv'
      const file = await expensive.run(settings.exportTimeoutMs, () => exportModel(model, chosen))
      void reply.header('content-disposition', `attachment; filename="plant-model.${chosen}"`)
      return await reply.type(EXCHANGE_CONTENT_TYPES[chosen]).send(Buffer.from(file.buffer, file.byteOffset, file.byteLength))
    },
  )
  void app.register(async (scope) => registerImport(scope, { model, settings, expensive }))
}

function registerImport(scope: ApiServer, { model, settings, expensive }: Pick<RouteParts, 'model' | 'settings' | 'expensive'>): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  scope.post(
    '/api/v1/model',
    {
      bodyLimit: settings.maxImportBytes,
      schema: {
        tags: ['model'],
        operationId: 'importModel',
        summary: 'Import a plant model, all of it or nothing',
        description: 'The body is the file as it is. Try it with dry_run=true first. A file with errors in any row changes nothing.',
        consumes: Object.values(EXCHANGE_CONTENT_TYPES).map(bare),
        querystring: importParameters,
        response: answers({ 200: importAnswer }, ['IMPORT_FAILED', 'LIMIT_REACHED', 'UNSUPPORTED', 'CONFLICT', 'OVERLOADED']),
      },
    },
    async ({ query, headers, body }) => {
      const chosen = query.format ?? formatOf(headers['content-type'])
      if (!Buffer.isBuffer(body) || body.length === 0) throw new RequestProblem('IMPORT_FAILED', 'the body is empty; send the file as the body')
      return await expensive.run(settings.exportTimeoutMs, async () => {
        const plan = await dryRunImport(model, body, { format: chosen, mode: query.mode ?? 'merge' })
        const isApplied = query.dry_run !== true
        if (isApplied) await applyImport(model, plan)
        const { created, changed, deleted, errors, unchanged } = plan
        return {
          applied: isApplied,
          counts: { created: created.length, changed: changed.length, deleted: deleted.length, unchanged, errors: errors.length },
          created: created.slice(0, MAX_LISTED),
          changed: changed.slice(0, MAX_LISTED).map(({ fields, ...rest }) => ({ ...rest, fields: [...fields] })),
          deleted: deleted.slice(0, MAX_LISTED),
          errors: errors.slice(0, MAX_LISTED),
        }
      })
    },
  )
}

function mediaOf<T>(schema: T): Record<string, T> {
  return Object.fromEntries(Object.values(EXCHANGE_CONTENT_TYPES).map((type) => [bare(type), schema]))
}

function formatOf(contentType: string | undefined): ExchangeFormat {
  const type = bare(contentType ?? '').toLowerCase()
  const found = EXCHANGE_FORMATS.find((name) => bare(EXCHANGE_CONTENT_TYPES[name]) === type) ?? (/yaml$/.test(type) ? 'yaml' : undefined)
  if (found !== undefined) return found
  throw new RequestProblem('UNSUPPORTED', `give "format" as ${EXCHANGE_FORMATS.join(', ')}, or the file's Content-Type, not "${type.slice(0, 100)}"`)
}

/** A content type without its parameters. */
function bare(contentType: string): string {
  return contentType.split(';', 1)[0]?.trim() ?? ''
}
