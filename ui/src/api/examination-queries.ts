import { queryOptions } from '@tanstack/react-query'
import type { WireVerdictFields } from '@millwright/model/wire/anomaly.ts'
import type { WireExamination, WireExaminationFields, WireExaminations, WireRecordedRange } from '@millwright/model/wire/examination.ts'
import { askJson } from './client.ts'

const BASE = '/api/v1/examinations'
const RUNNING_MS = 700
const SHOWN = 50

const one = (id: string) => `${BASE}/${encodeURIComponent(id)}`

/** Examinations, newest first, without their findings. */
export const examinationsQuery = queryOptions({
  queryKey: ['examinations'],
  queryFn: ({ signal }) => askJson<WireExaminations>(BASE, { query: { limit: SHOWN }, signal }),
  refetchInterval: ({ state }) => (state.data?.items.some((item) => item.state === 'running') === true ? RUNNING_MS : false),
})

/** One examination; asked again while it is under way. */
export const examinationQuery = (id: string) =>
  queryOptions({
    queryKey: ['examinations', id],
    queryFn: ({ signal }) => askJson<WireExamination>(one(id), { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? RUNNING_MS : false),
  })

/** From when to when an asset has samples. */
export const recordedQuery = (asset: string) =>
  queryOptions({ queryKey: ['examinations', 'recorded', asset], queryFn: ({ signal }) => askJson<WireRecordedRange>(`${BASE}/recorded`, { query: { asset }, signal }), retry: false })

/** Has a recording examined. */
export function beginExamination(fields: WireExaminationFields): Promise<WireExamination> {
  return askJson(BASE, { method: 'POST', body: fields })
}

/** Ends one that is under way. */
export async function cancelExamination(id: string): Promise<void> {
  await askJson(`${one(id)}/cancel`, { method: 'POST' })
}

/** Forgets one. */
export async function removeExamination(id: string): Promise<void> {
  await askJson(one(id), { method: 'DELETE' })
}

/** Says what a finding is. */
export function judgeFinding(id: string, finding: string, fields: WireVerdictFields): Promise<WireExamination> {
  return askJson(`${one(id)}/findings/${encodeURIComponent(finding)}/verdict`, { method: 'POST', body: fields })
}
