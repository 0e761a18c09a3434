import { type ErrorCode, MillwrightError, messageOf } from '../../kernel/error.ts'

// What DuckDB's messages begin with or hold; it has no codes of its own across this border.
const PATTERNS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/no space left|disk quota|not enough (disk )?space|max_temp_directory_size/i, 'DISK_FULL'],
  [/out of memory|failed to (allocate|pin)|memory limit/i, 'OVERLOADED'],
  [/^INTERRUPT|interrupted/i, 'STOPPING'],
  [
    /corrupt|checksum|not a valid duckdb|no magic bytes|invalid input error: .*parquet|failed to read parquet|snappy|zstd|thrift|deserializ|serializ|too small to be a parquet|file .* changed|fatal error|INTERNAL Error|footer|malformed|out of buffer|end of file|read (only|past)|invalid (encoding|page)/i,
    'CORRUPT_FILE',
  ],
  [/^IO Error/i, 'DISK_FAILED'],
]

/** Anything that DuckDB threw as a `MillwrightError`. */
export function duckError(thrown: unknown, what: string): MillwrightError {
  if (thrown instanceof MillwrightError) return thrown
  const message = messageOf(thrown)
  const code = PATTERNS.find(([pattern]) => pattern.test(message))?.[1] ?? 'DISK_FAILED'
  return new MillwrightError(code, `${what}: ${message}`, { cause: thrown })
}
