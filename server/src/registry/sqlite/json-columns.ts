import { MillwrightError } from '../../kernel/error.ts'

/** Reads the columns of a page of {@link ../schema.ts}. Its checksum was right, so what is wrong here was written so. */
export class JsonColumns {
  readonly #fields: Record<string, unknown>
  readonly #where: string

  constructor(json: string, where: string) {
    this.#where = where
    let parsed: unknown
    try {
      parsed = JSON.parse(json)
    } catch {
      throw this.#bad('it is no JSON')
    }
    if (typeof parsed !== 'object' || parsed === null) throw this.#bad('it is no object')
    this.#fields = { ...parsed }
  }

  /** Whole numbers from 0 to below `limit`, as many as `length` says. */
  integers(name: string, limit: number, length?: number): number[] {
    const column = this.#array(name, length)
    for (const value of column) if (typeof value !== 'number' || !(value >= 0 && value < limit)) throw this.#bad(`column ${name} holds ${String(value)}`)
    return column as number[]
  }

  texts(name: string, length?: number): string[] {
    const column = this.#array(name, length)
    for (const value of column) if (typeof value !== 'string') throw this.#bad(`column ${name} holds ${String(value)}`)
    return column as string[]
  }

  /** What `isRight` accepts, each. */
  values<T>(name: string, isRight: (value: unknown) => value is T, length?: number): T[] {
    const column = this.#array(name, length)
    for (const value of column) if (!isRight(value)) throw this.#bad(`column ${name} holds ${JSON.stringify(value)}`)
    return column as T[]
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name)
  }

  #array(name: string, length: number | undefined): unknown[] {
    const column = this.#fields[name]
    if (!Array.isArray(column)) throw this.#bad(`column ${name} is missing`)
    if (length !== undefined && column.length !== length) throw this.#bad(`column ${name} has ${column.length} values, not ${length}`)
    return column
  }

  #bad(why: string): MillwrightError {
    return new MillwrightError('CORRUPT_FILE', `registry: ${this.#where} is not what Millwright writes: ${why}`)
  }
}
