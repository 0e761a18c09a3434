import { Type } from 'typebox'
import { US_PER_MS, usToMs } from '@millwright/model/time.ts'
import { isUnder, parentPath } from '@millwright/model/path.ts'
import { anomaliesAnswer, anomalyDetailSchema, causesAnswer, quietRulesAnswer, verdictAnswer, verdictFieldsSchema, type WireAnomalyDetail } from '@millwright/model/wire/anomaly.ts'
import { lineageSchema } from '@millwright/model/wire/ai-model.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { isOpenInPast, needsAttention, urgency, type StoredAnomaly } from '../anomalies/anomaly-store.ts'
import { joinEvents } from '../anomalies/same-event.ts'
import { likeness } from '../anomalies/signature.ts'
import { CAUSES, causeOf } from '../feedback/causes.ts'
import type { Intelligence } from '../intelligence.ts'
import { wireAnomaly } from './anomaly-words.ts'
import { answer, idParameter, pageOf, pageParameters, type TypedServer } from './route-answer.ts'

/** Past anomalies that are shown beside one, and how alike they must be. */
const [MAX_SIMILAR, MIN_LIKENESS] = [5, 0.5]

const listParameters = Type.Object(
  {
    show: Type.Optional(Type.Unsafe<'attention' | 'open' | 'all' | 'quieted'>({ type: 'string', enum: ['attention', 'open', 'all', 'quieted'], default: 'attention', description: 'attention: ranked, open or of the last week and not judged yet, those of one event behind the most urgent of it; the others newest first' })),
    under: Type.Optional(Type.String({ maxLength: 1_000, description: 'Only of this asset and what lies below it' })),
    from: Type.Optional(Type.Number({ description: 'Detected from here on, milliseconds since the epoch' })),
    to: Type.Optional(Type.Number({ description: 'Detected before, milliseconds since the epoch' })),
    ...pageParameters,
  },
  { additionalProperties: false },
)

type JudgedTimes = ReadonlyMap<number, number>

