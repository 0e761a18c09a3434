import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { WireAnnotation, WireAnnotationFields, WireAnnotations } from '@millwright/model/wire/annotation.ts'
import type { WireSamples } from '@millwright/model/wire/samples.ts'
import type { WireSignal } from '@millwright/model/wire/signal.ts'
import type { WireStatisticsAnswer } from '@millwright/model/wire/statistics.ts'
import { ask, askJson, encodePath } from '../../api/client.ts'
import { ServerClock } from '../chart/server-clock.ts'
import type { TimeWindow } from '../time/time-window.ts'
import type { AskHistory } from './history-source.ts'

/** The server's time, as its answers tell it. */
export const serverClock = new ServerClock()

/** Asks the history; notes what time it is for the server. */
export const askHistory: AskHistory = async (body, signal) => {
  const askedMs = Date.now()
  const response = await ask('/api/v1/query', { method: 'POST', body, signal })
  serverClock.hear(response.headers.get('date'), askedMs)
  const { results } = (await response.json()) as { readonly results: readonly WireSamples[] }
  return results
}

/** One signal as the model knows it. */
export const signalQuery = (path: string) =>
  queryOptions({ queryKey: ['signals', path], queryFn: ({ signal }) => askJson<WireSignal>(`/api/v1/signals/${encodePath(path)}`, { signal }), staleTime: 60_000 })

const FOLLOW_MS = 10_000
const ANNOTATIONS_MS = 10_000

/** Statistics of a range; those of the range before stay until the new ones are there. */
export const statisticsQuery = (signals: readonly string[], { fromMs, toMs }: TimeWindow, isFollowing: boolean) =>
  queryOptions({
    queryKey: ['statistics', signals, isFollowing ? toMs - fromMs : [fromMs, toMs]],
    queryFn: ({ signal }) => {
      const now = serverClock.now()
      const range = isFollowing ? { from: now - (toMs - fromMs), to: now } : { from: fromMs, to: toMs }
      return askJson<WireStatisticsAnswer>('/api/v1/statistics', { method: 'POST', body: { signals, ...range }, signal })
    },
    enabled: signals.length > 0,
    placeholderData: keepPreviousData,
    ...(isFollowing && { refetchInterval: FOLLOW_MS }),
  })

/** Remarks that touch a window, with some room around it so that panning shows them at once. */
export const annotationsQuery = ({ fromMs, toMs }: TimeWindow, signals: readonly string[]) => {
  const step = 2 ** Math.ceil(Math.log2(Math.max(1_000, toMs - fromMs)))
  const from = Math.max(0, (Math.floor(fromMs / step) - 1) * step)
  const to = (Math.ceil(toMs / step) + 1) * step
  return queryOptions({
    queryKey: ['annotations', from, to, signals],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams([['from', String(from)], ['to', String(to)], ...signals.map((path) => ['signals', path])])
      return await askJson<WireAnnotations>(`/api/v1/annotations?${query.toString()}`, { signal })
    },
    placeholderData: keepPreviousData,
    refetchInterval: ANNOTATIONS_MS,
    enabled: signals.length > 0,
  })
}

export function saveAnnotation(fields: WireAnnotationFields, id: string | undefined): Promise<WireAnnotation> {
  return askJson(id === undefined ? '/api/v1/annotations' : `/api/v1/annotations/${id}`, { method: id === undefined ? 'POST' : 'PUT', body: fields })
}

export async function deleteAnnotation(id: string): Promise<void> {
  await ask(`/api/v1/annotations/${id}`, { method: 'DELETE' })
}

/** From the first to the last sample of signals; undefined where there is none. */
export async function wholeRange(signals: readonly string[]): Promise<TimeWindow | undefined> {
  const ends = (order: 'ascending' | 'descending') => askHistory({ signals, from: 0, to: Math.ceil(serverClock.now()), limit: 1, order }, new AbortController().signal)
  const [first, last] = await Promise.all([ends('ascending'), ends('descending')])
  const fromMs = Math.min(...first.map(({ times }) => times[0] ?? Number.POSITIVE_INFINITY))
  const toMs = Math.max(...last.map(({ times }) => times[0] ?? Number.NEGATIVE_INFINITY))
  return Number.isFinite(fromMs) && Number.isFinite(toMs) ? { fromMs, toMs } : undefined
}
