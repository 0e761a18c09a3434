import { type ErrorCode, MillwrightError, messageOf } from '../../kernel/error.ts'

// What DuckDB's messages begin with or hold; it has no codes of its own across this border.
const PATTERNS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/no space left|disk quota|not enough (disk )?space|max_temp_directory_size/i, 'DISK_FULL'],
  [/out of memory|failed to (allocate|pin)|memory limit/i, 'OVERLOADED'],
  [/^INTERRUPT|interrupted/i, 'STOPPING'],
  // After a failed write DuckDB refuses everything until the file is opened again; the file itself is sound.
  [/^FATAL|database has been invalidated/i, 'DISK_FAILED'],
  [/corrupt|checksum|not a valid duckdb|no magic bytes|parquet|snappy|zstd|thrift|serializ|INTERNAL Error/i, 'CORRUPT_FILE'],
  [/footer|malformed|out of buffer|end of file|invalid (encoding|page)/i, 'CORRUPT_FILE'],
  [/^IO Error/i, 'DISK_FAILED'],
]

/** Anything that DuckDB threw as a `MillwrightError`. */
export function duckError(thrown: unknown, what: string): MillwrightError {
  if (thrown instanceof MillwrightError) return thrown
  const message = messageOf(thrown)
  const code = PATTERNS.find(([pattern]) => pattern.test(message))?.[1] ?? 'DISK_FAILED'
  return new MillwrightError(code, `${what}: ${message}`, { cause: thrown })
}

/** Tells whether DuckDB refuses all further work after this error, until the database is opened again. */
export function endsDatabase(thrown: unknown): boolean {
  return /FATAL Error|INTERNAL Error|database has been invalidated/i.test(messageOf(thrown))
}

/** Tells whether there was no memory for it. */
export function lacksMemory(thrown: unknown): boolean {
  return /out of memory|failed to (allocate|pin)/i.test(messageOf(thrown))
}

/**
 * Tells whether appends may go on failing after this error until the database is opened again. It takes the room for its temporary files from
 * the free space it found when it began, and does not look again once a full disk has been cleared. And a commit that ran out of memory cannot
 * clean up behind itself: its update of the position stays, and every later one meets "Conflict on update!" (duckdb pull request 26019). Nobody
 * else updates what an append does, so that a conflict has no other cause.
 */
export function endsAppends(thrown: unknown): boolean {
  return endsDatabase(thrown) || /failed to offload|max_temp_directory_size|failed to commit|conflict on (update|tuple deletion)/i.test(messageOf(thrown))
}
