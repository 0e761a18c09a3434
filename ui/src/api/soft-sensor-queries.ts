import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { WireSamples } from '@millwright/model/wire/samples.ts'
import type { WireSignal } from '@millwright/model/wire/signal.ts'
import type { WireInputSuggestion, WireSoftSensor, WireSoftSensorFields, WireSoftSensorTrials } from '@millwright/model/wire/soft-sensor.ts'
import { ask, askJson, encodePath } from './client.ts'
import type { Listing } from './queries.ts'

const BASE = '/api/v1/intelligence/soft-sensors'
const EVERY_MS = 15_000
const TRAINING_MS = 1_000
const MAX_SENSORS = 500
const POINTS = 600
const SUGGESTED = 12

const at = (id: string, step = '') => `${BASE}/${encodeURIComponent(id)}${step}`
const paceOf = (isTraining: boolean) => (isTraining ? TRAINING_MS : EVERY_MS)

/** Soft sensors, newest first. */
export const softSensorsQuery = queryOptions({
  queryKey: ['soft-sensors'],
  queryFn: async ({ signal }) => (await askJson<Listing<WireSoftSensor>>(BASE, { query: { limit: MAX_SENSORS }, signal })).items,
  refetchInterval: ({ state }) => paceOf(state.data?.some(({ stage }) => stage === 'training') === true),
})

export const softSensorQuery = (id: string) =>
  queryOptions({
    queryKey: ['soft-sensors', id],
    queryFn: ({ signal }) => askJson<WireSoftSensor>(at(id), { signal }),
    refetchInterval: ({ state }) => paceOf(state.data?.stage === 'training'),
  })

/** What it told of values that it had not seen. */
export const softSensorTrialsQuery = (id: string) => queryOptions({ queryKey: ['soft-sensors', id, 'trials'], queryFn: ({ signal }) => askJson<WireSoftSensorTrials>(at(id, '/trials'), { signal }), staleTime: Number.POSITIVE_INFINITY })

/** Signals that a rare value may be told from, the likeliest first. */
export const suggestionsQuery = (target: string, everySeconds: number) =>
  queryOptions({
    queryKey: ['soft-sensors', 'suggestions', target, everySeconds],
    queryFn: async ({ signal }) => (await askJson<{ readonly items: readonly WireInputSuggestion[] }>(`${BASE}/suggestions`, { query: { target, every: everySeconds }, signal })).items,
    retry: false,
    staleTime: 60_000,
  })

/** Signals whose path or description holds some words. */
export const signalsLikeQuery = (words: string) =>
  queryOptions({
    queryKey: ['signals', 'suggested', words],
    queryFn: async ({ signal }) => (await askJson<Listing<WireSignal>>('/api/v1/signals', { query: { search: words === '' ? undefined : words.split('/').at(-1), limit: SUGGESTED }, signal })).items,
    placeholderData: keepPreviousData,
  })

/** The recent past of a signal, for a picture; empty where there is none. */
export const recentSamplesQuery = (path: string, days: number) =>
  queryOptions({
    queryKey: ['samples', 'recent', path, days],
    queryFn: ({ signal }) => askJson<WireSamples>(`/api/v1/signals/${encodePath(path)}/samples`, { query: { from: `-${days}d`, points: POINTS }, signal }),
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  })

/** Begins a training; the answer comes at once. */
export function trainSoftSensor(fields: WireSoftSensorFields): Promise<WireSoftSensor> {
  return askJson(BASE, { method: 'POST', body: fields })
}

export type SoftSensorStep = 'cancel' | 'approve' | 'stop' | 'delete'

/** Takes a step with a soft sensor, under a name. */
export async function takeSoftSensorStep(id: string, step: SoftSensorStep, by: string): Promise<void> {
  if (step === 'delete') await ask(at(id), { method: 'DELETE', query: { by } })
  else await ask(at(id, `/${step}`), { method: 'POST', ...(step !== 'cancel' && { body: { by } }) })
}

/** Tells a stretch of the past anew. */
export function recomputeSoftSensor(id: string, fromMs: number, toMs: number): Promise<{ readonly written: number; readonly uncertain: number }> {
  return askJson(at(id, '/recompute'), { method: 'POST', body: { from: fromMs, to: toMs } })
}
