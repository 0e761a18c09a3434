import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { WireBearing, WireRecordings, WireVibrationAnalysis, WireVibrationPoint, WireVibrationPointFields } from '@millwright/model/wire/vibration.ts'
import { askJson } from './client.ts'
import type { Listing } from './queries.ts'

const BASE = '/api/v1/intelligence/vibration'
/** Recordings come every few minutes. */
const REFRESH_MS = 30_000
/** Recordings of one page; further ones by `to`. */
const PAGE = 500

/** Waveform signals of an asset with bearing, speed and features. */
export const vibrationPointsQuery = (asset: string) =>
  queryOptions({ queryKey: ['vibration', 'points', asset], queryFn: ({ signal }) => askJson<Listing<WireVibrationPoint>>(`${BASE}/points`, { query: { asset }, signal }), refetchInterval: REFRESH_MS })

/** Times of the newest recordings of a signal. */
export const recordingsQuery = (path: string) =>
  queryOptions({ queryKey: ['vibration', 'recordings', path], queryFn: ({ signal }) => askJson<WireRecordings>(`${BASE}/recordings`, { query: { signal: path, limit: PAGE }, signal }), refetchInterval: REFRESH_MS })

/** One recording from all sides; it never changes, but bearing and speed do. */
export const analysisQuery = (path: string, time: number | undefined, known: WireVibrationPoint) =>
  queryOptions({
    queryKey: ['vibration', 'analysis', path, time, known.bearing, known.speed],
    queryFn: ({ signal }) => askJson<WireVibrationAnalysis>(`${BASE}/analysis`, { query: { signal: path, time: time ?? 0 }, signal }),
    enabled: time !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  })

export const bearingsQuery = queryOptions({ queryKey: ['vibration', 'bearings'], queryFn: ({ signal }) => askJson<{ items: WireBearing[] }>(`${BASE}/bearings`, { signal }), staleTime: Number.POSITIVE_INFINITY })

/** Says which bearing and speed recordings are of. */
export const sayPoint = (path: string, fields: WireVibrationPointFields) => askJson<WireVibrationPoint>(`${BASE}/point`, { method: 'PUT', query: { signal: path }, body: fields })

/** Takes that back. */
export const forgetPoint = (path: string) => askJson<WireVibrationPoint>(`${BASE}/point`, { method: 'DELETE', query: { signal: path } })
