/** Part of the cases that a life's interval shall hold. */
export const LIFE_COVERAGE = 0.8
/** Bands of the told life, each with a correction of its own: the end is known better than the beginning. */
const BANDS = 5
/** Trials that a band needs to have a correction of its own; with fewer it takes that of all. */
const FEWEST_IN_BAND = 20

/** What three models told for a machine that they had not seen, and what was true. */
export interface LifeTrial {
  readonly low: number
  readonly median: number
  readonly high: number
  readonly truth: number
}

/** How much an interval must be widened (or, negative, may be narrowed), by the band of the told life. */
export type IntervalCorrection = Float64Array

/**
 * Conformalised quantile regression (Romano, Patterson and Candès, NeurIPS 2019), a correction for each band of the told life (Mondrian; Vovk et al. 2003): quantile models
 * give the interval's shape, trials on machines that were kept away say by how much it misses.
 */
export function intervalCorrection(trials: readonly LifeTrial[], cap: number): IntervalCorrection {
  const misses = (of: readonly LifeTrial[]) => Float64Array.from(of, ({ low, high, truth }) => Math.max(low - truth, truth - high)).sort()
  const quantile = (sorted: Float64Array) => sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length + 1) * LIFE_COVERAGE) - 1)] ?? cap
  const all = quantile(misses(trials))
  return Float64Array.from({ length: BANDS }, (_, band) => {
    const own = trials.filter(({ median }) => bandOf(median, cap) === band)
    return own.length < FEWEST_IN_BAND ? all : quantile(misses(own))
  })
}

/** The corrected interval; it holds the median and lies between 0 and the cap. */
export function correctedInterval({ low, median, high }: Omit<LifeTrial, 'truth'>, correction: IntervalCorrection, cap: number): { readonly low: number; readonly median: number; readonly high: number } {
  const wider = correction[bandOf(median, cap)] ?? 0
  const bounded = (life: number) => Math.max(0, Math.min(cap, life))
  return { low: bounded(Math.min(median, low - wider)), median: bounded(median), high: bounded(Math.max(median, high + wider)) }
}

function bandOf(life: number, cap: number): number {
  return Math.max(0, Math.min(BANDS - 1, Math.floor((life * BANDS) / cap)))
}
