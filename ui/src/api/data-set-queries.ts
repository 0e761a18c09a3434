import { queryOptions } from '@tanstack/react-query'
import type { WireDataSetFields, WireNamedDataSet } from '@millwright/model/wire/data-set.ts'
import { askJson } from './client.ts'
import type { Listing } from './queries.ts'

const EVERY_MS = 15_000
const READING_MS = 1_500
const MAX_OF_ASSET = 50

/** Data sets of an asset, newest first. */
export const dataSetsQuery = (asset: string) =>
  queryOptions({
    queryKey: ['data-sets', asset],
    queryFn: async ({ signal }) => (await askJson<Listing<WireNamedDataSet>>('/api/v1/data-sets', { query: { asset, limit: MAX_OF_ASSET }, signal })).items,
    refetchInterval: ({ state }) => (state.data?.some((set) => set.state === 'reading') === true ? READING_MS : EVERY_MS),
  })

/** Makes a data set; it is read in the background, and its hash stands in it then. */
export function makeDataSet(fields: WireDataSetFields): Promise<WireNamedDataSet> {
  return askJson('/api/v1/data-sets', { method: 'POST', body: fields })
}

/** Where the rows of a data set are read as CSV, for Python. */
export const dataSetRows = (id: string) => `/api/v1/data-sets/${encodeURIComponent(id)}/rows`
