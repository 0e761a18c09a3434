import { didYouMean } from '../../config/nearest-name.ts'
import { AGGREGATES, type Aggregate } from '../../historian/historian.ts'
import { EVERY_FORMS, readEvery, type Every } from '../calendar-buckets.ts'
import { RequestProblem } from '../problem.ts'
import { readTime } from '../time-parameter.ts'
import { isTimeZone } from '../zone-calendar.ts'
import { readCursor } from './cursor.ts'
import type { QueryBody, SampleOptions } from './sample-options.ts'

/** What is asked of the history, understood. */
export interface SampleRequest {
  readonly fromUs: number
  readonly toUs: number
  /** When it was asked. */
  readonly nowUs: number
  readonly shape: RawShape | PlotShape | BucketShape
  /** Undefined where none was given. */
  readonly limit: number | undefined
  readonly quality: 'word' | 'code'
  /** Aborts when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
}

export interface RawShape {
  readonly kind: 'raw'
  readonly order: 'ascending' | 'descending'
}

export interface PlotShape {
  readonly kind: 'plot'
  readonly points: number
}

export interface BucketShape {
  readonly kind: 'buckets'
  readonly every: Every
  readonly zone: string
  readonly aggregates: readonly Aggregate[]
}

export interface RequestContext {
  readonly nowUs: number
  readonly timeZone: string
  readonly maxLimit: number
  /** Names where a value came from: a parameter of the address, or a place in the body. */
  where(name: string): { readonly parameter: string } | { readonly pointer: string }
}

/** Understands the options, or refuses them with the place that was wrong. */
export function readSampleRequest(options: SampleOptions | QueryBody, context: RequestContext): SampleRequest {
  const range = readRange(options, context)
  if (options.limit !== undefined && options.limit > context.maxLimit) {
    refuse(context, 'limit', `must be at most ${context.maxLimit} here; ask for further pages with "cursor"`)
  }
  return { ...range, nowUs: context.nowUs, shape: readShape(options, context), limit: options.limit, quality: options.quality ?? 'word' }
}

function readRange(options: SampleOptions | QueryBody, context: RequestContext): { fromUs: number; toUs: number } {
  if ('cursor' in options && options.cursor !== undefined) {
    const range = readCursor(options.cursor)
    return range ?? refuse(context, 'cursor', 'is not one that this server gave')
  }
  const fromUs = readBound('from', options.from ?? '-1h', context)
  const toUs = readBound('to', options.to ?? 'now', context)
  if (fromUs >= toUs) refuse(context, 'from', 'must lie before "to"')
  return { fromUs, toUs }
}

function readBound(name: string, given: string | number, context: RequestContext): number {
  const read = readTime(String(given), context.nowUs)
  if ('problem' in read) throw new RequestProblem('TIME_INVALID', `"${name}": ${read.problem}`, [{ ...context.where(name), detail: read.problem }])
  return read.timeUs
}

function readShape(options: SampleOptions | QueryBody, context: RequestContext): SampleRequest['shape'] {
  const { points, every, timezone } = options
  const order = options.order === 'desc' || options.order === 'descending' ? 'descending' : 'ascending'
  const aggregate = typeof options.aggregate === 'string' ? readAggregates(options.aggregate, context) : options.aggregate
  if (every === undefined) {
    if (aggregate !== undefined) refuse(context, 'aggregate', 'needs "every", the length of the buckets')
    if (timezone !== undefined) refuse(context, 'timezone', 'needs "every", the length of the buckets')
    return points === undefined ? { kind: 'raw', order } : plotShape(points, order, context)
  }
  if (points !== undefined) refuse(context, 'points', 'cannot be combined with "every"')
  if (order === 'descending') refuse(context, 'order', 'buckets come in ascending order only')
  const span = readEvery(every) ?? refuse(context, 'every', `expected ${EVERY_FORMS}, got "${every}"`)
  const zone = timezone ?? context.timeZone
  if (!isTimeZone(zone)) refuse(context, 'timezone', `"${zone}" is not a known time zone${didYouMean(zone, Intl.supportedValuesOf('timeZone')) || '; expected an IANA name such as Asia/Shanghai'}`)
  return { kind: 'buckets', every: span, zone, aggregates: aggregate === undefined ? ['avg'] : [...new Set(aggregate)] }
}

function readAggregates(text: string, context: RequestContext): Aggregate[] {
  return text.split(',').map((given) => {
    const name = given.trim()
    const aggregate = AGGREGATES.find((known) => known === name)
    return aggregate ?? refuse(context, 'aggregate', `expected some of ${AGGREGATES.join(', ')}, got "${name.slice(0, 50)}"${didYouMean(name, AGGREGATES)}`)
  })
}

function plotShape(points: number, order: string, context: RequestContext): PlotShape {
  if (order === 'descending') refuse(context, 'order', 'points of a plot come in ascending order only')
  return { kind: 'plot', points }
}

function refuse(context: RequestContext, name: string, detail: string): never {
  throw new RequestProblem('QUERY_INVALID', `"${name}" ${detail}`, [{ ...context.where(name), detail }])
}
