import { queryOptions } from '@tanstack/react-query'
import type { WireModel } from '@millwright/model/wire/ai-model.ts'
import type { WireOnnxBindFields, WireOnnxCheck, WireOnnxFile, WireOnnxRefusal, WireOnnxRuns } from '@millwright/model/wire/onnx.ts'
import { askJson } from './client.ts'
import { ApiProblem } from './problem.ts'

const EVERY_MS = 5_000

/** How models that people brought run now. */
export const onnxRunsQuery = queryOptions({
  queryKey: ['onnx', 'runs'],
  queryFn: ({ signal }) => askJson<WireOnnxRuns>('/api/v1/onnx/runs', { signal }),
  refetchInterval: EVERY_MS,
})

/** Sends a file as it is. It is read by a process of its own there; a file that is none is refused with reasons. */
export function uploadOnnx(file: Blob, by: string): Promise<WireOnnxFile> {
  return askJson('/api/v1/onnx/files', { method: 'POST', query: { by }, body: file, headers: { 'content-type': 'application/octet-stream' } })
}

export interface Bound {
  /** One candidate for each asset; none after a trial. */
  readonly items: readonly WireModel[]
  readonly check: WireOnnxCheck
}

/** Checks a file against its contract and the given pairs, and makes candidates unless it is a trial. */
export function bindOnnx(fields: WireOnnxBindFields): Promise<Bound> {
  return askJson('/api/v1/onnx/models', { method: 'POST', body: fields })
}

/** Why a model was refused, one by one; nothing for other errors. */
export function refusalsOf(error: unknown): readonly WireOnnxRefusal[] {
  if (!(error instanceof ApiProblem) || error.problem.code !== 'MODEL_REFUSED') return []
  const refusals = error.problem.context?.['refusals']
  return Array.isArray(refusals) ? refusals.filter(isRefusal) : []
}

function isRefusal(value: unknown): value is WireOnnxRefusal {
  return typeof value === 'object' && value !== null && 'where' in value && typeof value.where === 'string' && 'what' in value && typeof value.what === 'string' && 'right' in value && typeof value.right === 'string'
}
