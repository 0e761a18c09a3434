import type { AggregateColumns, Block } from '../../historian/historian.ts'
import type { ApiHistory } from '../api-parts.ts'
import { bucketEdges } from '../calendar-buckets.ts'
import type { PlacedSignal } from '../plant-names.ts'
import { RequestProblem } from '../problem.ts'
import type { BucketShape, SampleRequest } from './sample-request.ts'

/** A page of samples, and the range that is left behind it. */
export interface SamplePage {
  readonly block: Block
  readonly rest: { readonly fromUs: number; readonly toUs: number } | undefined
}

/** A page of buckets, and the range that is left behind it. */
export interface BucketPage {
  readonly buckets: AggregateColumns
  readonly rest: { readonly fromUs: number; readonly toUs: number } | undefined
}

/** Reads the samples (or the points of a plot) of one signal, at most `limit` of them. */
export async function readSamplePage(history: ApiHistory, placed: PlacedSignal, request: SampleRequest, limit: number): Promise<SamplePage> {
  const { series, kind } = placed.signal
  const { fromUs, toUs, shape } = request
  const range = { series, kind, fromUs, toUs }
  if (shape.kind === 'plot') {
    if (kind !== 'number' && kind !== 'boolean') throw new RequestProblem('TYPE_MISMATCH', `"${placed.path}" is a ${kind} signal; "points" is for numbers and booleans`)
    return { block: await history.readPlot(range, shape.points), rest: undefined }
  }
  const order = shape.kind === 'raw' ? shape.order : 'ascending'
  const { block, nextUs } = await history.readSamples(range, { limit, order })
  const rest = nextUs === undefined ? undefined : order === 'ascending' ? { fromUs: nextUs, toUs } : { fromUs, toUs: nextUs }
  return { block, rest }
}

/** Reads aggregates of one signal, at most `limit` buckets. */
export async function readBucketPage(history: ApiHistory, placed: PlacedSignal, request: SampleRequest, shape: BucketShape, limit: number): Promise<BucketPage> {
  const { series, kind } = placed.signal
  const wrong = shape.aggregates.find((aggregate) => aggregate !== 'count')
  if (kind !== 'number' && kind !== 'boolean' && wrong !== undefined) {
    throw new RequestProblem('TYPE_MISMATCH', `"${placed.path}" is a ${kind} signal, which has no "${wrong}"; only "count" is for every kind`)
  }
  const edges = bucketEdges(request, shape.every, shape.zone, limit)
  const buckets = await history.readAggregates({ series, kind }, edges, shape.aggregates)
  const end = edges.at(-1) ?? request.toUs
  return { buckets, rest: end < request.toUs ? { fromUs: end, toUs: request.toUs } : undefined }
}
