import { Type, type Static } from 'typebox'

/** A distribution by its edges: `shares[i]` of the values lie above edge i−1 and at most at edge i; the last share lies above all edges. */
export const driftReferenceSchema = Type.Object({ count: Type.Number(), mean: Type.Number(), edges: Type.Array(Type.Number()), shares: Type.Array(Type.Number()), missing: Type.Number() })
export type DriftReference = Static<typeof driftReferenceSchema>

/** Steps between the lowest and the highest value: fine enough for KS, and a few hundred bytes. */
export const REFERENCE_STEPS = 20

/** Of quantiles at even steps from 0 to 1. A value that stands at several quantiles has their share to itself: signals with few values work too. */
export function referenceOfQuantiles(quantiles: readonly number[], known: { readonly count: number; readonly mean?: number; readonly missing?: number }): DriftReference {
  const last = quantiles.length - 1
  const edges: number[] = []
  const below: number[] = []
  for (const [at, value] of quantiles.entries()) {
    if (edges.at(-1) !== value) {
      edges.push(value)
      below.push(0)
    }
    below[below.length - 1] = at / last
  }
  const shares = below.map((share, at) => share - (below[at - 1] ?? 0))
  const middle = quantiles.reduce((sum, value, at) => sum + value * (at === 0 || at === last ? 0.5 : 1), 0) / last
  return { count: known.count, mean: known.mean ?? middle, edges, shares: [...shares, 0], missing: known.missing ?? 0 }
}

/** Of a sample of values without NaN; undefined of fewer than five. */
export function referenceOfValues(values: Float64Array, missing = 0): DriftReference | undefined {
  if (values.length < 5) return undefined
  const sorted = values.toSorted()
  const quantiles = Array.from({ length: REFERENCE_STEPS + 1 }, (_, step) => quantileOf(sorted, step / REFERENCE_STEPS))
  return referenceOfQuantiles(quantiles, { count: values.length, mean: values.reduce((sum, value) => sum + value, 0) / values.length, missing })
}

/** A value that has `part` of the distribution at or below it, by straight lines between edges. */
export function quantileAt({ edges, shares }: Pick<DriftReference, 'edges' | 'shares'>, part: number): number {
  let below = 0
  for (const [at, share] of shares.entries()) {
    const upper = edges[at]
    if (upper === undefined) break
    if (below + share >= part && share > 0) {
      const lower = edges[at - 1] ?? upper
      return lower + (upper - lower) * ((part - below) / share)
    }
    below += share
  }
  return edges.at(-1) ?? Number.NaN
}

function quantileOf(sorted: Float64Array, part: number): number {
  const place = part * (sorted.length - 1)
  const low = Math.floor(place)
  const [from = 0, to = from] = [sorted[low], sorted[low + 1]]
  // A value that repeats stays itself.
  return from === to ? from : from + (to - from) * (place - low)
}
