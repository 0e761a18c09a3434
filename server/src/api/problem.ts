import type { WireProblem, WireProblemItem } from '@millwright/model/wire/problem.ts'
import { ERROR_CODES, MillwrightError, type ErrorCode } from '../kernel/error.ts'

/** Media type of errors (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json'

/** An error of a request with the places that were wrong. */
export class RequestProblem extends MillwrightError {
  readonly items: readonly WireProblemItem[]
  /** Response headers that belong to it, such as `allow` or `retry-after`. */
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ErrorCode, message: string, items: readonly WireProblemItem[] = [], headers: Readonly<Record<string, string>> = {}) {
    super(code, message)
    this.items = items
    this.headers = headers
  }
}

/** A query or path parameter that was wrong. `detail` says what would be right. */
export function parameterProblem(code: ErrorCode, parameter: string, detail: string): RequestProblem {
  return new RequestProblem(code, `parameter "${parameter}": ${detail}`, [{ parameter, detail }])
}

/** A place of the body that was wrong; `pointer` is a JSON pointer (RFC 6901). */
export function bodyProblem(code: ErrorCode, pointer: string, detail: string): RequestProblem {
  return new RequestProblem(code, `${pointer === '' ? 'the body' : pointer}: ${detail}`, [{ pointer, detail }])
}

/** The wire form of an error. */
export function problemOf(error: MillwrightError): WireProblem {
  const { http, retry } = ERROR_CODES[error.code]
  const items = error instanceof RequestProblem ? error.items : []
  return {
    type: `/api/errors#${error.code}`,
    title: titleOf(error.code),
    status: http,
    detail: error.message,
    code: error.code,
    retryable: retry,
    ...(items.length > 0 && { errors: [...items] }),
    ...(Object.keys(error.detail).length > 0 && { context: { ...error.detail } }),
  }
}

/** `NAME_INVALID` as a title: `Name invalid`. */
export function titleOf(code: ErrorCode): string {
  const words = code.toLowerCase().replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
