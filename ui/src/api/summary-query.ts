import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { WireSummary } from '@millwright/model/wire/summary.ts'
import { askJson } from './client.ts'

const EVERY_MS = 2_000

/** How an asset is at a glance, looked at every two seconds; the whole plant for an empty path. */
export const summaryQuery = (path: string) =>
  queryOptions({
    queryKey: ['summary', path],
    queryFn: ({ signal }) => askJson<WireSummary>('/api/v1/summary', { query: { under: path === '' ? undefined : path }, signal }),
    refetchInterval: EVERY_MS,
    staleTime: EVERY_MS / 2,
    placeholderData: keepPreviousData,
  })
