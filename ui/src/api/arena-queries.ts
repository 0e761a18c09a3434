import { queryOptions } from '@tanstack/react-query'
import type { WireArena, WireArenaRunFields } from '@millwright/model/wire/arena.ts'
import type { WireOnnxFile } from '@millwright/model/wire/onnx.ts'
import { apiUrl, ask, askJson } from './client.ts'
import type { Listing } from './queries.ts'

const BASE = '/api/v1/intelligence/arena'
const RUNNING_MS = 1_500
const EVERY_MS = 30_000
const MAX_FILES = 500

/** Leaderboards, the run that goes on, and those that wait. */
export const arenaQuery = queryOptions({
  queryKey: ['arena'],
  queryFn: ({ signal }) => askJson<WireArena>(BASE, { signal }),
  refetchInterval: ({ state }) => (state.data !== undefined && state.data.running !== null ? RUNNING_MS : EVERY_MS),
})

/** ONNX files that people uploaded, newest first. */
export const onnxFilesQuery = queryOptions({
  queryKey: ['onnx', 'files'],
  queryFn: async ({ signal }) => (await askJson<Listing<WireOnnxFile>>('/api/v1/onnx/files', { query: { limit: MAX_FILES }, signal })).items,
})

/** Begins a run, or queues it. */
export function runContest(fields: WireArenaRunFields): Promise<WireArena> {
  return askJson(`${BASE}/run`, { method: 'POST', body: fields })
}

/** Ends a run, or takes it out of the queue. */
export async function cancelRun(id: string): Promise<void> {
  await ask(`${BASE}/runs/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

/** Takes a model that was brought off a leaderboard. */
export async function removeBrought(contest: string, who: string, by: string): Promise<void> {
  await ask(`${BASE}/rows`, { method: 'DELETE', query: { contest, who, by } })
}

/** Where a leaderboard can be taken from. */
export function tableUrl(contest: string, as: 'markdown' | 'csv' | 'json'): string {
  return apiUrl(`${BASE}/table`, { contest, as })
}
