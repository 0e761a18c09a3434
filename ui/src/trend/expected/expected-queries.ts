import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { lastName } from '@millwright/model/path.ts'
import type { WireExpectedBand } from '@millwright/model/wire/expected-band.ts'
import type { WireForecast } from '@millwright/model/wire/forecast.ts'
import type { WireAnomalies } from '@millwright/model/wire/anomaly.ts'
import { askJson } from '../../api/client.ts'
import type { TimeWindow } from '../time/time-window.ts'

const MINUTE_MS = 60_000
/** Steps of a band over the whole of what is asked, which is up to three windows. */
const POINTS = 900
/** Anomalies of one machine that a picture marks, and how long before it one that lasts may have been told. */
const [MAX_MARKS, BEFORE_MS] = [200, 14 * 24 * 60 * MINUTE_MS]
const RECENT_MS = 10 * MINUTE_MS

/** A window with room around it, on a grid: while the picture moves a little, it is the same question. */
export function roomAround({ fromMs, toMs }: TimeWindow): TimeWindow {
  const step = 2 ** Math.ceil(Math.log2(Math.max(10 * MINUTE_MS, toMs - fromMs))) / 2
  return { fromMs: Math.max(0, (Math.floor(fromMs / step) - 1) * step), toMs: (Math.ceil(toMs / step) + 1) * step }
}

/** In which band the champion expects signals of one machine. What reaches into the present is asked again each minute. */
export const expectedQuery = (asset: string, paths: readonly string[], window: TimeWindow, nowMs: number) => {
  const { fromMs, toMs } = roomAround(window)
  return queryOptions({
    queryKey: ['expected', asset, paths, fromMs, toMs],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams([['asset', asset], ['from', String(fromMs)], ['to', String(toMs)], ['points', String(POINTS)], ...paths.map((path) => ['signals', lastName(path)])])
      return askJson<WireExpectedBand>(`/api/v1/intelligence/expected?${query.toString()}`, { signal })
    },
    retry: false,
    placeholderData: keepPreviousData,
    staleTime: MINUTE_MS,
    ...(toMs > nowMs - RECENT_MS && { refetchInterval: MINUTE_MS }),
  })
}

/** What a signal will do; so far ahead that it reaches the end of the window, in steps that do not change with every move. */
export const aheadQuery = (path: string, aheadMs: number) => {
  const minutes = Math.min(90 * 1_440, Math.max(10, 2 ** Math.ceil(Math.log2(Math.max(1, aheadMs / MINUTE_MS)))))
  return queryOptions({
    queryKey: ['forecast', path, minutes],
    queryFn: ({ signal }) => askJson<WireForecast>('/api/v1/intelligence/forecast', { query: { signal: path, horizon: `${minutes}m` }, signal }),
    retry: false,
    placeholderData: keepPreviousData,
    staleTime: MINUTE_MS,
    refetchInterval: MINUTE_MS,
  })
}

/** Anomalies of a machine that touch a window. */
export const marksQuery = (asset: string, window: TimeWindow) => {
  const { fromMs, toMs } = roomAround(window)
  return queryOptions({
    queryKey: ['anomalies', 'marks', asset, fromMs, toMs],
    queryFn: async ({ signal }) => {
      const { items } = await askJson<WireAnomalies>('/api/v1/anomalies', { query: { show: 'all', under: asset, from: Math.max(0, fromMs - BEFORE_MS), to: toMs, limit: MAX_MARKS }, signal })
      return items.filter(({ asset: of, ended }) => of === asset && (ended === null || ended >= fromMs))
    },
    retry: false,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  })
}
