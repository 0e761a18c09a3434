import { Type } from 'typebox'
import { verdictFieldsSchema } from '@millwright/model/wire/anomaly.ts'
import { examinationFieldsSchema, examinationSchema, examinationsAnswer, recordedRangeSchema, type WireExamination, type WireFindingSignal } from '@millwright/model/wire/examination.ts'
import type { ExaminationRecord, StoredPart } from '../examinations/examination-record.ts'
import type { Examinations } from '../examinations/examinations.ts'
import { findingWords } from '../examinations/finding-words.ts'
import type { Intelligence } from '../intelligence.ts'
import { answer, idParameter, pageOf, pageParameters, type TypedServer } from './route-answer.ts'

const BASE = '/api/v1/examinations'
const tags = ['intelligence']
const assetParameter = Type.String({ minLength: 1, maxLength: 1_000, description: 'Path of the asset' })

/** Recordings examined: what was not normal in a time, against a time that was good. */
export function registerExaminations(app: TypedServer, intelligence: Intelligence, examinations: Examinations): void {
  const { model } = intelligence.parts.plant

  app.get(BASE, { schema: { tags, operationId: 'listExaminations', summary: 'Examinations, newest first, without their findings', querystring: Type.Object({ asset: Type.Optional(assetParameter), ...pageParameters }, { additionalProperties: false }), response: answer(examinationsAnswer) } }, async ({ query }) => {
    const asset = query.asset === undefined ? undefined : intelligence.assetAt(query.asset)
    const of = examinations.list().filter((record) => asset === undefined || record.asset === asset)
    return pageOf(of, query, (record) => ({ ...wire({ ...record, findings: [] }), moreFindings: record.moreFindings + record.findings.length }))
  })

  app.get(`${BASE}/recorded`, { schema: { tags, operationId: 'readRecordedRange', summary: 'From when to when an asset has samples, and of which numeric signals', querystring: Type.Object({ asset: assetParameter }, { additionalProperties: false }), response: answer(recordedRangeSchema) } }, async ({ query }) => await examinations.recorded(intelligence.assetAt(query.asset)))

  app.post(BASE, { schema: { tags, operationId: 'createExamination', summary: 'Examine a recording; the answer comes at once, the progress shows in it', body: examinationFieldsSchema, response: answer(examinationSchema, 202) } }, async ({ body }, reply) => reply.code(202).send(wire(await examinations.begin(intelligence.assetAt(body.asset), body))))

  app.get(`${BASE}/:id`, { schema: { tags, operationId: 'readExamination', summary: 'One examination with its findings', params: idParameter, response: answer(examinationSchema) } }, async ({ params: { id } }) => wire(examinations.get(id)))

  app.post(`${BASE}/:id/cancel`, { schema: { tags, operationId: 'cancelExamination', summary: 'Cancel it', params: idParameter, response: answer(Type.Null({ description: 'It ends' }), 204) } }, async ({ params: { id } }, reply) => {
    examinations.cancel(id)
    return reply.code(204).send()
  })

  app.delete(`${BASE}/:id`, { schema: { tags, operationId: 'deleteExamination', summary: 'Forget it; labels that were made on it stay', params: idParameter, response: answer(Type.Null({ description: 'It is gone' }), 204) } }, async ({ params: { id } }, reply) => {
    await examinations.remove(id)
    return reply.code(204).send()
  })

  app.post(`${BASE}/:id/findings/:finding/verdict`, { schema: { tags, operationId: 'judgeFinding', summary: 'Say what a finding is; it becomes a label of its time', params: Type.Object({ ...idParameter.properties, finding: Type.String({ maxLength: 20 }) }), body: verdictFieldsSchema, response: answer(examinationSchema) } }, async ({ params: { id, finding }, body }) => wire(await examinations.judge(id, finding, body)))

  function wire({ asset, series, findings, ...rest }: ExaminationRecord): WireExamination {
    return {
      ...rest,
      asset: model.assetById(asset)?.path ?? `#${asset}`,
      signalNames: series.map((id) => model.signalBySeries(id)?.name ?? `#${id}`),
      findings: findings.map(({ parts, ...finding }) => {
        const signals = parts.map(wirePart)
        return { ...finding, signals, summary: findingWords(signals) }
      }),
    }
  }

  function wirePart({ series, ...part }: StoredPart): WireFindingSignal {
    const signal = model.signalBySeries(series)
    return { ...part, signal: model.signalPath(series) ?? `#${series}`, label: signal?.description ?? signal?.name ?? `#${series}`, unit: signal?.unit ?? null }
  }
}
