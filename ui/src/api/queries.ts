import { QueryClient, infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { WireAsset } from '@millwright/model/wire/asset.ts'
import type { WireSignal } from '@millwright/model/wire/signal.ts'
import type { WireDeadLetters, WireStatus } from '@millwright/model/wire/status.ts'
import { askJson, encodePath } from './client.ts'
import { ApiProblem } from './problem.ts'

export interface Listing<T> {
  readonly items: readonly T[]
  readonly next: string | null
  readonly total: number | null
}

/** Keeps what was asked; asks again when the connection is back. Refusals are final, silence is not. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 5 * 60_000,
        retry: (failures, error) => failures < 2 && !(error instanceof ApiProblem && !error.problem.retryable),
        refetchOnWindowFocus: true,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
}

/** How the platform is. */
export const statusQuery = (everyMs?: number) =>
  queryOptions({
    queryKey: ['status'],
    queryFn: ({ signal }) => askJson<WireStatus>('/api/v1/status', { signal }),
    ...(everyMs !== undefined && { refetchInterval: everyMs, staleTime: everyMs / 2 }),
  })

export const deadLettersQuery = queryOptions({
  queryKey: ['dead-letters'],
  queryFn: ({ signal }) => askJson<WireDeadLetters>('/api/v1/dead-letters', { query: { limit: 200 }, signal }),
  refetchInterval: 3_000,
})

export const assetQuery = (path: string) =>
  queryOptions({ queryKey: ['assets', path], queryFn: ({ signal }) => askJson<WireAsset>(`/api/v1/assets/${encodePath(path)}`, { signal }) })

export interface ListChoice {
  readonly under?: string | undefined
  readonly search?: string | undefined
  readonly direct?: boolean
  readonly limit?: number
}

const page = { initialPageParam: '', getNextPageParam: ({ next }: Listing<unknown>) => next ?? undefined }
const listParameters = ({ under, search, direct, limit }: ListChoice, cursor: string) => ({
  under,
  search: search === '' ? undefined : search,
  direct: direct === true ? true : undefined,
  limit,
  cursor: cursor === '' ? undefined : cursor,
})

/** Assets, page by page. */
export const assetsQuery = (choice: ListChoice) =>
  infiniteQueryOptions({
    queryKey: ['assets', 'list', choice],
    queryFn: ({ pageParam, signal }) => askJson<Listing<WireAsset>>('/api/v1/assets', { query: listParameters(choice, pageParam), signal }),
    ...page,
  })

/** Signals, page by page. */
export const signalsQuery = (choice: ListChoice) =>
  infiniteQueryOptions({
    queryKey: ['signals', 'list', choice],
    queryFn: ({ pageParam, signal }) => askJson<Listing<WireSignal>>('/api/v1/signals', { query: listParameters(choice, pageParam), signal }),
    ...page,
  })
