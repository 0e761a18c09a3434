import type { AggregateColumns, Block } from '../../historian/historian.ts'
import type { ApiHistory } from '../api-parts.ts'
import { bucketEdges } from '../calendar-buckets.ts'
import type { PlacedSignal } from '../plant-names.ts'
import { RequestProblem } from '../problem.ts'
import type { BucketShape, SampleRequest } from './sample-request.ts'
import { readTextChanges } from './text-changes.ts'

/** Signals that are asked for together. */
const MAX_TOGETHER = 1_000

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

/** Why a signal cannot be shown in the shape that is asked for; undefined when it can. */
export function shapeProblem({ path, signal: { kind } }: PlacedSignal, { shape }: SampleRequest): string | undefined {
  if (shape.kind === 'raw' || kind === 'number' || kind === 'boolean' || (shape.kind === 'plot' && kind === 'text')) return undefined
  return `"${path}" is a ${kind} signal; "every" is for numbers and booleans, "points" for texts too`
}

/** Refuses a signal that cannot be shown in the shape that is asked for. */
export function checkShape(placed: PlacedSignal, request: SampleRequest): void {
  const problem = shapeProblem(placed, request)
  if (problem !== undefined) throw new RequestProblem('TYPE_MISMATCH', problem)
}

/** Reads the samples (or the points of a plot) of one signal, at most `limit` of them. */
export async function readSamplePage(history: ApiHistory, placed: PlacedSignal, request: SampleRequest, limit: number): Promise<SamplePage> {
  const { series, kind } = placed.signal
  const { fromUs, toUs, shape } = request
  const range = { series, kind, fromUs, toUs }
  if (shape.kind === 'plot' && kind === 'text') return await readTextChanges(history, range, shape.points, request.signal)
  if (shape.kind === 'plot') return { block: await history.readPlot(range, shape.points, request.signal), rest: undefined }
  const order = shape.kind === 'raw' ? shape.order : 'ascending'
  const { block, nextUs } = await history.readSamples(range, { limit, order }, request.signal)
  const rest = nextUs === undefined ? undefined : order === 'ascending' ? { fromUs: nextUs, toUs } : { fromUs, toUs: nextUs }
  return { block, rest }
}

/** Whether several signals' samples can be read together: as they are, oldest first. */
function isTogether({ shape }: SampleRequest): boolean {
  return shape.kind === 'raw' && shape.order === 'ascending'
}

/** First pages of several signals, in their order, each of at most `limit` samples; samples are read of many signals at once, up to `together` of them. */
export async function* readFirstPages(
  history: ApiHistory,
  signals: readonly PlacedSignal[],
  request: SampleRequest,
  { limit, together }: { readonly limit: number; readonly together: number },
): AsyncGenerator<readonly [placed: PlacedSignal, page: SamplePage]> {
  if (signals.length < 2 || !isTogether(request)) {
    for (const placed of signals) yield [placed, await readSamplePage(history, placed, request, limit)]
    return
  }
  const { fromUs, toUs } = request
  for (let done = 0; done < signals.length; ) {
    const next = signals.slice(done, done + MAX_TOGETHER)
    const pages = await history.readMany(next.map(({ signal: { series, kind } }) => ({ series, kind })), { fromUs, toUs }, Math.max(limit, together), request.signal)
    for (const [index, { block, nextUs }] of pages.entries()) {
      const placed = next[index]
      if (placed !== undefined) yield [placed, cutPage(block, nextUs, toUs, limit)]
    }
    done += Math.max(1, pages.length)
  }
}

/** A page of at most `limit` of the samples that were read. */
function cutPage(block: Block, nextUs: number | undefined, toUs: number, limit: number): SamplePage {
  const lastUs = block.timesUs[limit - 1]
  if (block.timesUs.length <= limit || lastUs === undefined) return { block, rest: nextUs === undefined ? undefined : { fromUs: nextUs, toUs } }
  const cut = { timesUs: block.timesUs.slice(0, limit), values: block.values.slice(0, limit), status: block.status.slice(0, limit) }
  return { block: cut, rest: { fromUs: lastUs + 1, toUs } }
}

/** Reads aggregates of one signal, at most `limit` buckets. */
export async function readBucketPage(history: ApiHistory, placed: PlacedSignal, request: SampleRequest, shape: BucketShape, limit: number): Promise<BucketPage> {
  const { series, kind } = placed.signal
  const edges = bucketEdges(request, shape.every, shape.zone, limit)
  const end = edges.at(-1) ?? request.toUs
  const buckets = await history.readAggregates({ series, kind }, endedNow(edges, request.nowUs), shape.aggregates, request.signal)
  return { buckets, rest: end < request.toUs ? { fromUs: end, toUs: request.toUs } : undefined }
}

/** A bucket that is not over yet ends now: the last value must not be weighted with time that has not come. */
function endedNow(edges: Float64Array, nowUs: number): Float64Array {
  const last = edges.length - 1
  if (!((edges[last - 1] ?? nowUs) < nowUs && nowUs < (edges[last] ?? nowUs))) return edges
  const ended = edges.slice()
  ended[last] = nowUs
  return ended
}
