import { Type } from 'typebox'
import { US_PER_MS, msToUs, usToMs } from '@millwright/model/time.ts'
import { labelFieldsSchema, labelSchema, labelsAnswer, type WireLabel, type WireLabelFields } from '@millwright/model/wire/label.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { StoredLabel } from '../feedback/label-store.ts'
import type { Intelligence } from '../intelligence.ts'
import { answer, idParameter, pageOf, pageParameters, type TypedServer } from './route-answer.ts'

const listParameters = Type.Object(
  { asset: Type.Optional(Type.String({ maxLength: 1_000 })), from: Type.Optional(Type.Number({ description: 'Milliseconds since the epoch' })), to: Type.Optional(Type.Number()), ...pageParameters },
  { additionalProperties: false },
)

/** Ranges of time that people marked, for learning and for tests of models. */
export function registerLabels(app: TypedServer, intelligence: Intelligence): void {
  const { labels, feedback, parts } = intelligence
  const { model } = parts.plant

  app.get('/api/v1/labels', { schema: { tags: ['intelligence'], operationId: 'listLabels', summary: 'Labels, the latest first', querystring: listParameters, response: answer(labelsAnswer) } }, async ({ query }) => {
    const { asset, from = 0, to = Number.MAX_SAFE_INTEGER / US_PER_MS } = query
    const all = asset === undefined ? labels.list() : labels.of(intelligence.assetAt(asset)).toReversed()
    return pageOf(all.filter(({ fromUs, toUs }) => toUs >= from * US_PER_MS && fromUs <= to * US_PER_MS), query, wire)
  })

  app.post('/api/v1/labels', { schema: { tags: ['intelligence'], operationId: 'createLabel', summary: 'Mark a range of an asset', body: labelFieldsSchema, response: answer(labelSchema, 201) } }, async ({ body }, reply) => reply.code(201).send(wire(await feedback.putLabel(stored(body)))))

  app.put('/api/v1/labels/:id', { schema: { tags: ['intelligence'], operationId: 'putLabel', summary: 'Change a label; the older version stays in the events', params: idParameter, body: labelFieldsSchema, response: answer(labelSchema) } }, async ({ params: { id }, body }) => {
    const known = labels.get(id)
    if (known === undefined) throw unknownLabel(id)
    return wire(await feedback.putLabel({ ...stored(body), ...(known.anomaly !== undefined && { anomaly: known.anomaly }) }, id))
  })

  app.delete('/api/v1/labels/:id', { schema: { tags: ['intelligence'], operationId: 'deleteLabel', summary: 'Take a label away', params: idParameter, querystring: Type.Object({ by: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false }), response: answer(Type.Null({ description: 'It is gone' }), 204) } }, async ({ params: { id }, query: { by } }, reply) => {
    if (!(await feedback.removeLabel(id, by))) throw unknownLabel(id)
    return reply.code(204).send()
  })

  function stored({ asset, kind, from, to, cause, note, author }: WireLabelFields): Omit<StoredLabel, 'id' | 'createdUs' | 'version'> {
    return { asset: intelligence.assetAt(asset), kind, fromUs: msToUs(from), toUs: msToUs(to), ...(cause !== undefined && { cause }), ...(note !== undefined && { note }), author }
  }

  function wire(label: StoredLabel): WireLabel {
    const { id, asset, kind, fromUs, toUs, cause, note, author, createdUs, version, anomaly } = label
    const path = model.assetById(asset)?.path ?? `#${asset}`
    return { id, asset: path, kind, from: usToMs(fromUs), to: usToMs(toUs), ...(cause !== undefined && { cause }), ...(note !== undefined && { note }), author, created: usToMs(createdUs), version, ...(anomaly !== undefined && { anomaly }), isDisputed: labels.isDisputed(label) }
  }
}

function unknownLabel(id: string): MillwrightError {
  return new MillwrightError('NOT_FOUND', `there is no label "${id}"`)
}
