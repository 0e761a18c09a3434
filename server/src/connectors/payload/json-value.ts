import type { ErrorCode } from '../../kernel/error.ts'

/** A piece of JSON that was well placed but cannot be kept, such as `NaN`, `1e400` or a number of too many digits. */
export class JsonFlaw {
  readonly code: ErrorCode
  /** What is wrong and what would be right, as a sentence. */
  readonly message: string

  constructor(code: ErrorCode, message: string) {
    this.code = code
    this.message = message
  }
}

/** An object as it was written: names may occur twice, in their order. */
export class JsonObject {
  readonly names: readonly string[]
  readonly values: readonly JsonValue[]

  constructor(names: readonly string[], values: readonly JsonValue[]) {
    this.names = names
    this.values = values
  }

  /** The value of a name, the last one where it occurs twice; undefined when it does not occur. */
  get(name: string): JsonValue | undefined {
    const at = this.names.lastIndexOf(name)
    return at < 0 ? undefined : this.values[at]
  }
}

export type JsonArray = readonly JsonValue[]
export type JsonValue = null | boolean | number | string | JsonFlaw | JsonObject | JsonArray

/** Narrows to an array; `Array.isArray` does not narrow read-only ones. */
export function isJsonArray(value: JsonValue): value is JsonArray {
  return Array.isArray(value)
}

/** What a JSON value is, in words, for messages. */
export function jsonKind(value: JsonValue): string {
  if (value === null) return 'null'
  if (isJsonArray(value)) return 'an array'
  if (value instanceof JsonObject) return 'an object'
  if (value instanceof JsonFlaw) return 'a value that cannot be read'
  return typeof value === 'string' ? 'text' : `a ${typeof value}`
}
