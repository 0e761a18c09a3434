import { Type } from 'typebox'
import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE } from '@millwright/model/time.ts'
import { forecastSchema } from '@millwright/model/wire/forecast.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import type { Forecasts } from '../forecasts/forecasts.ts'
import { answer, type TypedServer } from './route-answer.ts'

const UNITS_US: Readonly<Record<string, number>> = { m: US_PER_MINUTE, h: US_PER_HOUR, d: US_PER_DAY }

const parameters = Type.Object(
  {
    signal: Type.String({ minLength: 1, maxLength: 1_100, description: 'Path of the signal' }),
    horizon: Type.Optional(Type.String({ default: '24h', pattern: '^[0-9]{1,6}(m|h|d)$', description: 'How far ahead, from 1m to 90d; about three and a half times as much history is needed' })),
    coverage: Type.Optional(Type.Number({ default: 0.9, minimum: 0.5, maximum: 0.98, description: 'Part of the cases that the interval shall hold' })),
    low: Type.Optional(Type.Number({ description: "Lower limit, instead of the signal's own" })),
    high: Type.Optional(Type.Number({ description: "Upper limit, instead of the signal's own" })),
  },
  { additionalProperties: false },
)

/** What a signal will do, with an honest interval, and when it reaches its limits. */
export function registerForecasts(app: TypedServer, { forecasts, model }: { readonly forecasts: Forecasts; readonly model: AssetModel }): void {
  app.get('/api/v1/intelligence/forecast', { schema: { tags: ['intelligence'], operationId: 'readForecast', summary: 'Forecast of a signal with its interval, and when it reaches its limits', querystring: parameters, response: answer(forecastSchema) } }, async ({ query }) => {
    const { signal: path, horizon = '24h', coverage = 0.9, low, high } = query
    const signal = model.signal(path)
    if (signal === undefined) throw new MillwrightError('SIGNAL_UNKNOWN', `there is no signal "${path}"`)
    return await forecasts.forecast({ signal, path, horizonUs: Number(horizon.slice(0, -1)) * (UNITS_US[horizon.slice(-1)] ?? 0), coverage, low, high })
  })
}
