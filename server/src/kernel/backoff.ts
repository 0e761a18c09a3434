/** How long to wait before each attempt at something that failed. */
export interface BackoffPolicy {
  readonly firstMs: number
  readonly maxMs: number
  readonly factor: number
}

export const DEFAULT_BACKOFF: BackoffPolicy = { firstMs: 500, maxMs: 30_000, factor: 2 }

/** The wait before attempt `attempt` (0 is the first repeat), with full jitter over its upper half so that a fleet does not retry in step. */
export function backoffMs(policy: BackoffPolicy, attempt: number, random: () => number): number {
  const ceiling = Math.min(policy.maxMs, policy.firstMs * policy.factor ** Math.min(attempt, 64))
  return ceiling * (0.5 + random() / 2)
}
