import { queryOptions } from '@tanstack/react-query'
import { askJson } from './client.ts'

/** Words of the simulated plant in both languages. */
export interface Words {
  readonly en: string
  readonly zh: string
}

/** Time and speed of the simulated plant. */
export interface SimulatorStatus {
  readonly timeMs: number
  readonly speed: number
  readonly lateMs: number
}

/** One fault as it truly is; see `simulator/README.md`. */
export interface FaultTruth {
  readonly id: number
  readonly kind: string
  readonly target: string
  readonly variant: string
  readonly asset: string
  readonly severity: number
  readonly rampS: number
  readonly beginUs: number
  readonly endUs?: number
  readonly shows: readonly string[]
  readonly downstream: readonly string[]
}

export interface FaultPlace {
  readonly target: string
  readonly variants: readonly string[]
}

export interface FaultKind {
  readonly kind: string
  readonly words: Words
  readonly description: Words
  readonly defaultSeverity: number
  readonly defaultRampS: number
  readonly placements: readonly FaultPlace[]
}

export interface Faults {
  readonly active: readonly FaultTruth[]
  readonly kinds: readonly FaultKind[]
}

export const simulatorQuery = queryOptions({
  queryKey: ['simulator', 'status'],
  queryFn: ({ signal }) => askJson<SimulatorStatus>('/api/v1/simulator/status', { signal }),
  refetchInterval: 2_000,
})

export const faultsQuery = queryOptions({
  queryKey: ['simulator', 'faults'],
  queryFn: ({ signal }) => askJson<Faults>('/api/v1/simulator/faults', { signal }),
  refetchInterval: 5_000,
})

export const truthQuery = queryOptions({
  queryKey: ['simulator', 'truth'],
  queryFn: ({ signal }) => askJson<{ readonly truth: readonly FaultTruth[] }>('/api/v1/simulator/truth', { signal }),
  refetchInterval: 5_000,
})
