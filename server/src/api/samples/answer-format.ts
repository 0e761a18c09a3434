import { RequestProblem } from '../problem.ts'

export type AnswerFormat = 'json' | 'csv' | 'parquet'

/** Media types of the formats, in the order in which we prefer them. */
export const MEDIA_TYPES: Readonly<Record<AnswerFormat, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  parquet: 'application/vnd.apache.parquet',
}

interface Range {
  readonly type: string
  readonly weight: number
}

/** The format that an Accept header asks for (RFC 9110, 12.5.1): JSON where there is none. */
export function acceptedFormat(accept: string | undefined): AnswerFormat {
  if (accept === undefined || accept.trim() === '') return 'json'
  const ranges = accept.slice(0, 2_000).split(',').map(readRange)
  let best: AnswerFormat | undefined
  let bestWeight = 0
  for (const [format, mediaType] of Object.entries(MEDIA_TYPES) as [AnswerFormat, string][]) {
    const weight = weightOf(mediaType, ranges)
    if (weight > bestWeight) {
      best = format
      bestWeight = weight
    }
  }
  if (best === undefined) throw new RequestProblem('NOT_ACCEPTABLE', `this is served as ${Object.values(MEDIA_TYPES).join(', ')}`)
  return best
}

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const q = parameters.find((parameter) => parameter.startsWith('q='))
  const weight = q === undefined ? 1 : Number(q.slice(2))
  return { type, weight: Number.isFinite(weight) ? weight : 0 }
}

/** The most specific range that fits decides. */
function weightOf(mediaType: string, ranges: readonly Range[]): number {
  const group = `${mediaType.slice(0, mediaType.indexOf('/'))}/*`
  for (const name of [mediaType, group, '*/*']) {
    const found = ranges.find(({ type }) => type === name)
    if (found !== undefined) return found.weight
  }
  return 0
}
