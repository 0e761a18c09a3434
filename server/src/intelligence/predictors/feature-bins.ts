import { MillwrightError } from '../../kernel/error.ts'

/** Bins of a feature; bin 0 is for values that are missing. */
export const BINS = 64

/** Most bytes that a binned table may take. */
export const MAX_BINNED_BYTES = 512 * 1024 * 1024

/** Features as small integers, one column each, as histogram boosting reads them. */
export interface BinnedTable {
  readonly rows: number
  readonly columns: readonly Uint8Array[]
}

/**
 * Upper edges of the bins of each feature: equal parts of its sorted distinct values (Ke et al., "LightGBM", NIPS 2017). A value that equals an edge is below it.
 * Features without two distinct values get no edges and are never split on.
 */
export function edgesOf(features: readonly Float64Array[]): Float64Array[] {
  return features.map((column) => {
    const sorted = column.filter(Number.isFinite).sort()
    const edges: number[] = []
    for (let part = 1; part < BINS - 1; part++) {
      const at = Math.floor((part * sorted.length) / (BINS - 1))
      const [low, high] = [sorted[at - 1], sorted[at]]
      if (low === undefined || high === undefined) continue
      const edge = low === high ? low : (low + high) / 2
      if (edge < (sorted.at(-1) as number) && (edges.length === 0 || edge > (edges.at(-1) as number))) edges.push(edge)
    }
    return Float64Array.from(edges)
  })
}

/** @throws MillwrightError LIMIT_REACHED when the table would be larger than {@link MAX_BINNED_BYTES}. */
export function binned(features: readonly Float64Array[], edges: readonly Float64Array[]): BinnedTable {
  const rows = features[0]?.length ?? 0
  if (rows * features.length > MAX_BINNED_BYTES) {
    throw new MillwrightError('LIMIT_REACHED', `${rows} rows of ${features.length} features are more than the ${MAX_BINNED_BYTES} bytes that training may take; take fewer rows`, { detail: { rows, features: features.length } })
  }
  return { rows, columns: features.map((column, feature) => Uint8Array.from(column, (value) => binOf(edges[feature] as Float64Array, value))) }
}

/** The bin of a value: 0 if it is missing, else 1 + the number of edges below it. */
export function binOf(edges: Float64Array, value: number): number {
  if (Number.isNaN(value)) return 0
  let [low, high] = [0, edges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (value <= (edges[middle] as number)) high = middle
    else low = middle + 1
  }
  return low + 1
}
