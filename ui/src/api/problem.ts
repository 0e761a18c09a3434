import type { WireProblem } from '@millwright/model/wire/problem.ts'

/** The server's refusal, as it told it (RFC 9457). */
export class ApiProblem extends Error {
  readonly problem: WireProblem

  constructor(problem: WireProblem) {
    super(problem.detail)
    this.problem = problem
  }
}

/** The server did not answer: network, stop, or a proxy between. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('the server does not answer', { cause })
  }
}

/** What a failed answer says; a made-up problem where it says nothing that we know. */
export async function problemOfResponse(response: Response): Promise<ApiProblem> {
  const text = await response.text().catch(() => '')
  const read = parsed(text)
  if (read !== undefined) return new ApiProblem(read)
  const title = response.statusText === '' ? `HTTP ${response.status}` : response.statusText
  return new ApiProblem({ type: 'about:blank', title, status: response.status, detail: text.slice(0, 300), code: `HTTP_${response.status}`, retryable: response.status >= 500 })
}

function parsed(text: string): WireProblem | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('code' in value) || !('detail' in value) || !('status' in value)) return undefined
    // The server's own tests hold its problems against this schema.
    return value as WireProblem
  } catch {
    return undefined
  }
}
