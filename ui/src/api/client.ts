import { Unreachable, problemOfResponse } from './problem.ts'

/** A request of our API. */
export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Parameters; undefined ones are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  /** Sent as JSON, or as it is when it is a file. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Names of a path, each encoded, joined by `/`. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

/** An address of the API with its parameters. */
export function apiUrl(path: string, query: ApiRequest['query'] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs).toString()}`
}

/** Asks the API. Rejects with `ApiProblem` when it refuses, `Unreachable` when there is no answer. */
export async function ask(path: string, request: ApiRequest = {}): Promise<Response> {
  const { method = 'GET', query, body, headers = {}, signal } = request
  const isFile = body instanceof Blob
  const init: RequestInit = {
    method,
    headers: { accept: 'application/json', ...(body !== undefined && !isFile && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: isFile ? body : JSON.stringify(body) }),
    ...(signal !== undefined && { signal }),
  }
  const response = await fetch(apiUrl(path, query), init).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new Unreachable(cause)
  })
  if (response.ok) return response
  throw await problemOfResponse(response)
}

/** The JSON answer of the API. Its shape is that of the schema in `model/wire`, against which the server's tests hold each answer. */
export async function askJson<T>(path: string, request: ApiRequest = {}): Promise<T> {
  const response = await ask(path, request)
  return (response.status === 204 ? undefined : await response.json()) as T
}
