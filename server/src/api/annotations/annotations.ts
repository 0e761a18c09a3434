import { randomUUID } from 'node:crypto'
import { Type } from 'typebox'
import { usToMs } from '@millwright/model/time.ts'
import { annotationFieldsSchema, annotationSchema, annotationsAnswer, type WireAnnotation, type WireAnnotationFields } from '@millwright/model/wire/annotation.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import type { ApiServer, RouteParts } from '../api-parts.ts'
import { signalAt } from '../plant-names.ts'
import { RequestProblem, bodyProblem, parameterProblem } from '../problem.ts'
import { answers, noContent } from '../route-schema.ts'
import { TIME_FORMS, readTime } from '../time-parameter.ts'
import { AnnotationStore, type StoredAnnotation } from './annotation-store.ts'

const DEFAULT_LIMIT = 500
const listParameters = Type.Object(
  {
    from: Type.Optional(Type.String({ maxLength: 64, default: '-24h', description: `Begin: ${TIME_FORMS}` })),
    to: Type.Optional(Type.String({ maxLength: 64, default: 'now', description: `End: ${TIME_FORMS}` })),
    signals: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 1_000 }), { maxItems: 100, description: 'Those about one of these signals, and those about the whole plant; all unless given' })),
    limit: Type.Optional(Type.Integer({ default: DEFAULT_LIMIT, minimum: 1, maximum: 10_000 })),
  },
  { additionalProperties: false },
)
const idParameter = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64, description: 'Id of the annotation' }) })

/** Annotations: remarks of people on moments and ranges of time. */
export function registerAnnotations(app: ApiServer, { model, documents, clock, log }: RouteParts): void {
  const store = new AnnotationStore(documents, log)
  const nowMs = () => Math.round(usToMs(clock.nowUs()))
  app.get(
    '/api/v1/annotations',
    {
      schema: {
        tags: ['annotations'],
        operationId: 'listAnnotations',
        summary: 'List the annotations that touch a range of time, the latest first',
        querystring: listParameters,
        response: answers({ 200: annotationsAnswer }, ['TIME_INVALID']),
      },
    },
    async ({ query: { from = '-24h', to = 'now', signals, limit = DEFAULT_LIMIT } }) => {
      const found = await store.touching(timeMs('from', from, clock.nowUs()), timeMs('to', to, clock.nowUs()))
      const wanted = signals === undefined ? undefined : new Set(signals.map((path) => model.signal(path)?.series))
      const shown = found.filter(({ series }) => wanted === undefined || series.length === 0 || series.some((id) => wanted.has(id)))
      return { items: shown.slice(0, limit).map((annotation) => wireAnnotation(annotation, model)), revision: store.revision, truncated: shown.length > limit }
    },
  )
  app.post(
    '/api/v1/annotations',
    {
      schema: {
        tags: ['annotations'],
        operationId: 'createAnnotation',
        summary: 'Write an annotation',
        body: annotationFieldsSchema,
        response: answers({ 201: annotationSchema }, ['PAYLOAD_INVALID', 'SIGNAL_UNKNOWN', 'QUOTA_REACHED']),
      },
    },
    async ({ body }, reply) => {
      const now = nowMs()
      const annotation = { id: randomUUID(), ...storedFields(body, model), created: now, changed: now }
      await store.put(annotation)
      return reply.code(201).send(wireAnnotation(annotation, model))
    },
  )
  app.put(
    '/api/v1/annotations/:id',
    {
      schema: {
        tags: ['annotations'],
        operationId: 'putAnnotation',
        summary: 'Rewrite an annotation',
        params: idParameter,
        body: annotationFieldsSchema,
        response: answers({ 200: annotationSchema }, ['PAYLOAD_INVALID', 'SIGNAL_UNKNOWN', 'NOT_FOUND']),
      },
    },
    async ({ params: { id }, body }) => {
      const known = await store.get(id)
      if (known === undefined) throw unknownAnnotation(id)
      const annotation = { id, ...storedFields(body, model), created: known.created, changed: nowMs() }
      await store.put(annotation)
      return wireAnnotation(annotation, model)
    },
  )
  app.delete(
    '/api/v1/annotations/:id',
    {
      schema: {
        tags: ['annotations'],
        operationId: 'deleteAnnotation',
        summary: 'Delete an annotation',
        params: idParameter,
        response: answers({ 204: noContent('It is gone') }, ['NOT_FOUND']),
      },
    },
    async ({ params: { id } }, reply) => {
      if (!(await store.remove(id))) throw unknownAnnotation(id)
      return reply.code(204).send()
    },
  )
}

function storedFields({ from, to, signals = [], text, author }: WireAnnotationFields, model: AssetModel): Omit<StoredAnnotation, 'id' | 'created' | 'changed'> {
  if (to !== undefined && to <= from) throw bodyProblem('PAYLOAD_INVALID', '/to', 'must lie after "from"; leave it out for a moment')
  if (text.trim() === '') throw bodyProblem('PAYLOAD_INVALID', '/text', 'must say something')
  if (author.trim() === '') throw bodyProblem('PAYLOAD_INVALID', '/author', 'must be a name')
  const series = signals.map((path, index) => signalAt(model, path, { pointer: `/signals/${index}` }).signal.series)
  return { from, ...(to !== undefined && { to }), series: [...new Set(series)], text: text.trim(), author: author.trim() }
}

/** Signals that exist no longer are left out. */
function wireAnnotation({ id, from, to, series, text, author, created, changed }: StoredAnnotation, model: AssetModel): WireAnnotation {
  const signals = series.flatMap((id) => model.signalPath(id) ?? [])
  return { id, from, ...(to !== undefined && { to }), signals, text, author, created, changed }
}

function timeMs(parameter: string, text: string, nowUs: number): number {
  const read = readTime(text, nowUs)
  if ('problem' in read) throw parameterProblem('TIME_INVALID', parameter, read.problem)
  return usToMs(read.timeUs)
}

function unknownAnnotation(id: string): RequestProblem {
  return new RequestProblem('NOT_FOUND', `there is no annotation "${id}"; it may have been deleted`)
}
