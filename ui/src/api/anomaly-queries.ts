import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { WireAnomalies, WireAnomalyDetail, WireQuietRule, WireVerdictAnswer, WireVerdictFields, WireWords } from '@millwright/model/wire/anomaly.ts'
import type { Static } from 'typebox'
import type { lineageSchema } from '@millwright/model/wire/ai-model.ts'
import type { WireIntelligenceStatus } from '@millwright/model/wire/intelligence.ts'
import { ask, askJson } from './client.ts'

const EVERY_MS = 5_000
const PAGE = 50
/** The most urgent, of which somebody can take care in a shift; the rest one touch away. */
const FIRST_FEW = 7
/** Anomalies that a machine's page shows. */
const OF_ASSET = 5
/** Anomalies that are counted of one asset. */
const MAX_TOLD = 1_000
const DAY_MS = 86_400_000

export type AnomalyShow = 'attention' | 'all' | 'quieted'

type Lineage = Static<typeof lineageSchema>

/** A node of the tree of causes. */
export interface Cause extends WireWords {
  readonly code: string
  readonly parent: string | null
  readonly iso?: string
}

/** Anomalies: what needs attention in the order of urgency, the others newest first. */
export const anomaliesQuery = (show: AnomalyShow) =>
  infiniteQueryOptions({
    queryKey: ['anomalies', 'list', show],
    queryFn: ({ pageParam, signal }) => askJson<WireAnomalies>('/api/v1/anomalies', { query: { show, limit: show === 'attention' && pageParam === '' ? FIRST_FEW : PAGE, cursor: pageParam === '' ? undefined : pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: EVERY_MS,
  })

/** Newest anomalies of an asset and what lies below it. */
export const anomaliesOfQuery = (under: string) =>
  queryOptions({
    queryKey: ['anomalies', 'of', under],
    queryFn: ({ signal }) => askJson<WireAnomalies>('/api/v1/anomalies', { query: { show: 'all', limit: OF_ASSET, under }, signal }),
    refetchInterval: EVERY_MS,
  })

/** All that was told of one asset itself in the last days, quieted ones too. */
export const toldQuery = (asset: string, days: number) =>
  queryOptions({
    queryKey: ['anomalies', 'told', asset, days],
    queryFn: async ({ signal }) => (await askJson<WireAnomalies>('/api/v1/anomalies', { query: { show: 'all', limit: MAX_TOLD, under: asset, from: Date.now() - days * DAY_MS }, signal })).items.filter((one) => one.asset === asset),
    refetchInterval: EVERY_MS * 3,
  })

/** One anomaly, with past ones that look like it. */
export const anomalyQuery = (id: string) =>
  queryOptions({
    queryKey: ['anomalies', 'one', id],
    queryFn: ({ signal }) => askJson<WireAnomalyDetail>(`/api/v1/anomalies/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: EVERY_MS,
  })

/** From the score of an anomaly back to model, data and approver. */
export const lineageQuery = (id: string) =>
  queryOptions({
    queryKey: ['lineage', id],
    queryFn: ({ signal }) => askJson<Lineage>(`/api/v1/anomalies/${encodeURIComponent(id)}/lineage`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** The tree of causes; it is part of the release. */
export const causesQuery = queryOptions({
  queryKey: ['causes'],
  queryFn: async ({ signal }) => (await askJson<{ readonly causes: readonly Cause[] }>('/api/v1/anomalies/causes', { signal })).causes,
  staleTime: Number.POSITIVE_INFINITY,
})

export const quietRulesQuery = queryOptions({
  queryKey: ['anomalies', 'quiet'],
  queryFn: async ({ signal }) => (await askJson<{ readonly items: readonly WireQuietRule[] }>('/api/v1/intelligence/quiet', { signal })).items,
  refetchInterval: EVERY_MS,
})

/** How the watching itself is, without the assets. */
export const intelligenceQuery = queryOptions({
  queryKey: ['intelligence', 'head'],
  queryFn: ({ signal }) => askJson<WireIntelligenceStatus>('/api/v1/intelligence/status', { query: { limit: 1 }, signal }),
  refetchInterval: EVERY_MS,
})

/** The assets that are watched, page by page, of a part of the plant or of all. */
export const watchedQuery = (under: string) =>
  infiniteQueryOptions({
    queryKey: ['intelligence', 'watched', under],
    queryFn: ({ pageParam, signal }) =>
      askJson<WireIntelligenceStatus>('/api/v1/intelligence/status', { query: { limit: PAGE, cursor: pageParam === 0 ? undefined : pageParam, under: under === '' ? undefined : under }, signal }),
    initialPageParam: 0,
    getNextPageParam: ({ assets, total }, _pages, from) => (assets.length > 0 && from + assets.length < total ? from + assets.length : undefined),
    refetchInterval: EVERY_MS * 3,
  })

/** How one asset is watched; undefined where it is not. */
export const watchedOfQuery = (asset: string) =>
  queryOptions({
    queryKey: ['intelligence', 'asset', asset],
    queryFn: async ({ signal }) => (await askJson<WireIntelligenceStatus>('/api/v1/intelligence/status', { query: { limit: PAGE, under: asset }, signal })).assets.find((one) => one.asset === asset) ?? null,
    refetchInterval: EVERY_MS,
  })

/** Says what an anomaly is. */
export function judge(id: string, fields: WireVerdictFields): Promise<WireVerdictAnswer> {
  return askJson(`/api/v1/anomalies/${encodeURIComponent(id)}/verdict`, { method: 'POST', body: fields })
}

/** Lets a quieted signature be told again. */
export async function tellAgain(signature: string, by: string): Promise<void> {
  await ask('/api/v1/intelligence/quiet', { method: 'DELETE', query: { signature, by } })
}

/** Switches judging off or on, of one asset or of all. */
export async function switchJudging(off: boolean, by: string, asset?: string): Promise<void> {
  await ask('/api/v1/intelligence/switch', { method: 'POST', body: { off, by, ...(asset !== undefined && { asset }) } })
}
