/**
 * Every failure that Millwright reports, with what HTTP makes of it and whether the same call may succeed later.
 * The code is API and is documented in `docs/errors.md`; the message is for people.
 */
export const ERROR_CODES = {
  BAD_REQUEST: { http: 400, retry: false },
  CONFIG_INVALID: { http: 400, retry: false },
  CONFLICT: { http: 409, retry: false },
  CORRUPT_FILE: { http: 500, retry: false },
  DISK_FAILED: { http: 503, retry: true },
  DISK_FULL: { http: 507, retry: true },
  FOLDER_IN_USE: { http: 409, retry: false },
  HOST_REFUSED: { http: 421, retry: false },
  IMPORT_FAILED: { http: 400, retry: false },
  INTERNAL: { http: 500, retry: false },
  LIMIT_REACHED: { http: 413, retry: false },
  METHOD_NOT_ALLOWED: { http: 405, retry: false },
  MODEL_REFUSED: { http: 422, retry: false },
  NAME_INVALID: { http: 400, retry: false },
  NOT_ACCEPTABLE: { http: 406, retry: false },
  NOT_FOUND: { http: 404, retry: false },
  ORIGIN_REFUSED: { http: 403, retry: false },
  OVERLOADED: { http: 503, retry: true },
  PAYLOAD_INVALID: { http: 400, retry: false },
  QUERY_INVALID: { http: 400, retry: false },
  QUERY_TOO_EXPENSIVE: { http: 422, retry: false },
  QUOTA_REACHED: { http: 403, retry: false },
  REQUEST_TIMEOUT: { http: 408, retry: true },
  SIGNAL_UNDER_REVIEW: { http: 409, retry: true },
  SIGNAL_UNKNOWN: { http: 404, retry: false },
  SOURCE_UNREACHABLE: { http: 502, retry: true },
  STOPPING: { http: 503, retry: true },
  TIME_INVALID: { http: 400, retry: false },
  TYPE_MISMATCH: { http: 400, retry: false },
  UNSUPPORTED: { http: 415, retry: false },
} as const satisfies Record<string, { readonly http: number; readonly retry: boolean }>

export type ErrorCode = keyof typeof ERROR_CODES

/** A failure with a stable code. `detail` is shown to the caller and never holds a secret. */
export class MillwrightError extends Error {
  readonly code: ErrorCode
  readonly detail: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; detail?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'MillwrightError'
    this.code = code
    this.detail = options.detail ?? {}
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** The `code` of a Node.js system error such as `ENOSPC`, if it has one. */
export function systemCode(thrown: unknown): string | undefined {
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') return thrown.code
  return undefined
}
