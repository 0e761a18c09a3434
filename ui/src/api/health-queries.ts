import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { WireForecast } from '@millwright/model/wire/forecast.ts'
import type { WireAssetHealth, WireLifeModel } from '@millwright/model/wire/health.ts'
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

export type LifeModelStep = 'cancel' | 'approve' | 'retire'

/** Takes a step with a model of remaining life, under a name. */
export async function takeLifeModelStep(id: string, step: LifeModelStep, by: string): Promise<void> {
  await ask(`/api/v1/intelligence/life-models/${encodeURIComponent(id)}/${step}`, { method: 'POST', body: { by } })
}
