import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import type { Refusal } from '@millwright/model/write-outcome.ts'
import { latin1Text } from './latin1-text.ts'
import type { LineMapping } from './line-mapping.ts'
import { Needle } from './needle.ts'
import { splitEscaped, unescapeName } from './line-text.ts'

/** Series keys that are remembered; when there are more, all are forgotten and learnt again. */
export const MAX_LINE_SERIES = 100_000
/** Fields of one series that are remembered. */
const MAX_FIELDS = 4096
/** Longest series key that is remembered; longer ones are read anew each time. */
const MAX_KEPT_KEY_BYTES = 1024

/** A field of a series: the bytes of its name as they stand in lines, and the signal that it means. */
export class LineField {
  /** The name with the `=` behind it. */
  readonly name: Needle
  readonly series: SeriesId
  readonly kind: ValueKind
  /** The field that followed it last time. */
  next: LineField | undefined

  constructor(name: Uint8Array, series: SeriesId, kind: ValueKind) {
    this.name = new Needle(name, 0x3d)
    this.series = series
    this.kind = kind
  }
}

/** What is known of one series key (measurement and tags as they were written). */
export class LineSeries {
  /** The key with the space behind it. */
  readonly key: Needle
  readonly database: string
  readonly assetPath: string
  /** The field that began the last line. */
  first: LineField | undefined
  /** The series of the line that followed last time: senders walk their machines in the same order. */
  next: LineSeries | undefined
  readonly #fields = new Map<string, LineField>()

  constructor(key: Uint8Array, database: string, assetPath: string) {
    this.key = new Needle(key, 0x20)
    this.database = database
    this.assetPath = assetPath
  }

  find(bytes: Uint8Array, start: number, end: number): LineField | undefined {
    return this.#fields.get(latin1Text(bytes, start, end))
  }

  learn(bytes: Uint8Array, start: number, end: number, series: SeriesId, kind: ValueKind): void {
    if (this.#fields.size >= MAX_FIELDS) return
    this.#fields.set(latin1Text(bytes, start, end), new LineField(bytes.slice(start, end), series, kind))
  }
}

/** Finds the asset of a series key, remembering by its bytes, for all requests together. */
export class LineSeriesTable {
  readonly #mapping: LineMapping
  readonly #known = new Map<string, LineSeries>()
  #generation = -1

  constructor(mapping: LineMapping) {
    this.#mapping = mapping
  }

  /** Whether the same key in another database is another series. */
  get usesDatabase(): boolean {
    return this.#mapping.usesDatabase
  }

  get size(): number {
    return this.#known.size
  }

  /** Forgets everything when the sink's series may no longer hold; tells whether it did. */
  renew(generation: number): boolean {
    if (this.#generation === generation) return false
    this.#generation = generation
    this.#known.clear()
    return true
  }

  /** The series whose key is `bytes[start, end)`, or why it can have no asset. */
  find(bytes: Uint8Array, start: number, end: number, database: string): LineSeries | Refusal {
    const key = latin1Text(bytes, start, end)
    const id = this.usesDatabase ? `${database}\n${key}` : key
    return this.#known.get(id) ?? this.#read(id, bytes.slice(start, end), database)
  }

  #read(id: string, key: Uint8Array, database: string): LineSeries | Refusal {
    const [measurementText = '', ...tagTexts] = splitEscaped(key, 0x2c)
    const measurement = unescapeName(measurementText)
    if (measurement === undefined) return invalid('the measurement and tags must be UTF-8')
    if (measurement === '') return invalid('a line begins with the name of a measurement')
    const tags = new Map<string, string>()
    for (const text of tagTexts) {
      const [keyText = '', valueText, more] = splitEscaped(text, 0x3d)
      const name = unescapeName(keyText)
      const value = valueText === undefined || more !== undefined ? undefined : unescapeName(valueText)
      if (name === undefined || name === '' || value === undefined || value === '') return invalid('a tag is written key=value, neither of them empty')
      if (tags.has(name)) return invalid(`the tag "${name.slice(0, 60)}" occurs twice`)
      tags.set(name, value)
    }
    const assetPath = this.#mapping.assetPath(measurement, tags, database)
    if (typeof assetPath !== 'string') return assetPath
    const series = new LineSeries(key, database, assetPath)
    if (key.length <= MAX_KEPT_KEY_BYTES) {
      if (this.#known.size >= MAX_LINE_SERIES) this.#known.clear()
      this.#known.set(id, series)
    }
    return series
  }
}

function invalid(message: string): Refusal {
  return { code: 'PAYLOAD_INVALID', message }
}
