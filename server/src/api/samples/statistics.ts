import { Type } from 'typebox'
import { usToMs } from '@millwright/model/time.ts'
import { statisticsAnswer } from '@millwright/model/wire/statistics.ts'
import type { ApiServer, RouteParts } from '../api-parts.ts'
import { signalAt, type PlacedSignal } from '../plant-names.ts'
import { answers } from '../route-schema.ts'
import { joinedStatistics, PART_AGGREGATES, partsOfRange } from './range-statistics.ts'
import { queryBody } from './sample-options.ts'
import { readSampleRequest } from './sample-request.ts'

/** Most signals of one call. */
const MAX_SIGNALS = 100

const { from, to } = queryBody.properties
const statisticsBody = Type.Object(
  { signals: Type.Array(Type.String({ minLength: 1, maxLength: 1_000 }), { minItems: 1, maxItems: MAX_SIGNALS, description: 'Paths of signals' }), from, to },
  { additionalProperties: false, examples: [{ signals: ['acme/line1/press3/temperature'], from: '-8h', to: 'now' }] },
)

/** Statistics of signals in exactly a range, whatever its ends: unlike buckets, it begins and ends where it is told. */
export function registerStatistics(app: ApiServer, parts: RouteParts): void {
  app.post(
    '/api/v1/statistics',
    {
      schema: {
        tags: ['samples'],
        operationId: 'statistics',
        summary: 'Sum up signals over a range: least, greatest, mean, time-weighted mean, deviation, integral',
        body: statisticsBody,
        response: answers({ 200: statisticsAnswer }, ['NAME_INVALID', 'SIGNAL_UNKNOWN', 'PAYLOAD_INVALID', 'TIME_INVALID', 'QUERY_INVALID', 'QUERY_TOO_EXPENSIVE', 'OVERLOADED']),
      },
    },
    async ({ body }) => {
      const { clock, timeZone, settings, queries, model } = parts
      const where = (name: string) => ({ pointer: `/${name}` })
      const { signals, ...times } = body
      const range = readSampleRequest(times, { nowUs: clock.nowUs(), timeZone, maxLimit: 1, where })
      const placed = signals.map((path, index) => signalAt(model, path, { pointer: `/signals/${index}` }))
      const results = await queries.run(settings.queryTimeoutMs, async (late) => {
        const read: { signal: string; statistics: Awaited<ReturnType<typeof statisticsOf>> }[] = []
        for (const signal of placed) read.push({ signal: signal.path, statistics: await statisticsOf(parts, signal, { ...range, signal: late }) })
        return read
      })
      return { from: usToMs(range.fromUs), to: usToMs(range.toUs), results }
    },
  )
}

async function statisticsOf({ history }: RouteParts, { signal: { series, kind } }: PlacedSignal, range: { readonly fromUs: number; readonly toUs: number; readonly signal: AbortSignal }) {
  if (kind !== 'number' && kind !== 'boolean') return null
  const columns = []
  for (const { fromUs, toUs } of partsOfRange(range)) columns.push(await history.readAggregates({ series, kind }, Float64Array.of(fromUs, toUs), PART_AGGREGATES, range.signal))
  return joinedStatistics(columns)
}
