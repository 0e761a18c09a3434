import type { WireWords } from '@millwright/model/wire/anomaly.ts'
import type { WireLimitForecast } from '@millwright/model/wire/forecast.ts'
import { usToMs } from '@millwright/model/time.ts'
import { type IntervalForecast, stepsToLimit } from '../predictors/forecast-interval.ts'
import { durationWords } from './duration-words.ts'

/** Where in time a forecast lies: its first step begins at `fromUs`. */
export interface ForecastGrid {
  readonly fromUs: number
  readonly everyUs: number
}

/** When a forecast reaches a limit, with the interval around it, in words too. `last` is the newest value. */
export function limitForecast(told: IntervalForecast, grid: ForecastGrid, { limit, side, last }: { readonly limit: number; readonly side: 'high' | 'low'; readonly last: number }): WireLimitForecast {
  const isBeyond = side === 'high' ? last >= limit : last <= limit
  const { expected, earliest, latest } = stepsToLimit(told, limit, side)
  // A step reaches the limit somewhere within it: its end is told.
  const timeOf = (steps: number | undefined) => (steps === undefined ? null : usToMs(grid.fromUs + steps * grid.everyUs))
  const span = (steps: number) => durationWords(steps * grid.everyUs)
  return { side, limit, isBeyond, expected: timeOf(expected), earliest: timeOf(earliest), latest: timeOf(latest), summary: summaryOf({ side, isBeyond, expected, earliest, latest, horizon: told.expected.length }, span) }
}

interface Reached {
  readonly side: 'high' | 'low'
  readonly isBeyond: boolean
  readonly expected: number | undefined
  readonly earliest: number | undefined
  readonly latest: number | undefined
  readonly horizon: number
}

function summaryOf({ side, isBeyond, expected, earliest, latest, horizon }: Reached, span: (steps: number) => WireWords): WireWords {
  const name = side === 'high' ? { en: 'upper limit', zh: '上限' } : { en: 'lower limit', zh: '下限' }
  if (isBeyond) return { en: `Beyond the ${name.en} already.`, zh: `已超出${name.zh}。` }
  if (earliest === undefined) return { en: `The ${name.en} is not reached within ${span(horizon).en}.`, zh: `${span(horizon).zh}内不会到达${name.zh}。` }
  const first = span(earliest)
  if (expected === undefined) return { en: `The ${name.en} may be reached in ${first.en} at the earliest; it is not expected within ${span(horizon).en}.`, zh: `最早可能在 ${first.zh}后到达${name.zh}；预计 ${span(horizon).zh}内不会到达。` }
  const end = latest === undefined ? { en: `later than ${span(horizon).en}`, zh: `${span(horizon).zh}以后` } : span(latest)
  return { en: `The ${name.en} is expected to be reached in ${span(expected).en} (between ${first.en} and ${end.en}).`, zh: `预计 ${span(expected).zh}后到达${name.zh}（${first.zh}至${end.zh}之间）。` }
}
