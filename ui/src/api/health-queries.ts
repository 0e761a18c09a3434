import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { WireForecast } from '@millwright/model/wire/forecast.ts'
import type { WireAsset } from '@millwright/model/wire/asset.ts'
import type { WireAssetHealth, WireHistoryImport, WireLifeModel, WireLifeModelFields } from '@millwright/model/wire/health.ts'
import { ask, askJson } from './client.ts'
import type { Listing } from './queries.ts'

const EVERY_MS = 15_000
const TRAINING_MS = 1_500
/** A forecast is made anew by the server at most so often; asking more often brings nothing. */
const FORECAST_MS = 60_000
const PAGE = 50
const MAX_LIFE_MODELS = 200

/** Lengths of forecast that are offered; each needs about three and a half times as much history. */
export const HORIZONS = ['1h', '8h', '24h', '7d', '30d'] as const
export type Horizon = (typeof HORIZONS)[number]

/** What a signal will do. Making it may take seconds; a refusal says what is missing. */
export const forecastQuery = (signal: string, horizon: Horizon) =>
  queryOptions({
    queryKey: ['forecast', signal, horizon],
    queryFn: ({ signal: abort }) => askJson<WireForecast>('/api/v1/intelligence/forecast', { query: { signal, horizon }, signal: abort }),
    staleTime: FORECAST_MS,
    refetchInterval: FORECAST_MS,
    placeholderData: keepPreviousData,
    enabled: signal !== '',
  })

/** How assets are, the worst first, page by page. */
export const healthsQuery = (under: string) =>
  infiniteQueryOptions({
    queryKey: ['health', 'list', under],
    queryFn: ({ pageParam, signal }) => askJson<Listing<WireAssetHealth>>('/api/v1/intelligence/health', { query: { under: under === '' ? undefined : under, limit: PAGE, cursor: pageParam === '' ? undefined : pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: EVERY_MS,
  })

/** How one asset is; null where nothing is known of it. */
export const healthOfQuery = (asset: string) =>
  queryOptions({
    queryKey: ['health', 'of', asset],
    queryFn: async ({ signal }) => (await askJson<Listing<WireAssetHealth>>('/api/v1/intelligence/health', { query: { under: asset, limit: PAGE }, signal })).items.find((one) => one.asset === asset) ?? null,
    refetchInterval: EVERY_MS,
  })

const isTraining = ({ stage }: WireLifeModel) => stage === 'training'

/** Models of remaining life, newest first. */
export const lifeModelsQuery = queryOptions({
  queryKey: ['life-models'],
  queryFn: async ({ signal }) => (await askJson<Listing<WireLifeModel>>('/api/v1/intelligence/life-models', { query: { limit: MAX_LIFE_MODELS }, signal })).items,
  refetchInterval: ({ state }) => (state.data?.some(isTraining) === true ? TRAINING_MS : EVERY_MS),
})

const MAX_ASSETS = 1_000

/** Assets whose type can be chosen, and what types there are. */
export const typedAssetsQuery = queryOptions({
  queryKey: ['assets', 'typed'],
  queryFn: async ({ signal }) => (await askJson<Listing<WireAsset>>('/api/v1/assets', { query: { limit: MAX_ASSETS }, signal })).items.filter(({ type }) => type !== undefined),
})

/** Begins to learn remaining lives; the answer comes at once. */
export function trainLifeModel(fields: WireLifeModelFields): Promise<WireLifeModel> {
  return askJson('/api/v1/intelligence/life-models', { method: 'POST', body: fields })
}

export interface HistoryUpload {
  readonly file: Blob
  readonly under: string
  readonly type: string
  readonly cycleHours: number
  readonly failed: boolean
  readonly names: string
  readonly by: string
}

/** Brings a table of run-to-failure histories. */
export function importHistories({ file, names, ...query }: HistoryUpload): Promise<WireHistoryImport> {
  return askJson('/api/v1/intelligence/life-models/histories', { method: 'POST', query: { ...query, names: names.trim() === '' ? undefined : names.trim() }, body: file, headers: { 'content-type': 'text/csv' } })
}

export type LifeModelStep = 'cancel' | 'approve' | 'retire'

/** Takes a step with a model of remaining life, under a name. */
export async function takeLifeModelStep(id: string, step: LifeModelStep, by: string): Promise<void> {
  await ask(`/api/v1/intelligence/life-models/${encodeURIComponent(id)}/${step}`, { method: 'POST', body: { by } })
}
