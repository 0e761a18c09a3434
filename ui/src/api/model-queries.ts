import { infiniteQueryOptions, keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { ModelKind, ModelSort, ModelStage, WireExperiment, WireModel, rebuildAnswer, trainFieldsSchema } from '@millwright/model/wire/ai-model.ts'
import type { WireDrift } from '@millwright/model/wire/drift.ts'
import type { WireLabel, WireLabelFields } from '@millwright/model/wire/label.ts'
import { ask, askJson } from './client.ts'
import type { Listing } from './queries.ts'

type WireTrainFields = Static<typeof trainFieldsSchema>

const EVERY_MS = 10_000
/** While something is being trained, its progress is looked at so often. */
const TRAINING_MS = 1_500
const PAGE = 50
/** Models of one asset that its page shows; of more, the newest. */
const MAX_OF_ASSET = 200
const MAX_LABELS = 200
const MAX_EXPERIMENTS = 200
/** Models that an anomaly's page shows of those that were tried on it. */
const MAX_TRIED = 5

const one = (id: string) => `/api/v1/models/${encodeURIComponent(id)}`
const isTraining = ({ stage }: WireModel) => stage === 'training'

/** Models of a stage, newest first, page by page. */
export const modelsQuery = (stage: ModelStage) =>
  infiniteQueryOptions({
    queryKey: ['models', 'list', stage],
    queryFn: ({ pageParam, signal }) => askJson<Listing<WireModel>>('/api/v1/models', { query: { stage, limit: PAGE, cursor: pageParam === '' ? undefined : pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: stage === 'training' ? TRAINING_MS : EVERY_MS,
  })

/** What somebody looks for among the models of the whole plant. */
export interface RegistryWish {
  readonly search?: string
  readonly stage?: ModelStage
  readonly kind?: ModelKind
  readonly experiment?: string
  readonly sort?: ModelSort
}

/** Models of the whole plant, page by page. */
export const registryQuery = (wish: RegistryWish) =>
  infiniteQueryOptions({
    queryKey: ['models', 'registry', wish],
    queryFn: ({ pageParam, signal }) => askJson<Listing<WireModel>>('/api/v1/models', { query: { ...wish, limit: PAGE, cursor: pageParam === '' ? undefined : pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  })

/** Experiments, the one with the newest model first. */
export const experimentsQuery = queryOptions({
  queryKey: ['models', 'experiments'],
  queryFn: ({ signal }) => askJson<Listing<WireExperiment>>('/api/v1/models/experiments', { query: { limit: MAX_EXPERIMENTS }, signal }),
  refetchInterval: EVERY_MS * 3,
})

/** Models that were tried on a judged anomaly, newest first. */
export const triedOnQuery = (anomaly: string) =>
  queryOptions({
    queryKey: ['models', 'tried', anomaly],
    queryFn: async ({ signal }) => (await askJson<Listing<WireModel>>('/api/v1/models', { query: { anomaly, limit: MAX_TRIED }, signal })).items,
    refetchInterval: EVERY_MS,
  })

/** All models of an asset, newest first. */
export const modelsOfQuery = (asset: string) =>
  queryOptions({
    queryKey: ['models', 'of', asset],
    queryFn: async ({ signal }) => (await askJson<Listing<WireModel>>('/api/v1/models', { query: { asset, limit: MAX_OF_ASSET }, signal })).items,
    refetchInterval: ({ state }) => (state.data?.some(isTraining) === true ? TRAINING_MS : EVERY_MS),
  })

export const modelQuery = (id: string) =>
  queryOptions({
    queryKey: ['models', 'one', id],
    queryFn: ({ signal }) => askJson<WireModel>(one(id), { signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && isTraining(state.data) ? TRAINING_MS : EVERY_MS),
  })

/** Labels of an asset, the latest first. */
export const labelsQuery = (asset: string) =>
  queryOptions({
    queryKey: ['labels', asset],
    queryFn: ({ signal }) => askJson<Listing<WireLabel>>('/api/v1/labels', { query: { asset, limit: MAX_LABELS }, signal }),
    refetchInterval: EVERY_MS,
  })

export type ModelStep = 'shadow' | 'promote' | 'rollback' | 'retire'

/** Takes a step of the life cycle under a name. */
export function takeStep(id: string, step: ModelStep, by: string, note: string): Promise<WireModel> {
  return askJson(`${one(id)}/${step}`, { method: 'POST', body: { by, ...(note.trim() !== '' && { note: note.trim() }) } })
}

export async function cancelTraining(id: string): Promise<void> {
  await ask(`${one(id)}/cancel`, { method: 'POST' })
}

/** Switches a model off or on; one that is off is not asked any more. */
export async function switchModel(id: string, off: boolean, by: string): Promise<void> {
  await ask('/api/v1/intelligence/switch', { method: 'POST', body: { off, by, model: id } })
}

/** Writes what a model is for, and whatever else people want to say of it. */
export function putCard(id: string, { purpose, purposeZh, notes }: Pick<WireModel, 'purpose' | 'notes'> & { readonly purposeZh?: string | undefined }, by: string): Promise<WireModel> {
  return askJson(`${one(id)}/card`, { method: 'PUT', body: { purpose, ...(purposeZh !== undefined && { purposeZh }), notes, by } })
}

/** Reads the data set again by its reference and compares its hash. */
export function rebuildDataSet(id: string): Promise<Static<typeof rebuildAnswer>> {
  return askJson(`${one(id)}/rebuild`, { method: 'POST' })
}

/** Marks a range of an asset. */
export function saveLabel(fields: WireLabelFields): Promise<WireLabel> {
  return askJson('/api/v1/labels', { method: 'POST', body: fields })
}

export async function removeLabel(id: string, by: string): Promise<void> {
  await ask(`/api/v1/labels/${encodeURIComponent(id)}`, { method: 'DELETE', query: { by } })
}

/** The card of a model as a file. */
export async function readCard(id: string, kind: 'markdown' | 'json', language: 'en' | 'zh'): Promise<Blob> {
  const answer = await ask(`${one(id)}/card?format=${kind}&lang=${language}`)
  return await answer.blob()
}

/** After a step of the life cycle everything that shows models is asked again. */
export function afterModelChange(client: QueryClient): Promise<unknown> {
  return Promise.all([client.invalidateQueries({ queryKey: ['models'] }), client.invalidateQueries({ queryKey: ['intelligence'] }), client.invalidateQueries({ queryKey: ['lineage'] })])
}

/** How far the present has moved from what a model was trained on. */
export const driftQuery = (id: string) =>
  queryOptions({
    queryKey: ['drift', id],
    queryFn: ({ signal }) => askJson<WireDrift>(`${one(id)}/drift`, { signal }),
    refetchInterval: EVERY_MS * 3,
  })

/** Begins the training of a candidate; its progress shows in the model that is answered. */
export function trainCandidate(fields: WireTrainFields): Promise<WireModel> {
  return askJson('/api/v1/models', { method: 'POST', body: fields })
}

/** Runs a model that was brought over the history of the last 30 days. */
export function backTestModel(id: string, by: string): Promise<WireModel> {
  return askJson(`${one(id)}/back-test`, { method: 'POST', body: { by } })
}
