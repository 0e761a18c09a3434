import { Type } from 'typebox'
import { usToMs } from '@millwright/model/time.ts'
import { lastSampleSchema, lastSamplesSchema, type WireLastSamples } from '@millwright/model/wire/samples.ts'
import type { LastSample } from '../../historian/historian.ts'
import type { ApiServer, RouteParts } from '../api-parts.ts'
import { listParameters, listQuery } from '../list-parameters.ts'
import { assetAt, signalAt, type PlacedSignal } from '../plant-names.ts'
import { answers, wildcardPath } from '../route-schema.ts'
import { sampleOptions } from './sample-options.ts'
import { wireQuality, wireValue } from './sample-json.ts'

const { quality } = sampleOptions
const lastParameters = Type.Object({ quality }, { additionalProperties: false })
const manyParameters = Type.Object({ ...listParameters.properties, quality }, { additionalProperties: false })

/** The newest sample of one signal, and of many. */
export function registerLast(app: ApiServer, parts: RouteParts): void {
  const { model, queries, settings } = parts
  app.get(
    '/api/v1/signals/*',
    {
      constraints: { view: 'last' },
      schema: {
        tags: ['samples'],
        operationId: 'getLast',
        summary: 'Read the newest sample of a signal',
        description: 'A signal that never had one answers null.',
        params: wildcardPath,
        querystring: lastParameters,
        response: answers({ 200: lastSampleSchema }, ['NAME_INVALID', 'SIGNAL_UNKNOWN', 'OVERLOADED']),
      },
    },
    async ({ params, query }) => {
      const placed = signalAt(model, params['*'].slice(0, -'/last'.length))
      const [last] = await queries.run(settings.queryTimeoutMs, () => readLast(parts, [placed]))
      const { signal: { kind }, path } = placed
      if (last === undefined) return { signal: path, time: null, value: null, quality: null }
      return { signal: path, time: usToMs(last.timeUs), value: wireValue(kind, last.value), quality: wireQuality(last.status, query.quality ?? 'word') }
    },
  )
  app.get(
    '/api/v1/last',
    {
      schema: {
        tags: ['samples'],
        operationId: 'listLast',
        summary: 'Read the newest samples of many signals',
        querystring: manyParameters,
        response: answers({ 200: lastSamplesSchema }, ['NAME_INVALID', 'NOT_FOUND', 'OVERLOADED']),
      },
    },
    async ({ query }) => {
      if (query.under !== undefined) assetAt(model, query.under)
      const { items, next } = await model.findSignals(listQuery(query))
      const placed = items.map((signal) => ({ path: signal.path, signal }))
      const samples = await queries.run(settings.queryTimeoutMs, () => readLast(parts, placed))
      return lastColumns(placed, samples, next, query.quality ?? 'word')
    },
  )
}

/** From memory where the signal is live, else from the history. */
async function readLast({ live, history }: RouteParts, signals: readonly PlacedSignal[]): Promise<(LastSample | undefined)[]> {
  const found: (LastSample | undefined)[] = signals.map(({ signal }) => live.get(signal.series))
  const missing = signals.flatMap(({ signal }, index) => (found[index] === undefined ? [{ index, signal }] : []))
  if (missing.length === 0) return found
  const stored = await history.readLast(missing.map(({ signal: { series, kind } }) => ({ series, kind })))
  for (const [place, { index }] of missing.entries()) found[index] = stored[place]
  return found
}

function lastColumns(signals: readonly PlacedSignal[], samples: readonly (LastSample | undefined)[], next: string | undefined, quality: 'word' | 'code'): WireLastSamples {
  return {
    signals: signals.map(({ path }) => path),
    times: samples.map((sample) => (sample === undefined ? null : usToMs(sample.timeUs))),
    values: samples.map((sample, index) => (sample === undefined ? null : wireValue(signals[index]?.signal.kind ?? 'number', sample.value))),
    qualities: samples.map((sample) => (sample === undefined ? null : wireQuality(sample.status, quality))),
    next: next ?? null,
  }
}
