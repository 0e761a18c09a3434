import { MillwrightError, messageOf, type ErrorCode } from '../../kernel/error.ts'

// Primary result codes of SQLite (https://sqlite.org/rescode.html); extended codes hold them in the low byte.
const SQLITE_BUSY = 5
const SQLITE_READONLY = 8
const SQLITE_IOERR = 10
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const SQLITE_CONSTRAINT = 19
const SQLITE_NOTADB = 26

/** SQLite's result code of what `node:sqlite` threw; undefined for anything else. */
function resultCode(thrown: unknown): number | undefined {
  if (thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number') return thrown.errcode & 0xff
  return undefined
}

/** What SQLite threw as a failure of Millwright that names the file; what is already one passes unchanged. */
export function registryError(thrown: unknown, file: string): MillwrightError {
  if (thrown instanceof MillwrightError) return thrown
  const result = resultCode(thrown)
  const [code, what] = meaningOf(result)
  return new MillwrightError(code, `registry ${file}: ${what} (${messageOf(thrown)})`, { cause: thrown, detail: { file, ...(result !== undefined && { result }) } })
}

function meaningOf(result: number | undefined): readonly [ErrorCode, string] {
  switch (result) {
    case SQLITE_CORRUPT:
      return ['CORRUPT_FILE', 'the file is damaged; the next start goes on with the last sound copy']
    case SQLITE_NOTADB:
      return ['CORRUPT_FILE', 'this is not a registry file, or its beginning is damaged']
    case SQLITE_FULL:
      return ['DISK_FULL', 'the disk is full; nothing of this change was kept']
    case SQLITE_BUSY:
      return ['FOLDER_IN_USE', 'another program holds the file']
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return ['DISK_FAILED', 'the file cannot be opened for writing']
    case SQLITE_CONSTRAINT:
      return ['CONFLICT', 'the change contradicts what is stored']
    case SQLITE_IOERR:
      return ['DISK_FAILED', 'the disk failed; nothing of this change was kept']
    default:
      return ['DISK_FAILED', 'the change could not be stored']
  }
}
