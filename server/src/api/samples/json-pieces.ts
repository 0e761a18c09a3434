/** A long column of a JSON answer; `text` is one element as JSON. */
export interface JsonColumn {
  readonly length: number
  text(index: number): string
}

/** Part of a JSON text: written as it is, or a column that becomes an array. */
export type JsonPart = string | JsonColumn

/** Elements that are written before the thread is let go: about a millisecond. */
export const SLICE_ELEMENTS = 4_000

/** How many elements all columns have. */
export function elementsOf(parts: readonly JsonPart[]): number {
  return parts.reduce((sum, part) => sum + (typeof part === 'string' ? 0 : part.length), 0)
}

/**
 * The text in pieces. Between two of them other work of the thread gets its turn: machines wait for their acknowledgements on it, and a
 * big answer made at once holds them up for a twentieth of a second.
 */
export async function* jsonPieces(parts: readonly JsonPart[]): AsyncGenerator<string> {
  let text = ''
  let written = 0
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part
      continue
    }
    text += '['
    for (let from = 0; from < part.length; ) {
      const to = Math.min(part.length, from + SLICE_ELEMENTS - written)
      text += elements(part, from, to)
      written += to - from
      from = to
      if (written < SLICE_ELEMENTS) continue
      yield text
      text = ''
      written = 0
      await letOthers()
    }
    text += ']'
  }
  if (text !== '') yield text
}

/** The whole text, for answers of few elements. */
export function jsonText(parts: readonly JsonPart[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : `[${elements(part, 0, part.length)}]`)).join('')
}

function elements(column: JsonColumn, from: number, to: number): string {
  let text = ''
  for (let index = from; index < to; index++) text += index === 0 ? column.text(0) : `,${column.text(index)}`
  return text
}

/** Lets other work of the thread have its turn. */
export function letOthers(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