/** What machines show that is not normal, why, and what people say of it. */
export function registerAnomalies(app: TypedServer, intelligence: Intelligence): void {
  const { anomalies, feedback, quiet, parts } = intelligence
  const { model } = parts.plant
  const wireIn = (judged: JudgedTimes) => (anomaly: StoredAnomaly) => {
    const judgedUs = judged.get(anomaly.asset)
    return wireAnomaly(anomaly, model, isOpenInPast(anomaly, judgedUs, parts.clock.nowUs()) ? judgedUs : undefined)
  }
  const wire = async (anomaly: StoredAnomaly) => wireIn(await judgedTimes([anomaly]))(anomaly)
  const pathOf = (asset: number) => model.assetById(asset)?.path ?? ''

  app.get('/api/v1/anomalies', { schema: { tags: ['intelligence'], operationId: 'listAnomalies', summary: 'What needs attention, ranked; or all anomalies', querystring: listParameters, response: answer(anomaliesAnswer) } }, async ({ query }) => {
    const { show = 'attention', under, from = 0, to = Number.MAX_SAFE_INTEGER } = query
    const nowUs = parts.clock.nowUs()
    const isShown = (anomaly: StoredAnomaly) => {
      if (under !== undefined && !isUnder(pathOf(anomaly.asset), under)) return false
      if (anomaly.detectedUs < from * US_PER_MS || anomaly.detectedUs >= to * US_PER_MS) return false
      if (show === 'attention') return needsAttention(anomaly, nowUs)
      return show === 'all' || (show === 'quieted' ? anomaly.isQuieted : anomaly.state === 'open' && !anomaly.isQuieted)
    }
    const found = [...anomalies.all.values()].filter(isShown)
    const judged = await judgedTimes(found)
    const rank = (anomaly: StoredAnomaly) => (show === 'attention' ? urgency(anomaly, nowUs, isOpenInPast(anomaly, judged.get(anomaly.asset), nowUs)) : anomaly.detectedUs)
    found.sort((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1))
    const wireOne = wireIn(judged)
    if (show !== 'attention') return pageOf(found, query, wireOne)
    const events = joinEvents(found, { lineOf: ({ asset }) => parentPath(pathOf(asset)) || undefined, isAlike: (one, other) => likeness(named(one), named(other), nameOf) >= MIN_LIKENESS })
    return pageOf(events, query, ({ head, others }) => ({ ...wireOne(head), together: others.map(({ id, asset, detectedUs }) => ({ id, asset: pathOf(asset), detected: usToMs(detectedUs) })) }))
  })

  app.get('/api/v1/anomalies/causes', { schema: { tags: ['intelligence'], operationId: 'listCauses', summary: 'The tree of causes', response: answer(causesAnswer) } }, async () => ({ causes: [...CAUSES] }))

  app.get('/api/v1/anomalies/:id', { schema: { tags: ['intelligence'], operationId: 'readAnomaly', summary: 'One anomaly, with past ones that look like it', params: idParameter, response: answer(anomalyDetailSchema) } }, async ({ params: { id } }) => {
    const anomaly = known(id)
    return { anomaly: await wire(anomaly), similar: similarTo(anomaly) }
  })

  app.post('/api/v1/anomalies/:id/verdict', { schema: { tags: ['intelligence'], operationId: 'judgeAnomaly', summary: 'Say what it is; the answer tells what that changes', params: idParameter, body: verdictFieldsSchema, response: answer(verdictAnswer) } }, async ({ params: { id }, body }) => {
    const { anomaly, changes, quieted } = await feedback.judge(id, body)
    return { anomaly: await wire(anomaly), changes: [...changes], quieted }
  })

  app.get('/api/v1/anomalies/:id/lineage', { schema: { tags: ['intelligence'], operationId: 'readLineage', summary: 'From its score back to model, code, data, labels and approver', params: idParameter, response: answer(lineageSchema) } }, async ({ params: { id } }) => {
    const { score, pValue, codeVersion, model: by } = known(id)
    const record = intelligence.models.get(by)
    return {
      anomaly: id, score, pValue, codeVersion, model: by, modelVersion: record?.version ?? null, author: record?.author ?? null, approver: record?.approver ?? null,
      dataSetHash: record?.dataSet?.hash ?? null, file: record?.onnx?.file ?? null, labels: record?.dataSet?.labels.map((label) => `${label.id}@${label.version}`) ?? [],
    }
  })

  app.get('/api/v1/intelligence/quiet', { schema: { tags: ['intelligence'], operationId: 'listQuietRules', summary: 'Signatures that are not told any more', response: answer(quietRulesAnswer) } }, async () => ({
    items: quiet.list().map(({ signature, asset, sinceUs, because, authors, held }) => ({ signature, asset: pathOf(asset), since: usToMs(sinceUs), because, authors, held })),
  }))

  app.delete('/api/v1/intelligence/quiet', { schema: { tags: ['intelligence'], operationId: 'undoQuietRule', summary: 'Let a signature be told again', querystring: Type.Object({ signature: Type.String({ maxLength: 200 }), by: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false }), response: answer(Type.Null({ description: 'It is told again' }), 204) } }, async ({ query: { signature, by } }, reply) => {
    if (!(await feedback.unquiet(signature, by))) throw new MillwrightError('NOT_FOUND', `"${signature}" is not quieted`)
    return reply.code(204).send()
  })

  /** How far each machine was judged; asked for only where one of these anomalies may lie in a past that is still coming in. */
  async function judgedTimes(of: readonly StoredAnomaly[]): Promise<JudgedTimes> {
    if (!of.some(({ state, isPast }) => state === 'open' && isPast)) return new Map()
    const { assets } = await intelligence.stream.status()
    return new Map(assets.flatMap(({ asset, judgedUs }) => (judgedUs === undefined ? [] : [[asset, judgedUs]])))
  }

  function known(id: string): StoredAnomaly {
    const anomaly = anomalies.get(id)
    if (anomaly === undefined) throw new MillwrightError('NOT_FOUND', `there is no anomaly "${id}"; of very many, old ones without a verdict are removed`)
    return anomaly
  }

  function named({ parts: all }: StoredAnomaly) {
    return all.map((part) => ({ ...part, value: part.value ?? part.expected, movedUs: part.movedUs }))
  }

  function nameOf({ series }: { readonly series: number }): string {
    return model.signalBySeries(series)?.name ?? `#${series}`
  }

  /** On machines of the same type signals are compared by their names. */
  function similarTo(anomaly: StoredAnomaly): WireAnomalyDetail['similar'] {
    const type = model.assetById(anomaly.asset)?.type
    const others = [...anomalies.all.values()].filter((other) => other.id !== anomaly.id && other.detectedUs < anomaly.detectedUs && (other.asset === anomaly.asset || (type !== undefined && model.assetById(other.asset)?.type === type)))
    const ranked = others.map((other) => ({ other, like: likeness(named(anomaly), named(other), nameOf) })).filter(({ like }) => like >= MIN_LIKENESS)
    // What people have judged says more than what only looks the same.
    ranked.sort((a, b) => Number(b.other.verdicts.length > 0) - Number(a.other.verdicts.length > 0) || b.like - a.like)
    return ranked.slice(0, MAX_SIMILAR).map(({ other, like }) => {
      const said = other.verdicts[0]
      const cause = said?.cause === undefined ? undefined : causeOf(said.cause)
      return { id: other.id, asset: pathOf(other.asset), detected: usToMs(other.detectedUs), likeness: like, verdict: said?.verdict ?? null, cause: cause === undefined ? null : { en: cause.en, zh: cause.zh }, note: said?.note ?? null }
    })
  }
}
