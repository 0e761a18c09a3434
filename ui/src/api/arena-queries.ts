import { queryOptions } from '@tanstack/react-query'
import type { WireArena } from '@millwright/model/wire/arena.ts'
import { ask, askJson } from './client.ts'

const RUNNING_MS = 1_500
const EVERY_MS = 30_000

/** Leaderboards and the run that goes on. */
export const arenaQuery = queryOptions({
  queryKey: ['arena'],
  queryFn: ({ signal }) => askJson<WireArena>('/api/v1/intelligence/arena', { signal }),
  refetchInterval: ({ state }) => (state.data !== undefined && state.data.running !== null ? RUNNING_MS : EVERY_MS),
})

export function runContest(contest: string, by: string): Promise<WireArena> {
  return askJson('/api/v1/intelligence/arena/run', { method: 'POST', body: { contest, by } })
}

export async function cancelContest(): Promise<void> {
  await ask('/api/v1/intelligence/arena/run', { method: 'DELETE' })
}
