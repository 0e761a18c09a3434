import type { Readable } from 'node:stream'
import { Type } from 'typebox'
import { modelSchema } from '@millwright/model/wire/ai-model.ts'
import { authorSchema } from '@millwright/model/wire/anomaly.ts'
import { onnxBindFieldsSchema, onnxCheckSchema, onnxFileSchema, onnxFilesAnswer, onnxRunsAnswer } from '@millwright/model/wire/onnx.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Intelligence } from '../intelligence.ts'
import { rangeUs } from '../onnx/onnx-models.ts'
import { wireModel } from './model-routes.ts'
import { answer, idParameter, pageOf, pageParameters, type TypedServer } from './route-answer.ts'

const byParameter = Type.Object({ by: authorSchema }, { additionalProperties: false })
const backTestFields = Type.Object({ from: Type.Optional(Type.Number({ description: 'Milliseconds since the epoch; unless given, 30 days ago' })), to: Type.Optional(Type.Number()), by: authorSchema }, { additionalProperties: false })
const bindAnswer = Type.Object({ items: Type.Array(modelSchema), check: onnxCheckSchema }, { additionalProperties: false })
/** A check takes seconds, with given pairs of large windows: the body may be as large as those. */
const MAX_PAIRS_BYTES = 32 * 1024 * 1024
const DEFAULT_DAYS = 30

/** Models that people bring: files, contracts, how they run. */
export function registerOnnx(app: TypedServer, intelligence: Intelligence): void {
  const { brought, lifeCycle, models, parts } = intelligence
  const wire = (record: Parameters<typeof wireModel>[0]) => wireModel(record, intelligence)

  app.get('/api/v1/onnx/files', { schema: { tags: ['intelligence'], operationId: 'listOnnxFiles', summary: 'Uploaded ONNX files, newest first', querystring: Type.Object(pageParameters, { additionalProperties: false }), response: answer(onnxFilesAnswer) } }, async ({ query }) => pageOf(brought.files.list(), query, (file) => file))

  app.delete('/api/v1/onnx/files/:id', { schema: { tags: ['intelligence'], operationId: 'deleteOnnxFile', summary: 'Remove a file that no model needs', params: idParameter, response: answer(Type.Null({ description: 'It is gone' }), 204) } }, async ({ params: { id } }, reply) => {
    const user = models.list().find(({ onnx, stage }) => onnx?.file === id && stage !== 'retired' && stage !== 'failed')
    if (user !== undefined) throw new MillwrightError('CONFLICT', `model ${user.id} needs this file; retire it first`)
    if (!(await brought.files.remove(id))) throw new MillwrightError('NOT_FOUND', `there is no uploaded file "${id}"`)
    return reply.code(204).send()
  })

  app.post('/api/v1/onnx/models', { bodyLimit: MAX_PAIRS_BYTES, schema: { tags: ['intelligence'], operationId: 'bindOnnxModel', summary: 'Check a file against its contract and given pairs, and bind it to assets: a candidate for each', body: onnxBindFieldsSchema, response: { ...answer(bindAnswer, 201), ...answer(bindAnswer) } } }, async ({ body }, reply) => {
    const fitting = await brought.fit(body)
    if (body.dryRun === true) return reply.code(200).send({ items: [], check: fitting.check })
    const made = await lifeCycle.adopt(fitting, body.experiment === undefined ? { file: body.file, author: body.author, experiment: undefined } : { file: body.file, author: body.author, experiment: body.experiment })
    return reply.code(201).send({ items: made.map(wire), check: fitting.check })
  })

  app.post('/api/v1/models/:id/back-test', { schema: { tags: ['intelligence'], operationId: 'backTestModel', summary: 'Run a model that was brought over the history; the progress shows in the model', params: idParameter, body: backTestFields, response: answer(modelSchema, 202) } }, async ({ params: { id }, body }, reply) =>
    reply.code(202).send(wire(await lifeCycle.backTest(id, rangeUs(body, parts.clock.nowUs(), DEFAULT_DAYS)))),
  )

  app.get('/api/v1/onnx/runs', { schema: { tags: ['intelligence'], operationId: 'listOnnxRuns', summary: 'How the models that were brought run now', response: answer(onnxRunsAnswer) } }, async () => await brought.runs())

  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    // The file goes to the disk as it comes, however large it is.
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    scope.post<{ Querystring: { by: string }; Body: Readable }>('/api/v1/onnx/files', { schema: { tags: ['intelligence'], operationId: 'uploadOnnxFile', summary: 'Upload an ONNX file: the body is the file as it is', consumes: ['application/octet-stream'], querystring: byParameter, response: answer(onnxFileSchema, 201) } }, async ({ query: { by }, body }, reply) => {
      if (body === undefined || body === null) throw new MillwrightError('PAYLOAD_INVALID', 'the body is empty; send the ONNX file as application/octet-stream')
      return reply.code(201).send(await brought.files.take(body, by))
    })
  })
}
