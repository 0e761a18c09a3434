/** Why samples were refused: what was wrong, where, and what would be right. */
export interface Refusal {
  /** A code of `docs/errors.md`. */
  readonly code: string
  readonly message: string
}

/** What became of samples that were given to ingest. */
export type WriteOutcome =
  /** They are on disk. */
  | { readonly status: 'stored' }
  /** Nothing was kept; send them again after the given time. */
  | { readonly status: 'later'; readonly retryInMs: number; readonly reason: string }
