import { queryOptions } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { WireSampleLineage } from '@millwright/model/wire/ai-model.ts'
import type { retrainAnswer, retrainingAnswer } from '@millwright/model/wire/retraining.ts'
import { askJson } from './client.ts'

const EVERY_MS = 30_000

/** What a newer model is due for. */
export const retrainingQuery = queryOptions({
  queryKey: ['retraining'],
  queryFn: ({ signal }) => askJson<Static<typeof retrainingAnswer>>('/api/v1/intelligence/retraining', { signal }),
  refetchInterval: EVERY_MS,
})

/** Trains all that is due; each training makes a candidate. */
export function beginRetraining(by: string): Promise<Static<typeof retrainAnswer>> {
  return askJson('/api/v1/intelligence/retraining', { method: 'POST', body: { by } })
}

/** From the newest sample of a computed signal back to model, data and people. */
export const sampleLineageQuery = (path: string) =>
  queryOptions({
    queryKey: ['lineage', 'sample', path],
    queryFn: ({ signal }) => askJson<WireSampleLineage>('/api/v1/intelligence/lineage', { query: { signal: path }, signal }),
  })
