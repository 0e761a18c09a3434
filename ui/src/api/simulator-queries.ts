import { queryOptions } from '@tanstack/react-query'
import { askJson } from './client.ts'
import { ApiProblem } from './problem.ts'

/** How the simulated plant is, as its control tells it. */
export interface SimulatorStatus {
  readonly timeMs: number
  readonly speed: number
}

/** The simulated plant beside this server; null where there is none. */
export const simulatorQuery = queryOptions({
  queryKey: ['simulator'],
  queryFn: async ({ signal }) => {
    try {
      return await askJson<SimulatorStatus>('/api/v1/simulator/status', { signal })
    } catch (error) {
      if (error instanceof ApiProblem) return null
      throw error
    }
  },
  staleTime: 60_000,
})
